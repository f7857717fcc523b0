import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { receiptOf } from '../../../src/core/receipt';
import { solve } from '../../../src/core/solve';
import { fixAllOutputSchema, refusedAllOutput } from '../../../src/terminal/fixAllOutput';
import { fixOutput, fixOutputSchema, refusedOutput } from '../../../src/terminal/fixOutput';
import { receiptSchema } from '../../../src/terminal/receiptSchema';
import { base, offer, patches, suite, usd, world } from '../../fakes/world';

describe('fixOutput', () => {
	for (const [file, kept] of [
		['fix-output', fixOutputSchema],
		['fix-all-output', fixAllOutputSchema],
		['receipt', receiptSchema],
	] as const) {
		it(`the published schema of ${file} is the one the code keeps`, () => {
			const published = path.join(__dirname, `../../../media/${file}.schema.json`);
			const schema = `${JSON.stringify(z.toJSONSchema(kept), undefined, 2)}\n`;
			if (process.env['UPDATE_GOLDEN'] === '1') {
				writeFileSync(published, schema);
			}
			assert.equal(schema, readFileSync(published, 'utf8'));
		});
	}

	for (const [name, runs, kind] of [
		['solved', ['red add:F', 'red add:F', 'ok add:P', 'ok add:P', 'red add:F', 'ok add:P'], 'solved'],
		['exhausted', ['red add:F', 'red add:F', 'red add:F'], 'exhausted'],
		['blocked', ['never'], 'blocked'],
		['cancelled', ['cancel'], 'cancelled'],
	] as const) {
		it(`${name}: keeps its own schema`, async () => {
			const script = world({
				runs: [...runs],
				offers: [{ offer: offer('free', 0), replies: runs.length > 1 ? [patches('one')] : [] }],
			});
			const bid = { spend: usd(0), timeMs: 60_000 };
			const outcome = await solve(
				{ run: 'r', bid, base, suite, target: { kind: 'failing' }, repository: 'x' },
				script.effects,
				script.user.signal,
			);
			const output = fixOutput(outcome, receiptOf(outcome, bid.spend), bid.spend, 1234.5);
			const read: unknown = JSON.parse(JSON.stringify(output));
			assert.equal(fixOutputSchema.parse(read).outcome.kind, kind);
			assert.equal(output.verified, kind === 'solved');
			assert.equal(output.patch !== undefined, kind === 'solved');
		});
	}

	it('a refused command keeps it too', () => {
		fixOutputSchema.parse(refusedOutput('blocked', 'say a bid', 1));
		fixAllOutputSchema.parse(refusedAllOutput('blocked', 'say a bid'));
	});
});
