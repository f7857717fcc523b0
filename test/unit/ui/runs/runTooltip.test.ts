import assert from 'node:assert/strict';
import { nanoUsd } from '../../../../src/core/money';
import { statusTooltip, TOOLTIP_COMMANDS } from '../../../../src/ui/runs/runTooltip';

const totals = { today: nanoUsd(180_000_000), month: nanoUsd(1_200_000_000) };

describe('the tooltip of the status item', () => {
	it('offers to fix the command that failed, with its text as it is, the money, and the way to turn it off', () => {
		const text = statusTooltip({ kind: 'failed', command: 'npm test -- [x](command:evil) `rm`', totals });
		assert.ok(!text.includes('](command:evil)'));
		assert.ok(text.includes('$0.18'));
		for (const command of [
			'underbid.fixTerminal',
			'underbid.showSpending',
			'workbench.action.openSettings',
		]) {
			assert.ok(text.includes(`](command:${command}`), command);
		}
	});

	it('says nothing of money that was not read', () =>
		assert.ok(!statusTooltip({ kind: 'failed', command: 'npm test', totals: undefined }).includes('today')));

	it('runs only commands that it names', () => {
		const all = [
			statusTooltip({ kind: 'failed', command: 'npm test', totals }),
			statusTooltip({ kind: 'idle', ...totals }),
			statusTooltip({ kind: 'review', title: 'adds up', spent: totals.today, bid: totals.month }),
			statusTooltip({ kind: 'running', doing: 'running tests', spent: totals.today, bid: totals.month }),
		].join('\n');
		const used = [...all.matchAll(/\]\(command:([\w.]+)/g)].map(([, command]) => command ?? '');
		assert.deepEqual(
			used.filter((one) => !(TOOLTIP_COMMANDS as readonly string[]).includes(one)),
			[],
		);
	});
});
