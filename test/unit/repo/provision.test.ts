import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
	appendFileSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { takeSnapshot } from '../../../src/repo/snapshot';
import { Worktrees } from '../../../src/repo/worktrees';
import { contents, FixtureRepository, gitIn, SIGNAL } from './fixtureRepository';

describe('provision', () => {
	let fixture: FixtureRepository;
	beforeEach(() => {
		fixture = new FixtureRepository('a project');
	});
	afterEach(() => fixture.remove());

	function link(path: string, target: string): void {
		const place = join(fixture.root, path);
		mkdirSync(dirname(place), { recursive: true });
		symlinkSync(target, place);
	}

	function node(root: string, program: string, folder = 'packages/b'): string {
		return execFileSync(process.execPath, ['-p', program], {
			cwd: join(root, folder),
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'pipe'],
		}).trim();
	}

	function monorepo(): void {
		fixture.commit({
			'.gitignore': 'node_modules\n',
			'packages/a/package.json': '{"name":"@x/a","main":"index.js"}',
			'packages/a/index.js': 'module.exports = "old";\n',
			'packages/b/index.js': 'module.exports = require("@x/a") + require("third");\n',
		});
	}

	const npm = () => {
		link('node_modules/@x/a', '../../packages/a');
		link('node_modules/.bin/third', '../third/cli.js');
		fixture.write({
			'node_modules/third/index.js': 'module.exports = " and third";\n',
			'node_modules/third/cli.js': 'console.log("ran")\n',
			'node_modules/@scope/real/index.js': 'module.exports = 1;\n',
			'node_modules/.cache/tool/old.json': '{}',
			'node_modules/.package-lock.json': '{}',
		});
	};
	const pnpm = () => {
		fixture.write({
			'node_modules/.pnpm/third@1/node_modules/third/index.js': 'module.exports = require("fourth");\n',
			'node_modules/.pnpm/fourth@1/node_modules/fourth/index.js': 'module.exports = " and third";\n',
		});
		link('node_modules/.pnpm/third@1/node_modules/fourth', '../../fourth@1/node_modules/fourth');
		link('packages/b/node_modules/third', '../../../node_modules/.pnpm/third@1/node_modules/third');
		link('packages/b/node_modules/@x/a', '../../../a');
	};

	for (const [name, install] of [
		['npm', npm],
		['pnpm', pnpm],
	] as const) {
		it(`puts the patched package of a monorepo under test, as ${name} installs it`, async () => {
			monorepo();
			install();
			const before = contents(fixture.root, { times: true });
			await fixture.inTree(async (tree) => {
				const base = contents(tree.root, { times: false });
				const program = 'require("./index.js")';
				assert.equal(node(tree.root, program), 'old and third');
				const patch = await tree.patchOf([
					{ path: 'packages/a/index.js', text: 'module.exports = "patched";\n' },
				]);
				assert.ok(patch);
				assert.equal((await tree.apply(patch)).kind, 'done');
				assert.equal(node(tree.root, program), 'patched and third');
				assert.deepEqual(await tree.reset(), { kind: 'done' });
				assert.equal(node(tree.root, program), 'old and third');
				assert.equal(gitIn(tree.root, 'status', '--porcelain'), '');
				assert.equal(contents(tree.root, { times: false }), base);
			});
			assert.equal(contents(fixture.root, { times: true }), before);
		});
	}

	it('keeps programs, scopes and caches apart, and makes them whole again', async () => {
		monorepo();
		npm();
		await fixture.inTree(async (tree) => {
			const base = contents(tree.root, { times: false });
			const at = (path: string) => join(tree.root, path);
			assert.equal(node(tree.root, 'require("@scope/real")'), '1');
			assert.equal(realpathSync(at('node_modules/@x/a')), at('packages/a'));
			assert.equal(
				execFileSync(process.execPath, [at('node_modules/.bin/third')], { encoding: 'utf8' }),
				'ran\n',
			);
			assert.deepEqual(readdirSync(at('node_modules/.cache')), []);
			mkdirSync(at('node_modules/.cache/tool'));
			writeFileSync(at('node_modules/.cache/tool/poison.json'), '{}');
			writeFileSync(at('node_modules/.vite/poison.json'), '{}');
			mkdirSync(at('node_modules/stray'));
			rmSync(at('node_modules/third'));
			rmSync(at('node_modules/@x/a'));
			symlinkSync(fixture.parent, at('node_modules/@x/a'));
			writeFileSync(at('node_modules/.package-lock.json'), '[]');
			rmSync(at('node_modules/.bin'), { recursive: true });
			assert.deepEqual(await tree.reset(), { kind: 'done' });
			assert.equal(contents(tree.root, { times: false }), base);
			rmSync(at('node_modules'), { recursive: true });
			symlinkSync(join(fixture.root, 'node_modules'), at('node_modules'));
			assert.deepEqual(await tree.reset(), { kind: 'done' });
			assert.equal(contents(tree.root, { times: false }), base);
		});
		assert.ok(existsSync(join(fixture.root, 'node_modules/third/index.js')));
		assert.deepEqual(readdirSync(join(fixture.root, 'node_modules/.cache/tool')), ['old.json']);
	});

	it('finds a write into the installed dependencies, at once or when the tree is given back', async () => {
		monorepo();
		npm();
		await assert.rejects(
			fixture.inTree(async (tree) => {
				writeFileSync(join(tree.root, 'node_modules/third/new.js'), '');
				const reset = await tree.reset();
				assert.ok(reset.kind === 'failed');
				assert.match(reset.reason, /node_modules\/third was written/);
			}),
			/installed dependencies/,
		);
		await assert.rejects(
			fixture.inTree(async (tree) => {
				appendFileSync(join(tree.root, 'node_modules/third/index.js'), '\n');
			}),
			/index\.js was written/,
		);
	});

	it('copies small ignored things, and leaves caches, logs and large things out', async () => {
		fixture.commit({ '.gitignore': 'dist/\n.env\n*.log\ncoverage/\nbig/\n', 'a.js': '' });
		fixture.write({
			'.env': 'KEY=1\n',
			'dist/index.js': 'module.exports = 1;\n',
			'debug.log': 'x',
			'coverage/lcov.info': 'x',
			'big/data': Buffer.alloc(65_000_000),
		});
		link('dist/self.js', 'index.js');
		await fixture.inTree(async (tree) => {
			const base = contents(tree.root, { times: false });
			assert.deepEqual(readdirSync(tree.root).sort(), ['.env', '.git', '.gitignore', 'a.js', 'dist']);
			assert.equal(readFileSync(join(tree.root, 'dist/self.js'), 'utf8'), 'module.exports = 1;\n');
			writeFileSync(join(tree.root, '.env'), 'KEY=2\n');
			appendFileSync(join(tree.root, 'dist/index.js'), 'x');
			writeFileSync(join(tree.root, 'dist/more.js'), 'x');
			assert.deepEqual(await tree.reset(), { kind: 'done' });
			assert.equal(contents(tree.root, { times: false }), base);
		});
		assert.equal(readFileSync(join(fixture.root, '.env'), 'utf8'), 'KEY=1\n');
	});

	it('gives a Python environment that leads to the sources of the tree', async () => {
		fixture.commit({ '.gitignore': '.venv/\n', 'pyproject.toml': '', 'src/calc/__init__.py': '' });
		const packages = '.venv/lib/python3.12/site-packages';
		fixture.write({
			'.venv/pyvenv.cfg': 'home = /usr/bin\n',
			'.venv/bin/pytest': `#!${fixture.root}/.venv/bin/python\nimport pytest\n`,
			[`${packages}/__editable__.calc.pth`]: `${fixture.root}/src\n`,
			[`${packages}/neighbour.pth`]: `${fixture.root}-of-another/src\n`,
			[`${packages}/pytest/__init__.py`]: '',
		});
		link('.venv/bin/python', '/usr/bin/python3');
		link('.venv/lib64', 'lib');
		await fixture.inTree(async (tree, _, worktrees) => {
			const read = (path: string) => readFileSync(join(tree.root, path), 'utf8');
			assert.equal(read('.venv/bin/pytest').split('\n')[0], `#!${tree.root}/.venv/bin/python`);
			assert.equal(read(`${packages}/__editable__.calc.pth`), `${tree.root}/src\n`);
			assert.equal(read(`${packages}/neighbour.pth`), `${fixture.root}-of-another/src\n`);
			assert.equal(realpathSync(join(tree.root, '.venv/lib64')), join(tree.root, '.venv/lib'));
			const { prepend, set } = worktrees.environmentOf(tree.root);
			assert.deepEqual(prepend, {
				PATH: [join(tree.root, '.venv/bin')],
				PYTHONPATH: [join(tree.root, 'src')],
			});
			assert.equal(set['VIRTUAL_ENV'], join(tree.root, '.venv'));
			const { writable, readable, hidden } = worktrees.reachOf(tree.root);
			assert.ok(writable.includes(tree.root));
			assert.ok(readable.includes(join(fixture.root, '.venv')));
			assert.ok(hidden.includes(fixture.root));
			assert.deepEqual(await tree.reset(), { kind: 'done' });
		});
	});

	it('puts the patched package under test also where pnpm installed a copy of it', async () => {
		monorepo();
		const copy = 'node_modules/.pnpm/@x+a@file+packages+a/node_modules/@x/a';
		fixture.write({
			[`${copy}/package.json`]: '{"name":"@x/a","main":"index.js"}',
			[`${copy}/index.js`]: 'module.exports = "old";\n',
			'node_modules/third/index.js': 'module.exports = " and third";\n',
		});
		link('packages/b/node_modules/@x/a', `../../../../${copy}`);
		await fixture.inTree(async (tree) => {
			const patch = await tree.patchOf([
				{ path: 'packages/a/index.js', text: 'module.exports = "patched";\n' },
			]);
			assert.ok(patch);
			assert.equal((await tree.apply(patch)).kind, 'done');
			assert.equal(node(tree.root, 'require("./index.js")'), 'patched and third');
		});
	});

	it('lets installed packages find the patched package that they need, also through others', async () => {
		monorepo();
		npm();
		fixture.write({
			'node_modules/third/package.json': '{"name":"third","dependencies":{"plugin":"1"}}',
			'node_modules/third/index.js': 'module.exports = ` and ${require("plugin")}`;\n',
			'node_modules/plugin/package.json': '{"name":"plugin","peerDependencies":{"@x/a":"*"}}',
			'node_modules/plugin/lib.js': 'module.exports = `the plugin of ${require("@x/a")}`;\n',
			'node_modules/plugin/index.js': 'module.exports = require("./lib");\n',
			'node_modules/apart/package.json': '{"name":"apart","dependencies":{"other":"1"}}',
		});
		const before = contents(fixture.root, { times: true });
		await fixture.inTree(async (tree) => {
			const base = contents(tree.root, { times: false });
			const patch = await tree.patchOf([
				{ path: 'packages/a/index.js', text: 'module.exports = "patched";\n' },
			]);
			assert.ok(patch);
			assert.equal((await tree.apply(patch)).kind, 'done');
			assert.equal(node(tree.root, 'require("./index.js")'), 'patched and the plugin of patched');
			assert.equal(
				realpathSync(join(tree.root, 'node_modules/apart')),
				join(fixture.root, 'node_modules/apart'),
			);
			appendFileSync(join(tree.root, 'node_modules/plugin/lib.js'), '// spoilt');
			assert.deepEqual(await tree.reset(), { kind: 'done' });
			assert.equal(contents(tree.root, { times: false }), base);
		});
		assert.equal(contents(fixture.root, { times: true }), before);
	});

	it('leads Plug’n’Play from the tree to the cache of the machine, and keeps its own places', async () => {
		fixture.commit({ '.gitignore': '.pnp.*\n.yarn\n', 'packages/a/index.js': '' });
		const cache = join(fixture.parent, 'cache of the machine');
		mkdirSync(cache);
		const locations = {
			own: './packages/a/',
			ownVirtual: './.yarn/__virtual__/a-virtual-1/1/packages/a/',
			cached: '../cache of the machine/odd.zip/node_modules/odd/',
			cachedVirtual: './.yarn/__virtual__/odd-virtual-1/2/cache of the machine/odd.zip/node_modules/odd/',
			inProject: './.yarn/cache/odd.zip/node_modules/odd/',
		};
		const text = (all: Readonly<Record<string, string>>) =>
			Object.entries(all)
				.map(([name, location]) => `${name}: {"packageLocation": "${location}"}\n`)
				.join('');
		fixture.write({ '.pnp.cjs': text(locations), '.pnp.loader.mjs': '', '.yarn/cache/odd.zip': '' });
		await fixture.inTree(async (tree, _, worktrees) => {
			const moved = readFileSync(join(tree.root, '.pnp.cjs'), 'utf8');
			const at = (name: string) =>
				new RegExp(`^${name}: .*"packageLocation": "([^"]+)"`, 'm').exec(moved)?.[1] ?? '';
			assert.equal(at('own'), locations.own);
			assert.equal(at('ownVirtual'), locations.ownVirtual);
			assert.equal(at('inProject'), locations.inProject);
			assert.equal(join(tree.root, at('cached')), join(cache, 'odd.zip/node_modules/odd/'));
			const [, ups = '', rest = ''] =
				/^\.\/\.yarn\/__virtual__\/odd-virtual-1\/(\d+)\/(.*)$/.exec(at('cachedVirtual')) ?? [];
			assert.equal(
				join(tree.root, '.yarn', ...Array<string>(Number(ups)).fill('..'), rest),
				join(cache, 'odd.zip/node_modules/odd/'),
			);
			const options = worktrees.environmentOf(tree.root).set['NODE_OPTIONS'] ?? '';
			assert.ok(
				options.startsWith(`--require "${join(tree.root, '.pnp.cjs')}" --experimental-loader file://`),
			);
			const ran = execFileSync(process.execPath, ['-p', '1'], {
				encoding: 'utf8',
				env: { NODE_OPTIONS: `--require ${JSON.stringify(join(tree.root, 'packages/a/index.js'))}` },
			});
			assert.equal(ran, '1\n');
			assert.ok(worktrees.reachOf(tree.root).readable.includes(cache));
		});
	});

	it('brings submodules along', async () => {
		const inner = new FixtureRepository('inner').commit({ 'lib.js': 'inner\n' });
		try {
			fixture.commit({ 'a.js': '' });
			fixture.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.root, 'lib');
			fixture.commit({ 'b.js': '' });
			const before = contents(fixture.root, { times: true });
			await fixture.inTree(async (tree) => {
				const base = contents(tree.root, { times: false });
				assert.equal(readFileSync(join(tree.root, 'lib/lib.js'), 'utf8'), 'inner\n');
				writeFileSync(join(tree.root, 'lib/lib.js'), 'spoilt\n');
				writeFileSync(join(tree.root, 'lib/more.js'), 'spoilt\n');
				assert.deepEqual(await tree.reset(), { kind: 'done' });
				assert.equal(contents(tree.root, { times: false }), base);
				assert.equal(await tree.patchOf([{ path: 'lib/lib.js', text: 'x' }]), undefined);
			});
			assert.equal(contents(fixture.root, { times: true }), before);
		} finally {
			await inner.remove();
		}
	});

	it('links a large node_modules in well under a second', async () => {
		fixture.commit({ 'a.js': '' });
		for (let at = 0; at < 400; at += 1) {
			fixture.write({
				[`node_modules/package-${at}/index.js`]: '',
				[`node_modules/package-${at}/lib/a.js`]: '',
			});
		}
		fixture.write({ 'node_modules/package-0/large.bin': Buffer.alloc(200_000_000) });
		const workshop = await fixture.workshop();
		const worktrees = new Worktrees(workshop);
		const taken = await takeSnapshot(workshop, [], SIGNAL);
		assert.ok(taken.kind === 'taken');
		const started = process.cpuUsage();
		const used = await worktrees.borrow(taken.snapshot, async () => process.cpuUsage(started), SIGNAL);
		assert.ok(used.kind === 'used');
		assert.ok((used.value.user + used.value.system) / 1000 < 1000);
		await worktrees.close();
	});
});
