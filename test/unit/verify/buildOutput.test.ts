import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { discoverSuite } from '../../../src/verify/discovery';

describe('what must be built before the tests', () => {
	let root: string;
	beforeEach(() => {
		root = realpathSync(mkdtempSync(path.join(tmpdir(), 'underbid-build-')));
	});
	afterEach(() => rmSync(root, { recursive: true, force: true }));

	const write = (files: Readonly<Record<string, string>>) => {
		for (const [name, text] of Object.entries(files)) {
			mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
			writeFileSync(path.join(root, name), text);
		}
	};
	const buildOf = async (folder = '') => {
		const discovery = await discoverSuite(root, folder);
		assert.ok(discovery.kind === 'found');
		return (discovery.suite.build ?? []).map((argv) => argv.join(' '));
	};
	const tsconfig =
		'{\n\t// where the output goes\n\t"compilerOptions": { "outDir": "dist", "rootDir": "src" }\n}\n';
	const manifest = (more: Record<string, unknown>) =>
		JSON.stringify({ name: 'p', main: 'dist/index.js', ...more });
	const scripts = { build: 'tsc -p .', test: 'node --test test' };

	for (const [what, files, build] of [
		['a test of the output', { 'test/a.test.js': "require('../dist/index.js')" }, ['npm run --silent build']],
		['a test of the package', { 'test/a.test.js': "import x from '..'" }, ['npm run --silent build']],
		['a test that names it', { 'test/a.test.js': "import x from 'p';" }, ['npm run --silent build']],
		[
			'tests in the output',
			{ 'package.json': manifest({ scripts: { ...scripts, test: 'node --test dist/test' } }) },
			['npm run --silent build'],
		],
		[
			'a build through another script',
			{
				'package.json': manifest({ scripts: { build: 'npm run compile', compile: 'tsc', test: 'mocha' } }),
				'test/a.test.js': "require('..')",
			},
			['npm run --silent build'],
		],
		['tests of the sources', { 'test/a.test.ts': "import x from '../src/index'" }, []],
		[
			'a test script that builds',
			{
				'package.json': manifest({ scripts: { ...scripts, test: 'tsc -p . && node --test test' } }),
				'test/a.test.js': "require('..')",
			},
			['tsc -p .'],
		],
		[
			'no build script',
			{
				'package.json': manifest({ scripts: { test: 'node --test test' } }),
				'test/a.test.js': "require('..')",
			},
			[],
		],
		[
			'a build that is no compiler’s',
			{
				'package.json': manifest({ scripts: { ...scripts, build: 'webpack' } }),
				'test/a.test.js': "require('..')",
			},
			[],
		],
		[
			'an output that is committed',
			{ 'tsconfig.json': '{}', 'test/a.test.js': "require('../dist/index.js')" },
			[],
		],
	] as const) {
		it(`${what}: ${build.length === 0 ? 'nothing' : build.join(', ')}`, async () => {
			write({ 'package.json': manifest({ scripts }), 'tsconfig.json': tsconfig, ...files });
			assert.deepEqual(await buildOf(), build);
		});
	}

	describe('in a monorepo', () => {
		beforeEach(() => {
			for (const [name, needs] of [
				['a', {}],
				['b', { '@x/a': '*' }],
				['c', { '@x/b': '*', left: '1' }],
			] as const) {
				write({
					[`packages/${name}/package.json`]: JSON.stringify({
						name: `@x/${name}`,
						main: name === 'c' ? 'src/index.js' : './dist/index.js',
						scripts: name === 'c' ? { test: 'vitest run' } : { build: 'tsc' },
						dependencies: needs,
					}),
					[`packages/${name}/tsconfig.json`]: tsconfig,
				});
				mkdirSync(path.join(root, 'node_modules/@x'), { recursive: true });
				symlinkSync(`../../packages/${name}`, path.join(root, 'node_modules/@x', name));
			}
			write({ 'package.json': '{}', 'node_modules/left/package.json': manifest({ scripts }) });
		});

		it('builds the packages that a package needs, those first that others need', async () => {
			assert.deepEqual(await buildOf('packages/c'), [
				'npm run --silent --prefix ../a build',
				'npm run --silent --prefix ../b build',
			]);
		});

		it('builds none where the tests are led to the sources', async () => {
			write({ 'packages/c/vitest.config.ts': 'export default { resolve: { alias: {} } }' });
			assert.deepEqual(await buildOf('packages/c'), []);
		});
	});
});
