import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nanoUsd, ZERO } from '../../../../src/core/money';
import {
	amountOf,
	capsOf,
	limitOf,
	ownValue,
	poolOf,
	sandboxOf,
	unasked,
} from '../../../../src/ui/setup/settingValues';

describe('settings of the editor', () => {
	it('never takes a value of a workspace', () => {
		fc.assert(
			fc.property(fc.anything(), fc.anything(), (workspaceValue, workspaceFolderValue) => {
				const theirs = { workspaceValue, workspaceFolderValue };
				assert.equal(ownValue({ defaultValue: 1, ...theirs }), 1);
				assert.equal(ownValue({ defaultValue: 1, globalValue: 2, ...theirs }), 2);
			}),
		);
	});

	for (const [value, limit] of [
		[null, undefined],
		[undefined, undefined],
		[0, 0],
		[0.1, 100_000_000],
		[5, 5_000_000_000],
		['5', 5_000_000_000],
		[1e-7, 100],
		[-1, 0],
		['a lot', 0],
		[Number.NaN, 0],
		[Number.POSITIVE_INFINITY, 0],
		[true, 0],
		[[], 0],
	] as const) {
		it(`reads a limit of ${JSON.stringify(value) ?? 'nothing'} as ${limit ?? 'no limit'}`, () => {
			assert.equal(limitOf(value), limit);
		});
	}

	it('reads any amount without throwing, and never above what was written', () => {
		fc.assert(
			fc.property(fc.anything(), (value) => {
				const amount = amountOf(value);
				assert.ok(typeof value !== 'number' || !(value >= 0) || amount <= value * 1e9 * (1 + 1e-9));
			}),
		);
	});

	it('is never made weaker by a workspace how runs are confined, and what cannot be read is strict', () => {
		assert.deepEqual(sandboxOf({ defaultValue: 'auto' }, { defaultValue: false }), {});
		const theirs = { workspaceValue: 'off', workspaceFolderValue: 'off' };
		assert.deepEqual(
			sandboxOf(theirs, { globalValue: false, workspaceValue: true, workspaceFolderValue: true }),
			{ network: false },
		);
		assert.deepEqual(sandboxOf({ globalValue: 'required', ...theirs }, undefined), { wish: 'required' });
		assert.deepEqual(sandboxOf({ globalValue: 'none' }, { globalValue: 'yes' }), {
			wish: 'required',
			network: false,
		});
	});

	it('has caps where there is a limit', () => {
		assert.deepEqual(capsOf(null, null), {});
		assert.deepEqual(capsOf(1, 'x'), { day: nanoUsd(1_000_000_000), month: ZERO });
	});

	it('takes only ids as a pool, and no pool as none', () => {
		assert.equal(poolOf([]), undefined);
		assert.equal(poolOf(['', 7]), undefined);
		assert.equal(poolOf('x'), undefined);
		assert.deepEqual(poolOf([' openrouter/qwen/* ', 'local/x']), ['openrouter/qwen/*', 'local/x']);
	});

	for (const [ask, last, standard, bid] of [
		['always', 5, 5, undefined],
		['never', 9, 5, 5],
		['whenAboveDefault', undefined, 5, 5],
		['whenAboveDefault', 3, 5, 3],
		['whenAboveDefault', 9, 5, undefined],
	] as const) {
		it(`${ask}: after ${last ?? 'no bid'} with a default of ${standard}, ${bid === undefined ? 'asks' : `bids ${bid}`}`, () => {
			assert.equal(unasked(ask, last === undefined ? undefined : nanoUsd(last), nanoUsd(standard)), bid);
		});
	}
});
