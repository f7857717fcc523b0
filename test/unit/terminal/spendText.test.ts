import assert from 'node:assert/strict';
import { nanoUsd } from '../../../src/core/money';
import type { SpendReport } from '../../../src/core/spend';
import { leftOutText, spendText } from '../../../src/terminal/spendText';

const cents = (count: number) => nanoUsd(count * 10_000_000);
const sums = { runs: 2, solved: 1, attempts: 3, billed: cents(3), estimated: cents(150) };
const plain = { ...sums, open: cents(0), doubted: cents(0) };
const report: SpendReport = { rows: [{ key: '=a,"b"', ...plain }], total: plain };
const crashed = { ...sums, open: cents(50), doubted: nanoUsd(1_200_000) };

describe('spendText', () => {
	it('as a table', () =>
		assert.equal(
			spendText(report, 'day', 'table'),
			[
				'day     runs  verified  attempts  billed  estimated',
				'=a,"b"     2         1         3   $0.03      $1.50',
				'total      2         1         3   $0.03      $1.50',
				'',
				'estimated: our own worst case, where no bill came; it counts as spent.',
				'',
			].join('\n'),
		));
	it('says what is open and in doubt, where something is', () =>
		assert.equal(
			spendText({ rows: [{ key: 'x/cheap', ...crashed }], total: crashed }, 'model', 'table'),
			[
				'model    runs  verified  attempts  billed  estimated  of it open  in doubt',
				'x/cheap     2         1         3   $0.03      $1.50       $0.50   $0.0012',
				'total       2         1         3   $0.03      $1.50       $0.50   $0.0012',
				'',
				'estimated: our own worst case, where no bill came; it counts as spent.',
				'open: set aside for calls that are running or were cut off, so it may turn out less.',
				'in doubt: what a provider may have charged on top of what it reported.',
				'A run that asked several counts in each, and once in the total.',
				'',
			].join('\n'),
		));
	it('as CSV, safe for spreadsheets', () =>
		assert.deepEqual(spendText(report, 'day', 'csv').split('\n'), [
			'day,runs,solved,attempts,billed_usd,estimated_usd,open_usd,doubted_usd',
			`"'=a,""b""",2,1,3,0.030000000,1.500000000,0.000000000,0.000000000`,
			'',
		]));
	it('as JSON', () =>
		assert.deepEqual(JSON.parse(spendText(report, 'day', 'json', { since: '2026-01-01' })), {
			version: 1,
			by: 'day',
			since: '2026-01-01',
			unit: 'nano-dollars',
			...report,
		}));
	it('empty', () => {
		const nothing = { rows: [], total: plain };
		assert.equal(spendText(nothing, 'day', 'table'), 'Nothing was run yet on this machine.\n');
		assert.match(spendText(nothing, 'day', 'table', { until: '2026-01-01' }), /in that time/);
	});
	it('obeys no escape in a name', () =>
		assert.ok(
			!spendText({ ...report, rows: [{ key: '\u001b[2J', ...plain }] }, 'repository', 'table').includes(
				'\u001b',
			),
		));
	it('names the unreadable lines', () => {
		assert.equal(leftOutText([3]), 'Left out: unreadable line 3 of the journal.\n');
		assert.match(leftOutText(Array.from({ length: 14 }, (_, i) => i)), /lines 0, .*, 9 and 4 more of/);
	});
});
