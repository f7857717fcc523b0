import assert from 'node:assert/strict';
import fc from 'fast-check';
import { calibrated, type Forecast, knotsOf } from '../../../../src/core/cascade/calibrated';
import { CALIBRATION } from '../../../../src/core/cascade/calibration';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const forecasts = fc.array(fc.record({ said: share, cameTrue: share }), { maxLength: 40 });

/** So many forecasts of one chance, of which a share came true. */
const many = (said: number, cameTrue: number, count = 1_000): Forecast[] =>
	Array.from({ length: count }, (_, index) => ({ said, cameTrue: index < cameTrue * count ? 1 : 0 }));

describe('calibrated chances', () => {
	it('are what was said, where nothing is known', () => {
		assert.equal(calibrated(0.37, knotsOf([])), 0.37);
	});

	it('are what came true, where that is known well', () => {
		const knots = knotsOf([...many(0.2, 0.3), ...many(0.6, 0.55), ...many(0.9, 0.9)]);
		for (const [said, cameTrue] of [
			[0.2, 0.3],
			[0.6, 0.55],
			[0.9, 0.9],
		] as const) {
			assert.ok(Math.abs(calibrated(said, knots) - cameTrue) < 0.005);
		}
		assert.ok(calibrated(0.4, knots) > 0.3 && calibrated(0.4, knots) < 0.55);
		assert.deepEqual([calibrated(0, knots), calibrated(1, knots)], [0, 1]);
	});

	it('stay what was said where few came true or did not', () => {
		assert.ok(Math.abs(calibrated(0.5, knotsOf(many(0.5, 1, 2))) - 0.5) < 0.06);
	});

	it('never turn a larger chance into a smaller one, nor into none', () => {
		fc.assert(
			fc.property(forecasts, share, share, (known, one, other) => {
				const knots = knotsOf(known);
				const [low, high] = [
					calibrated(Math.min(one, other), knots),
					calibrated(Math.max(one, other), knots),
				];
				assert.ok(low <= high + 1e-12 && low >= 0 && high <= 1 + 1e-12, `${low} ${high}`);
			}),
		);
	});

	it('that are shipped rise, and move no chance by more than a tenth', () => {
		let last = 0;
		for (const { said, cameTrue } of CALIBRATION.quotes) {
			assert.ok(cameTrue >= last && Math.abs(cameTrue - said) < 0.1);
			last = cameTrue;
		}
		assert.ok(CALIBRATION.quotes.length > 10);
	});
});
