import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import type { SuiteRun } from '../../../../../src/core/suite';
import { Desk } from '../../../../../src/propose/model/tools/desk';
import { globOf } from '../../../../../src/propose/model/tools/glob';
import { shortened } from '../../../../../src/propose/model/tools/shorten';
import { testReport } from '../../../../../src/propose/model/tools/testReport';
import { jsonOf } from '../../../../../src/propose/model/tools/tool';
import { answerCall, TOOL_SPECS } from '../../../../../src/propose/model/tools/toolbox';
import { WorkFiles } from '../../../../../src/propose/model/workFiles';
import { type Bed, BROKEN, GREEN, inBed, OTHER, RED, SIGNAL, TARGET } from './agentBed';
import { call } from './scriptedModel';

const TOKEN = ['ghp', '_', 'x7Kq9mWv2LpR4tYb', 'N8sDfG3hJ6kZ1cXe5uQa'].join('');

/** Lines of a made-up key. */
const BODY = Array.from({ length: 12 }, (_, line) =>
	Buffer.from(Array.from({ length: 48 }, (__, at) => (line * 89 + at * 151 + at * at * 7) % 256)).toString(
		'base64',
	),
);
const KEY = ['-----BEGIN ', 'PRIVATE KEY-----\n', BODY.join('\n'), '\n-----END ', 'PRIVATE KEY-----'].join(
	'',
);

describe('tools', () => {
	const at = (bed: Bed, literals: readonly string[] = []) => {
		const desk = new Desk(bed.task, new WorkFiles(bed.tree.root), literals);
		const ask = async (name: string, args: unknown) =>
			(await answerCall(call(name, args), desk, () => undefined, SIGNAL)).text;
		const text = (name: string) => readFileSync(path.join(bed.tree.root, name), 'utf8');
		return { desk, ask, text };
	};

	it('have small forms of plain JSON schema', () => {
		assert.deepEqual(
			TOOL_SPECS.map(({ name }) => name),
			['search', 'read_file', 'list_files', 'edit_file', 'revert_file', 'run_tests'],
		);
		assert.ok(JSON.stringify(TOOL_SPECS).length < 2_500);
		const read = TOOL_SPECS.find(({ name }) => name === 'read_file')?.parameters;
		assert.deepEqual(read, {
			type: 'object',
			properties: {
				path: { type: 'string', description: "Relative to the repository's root, with /." },
				from: { type: 'integer', description: 'First line; 1 when absent.' },
				to: { type: 'integer', description: 'Last line.' },
			},
			required: ['path'],
		});
	});

	it('find, list and show', async () => {
		const many = Object.fromEntries(
			Array.from({ length: 200 }, (_, index) => [`lib/f${index}.js`, 'needle\n']),
		);
		const files = {
			...BROKEN,
			...many,
			'long.js': Array.from({ length: 600 }, (_, index) => `line ${index + 1}`).join('\r\n'),
		};
		await inBed({ files }, async (bed) => {
			const { ask } = at(bed);
			assert.equal(
				await ask('search', { text: 'A, -B', ignoreCase: true }),
				'1 line.\n<project-data from="search">\nsrc/sub.js:2: exports.sub = (a, b) => add(a, -b);\n</project-data>',
			);
			assert.match(
				await ask('search', { text: '^exports\\.\\w+', regex: true, glob: 'src/*.js' }),
				/^2 lines\.\n/,
			);
			assert.match(
				await ask('search', { text: 'needle' }),
				/^60 lines\. 140 more are not shown; narrow the search\.\n/,
			);
			assert.equal(await ask('search', { text: 'nowhere', glob: 'src/**' }), 'Nothing found in 2 files.');
			assert.match(
				await ask('list_files', { glob: '*.test.js' }),
				/^2 files:\n.*\ntest\/add\.test\.js\ntest\/other/,
			);
			assert.match(
				await ask('list_files', {}),
				/^207 files, by folder:\n.*\n\.\/ 3\nlib\/ 200\nsrc\/ 2\ntest\/ 2\n/,
			);
			assert.match(await ask('list_files', { glob: 'src/' }), /^2 files:/);
			assert.match(
				await ask('read_file', { path: './src/add.js' }),
				/^Lines 1 to 3 of 3 of "src\/add\.js"\.\n.*\n1\texports\.add = /,
			);
			const part = await ask('read_file', { path: 'long.js', from: '590', to: null });
			assert.match(part, /^Lines 590 to 600 of 600[^]*\n600\tline 600\n<\/project-data>$/);
			assert.match(await ask('read_file', { path: 'long.js' }), /^Lines 1 to 250 of 600/);
			assert.match(await ask('read_file', { path: 'long.js', from: 601 }), /has 600 lines\.$/);
		});
	});

	it('edit the one place, keep line ends, make files, and take edits back', async () => {
		const files = { ...BROKEN, 'crlf.js': '\ufeffone();\r\ntwo();\r\n\tthree();\r\n' };
		await inBed({ files }, async (bed) => {
			const { desk, ask, text } = at(bed);
			assert.equal(
				await ask('edit_file', { path: 'crlf.js', search: 'two();\n', replace: '2();\n' }),
				'Edited "crlf.js".',
			);
			assert.equal(text('crlf.js'), '\ufeffone();\r\n2();\r\n\tthree();\r\n');
			// As reading shows it.
			await ask('edit_file', {
				path: 'crlf.js',
				search: '2\t2();\n3\t\tthree();',
				replace: '2\ttwo();\n3\t\t3();',
			});
			assert.equal(text('crlf.js'), '\ufeffone();\r\ntwo();\r\n\t3();\r\n');
			assert.equal(
				await ask('edit_file', { path: './lib/new.js', search: '', replace: 'a();\nb();\n' }),
				'Edited "lib/new.js".',
			);
			assert.equal(text('lib/new.js'), 'a();\nb();\n');
			assert.match(
				await ask('edit_file', { path: 'src/sub.js', search: 'add', replace: 'x' }),
				/3 times|several|more than/,
			);
			assert.match(
				await ask('edit_file', { path: 'src/sub.js', search: 'gone();', replace: 'x' }),
				/src\/sub\.js/,
			);
			assert.deepEqual(
				desk.edits.map((edit) => edit.path),
				['crlf.js', 'lib/new.js'],
			);
			const patch = (await desk.patch()) ?? assert.fail();
			assert.deepEqual(patch.files, ['crlf.js', 'lib/new.js']);
			assert.match(await ask('revert_file', { path: 'lib/new.js' }), /as it was at the start/);
			assert.throws(() => text('lib/new.js'));
			const undone = await ask('edit_file', { path: 'crlf.js', search: '3();', replace: 'three();' });
			assert.equal(undone, 'Edited "crlf.js".');
			assert.equal(text('crlf.js'), files['crlf.js']);
			assert.deepEqual(desk.edits, []);
			assert.equal(await desk.patch(), undefined);
			assert.match(await ask('revert_file', { path: 'crlf.js' }), /was not edited/);
		});
	});

	it('show no secret, and leave it in the file when something else is edited', async () => {
		const files = {
			...BROKEN,
			'src/client.js': `const token = '${TOKEN}';\nexports.limit = 3;\nexports.word = 'open sesame!';\nexports.key = \`${KEY}\`;\n`,
		};
		// Cut in its middle, each half of a token would look like nothing.
		const output = `${'x '.repeat(590)}${TOKEN} open sesame!${' x'.repeat(2_000)}`;
		const run = (): SuiteRun => ({ ...RED, output });
		await inBed({ files, run }, async (bed) => {
			const { ask, text } = at(bed, ['open sesame!']);
			const told = [
				await ask('read_file', { path: 'src/client.js' }),
				await ask('search', { text: 'token' }),
				await ask('search', { text: 'sesame' }),
				await ask('search', { text: '^[A-Za-z0-9+/=]{40,}', regex: true }),
				await ask('run_tests', {}),
				await ask('edit_file', {
					path: 'src/client.js',
					search: 'exports.limit = 3;',
					replace: 'exports.limit = 4;',
				}),
				await ask('edit_file', { path: 'src/client.js', search: 'exports.limit = 9;', replace: '' }),
			];
			for (const one of told) {
				assert.ok(!one.includes(TOKEN.slice(0, 12)) && !one.includes(TOKEN.slice(-12)), one);
				assert.ok(!one.includes('sesame!') && !one.includes(BODY[3] ?? ''), one);
			}
			assert.match(told[0] ?? '', /\[removed: /);
			assert.equal(text('src/client.js'), files['src/client.js'].replace('limit = 3', 'limit = 4'));
		});
	});

	it('run tests on the edits alone, once for each state', async () => {
		await inBed({ run: () => GREEN }, async (bed) => {
			const { desk, ask, text } = at(bed);
			await ask('edit_file', { path: 'src/add.js', search: 'a - b', replace: 'a + b' });
			writeFileSync(path.join(bed.tree.root, 'src/add.js'), 'a test wrote this\n');
			assert.match(
				await ask('run_tests', {}),
				/^The target test passes now\. In this run 2 passed and 0 failed\.$/,
			);
			assert.match(text('src/add.js'), /a \+ b/);
			await ask('run_tests', { scope: 'target' });
			await ask('run_tests', { scope: 'all' });
			assert.deepEqual(bed.runs, ['target', 'all']);
			assert.deepEqual([desk.runs, desk.tested], [2, 1]);
		});
	});

	it('tell what the tests said, first what counts', async () => {
		await inBed({}, async ({ task, tree }) => {
			const of = (run: SuiteRun, scope: 'target' | 'all' = 'target') =>
				testReport.of(run, scope, task, tree.root);
			const base = {
				argv: ['node'],
				durationMs: 1,
				output: `\u001b[31mat ${tree.root}/src/add.js:2\u001b[0m`,
			};
			const red = of({ ...RED, ...base });
			assert.equal(red.says, '1 of 1 target test still fails. In this run 1 passed and 1 failed.');
			assert.equal(
				red.data,
				`${TARGET.id}\nExpected values to be strictly equal: -1 !== 5\nexpected: 5\nactual: -1\n\nat src/add.js:2`,
			);
			assert.deepEqual([of(GREEN).passes, of(GREEN).data], [true, '']);
			const broken = of({ ...GREEN, tests: GREEN.tests.slice(0, 1) }, 'all');
			assert.deepEqual([broken.passes, broken.broken], [true, [OTHER.id]]);
			assert.equal(of({ ...GREEN, tests: GREEN.tests.slice(1) }).passes, false);
			assert.equal(of({ ...GREEN, tests: [{ ...TARGET, status: 'skipped' }] }).passes, false);
			assert.match(of({ ...base, kind: 'neverRan', reason: 'no\nprogram' }).says, /could not be run: no$/);
			assert.match(of({ ...base, kind: 'timedOut', limitMs: 2_000, tests: [] }).says, /ended after 2 s/);
			assert.equal(of({ ...base, kind: 'cancelled' }).passes, false);
			const long = of({ ...RED, ...base, output: 'x\n'.repeat(1e6) });
			assert.ok(long.data.length < 4_500);
		});
	});

	it('a patch of any edits gives their texts on the base', async () => {
		await inBed({ run: () => RED }, async (bed) => {
			const names = ['src/add.js', 'src/sub.js', 'lib/new.js', 'lib/deep/er.js'] as const;
			const step = fc.record({
				name: fc.constantFrom(...names),
				text: fc
					.array(fc.constantFrom('a();', '\tb();', '', 'c'), { maxLength: 6 })
					.map((lines) => `${lines.join('\n')}\n`),
				revert: fc.boolean(),
			});
			await fc.assert(
				fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
					await bed.tree.reset();
					const { desk, text } = at(bed);
					for (const { name, text: next, revert } of steps) {
						await (revert ? desk.revert(name) : desk.change(name, next));
					}
					const { edits } = desk;
					for (const edit of edits) {
						assert.equal(text(edit.path), edit.text);
					}
					const patch = await desk.patch();
					assert.equal(patch === undefined, edits.length === 0);
					assert.deepEqual(await bed.tree.reset(), { kind: 'done' });
					if (patch !== undefined) {
						assert.deepEqual(await bed.tree.apply(patch), { kind: 'done' });
						assert.deepEqual(
							patch.files,
							edits.map((edit) => edit.path),
						);
					}
					for (const edit of edits) {
						assert.equal(text(edit.path), edit.text);
					}
				}),
				{ numRuns: 12 },
			);
		});
	}).timeout(60_000);

	it('read JSON from anything', () => {
		const kinds = (written: string) => jsonOf(written).kind;
		assert.deepEqual(jsonOf(''), { kind: 'value', value: {} });
		assert.deepEqual(jsonOf('{"a":null,"b":"[[[[[[[[["}'), { kind: 'value', value: { b: '[[[[[[[[[' } });
		assert.equal(kinds('{"a":"\\"[[[[[[[[["}'), 'value');
		for (const written of [
			'[',
			'null',
			'1',
			'{"a":[[[[[[1]]]]]]}',
			'['.repeat(1e5),
			'{"a":"',
			`{"a":"${'x'.repeat(3e5)}"}`,
		]) {
			assert.equal(kinds(written), 'refused', written.slice(0, 30));
		}
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.json()), (written) => {
				const read = jsonOf(written);
				assert.ok(read.kind === 'refused' || typeof read.value === 'object');
			}),
		);
	});

	it('tell paths by globs', () => {
		const table: readonly (readonly [string, string, boolean])[] = [
			['**', 'a/b.js', true],
			['*.js', 'a/b.js', true],
			['b.js', 'a/b.js', true],
			['b.js', 'a/ab.js', false],
			['src/*.js', 'src/a.js', true],
			['src/*.js', 'src/a/b.js', false],
			['src/**/*.js', 'src/a.js', true],
			['src/**/*.js', 'src/a/b/c.js', true],
			['./src/**', 'src/a/b', true],
			['**/a/**/c', 'x/a/y/z/c', true],
			['**/a/**/c', 'x/y/z/c', false],
			['src/*.{js,ts}', 'src/a.ts', true],
			['src/*.{js,ts}', 'src/a.py', false],
			['s?c/a.js', 'src/a.js', true],
			['[ab].js', 'a.js', false],
		];
		for (const [glob, name, fits] of table) {
			assert.equal(globOf(glob)?.(name), fits, `${glob} ${name}`);
		}
	});

	it('cut long texts in their middle', () => {
		fc.assert(
			fc.property(
				fc.string({ maxLength: 400, unit: 'binary' }),
				fc.integer({ min: 20, max: 200 }),
				(text, most) => {
					const short = shortened(text, most);
					assert.ok(short.length <= most + 40);
					assert.ok(!/\p{Cs}/u.test(short));
					assert.equal(short === text, text.length <= most);
				},
			),
		);
		assert.equal(
			shortened(`head\n${'middle\n'.repeat(50)}tail\n`, 40),
			'head\nmiddle\n[330 characters left out]\nmiddle\nmiddle\ntail\n',
		);
	});
});
