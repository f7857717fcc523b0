import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { styleFor } from '../../../src/terminal/style';
import { askAboutTest, editText, type TestQuestion } from '../../../src/terminal/testQuestion';

const question: TestQuestion = {
	proposed: {
		patch: { diff: '+test(\u001b[31m)\n', hash: 'h', files: ['test/a.js'], linesAdded: 1, linesRemoved: 0 },
		summary: 'checks that it adds',
		warnings: [],
	},
	texts: [{ path: 'test/a.js', text: 'test()\n' }],
	shown: {
		tests: [{ id: 'test/a.js::a', name: 'a', status: 'failed', failure: { message: '\n-1 is not 5' } }],
		...{ telling: 1, agrees: ['the same error'] },
	},
	refused: 'It passes on the current text.',
};

async function asked(typed: readonly string[], edited?: string, cancel?: AbortController) {
	const input = Object.assign(new PassThrough(), { isTTY: true });
	const output = Object.assign(new PassThrough(), { isTTY: true });
	let shown = '';
	let left = [...typed];
	output.on('data', (chunk: Buffer) => {
		const text = chunk.toString();
		shown += text;
		if (text.includes('[Y/n/e')) {
			const [next, ...rest] = left;
			left = rest;
			setImmediate(() => (next === undefined ? (cancel?.abort(), input.end()) : input.write(next)));
		}
	});
	const signal = (cancel ?? new AbortController()).signal;
	const said = await askAboutTest(question, { input, output }, styleFor({}, {}), async () => edited, signal);
	return { said, shown };
}

describe('asking about a written test', () => {
	it('shows the test, how it fails, and why an edit was refused, control characters made visible', async () => {
		const { shown } = await asked(['y\n']);
		for (const part of [
			'+test(\\x1b[31m)',
			'checks that it adds',
			'-1 is not 5',
			'the same error',
			'Your edit cannot be used: It passes',
		]) {
			assert.ok(shown.includes(part), part);
		}
	});
	for (const [typed, kind] of [
		[['\n'], 'yes'],
		[['Yes\n'], 'yes'],
		[['n\n'], 'no'],
		[['what\n', 'no\n'], 'no'],
		[[], 'no'],
	] as const) {
		it(`${JSON.stringify(typed)} means ${kind}`, async () =>
			assert.equal((await asked(typed)).said.kind, kind));
	}
	it('an edit is given back whole; one that could not be made asks again', async () => {
		assert.deepEqual((await asked(['e\n'], 'test(1)\n')).said, {
			kind: 'edited',
			changes: [{ path: 'test/a.js', text: 'test(1)\n' }],
		});
		const { said, shown } = await asked(['e\n', 'n\n']);
		assert.equal(said.kind, 'no');
		assert.match(shown, /set EDITOR/);
	});
	it('cancelling means no', async () =>
		assert.equal((await asked([], undefined, new AbortController())).said.kind, 'no'));
	it("the user's editor works on a copy", async () => {
		const folder = mkdtempSync(path.join(os.tmpdir(), 'editor-'));
		try {
			const program = path.join(folder, 'editor.cjs');
			writeFileSync(program, "require('fs').appendFileSync(process.argv[2], 'more\\n');");
			assert.equal(await editText('a\n', 'x.js', { EDITOR: `${process.execPath} ${program}` }), 'a\nmore\n');
			assert.equal(await editText('a\n', 'x.js', {}), undefined);
			assert.equal(await editText('a\n', 'x.js', { EDITOR: path.join(folder, 'none') }), undefined);
		} finally {
			rmSync(folder, { recursive: true, force: true });
		}
	});
});
