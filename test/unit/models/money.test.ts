import assert from 'node:assert/strict';
import { manyRuns } from '../../fakes/wire/moneyRuns';
import { realWires } from '../../fakes/wire/realWires';

// At length, and with processes that are killed: test/bench/money.mjs.
describe('money, over the four wires against a hostile provider with a meter of its own', function () {
	this.timeout(240_000);

	it('400 random runs: no bid passed, equal figures, nothing sent that was not paid for', async () => {
		const names = Array.from({ length: 400 }, (_, at) => `unit${at}`);
		const counts = await manyRuns(names, realWires, 16);
		const { over, unequal, unaffordable, unreserved, disbelieved, leaks } = counts;
		assert.deepEqual(
			{ over, unequal, unaffordable, unreserved, disbelieved, leaks },
			{ over: [], unequal: [], unaffordable: [], unreserved: [], disbelieved: [], leaks: [] },
		);
		// It tests something: calls were made, many of them compared to the nano-dollar, many went wrong.
		assert.ok(counts.calls > 600 && counts.compared > 200 && (counts.endings['failed malformed'] ?? 0) > 20);
		assert.ok(counts.meterNano > 0n && counts.ledgerNano >= 0n);
	});
});
