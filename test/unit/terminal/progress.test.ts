import assert from 'node:assert/strict';
import { receiptOf } from '../../../src/core/receipt';
import { solve } from '../../../src/core/solve';
import { ProgressView } from '../../../src/terminal/progress';
import { reportLines } from '../../../src/terminal/report';
import { colouredDiff, printable, styleFor } from '../../../src/terminal/style';
import { base, offer, patches, suite, usd, world } from '../../fakes/world';

const plain = styleFor({}, {});

async function played(isTTY: boolean): Promise<{ text: string; report: string }> {
	let text = '';
	const stream = { isTTY, columns: 60, write: (part: string) => (text += part) };
	const script = world({
		runs: ['red add:F sub:P', 'red add:F sub:P', 'ok add:P', 'ok add:P sub:P', 'red add:F', 'ok add:P'],
		offers: [{ offer: offer('free', 0), replies: [patches('one')] }],
	});
	const view = new ProgressView(stream, plain);
	const request = {
		run: 'r',
		bid: { spend: usd(25), timeMs: 60_000 },
		base,
		suite,
		target: { kind: 'failing' as const },
		repository: 'x',
	};
	const outcome = await solve(
		request,
		{ ...script.effects, events: (event) => view.show(event) },
		script.user.signal,
	);
	return { text, report: reportLines(outcome, receiptOf(outcome, usd(25)), plain).join('\n') };
}

describe('ProgressView', () => {
	it('writes plain lines where the stream is no terminal', async () => {
		const { text } = await played(false);
		assert.ok(!text.includes('\u001b') && !text.includes('\r'));
		assert.ok(text.includes('✗ test/add.js::add') && text.includes('verifying…'));
	});
	it('leaves no live line behind in a terminal, and keeps within its width', async () => {
		const { text } = await played(true);
		const last = text.slice(text.lastIndexOf('\r\u001b[2K') + 5);
		assert.ok(!/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/.test(last));
		for (const live of text.split('\r\u001b[2K')) {
			const line = live.split('\n').at(-1) ?? '';
			assert.ok([...line].length < 60, line);
		}
	});
	it('ends with the evidence', async () => {
		const { report } = await played(false);
		assert.ok(report.includes('✓ Verified fix · $0.00 of $0.25'));
		assert.ok(report.includes('1 passed, 1 failed → 2 passed, 0 failed'));
	});
});

describe('style', () => {
	it('keeps NO_COLOR', () => {
		assert.equal(styleFor({ isTTY: true }, { NO_COLOR: '1' }).red('x'), 'x');
		assert.equal(styleFor({ isTTY: true }, {}).red('x'), '\u001b[31mx\u001b[0m');
		assert.equal(styleFor({}, {}).red('x'), 'x');
	});
	it('colours a diff without changing its text', () => {
		const diff = 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n';
		const coloured = colouredDiff(diff, styleFor({ isTTY: true }, {}));
		// biome-ignore lint: the codes are what is taken out
		assert.equal(coloured.replace(/\u001b\[\d+m/g, ''), diff);
		assert.ok(coloured.includes('\u001b[32m+b'));
	});
	it('shows control characters of test names', () =>
		assert.equal(printable('a\u001b[2Jb\tc'), 'a\\x1b[2Jb\tc'));
});
