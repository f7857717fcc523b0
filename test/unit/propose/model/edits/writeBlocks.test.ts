import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyEdits, parseEdits } from '../../../../../src/propose/model/edits';
import { blocksText, type TextChange } from '../../../../../src/propose/model/edits/writeBlocks';

const NEVER = new AbortController().signal;

async function readBack(changes: readonly TextChange[]): Promise<ReadonlyMap<string, string> | string> {
	const bases = new Map(changes.flatMap(({ path, base }) => (base === undefined ? [] : [[path, base]])));
	const applied = await applyEdits(
		parseEdits(`It was wrong.\n\n${blocksText(changes)}\n`),
		{
			list: () => Promise.resolve([...bases.keys()].sort()),
			read: (path) =>
				Promise.resolve(
					bases.has(path)
						? { kind: 'text', text: bases.get(path) ?? '' }
						: { kind: 'refused', reason: 'There is no such file.' },
				),
			refusal: () => undefined,
		},
		NEVER,
	);
	return applied.kind === 'applied'
		? new Map(applied.edits.map(({ path, text }) => [path, text]))
		: applied.reasons.join(' ');
}

/** Lines that come again and again, as they do in code. */
const line = fc.constantFrom('}', '', '\treturn a;', '\tif (a) {', '\t\tb += 1;', 'const c = 2;', 'next();');
const text = fc.array(line, { minLength: 1, maxLength: 25 });

describe('writing blocks', () => {
	it('gives small edits the lines around them', () => {
		const base = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n';
		assert.equal(
			blocksText([{ path: 'a.txt', base, patched: base.replace('four', 'FOUR') }]),
			'a.txt\n<<<<<<< SEARCH\ntwo\nthree\nfour\nfive\nsix\n=======\ntwo\nthree\nFOUR\nfive\nsix\n>>>>>>> REPLACE',
		);
	});

	it('takes as many lines as make the place the only one', () => {
		const part = 'a();\nb();\nc();\nd();\ne();\n';
		const written = blocksText([
			{
				path: 'a.js',
				base: `first();\n${part}${part}`,
				patched: `first();\n${part}${part.replace('c', 'C')}`,
			},
		]);
		assert.equal(written.split('SEARCH').length, 2);
		assert.match(written, /SEARCH\n(?:.*\n)*a\(\);\nb\(\);\nc\(\);\nd\(\);\ne\(\);\n=======/);
	});

	it('is read back as the very change, or refused: never as another', async () => {
		let same = 0;
		await fc.assert(
			fc.asyncProperty(text, text, fc.constantFrom('\n', '\r\n'), async (before, after, end) => {
				const change = {
					path: 'src/code.js',
					base: `${before.join(end)}${end}`,
					patched: `${after.join(end)}${end}`,
				};
				fc.pre(change.base !== change.patched && change.base.trim() !== '');
				const read = await readBack([change]);
				if (typeof read !== 'string') {
					assert.equal(read.get('src/code.js'), change.patched);
					same += 1;
				}
			}),
			{ numRuns: 500 },
		);
		assert.ok(same > 250, `${same} of 500 could be read back`);
	});

	it('carries several files and new ones', async () => {
		const changes = [
			{ path: 'src/a.js', base: 'let a = 1;\nexport { a };\n', patched: 'let a = 2;\nexport { a };\n' },
			{ path: 'src/b.js', patched: 'export const b = 1;\n' },
		];
		assert.deepEqual(
			await readBack(changes),
			new Map([
				['src/a.js', 'let a = 2;\nexport { a };\n'],
				['src/b.js', 'export const b = 1;\n'],
			]),
		);
	});
});
