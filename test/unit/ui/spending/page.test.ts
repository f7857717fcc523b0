import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Books } from '../../../../src/core/books';
import { nanoUsd } from '../../../../src/core/money';
import { type Period, type SpendingRow, spendingFigures } from '../../../../src/core/spendingPage';
import { csvText, jsonText, summaryText } from '../../../../src/ui/spending/exportTexts';
import { requestOf } from '../../../../src/ui/spending/messages';
import { powersAround, ticksTo } from '../../../../src/ui/spending/page/axis';
import { pageHtml } from '../../../../src/ui/spending/pageHtml';
import { axisUsd, namesOf, timeWords } from '../../../../src/ui/spending/words';
import { halfYear } from '../../../fakes/halfYear';

const TODAY = '2026-11-25';

function view(period: Period) {
	const books = new Books();
	for (const entry of halfYear(TODAY)) {
		books.add(entry);
	}
	return { figures: spendingFigures(books, { period, today: TODAY }), file: '/j', unreadableLines: [] };
}

describe('what the page Spending may ask', () => {
	for (const [message, expected] of [
		[
			{ kind: 'show', period: 'week', more: 1 },
			{ kind: 'show', period: 'week' },
		],
		[{ kind: 'show', period: 'decade' }, undefined],
		[{ kind: 'show' }, undefined],
		[
			{ kind: 'export', format: 'csv' },
			{ kind: 'export', format: 'csv' },
		],
		[{ kind: 'export', format: '../x' }, undefined],
		[{ kind: 'copy' }, { kind: 'copy' }],
		[{ kind: 'openJournal', file: '/etc/passwd' }, { kind: 'openJournal' }],
		[
			{ kind: 'violation', text: 'x'.repeat(900) },
			{ kind: 'violation', text: 'x'.repeat(500) },
		],
		[{ kind: 'run', command: 'x' }, undefined],
		[undefined, undefined],
		['copy', undefined],
		[[], undefined],
	] as const) {
		it(JSON.stringify(message)?.slice(0, 60) ?? 'nothing', () =>
			assert.deepEqual(requestOf(message), expected),
		);
	}

	it('nothing that is sent makes it throw', () =>
		fc.assert(fc.property(fc.anything(), (message) => void requestOf(message))));
});

describe('the content policy of the page', () => {
	const html = pageHtml({ nonce: 'n1', styleSource: 'https://own', script: 's.js', style: 's.css' });

	it('lets in our script by nonce and our style by source, and nothing else', () => {
		const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1];
		assert.equal(
			policy,
			"default-src 'none'; script-src 'nonce-n1'; style-src https://own; base-uri 'none'; form-action 'none'",
		);
		assert.doesNotMatch(html, /unsafe|style="|<style/);
	});
});

describe('exports of the figures', () => {
	const row: SpendingRow = {
		day: TODAY,
		model: 'p/a "quoted", name',
		attempts: 3,
		judged: 2,
		verified: 1,
		billed: nanoUsd(1_000_000_001),
		estimated: nanoUsd(7),
		open: nanoUsd(0),
		doubted: nanoUsd(0),
		workMs: 1234.6,
	};

	it('CSV loses no nano-dollar and quotes what needs it', () =>
		assert.equal(
			csvText([row]),
			'day,model,attempts,judged,verified,billed_usd,estimated_usd,open_usd,doubted_usd,work_ms\r\n' +
				'2026-11-25,"p/a ""quoted"", name",3,2,1,1.000000001,0.000000007,0.000000000,0.000000000,1235\r\n',
		));

	it('CSV hands no formula to a spreadsheet', () =>
		assert.match(csvText([{ ...row, model: '=cmd()' }]), /\n2026-11-25,'=cmd\(\),/));

	it('JSON says its unit and reads back', () => {
		const read = JSON.parse(jsonText(view('month'), [row])) as Record<string, unknown>;
		assert.deepEqual([read['version'], read['unit'], read['rows']], [1, 'nano-dollars', [{ ...row }]]);
	});

	for (const period of ['week', 'month', 'year', 'all'] as const) {
		it(`the summary of ${period} has a line a model and the counterfactual`, () => {
			const shown = view(period);
			const text = summaryText(shown);
			assert.equal(text.match(/^\| (?!model|---)/gm)?.length, shown.figures.models.length);
			assert.match(text, /bought once from anthropic\/claude-opus, the dearest model used here/);
			assert.doesNotMatch(text, /undefined|NaN|Infinity/);
		});
	}

	it('the summary of nothing has no invented figure', () => {
		const figures = spendingFigures(new Books(), { period: 'all', today: TODAY });
		const text = summaryText({ figures, file: '/j', unreadableLines: [] });
		assert.match(text, /\$0\.00 so far/);
		assert.doesNotMatch(text, /undefined|NaN|Infinity/);
	});
});

describe('axes', () => {
	it('ticks begin at 0, reach the most, and are few', () =>
		fc.assert(
			fc.property(fc.double({ min: 1, max: 1e15, noNaN: true }), (most) => {
				const ticks = ticksTo(most);
				assert.equal(ticks[0], 0);
				assert.ok((ticks.at(-1) ?? 0) >= most * (1 - 1e-9));
				assert.ok(ticks.length >= 2 && ticks.length <= 6, String(ticks.length));
			}),
		));

	it('powers of ten hold both ends', () =>
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 1e12 }), fc.integer({ min: 1, max: 1000 }), (least, times) => {
				const powers = powersAround(least, least * times);
				assert.ok((powers[0] ?? 0) <= least * 1.001);
				assert.ok((powers.at(-1) ?? 0) >= least * times * 0.999);
			}),
		));

	for (const [ticks, words] of [
		[
			[0, 5e8, 1e9, 1.5e9],
			['$0', '$0.50', '$1.00', '$1.50'],
		],
		[
			[0, 5e9, 10e9],
			['$0', '$5', '$10'],
		],
		[
			[0, 2e5, 4e5],
			['$0', '$0.0002', '$0.0004'],
		],
		[
			[0, 2.5e7],
			['$0', '$0.025'],
		],
		[
			[0, 1, 2],
			['$0', '$0.000000001', '$0.000000002'],
		],
	] as const) {
		it(words.join(' '), () => assert.deepEqual(ticks.map(axisUsd(ticks)), words));
	}
});

describe('names and times for people', () => {
	it('short names, whole ids where two would read the same', () =>
		assert.deepEqual(
			[...namesOf(['a/x/m1', 'b/m1', 'b/m2', 'free']).values()],
			['a/x/m1', 'b/m1', 'm2', 'free proposer'],
		));

	for (const [ms, words] of [
		[0, '1 s'],
		[48_000, '48 s'],
		[59_600, '1.0 min'],
		[252_000, '4.2 min'],
	] as const) {
		it(words, () => assert.equal(timeWords(ms), words));
	}
});
