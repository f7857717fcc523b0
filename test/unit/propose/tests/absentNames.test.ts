import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Tree } from '../../../../src/core/effects';
import { absentNames } from '../../../../src/propose/tests/absentNames';

describe('names that are not there yet', () => {
	let root: string;
	beforeEach(() => {
		root = mkdtempSync(path.join(os.tmpdir(), 'absent-'));
		for (const folder of ['src', 'test', 'node_modules/dep']) {
			mkdirSync(path.join(root, folder), { recursive: true });
		}
		for (const [file, text] of [
			['src/text.js', 'exports.lines = (text) => text.split("\\n");\n'],
			['src/more.py', 'def chars(text):\n    return list(text)\n'],
			['test/text.test.js', 'words();\n'],
			['node_modules/dep/index.js', 'exports.words = 1;\n'],
			['README.md', 'words are to come\n'],
			['.gitignore', 'node_modules\n'],
		] as const) {
			writeFileSync(path.join(root, file), text);
		}
		execFileSync('git', ['init', '-q'], { cwd: root });
		execFileSync('git', ['add', '-A'], { cwd: root });
	});
	afterEach(() => rmSync(root, { recursive: true }));

	const absent = async (...names: readonly string[]) => [
		...(await absentNames({ root } as Tree, new Set(names), new AbortController().signal)),
	];

	it('stand nowhere in the code, its tests, texts and installed things aside', async () => {
		assert.deepEqual(await absent('words', 'lines', 'chars', 'line'), ['words', 'line']);
	});

	it('are none where it is not looked to the end', async () => {
		const stop = AbortSignal.abort();
		assert.deepEqual([...(await absentNames({ root } as Tree, new Set(['words']), stop))], []);
	});

	it('are none where a file is too large to be read', async () => {
		writeFileSync(path.join(root, 'src/huge.js'), 'x;'.repeat(1024 * 1024));
		assert.deepEqual(await absent('words'), []);
	});
});
