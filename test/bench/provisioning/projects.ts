// Small projects, one for each way that dependencies are installed. In each the bug lies in a package or module other
// than the one that tests it, and the test says what it saw.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface ProvisionedProject {
	readonly name: string;
	/** Programs that must be there; the project is left out, and said to be, where one is not. */
	readonly needs: readonly string[];
	readonly files: Readonly<Record<string, string>>;
	/** Installs, and builds what a developer would have built. */
	install(root: string, tools: Tools): void;
	/** How the tests are run; undefined: as it is found. */
	readonly command?: string;
	/** Relative to the root. */
	readonly folder?: string;
	readonly fix: { readonly path: string; readonly from: string; readonly to: string };
}

/** Runs what installs, with caches of its own. */
export interface Tools {
	run(root: string, argv: readonly string[]): void;
	readonly pnpm: string;
	readonly yarnClassic: string;
	readonly yarnBerry: string;
}

export function toolsIn(cache: string): Tools {
	mkdirSync(cache, { recursive: true });
	const env: NodeJS.ProcessEnv = {
		...process.env,
		CI: '1',
		npm_config_audit: 'false',
		npm_config_fund: 'false',
		npm_config_update_notifier: 'false',
		YARN_CACHE_FOLDER: path.join(cache, 'yarn'),
		YARN_GLOBAL_FOLDER: path.join(cache, 'berry'),
		YARN_ENABLE_TELEMETRY: '0',
		YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
	};
	const run = (root: string, argv: readonly string[]): void => {
		execFileSync(argv[0] ?? '', argv.slice(1), { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
	};
	if (!existsSync(path.join(cache, 'node_modules/pnpm'))) {
		writeFileSync(path.join(cache, 'package.json'), '{ "private": true }\n');
		run(cache, ['npm', 'install', '--no-save', 'pnpm@9.15.9', 'yarn@1.22.22', '@yarnpkg/cli-dist@4.6.0']);
	}
	const registry = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
	env['YARN_NPM_REGISTRY_SERVER'] = registry;
	env['npm_config_registry'] = registry;
	return {
		run,
		pnpm: path.join(cache, 'node_modules/pnpm/bin/pnpm.cjs'),
		yarnClassic: path.join(cache, 'node_modules/yarn/bin/yarn.js'),
		yarnBerry: path.join(cache, 'node_modules/@yarnpkg/cli-dist/bin/yarn.js'),
	};
}

const testOfB = `const { test } = require('node:test');
const assert = require('node:assert/strict');
const { double } = require('@x/a');
const isOdd = require('is-odd');
test('doubles', () => assert.equal(double(3), 6));
test('uses what is installed', () => assert.equal(isOdd(3), true));
`;

/** Two packages in one repository; b tests a. */
const workspace = (more: Record<string, unknown>, dependency: string): Record<string, string> => ({
	'.gitignore': 'node_modules\n.yarn\n.pnp.*\n',
	'package.json': `${JSON.stringify({ name: 'root', private: true, scripts: { test: 'node --test packages/b/test/b.test.js' }, ...more })}\n`,
	'packages/a/package.json': '{ "name": "@x/a", "version": "1.0.0", "main": "index.js" }\n',
	'packages/a/index.js': 'exports.double = (n) => n + n + 1;\n',
	'packages/b/package.json': `${JSON.stringify({
		name: '@x/b',
		version: '1.0.0',
		scripts: { test: 'node --test' },
		dependencies: { '@x/a': dependency, 'is-odd': '3.0.1' },
	})}\n`,
	'packages/b/test/b.test.js': testOfB,
});
const fixOfA = { path: 'packages/a/index.js', from: 'n + n + 1', to: 'n + n' };
const workspaces = { workspaces: ['packages/*'] };
const pnpmFiles = {
	...workspace({}, 'workspace:*'),
	'pnpm-workspace.yaml': 'packages:\n  - packages/*\n',
};

const tsconfig = (more: Record<string, unknown>, options: Record<string, unknown> = {}): string =>
	`${JSON.stringify({ compilerOptions: { outDir: 'dist', rootDir: 'src', module: 'commonjs', target: 'es2020', moduleResolution: 'node', skipLibCheck: true, types: [], strict: true, ...options }, include: ['src'], ...more })}\n`;
const TYPESCRIPT = { devDependencies: { typescript: '5.9.3' } };

const pytestOf = (module: string): string =>
	`from ${module} import double\n\ndef test_doubles():\n    assert double(3) == 6\n\ndef test_zero():\n    assert double(-1) == -1 or double(0) in (0, 1)\n`;
const setup = (more: string): string =>
	`[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "calc-x"\nversion = "1"\n[tool.pytest.ini_options]\ntestpaths = ["tests"]\n${more}`;
/** What `pip install -e` leaves, without the index that it asks for setuptools: a path file that names the sources. */
const editable = (root: string, tools: Tools, sources: readonly string[]): void => {
	tools.run(root, ['python3', '-m', 'venv', '--system-site-packages', '.venv']);
	const lines = sources.map((source) => JSON.stringify(path.join(root, source))).join(', ');
	const program = `import site, os; d = [p for p in site.getsitepackages() if '.venv' in p][0]; open(os.path.join(d, '__editable__.calc.pth'), 'w').write('\\n'.join([${lines}]) + '\\n')`;
	tools.run(root, ['.venv/bin/python', '-c', program]);
};

export const PROJECTS: readonly ProvisionedProject[] = [
	{
		name: 'npm',
		needs: ['npm'],
		files: {
			'.gitignore': 'node_modules\n',
			'package.json':
				'{ "name": "one", "version": "1.0.0", "scripts": { "test": "node --test" }, "dependencies": { "is-odd": "3.0.1" } }\n',
			'lib/double.js': "exports.double = (n) => (require('is-odd')(n) ? n + n + 1 : n + n);\n",
			'test/one.test.js':
				"const { test } = require('node:test');\nconst assert = require('node:assert/strict');\ntest('doubles', () => assert.equal(require('../lib/double').double(3), 6));\ntest('even', () => assert.equal(require('../lib/double').double(2), 4));\n",
		},
		install: (root, tools) => tools.run(root, ['npm', 'install']),
		fix: { path: 'lib/double.js', from: 'n + n + 1', to: 'n + n' },
	},
	{
		name: 'npm workspaces',
		needs: ['npm'],
		files: workspace(workspaces, '1.0.0'),
		install: (root, tools) => tools.run(root, ['npm', 'install']),
		fix: fixOfA,
	},
	{
		name: 'npm workspaces, from the folder of one package',
		needs: ['npm'],
		files: workspace(workspaces, '1.0.0'),
		install: (root, tools) => tools.run(root, ['npm', 'install']),
		folder: 'packages/b',
		fix: fixOfA,
	},
	{
		name: 'pnpm workspaces, strict',
		needs: ['npm'],
		files: pnpmFiles,
		install: (root, tools) =>
			tools.run(root, [
				'node',
				tools.pnpm,
				'install',
				'--store-dir',
				path.join(path.dirname(tools.pnpm), '../../../store'),
			]),
		fix: fixOfA,
	},
	{
		name: 'pnpm workspaces, hoisted',
		needs: ['npm'],
		files: { ...pnpmFiles, '.npmrc': 'node-linker=hoisted\n' },
		install: (root, tools) =>
			tools.run(root, [
				'node',
				tools.pnpm,
				'install',
				'--store-dir',
				path.join(path.dirname(tools.pnpm), '../../../store'),
			]),
		fix: fixOfA,
	},
	{
		name: 'pnpm workspaces, a package injected',
		needs: ['npm'],
		files: {
			...pnpmFiles,
			'.npmrc': 'dedupe-injected-deps=false\n',
			'packages/b/package.json': `${JSON.stringify({
				name: '@x/b',
				version: '1.0.0',
				dependencies: { '@x/a': 'workspace:*', 'is-odd': '3.0.1' },
				dependenciesMeta: { '@x/a': { injected: true } },
			})}\n`,
		},
		install: (root, tools) =>
			tools.run(root, [
				'node',
				tools.pnpm,
				'install',
				'--store-dir',
				path.join(path.dirname(tools.pnpm), '../../../store'),
			]),
		fix: fixOfA,
	},
	{
		name: 'yarn classic, workspaces',
		needs: ['npm'],
		files: workspace(workspaces, '1.0.0'),
		install: (root, tools) => tools.run(root, ['node', tools.yarnClassic, 'install']),
		fix: fixOfA,
	},
	{
		name: 'yarn berry, node_modules',
		needs: ['npm'],
		files: { ...workspace(workspaces, 'workspace:*'), '.yarnrc.yml': 'nodeLinker: node-modules\n' },
		install: (root, tools) => tools.run(root, ['node', tools.yarnBerry, 'install']),
		fix: fixOfA,
	},
	{
		name: 'yarn berry, PnP with a cache in the project',
		needs: ['npm'],
		files: { ...workspace(workspaces, 'workspace:*'), '.yarnrc.yml': 'enableGlobalCache: false\n' },
		install: (root, tools) => tools.run(root, ['node', tools.yarnBerry, 'install']),
		fix: fixOfA,
	},
	{
		name: 'yarn berry, PnP with the cache of the machine',
		needs: ['npm'],
		files: workspace(workspaces, 'workspace:*'),
		install: (root, tools) => tools.run(root, ['node', tools.yarnBerry, 'install']),
		fix: fixOfA,
	},
	{
		name: 'TypeScript, output ignored by git, the test script builds',
		needs: ['npm'],
		files: {
			'.gitignore': 'node_modules\ndist\n',
			'package.json': `${JSON.stringify({ name: 't', private: true, scripts: { build: 'tsc -p .', test: 'tsc -p . && node --test test' }, ...TYPESCRIPT })}\n`,
			'tsconfig.json': tsconfig({}),
			'src/double.ts': 'export const double = (n: number): number => n + n + 1;\n',
			'test/t.test.js':
				"const { test } = require('node:test');\nconst assert = require('node:assert/strict');\nconst { double } = require('../dist/double.js');\ntest('doubles', () => assert.equal(double(3), 6));\ntest('is a number', () => assert.equal(typeof double(3), 'number'));\n",
		},
		install: (root, tools) => {
			tools.run(root, ['npm', 'install']);
			tools.run(root, ['npm', 'run', 'build']);
		},
		fix: { path: 'src/double.ts', from: 'n + n + 1', to: 'n + n' },
	},
	{
		name: 'TypeScript, output ignored by git, built by hand',
		needs: ['npm'],
		files: {
			'.gitignore': 'node_modules\ndist\n',
			'package.json': `${JSON.stringify({ name: 't', private: true, main: 'dist/double.js', scripts: { build: 'tsc -p .', test: 'node --test test' }, ...TYPESCRIPT })}\n`,
			'tsconfig.json': tsconfig({}),
			'src/double.ts': 'export const double = (n: number): number => n + n + 1;\n',
			'test/t.test.js':
				"const { test } = require('node:test');\nconst assert = require('node:assert/strict');\nconst { double } = require('..');\ntest('doubles', () => assert.equal(double(3), 6));\ntest('is a number', () => assert.equal(typeof double(3), 'number'));\n",
		},
		install: (root, tools) => {
			tools.run(root, ['npm', 'install']);
			tools.run(root, ['npm', 'run', 'build']);
		},
		fix: { path: 'src/double.ts', from: 'n + n + 1', to: 'n + n' },
	},
	{
		name: 'TypeScript, project references in a workspace',
		needs: ['npm'],
		files: {
			'.gitignore': 'node_modules\ndist\n*.tsbuildinfo\n',
			'package.json': `${JSON.stringify({ name: 'root', private: true, ...workspaces, scripts: { build: 'tsc -b packages/b', test: 'tsc -b packages/b && node --test packages/b/test' }, ...TYPESCRIPT })}\n`,
			'packages/a/package.json':
				'{ "name": "@x/a", "version": "1.0.0", "main": "dist/index.js", "types": "dist/index.d.ts" }\n',
			'packages/a/tsconfig.json': tsconfig({}, { composite: true, declaration: true }),
			'packages/a/src/index.ts': 'export const double = (n: number): number => n + n + 1;\n',
			'packages/b/package.json':
				'{ "name": "@x/b", "version": "1.0.0", "main": "dist/index.js", "dependencies": { "@x/a": "1.0.0" } }\n',
			'packages/b/tsconfig.json': tsconfig({ references: [{ path: '../a' }] }, { composite: true }),
			'packages/b/src/index.ts':
				"import { double } from '@x/a';\nexport const quadruple = (n: number): number => double(double(n));\n",
			'packages/b/test/b.test.js':
				"const { test } = require('node:test');\nconst assert = require('node:assert/strict');\nconst { quadruple } = require('..');\ntest('quadruples', () => assert.equal(quadruple(3), 12));\ntest('is a number', () => assert.equal(typeof quadruple(3), 'number'));\n",
		},
		install: (root, tools) => {
			tools.run(root, ['npm', 'install']);
			tools.run(root, ['npm', 'run', 'build']);
		},
		fix: { path: 'packages/a/src/index.ts', from: 'n + n + 1', to: 'n + n' },
	},
	{
		name: 'Python, an editable install in .venv',
		needs: ['python3', 'pytest'],
		files: {
			'.gitignore': '.venv\n__pycache__\n',
			'pyproject.toml': setup(''),
			'calc/__init__.py': 'def double(n):\n    return n + n + 1\n',
			'tests/test_calc.py': pytestOf('calc'),
		},
		install: (root, tools) => editable(root, tools, ['']),
		fix: { path: 'calc/__init__.py', from: 'n + n + 1', to: 'n + n' },
	},
	{
		name: 'Python, src layout',
		needs: ['python3', 'pytest'],
		files: {
			'.gitignore': '.venv\n__pycache__\n',
			'pyproject.toml': setup(''),
			'src/calc/__init__.py': 'def double(n):\n    return n + n + 1\n',
			'tests/test_calc.py': pytestOf('calc'),
		},
		install: (root, tools) => editable(root, tools, ['src']),
		fix: { path: 'src/calc/__init__.py', from: 'n + n + 1', to: 'n + n' },
	},
	{
		name: 'Python, namespace packages in two projects',
		needs: ['python3', 'pytest'],
		files: {
			'.gitignore': '.venv\n__pycache__\n',
			'a/pyproject.toml': setup(''),
			'a/src/corp/sums/__init__.py': 'def double(n):\n    return n + n + 1\n',
			'b/pyproject.toml': setup(''),
			'b/src/corp/use/__init__.py':
				'from corp.sums import double\n\n\ndef quadruple(n):\n    return double(double(n))\n',
			'b/tests/test_use.py':
				'from corp.use import quadruple\n\n\ndef test_quadruples():\n    assert quadruple(3) == 12\n\n\ndef test_type():\n    assert isinstance(quadruple(1), int)\n',
		},
		install: (root, tools) => editable(root, tools, ['a/src', 'b/src']),
		folder: 'b',
		fix: { path: 'a/src/corp/sums/__init__.py', from: 'n + n + 1', to: 'n + n' },
	},
	{
		name: 'Go modules with a local replace',
		needs: ['go'],
		files: {
			'go.work.off': '',
			'b/go.mod':
				'module example.org/b\n\ngo 1.20\n\nrequire example.org/a v0.0.0\n\nreplace example.org/a => ../a\n',
			'b/b.go':
				'package b\n\nimport "example.org/a"\n\nfunc Quadruple(n int) int { return a.Double(a.Double(n)) }\n',
			'b/b_test.go':
				'package b\n\nimport "testing"\n\nfunc TestQuadruple(t *testing.T) {\n\tif Quadruple(3) != 12 {\n\t\tt.Fatal(Quadruple(3))\n\t}\n}\n\nfunc TestOther(t *testing.T) {}\n',
			'a/go.mod': 'module example.org/a\n\ngo 1.20\n',
			'a/a.go': 'package a\n\nfunc Double(n int) int { return n + n + 1 }\n',
		},
		install: () => undefined,
		folder: 'b',
		fix: { path: 'a/a.go', from: 'n + n + 1', to: 'n + n' },
	},
	{
		name: 'a Cargo workspace with one target folder',
		needs: ['cargo'],
		files: {
			'.gitignore': 'target\n',
			'Cargo.toml': '[workspace]\nmembers = ["a", "b"]\nresolver = "2"\n',
			'a/Cargo.toml': '[package]\nname = "a"\nversion = "0.1.0"\nedition = "2021"\n',
			'a/src/lib.rs': 'pub fn double(n: i32) -> i32 {\n    n + n + 1\n}\n',
			'b/Cargo.toml':
				'[package]\nname = "b"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\na = { path = "../a" }\n',
			'b/src/lib.rs':
				'pub fn quadruple(n: i32) -> i32 {\n    a::double(a::double(n))\n}\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn quadruples() {\n        assert_eq!(super::quadruple(3), 12);\n    }\n    #[test]\n    fn other() {}\n}\n',
		},
		install: (root, tools) => tools.run(root, ['cargo', 'build', '--offline']),
		fix: { path: 'a/src/lib.rs', from: 'n + n + 1', to: 'n + n' },
	},
];
