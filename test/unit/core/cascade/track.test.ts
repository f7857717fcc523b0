import assert from 'node:assert/strict';
import type { OutcomeRecord } from '../../../../src/core/cascade/outcomeRecord';
import { trackOf } from '../../../../src/core/cascade/track';

function outcome(repository: string, offer: string, solved: boolean, spend: number): OutcomeRecord {
	const attempts = [{ offer, solved, spend, proposeMs: 1, verifyMs: 1 }];
	return { run: 'r', repository, features: {}, attempts, solved, bid: 1 };
}

describe('trackOf', () => {
	it('counts each offer over all and by repository, and prices a fix with the failures in it', () => {
		const rows = trackOf([
			outcome('a', 'mini', true, 0.02),
			outcome('a', 'mini', false, 0.04),
			outcome('b', 'mini', false, 0.06),
		]);
		assert.deepEqual(
			rows.map(({ repository, attempts, solved }) => [repository, attempts, solved]),
			[
				[undefined, 3, 1],
				['a', 2, 1],
				['b', 1, 0],
			],
		);
		assert.ok(Math.abs((rows[0]?.spendPerFix ?? 0) - 0.12) < 1e-12);
		assert.equal(rows[2]?.spendPerFix, undefined);
		assert.ok((rows[0]?.low ?? 1) < 1 / 3 && (rows[0]?.high ?? 0) > 1 / 3);
	});
});
