// Builds the two faces (editor, terminal), the child-process programs and their assets into dist/.
const { cpSync, existsSync, mkdirSync, readdirSync, rmSync } = require('node:fs');
const path = require('node:path');
const esbuild = require('esbuild');

const root = __dirname;
const dist = path.join(root, 'dist');
const watch = process.argv.includes('--watch');

/** Programs we start in child processes; each is bundled alone. Sources that do not exist yet are left out. */
const programs = {
	extension: 'src/extension.ts',
	engine: 'src/engine/engine.ts',
	cli: 'src/cli.ts',
	speeches: 'src/models/wires/speeches.ts',
	mcp: 'src/mcp/serve.ts',
	javascriptWorker: 'src/propose/free/javascript/worker/main.ts',
	'reporters/mocha': 'src/verify/reporters/mocha.ts',
	'reporters/nodePreload': 'src/verify/reporters/nodePreload.ts',
	'reporters/jest': 'src/verify/reporters/jest.ts',
};
/** The same as ES modules, where a framework loads them with import(). */
const modules = {
	'reporters/nodeTest': 'src/verify/reporters/nodeTest.ts',
	'reporters/vitest': 'src/verify/reporters/vitest.ts',
};
/** The page "Spending", for the browser that shows it. */
const page = { 'spending/page': 'src/ui/spending/page/main.ts', 'spending/style': 'src/ui/spending/page/page.css' };
/** Python programs, copied as they are. */
const copies = ['src/verify/reporters', 'src/propose/free/python'];
/** Grammars of the languages that the free proposer and the code context read. */
const grammars = [
	...['javascript', 'typescript', 'tsx', 'python'],
	...['go', 'rust', 'java', 'c-sharp', 'ruby', 'php'],
];

const present = (entries) =>
	Object.fromEntries(Object.entries(entries).filter(([, source]) => existsSync(path.join(root, source))));

/** Messages of zod in forty languages come along with the providers' client libraries; English is enough. */
const englishOnly = {
	name: 'english-only',
	setup(build) {
		build.onResolve({ filter: /locales\/index\.js$/ }, ({ path: name, resolveDir }) =>
			/[\\/]node_modules[\\/]zod[\\/]/.test(resolveDir)
				? { path: path.join(resolveDir, path.dirname(name), 'en.js') }
				: undefined,
		);
	},
};

/**
 * What is large and seldom needed is a bundle of its own, which the faces load where they use it first: the providers'
 * client libraries, and the protocol that other programs call us by.
 */
const loadedLate = {
	name: 'loaded-late',
	setup(build) {
		build.onResolve({ filter: /\/(wires\/speeches|mcp\/serve)$/ }, ({ kind, path: name }) =>
			kind === 'dynamic-import'
				? { path: name.endsWith('serve') ? 'mcp' : 'speeches', namespace: 'late' }
				: undefined,
		);
		build.onResolve({ filter: /^\.\/\w+\.js$/, namespace: 'late' }, ({ path: name }) => ({
			path: name,
			external: true,
		}));
		// As require(): import() of a large CommonJS file takes a second to look for its exports.
		build.onLoad({ filter: /.*/, namespace: 'late' }, ({ path: name }) => ({
			contents: `module.exports = require('./${name}.js');`,
		}));
	},
};

const common = {
	absWorkingDir: root,
	bundle: true,
	platform: 'node',
	target: 'node20',
	outdir: dist,
	sourcemap: true,
	legalComments: 'none',
	logLevel: 'warning',
	external: ['vscode'],
	plugins: [englishOnly, loadedLate],
};

async function main() {
	rmSync(dist, { recursive: true, force: true });
	mkdirSync(path.join(dist, 'grammars'), { recursive: true });
	const wasm = path.join(root, 'node_modules/@vscode/tree-sitter-wasm/wasm');
	cpSync(path.join(wasm, 'tree-sitter.wasm'), path.join(dist, 'grammars/tree-sitter.wasm'));
	for (const name of grammars) {
		cpSync(path.join(wasm, `tree-sitter-${name}.wasm`), path.join(dist, `grammars/tree-sitter-${name}.wasm`));
	}
	for (const folder of copies) {
		const from = path.join(root, folder);
		for (const name of existsSync(from) ? readdirSync(from) : []) {
			if (name.endsWith('.py')) {
				cpSync(path.join(from, name), path.join(dist, 'python', name));
			}
		}
	}
	// The project of "Open Sample Failing Test".
	cpSync(path.join(root, 'test/demo/sample'), path.join(dist, 'sample'), { recursive: true });
	const builds = [
		{ ...common, format: 'cjs', entryPoints: present(programs) },
		{ ...common, format: 'esm', outExtension: { '.js': '.mjs' }, entryPoints: present(modules) },
		{
			...common,
			...{ platform: 'browser', target: 'es2022', format: 'iife', minify: true, sourcemap: false },
			entryPoints: present(page),
		},
	].filter((options) => Object.keys(options.entryPoints).length > 0);
	if (watch) {
		await Promise.all(builds.map(async (options) => (await esbuild.context(options)).watch()));
		return;
	}
	await Promise.all(builds.map((options) => esbuild.build(options)));
}

main().catch((error) => {
	console.error(error);
	process.exitCode = 1;
});
