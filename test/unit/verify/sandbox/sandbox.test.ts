import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	realpathSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { noSandbox, type Reach, type Sandbox, wallHint } from '../../../../src/core/sandbox';
import { childEnvironment } from '../../../../src/verify/childEnvironment';
import { suiteFromCommand } from '../../../../src/verify/discovery';
import { runProcess } from '../../../../src/verify/process';
import { mountsIn, namespacesPrefix } from '../../../../src/verify/sandbox/namespaces';
import { openSandbox } from '../../../../src/verify/sandbox/openSandbox';
import { ProcessSuiteRunner } from '../../../../src/verify/suiteRunner';
import { buildReporters } from '../reportersBuild';

describe('a sandbox (only where this computer has one: bubblewrap, user namespaces or sandbox-exec)', function () {
	this.timeout(60_000);
	let base: string;
	let home: string;
	let project: string;
	let root: string;
	let sandbox: Sandbox;
	let environment: Record<string, string>;

	before(async function () {
		base = realpathSync(mkdtempSync(path.join(tmpdir(), 'underbid-sandbox-')));
		home = path.join(base, 'home');
		project = path.join(home, 'project');
		root = path.join(base, 'tree');
		environment = { ...childEnvironment(process.env), HOME: home };
		const opened = await openSandbox({ wish: 'auto', network: false, environment, temporary: base });
		assert.equal(opened.kind, 'open');
		sandbox = opened.kind === 'open' ? opened.sandbox : assert.fail();
		if (sandbox.kind === 'none') {
			this.skip();
		}
		await buildReporters(path.join(base, 'dist'));
	});
	after(() => {
		rmSync(base, { recursive: true, force: true });
		rmSync('/etc/underbid-was-here', { force: true });
	});
	beforeEach(() => {
		for (const folder of ['.ssh', '.aws', '.config/gh', 'project/node_modules/dep', 'project/.git']) {
			mkdirSync(path.join(home, folder), { recursive: true });
		}
		rmSync(root, { recursive: true, force: true });
		mkdirSync(root);
		writeFileSync(path.join(home, '.ssh/id_ed25519'), 'a private key');
		writeFileSync(path.join(home, '.npmrc'), '//registry/:_authToken=secret');
		writeFileSync(path.join(home, '.aws/credentials'), 'secret');
		writeFileSync(path.join(project, 'a.js'), 'module.exports = 1;\n');
		writeFileSync(path.join(project, 'node_modules/dep/index.js'), 'module.exports = "installed";\n');
	});

	const reach = (): Reach => ({
		writable: [root],
		readable: [path.join(project, 'node_modules')],
		hidden: [project],
	});
	const run = (argv: readonly string[], limitMs = 20_000, signal = new AbortController().signal) =>
		runProcess(
			{
				argv,
				prefix: sandbox.prefix(reach()),
				cwd: root,
				env: environment,
				nonce: randomUUID(),
				limitMs,
				graceMs: 200,
			},
			signal,
		);
	/** Runs a program inside; what it prints. */
	const inside = async (program: string): Promise<string> => {
		const ended = await run(['node', '-e', program]);
		assert.equal(ended.kind, 'exited', JSON.stringify(ended));
		return ended.output.trim();
	};
	const told = (expression: string): string =>
		`const fs = require('node:fs'); const tell = (f) => { try { return String(f()); } catch (e) { return e.code ?? e.message; } }; console.log(tell(() => ${expression}));`;

	it('says what it is', () => {
		assert.match(sandbox.words, /no network, writes only to the worktree/);
	});

	for (const [what, expression] of [
		['a private key', `fs.readFileSync(process.env.HOME + '/.ssh/id_ed25519', 'utf8')`],
		['keys of a cloud', `fs.readFileSync(process.env.HOME + '/.aws/credentials', 'utf8')`],
		['the token of a registry', `fs.readFileSync(process.env.HOME + '/.npmrc', 'utf8')`],
		["the user's own tree", `fs.readFileSync(process.env.HOME + '/project/a.js', 'utf8')`],
	] as const) {
		it(`hides ${what}`, async () => {
			assert.equal(await inside(told(expression)), 'ENOENT');
		});
	}

	it('lets nothing be written in the tree of the user, installed packages or the system', async () => {
		const places = ['project/a.js', 'project/new.js', 'project/node_modules/dep/index.js', '.bashrc'];
		for (const place of places) {
			await inside(
				told(
					`(fs.mkdirSync(require('node:path').dirname(process.env.HOME + '/${place}'), { recursive: true }), fs.writeFileSync(process.env.HOME + '/${place}', 'owned'))`,
				),
			);
		}
		assert.equal(readFileSync(path.join(project, 'a.js'), 'utf8'), 'module.exports = 1;\n');
		assert.match(readFileSync(path.join(project, 'node_modules/dep/index.js'), 'utf8'), /installed/);
		assert.ok(!existsSync(path.join(project, 'new.js')) && !existsSync(path.join(home, '.bashrc')));
		assert.match(await inside(told(`fs.writeFileSync('/etc/underbid-was-here', '')`)), /EROFS|EACCES|EPERM/);
		if (process.platform === 'linux') {
			assert.match(
				await inside(
					told(`fs.writeFileSync('/proc/sys/kernel/hostname', fs.readFileSync('/proc/sys/kernel/hostname'))`),
				),
				/EROFS|EACCES|EPERM/,
			);
		}
	});

	it('leaves what tests need: programs, installed packages, the tree and temporary files', async () => {
		const program = `
			const fs = require('node:fs'), os = require('node:os'), path = require('node:path');
			fs.writeFileSync('written.txt', 'here');
			const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 't-')), 'x');
			fs.writeFileSync(file, 'temporary');
			fs.writeFileSync(path.join(os.homedir(), '.cache-of-a-tool'), '');
			console.log(fs.readFileSync(file, 'utf8'), require(process.env.HOME + '/project/node_modules/dep'));
			console.log(require('node:child_process').execSync('echo shell', { encoding: 'utf8' }).trim(), process.getuid());`;
		assert.equal(await inside(program), `temporary installed\nshell ${process.getuid?.()}`);
		assert.equal(readFileSync(path.join(root, 'written.txt'), 'utf8'), 'here');
		assert.ok(!existsSync(path.join(home, '.cache-of-a-tool')));
	});

	it('shows a tree below /dev/shm, and hides the rest of it (only where there is a /dev/shm)', async function () {
		if (!existsSync('/dev/shm')) {
			this.skip();
		}
		const memory = mkdtempSync('/dev/shm/underbid-sandbox-');
		try {
			const tree = path.join(memory, 'tree');
			mkdirSync(tree);
			writeFileSync(path.join(memory, 'secret'), '');
			const opened = await openSandbox({ wish: 'auto', network: false, environment, temporary: memory });
			const prefix =
				opened.kind === 'open'
					? opened.sandbox.prefix({ writable: [tree], readable: [], hidden: [project] })
					: assert.fail(opened.reason);
			const program = `
				require('node:fs').writeFileSync('written.txt', 'here');
				console.log(require('node:fs').readdirSync('/dev/shm').length, require('node:fs').readdirSync('..').join());`;
			const argv = ['node', '-e', program];
			const ended = await runProcess(
				{ argv, prefix, cwd: tree, env: environment, nonce: randomUUID(), limitMs: 20_000, graceMs: 200 },
				new AbortController().signal,
			);
			assert.equal(ended.output.trim(), '1 tree');
			assert.equal(readFileSync(path.join(tree, 'written.txt'), 'utf8'), 'here');
		} finally {
			rmSync(memory, { recursive: true, force: true });
		}
	});

	it('reaches no server outside, and its own servers', async () => {
		let connections = 0;
		const server: Server = createServer((socket) => {
			connections += 1;
			socket.end();
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const address = server.address();
		const port = typeof address === 'object' && address !== null ? address.port : 0;
		try {
			const own = `const s = require('node:net').createServer((c) => c.end('hello')); s.listen(0, '127.0.0.1', () => require('node:net').connect(s.address().port, '127.0.0.1').on('data', (d) => { console.log('own', String(d)); s.close(); }).on('error', (e) => console.log(e.code)));`;
			assert.equal(await inside(own), 'own hello');
			const outside = (host: string, at: number): string =>
				`require('node:net').connect({ port: ${at}, host: '${host}', timeout: 3000 }).on('connect', () => { console.log('connected'); process.exit(); }).on('error', (e) => console.log(e.code)).on('timeout', () => { console.log('timeout'); process.exit(); });`;
			assert.match(await inside(outside('192.0.2.1', 80)), /ENETUNREACH|EPERM|EACCES/);
			if (process.platform === 'linux') {
				assert.equal(await inside(outside('127.0.0.1', port)), 'ECONNREFUSED');
				assert.equal(connections, 0);
			}
		} finally {
			await new Promise((resolve) => server.close(resolve));
		}
	});

	it('lets the network be used where that was allowed', async () => {
		const opened = await openSandbox({ wish: 'auto', network: true, environment, temporary: base });
		assert.ok(opened.kind === 'open' && opened.sandbox.kind === 'inside');
		assert.match(opened.sandbox.words, /network allowed/);
		const server = createServer((socket) => socket.end());
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const address = server.address();
		const port = typeof address === 'object' && address !== null ? address.port : 0;
		try {
			const ended = await runProcess(
				{
					argv: [
						'node',
						'-e',
						`require('node:net').connect(${port}, '127.0.0.1').on('connect', () => { console.log('connected'); process.exit(); })`,
					],
					prefix: opened.sandbox.prefix(reach()),
					cwd: root,
					env: environment,
					nonce: randomUUID(),
					limitMs: 20_000,
				},
				new AbortController().signal,
			);
			assert.equal(ended.output.trim(), 'connected');
		} finally {
			await new Promise((resolve) => server.close(resolve));
		}
	});

	it('keeps our processes and the namespace itself out of reach', async () => {
		const victim = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
		let died = false;
		victim.once('exit', () => {
			died = true;
		});
		try {
			const program = `
				const tell = (f) => { try { f(); return 'done'; } catch (e) { return e.code; } };
				const run = (...argv) => require('node:child_process').spawnSync(argv[0], argv.slice(1)).status;
				console.log(tell(() => process.kill(${victim.pid}, 'SIGKILL')), tell(() => process.kill(${process.pid}, 'SIGKILL')));
				if (process.platform === 'linux') {
					for (const place of ['/tmp', process.env.HOME, '/proc/sys']) run('umount', place);
					run('mount', '-o', 'remount,bind,rw', '/');
					run('unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', 'umount -l ' + process.env.HOME + '; mount -o remount,bind,rw /; touch /etc/underbid-was-here; cp ' + process.env.HOME + '/.ssh/id_ed25519 ${root}/stolen');
					run('nsenter', '--target', '1', '--mount', 'true');
				}
				try { process.kill(-1, 'SIGKILL'); } catch {}`;
			const ended = await run(['node', '-e', program]);
			assert.match(ended.output, /^(ESRCH|EPERM) (ESRCH|EPERM)/);
			assert.ok(!existsSync('/etc/underbid-was-here') && !existsSync(path.join(root, 'stolen')));
			assert.equal(died, false);
			assert.ok(process.kill(victim.pid ?? 0, 0));
		} finally {
			victim.kill('SIGKILL');
		}
	});

	it('ends whole: also what left the group, at the time limit, on cancel, and when we die', async () => {
		const pids = (text: string): string[] =>
			spawnSync('pgrep', ['-f', text], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean);
		const gone = async (mark: string): Promise<void> => {
			for (let tries = 0; pids(mark).length > 0 && tries < 100; tries++) {
				await new Promise((resolve) => setTimeout(resolve, 20));
			}
			assert.deepEqual(pids(mark), []);
		};
		const tough = (mark: string): string =>
			`process.on('SIGTERM', () => {}); require('node:child_process').spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => 0, 1000)', '${mark}'], { detached: true, stdio: 'ignore' }).unref(); require('node:fs').writeFileSync('started', ''); setInterval(() => 0, 1000);`;
		const started = async (): Promise<void> => {
			for (let tries = 0; !existsSync(path.join(root, 'started')) && tries < 500; tries++) {
				await new Promise((resolve) => setTimeout(resolve, 20));
			}
			assert.ok(existsSync(path.join(root, 'started')));
		};
		const late = `late-${randomUUID()}`;
		assert.equal((await run(['node', '-e', tough(late), late], 2_000)).kind, 'timedOut');
		await gone(late);
		rmSync(path.join(root, 'started'), { force: true });
		const stop = new AbortController();
		const mark = `cancelled-${randomUUID()}`;
		const running = run(['node', '-e', tough(mark), mark], 20_000, stop.signal);
		await started();
		stop.abort();
		assert.equal((await running).kind, 'cancelled');
		await gone(mark);
		rmSync(path.join(root, 'started'), { force: true });
		const orphan = `orphan-${randomUUID()}`;
		const [program = '', ...args] = [...sandbox.prefix(reach()), 'node', '-e', tough(orphan), orphan];
		const parent = spawn(
			process.execPath,
			[
				'-e',
				`require('node:child_process').spawn(process.argv[1], process.argv.slice(2), { detached: true, stdio: 'ignore' }); setInterval(() => 0, 1000)`,
				'--',
				program,
				...args,
			],
			{ cwd: root, env: environment, stdio: 'ignore' },
		);
		await started();
		parent.kill('SIGKILL');
		await gone(orphan);
	});

	it('tells how a command ended, and that a program is not there', async () => {
		const ended = await run(['node', '-e', 'process.exit(7)']);
		assert.ok(ended.kind === 'exited' && ended.code === 7);
		const killed = await run(['node', '-e', 'process.abort()']);
		assert.ok(killed.kind === 'exited' && killed.code === 134, JSON.stringify(killed));
		const missing = await run(['no-such-program-here']);
		assert.ok(missing.kind === 'notStarted' && /was not found/.test(missing.reason));
	});

	it('judges a suite the same with it as without, and a test that breaks out as failed', async () => {
		const runner = new ProcessSuiteRunner({
			assets: path.join(base, 'dist'),
			tempRoot: path.join(base, 'runs'),
			environment,
			prefixOf: (_, folder) =>
				sandbox.prefix({ ...reach(), writable: [root, folder], readable: [path.join(base, 'dist')] }),
		});
		writeFileSync(
			path.join(root, 'a.test.js'),
			`const { test } = require('node:test'); const fs = require('node:fs');
			test('is good', () => {});
			test('reads a key', () => { fs.readFileSync(process.env.HOME + '/.ssh/id_ed25519'); });
			test('writes outside', () => { fs.writeFileSync(${JSON.stringify(path.join(project, 'a.js'))}, ''); });`,
		);
		const found = await suiteFromCommand('node --test', root, '');
		assert.ok(found.kind === 'found');
		const ended = await runner.run(root, found.suite, { kind: 'all' }, 20_000, new AbortController().signal);
		assert.ok(ended.kind === 'finished', JSON.stringify(ended));
		assert.deepEqual(
			ended.tests.map(({ name, status }) => [name, status]),
			[
				['is good', 'passed'],
				['reads a key', 'failed'],
				['writes outside', 'failed'],
			],
		);
	});

	it('is not fooled by programs of a package that are named like its own tools', async function () {
		if (process.platform !== 'linux') {
			this.skip();
		}
		const bin = path.join(root, 'node_modules/.bin');
		mkdirSync(bin, { recursive: true });
		for (const name of ['mount', 'ip', 'pivot_root', 'umount', 'unshare', 'sh', 'setpriv', 'bwrap', 'ln']) {
			const file = path.join(bin, name);
			writeFileSync(file, `#!/bin/bash\necho fooled > ${path.join(base, 'fooled')}\n`);
			chmodSync(file, 0o755);
		}
		const ended = await runProcess(
			{
				argv: [process.execPath, '-p', '1'],
				prefix: sandbox.prefix({ ...reach(), writable: [root] }),
				cwd: root,
				env: { ...environment, PATH: `${bin}:${environment['PATH']}` },
				nonce: randomUUID(),
				limitMs: 20_000,
			},
			new AbortController().signal,
		);
		assert.equal(ended.output.trim(), '1');
		assert.ok(!existsSync(path.join(base, 'fooled')));
	});
});

describe('asking for a sandbox', () => {
	it('gives none where it is turned off', async () => {
		const opened = await openSandbox({ wish: 'off', network: false, environment: {}, temporary: tmpdir() });
		assert.ok(opened.kind === 'open' && opened.sandbox.kind === 'none');
		assert.deepEqual(opened.sandbox.prefix({ writable: [], readable: [], hidden: [] }), []);
		assert.match(opened.sandbox.words, /^none \(turned off\)/);
	});

	it('goes on without one where the machine has none, and says why; or refuses, and says what to do', async () => {
		const machine = { network: false, environment: {}, temporary: tmpdir(), folders: [] };
		const auto = await openSandbox({ wish: 'auto', ...machine });
		assert.ok(auto.kind === 'open' && auto.sandbox.kind === 'none');
		assert.match(auto.sandbox.words, /^none \(.+\): the tests ran with your own rights/);
		const required = await openSandbox({ wish: 'required', ...machine });
		assert.ok(required.kind === 'refused');
		assert.match(
			required.reason,
			/^A sandbox is required, and there is none: .+ set the sandbox to auto or off\.$/,
		);
	});

	it('hints at a wall only where there is one, and where a failure speaks of it', () => {
		const walled: Sandbox = { kind: 'inside', words: 'x', prefix: () => [] };
		assert.match(
			wallHint(walled, ['connect ECONNREFUSED 127.0.0.1:5432', '1 != 2']) ?? '',
			/One failing test/,
		);
		assert.equal(wallHint(walled, ['1 != 2']), undefined);
		assert.equal(wallHint(noSandbox('turned off'), ['EROFS: read-only file system']), undefined);
	});

	it('repeats the flags of a mount that may not be taken away', () => {
		const mounts = mountsIn(
			[
				'27 1 254:0 / / rw,relatime - ext4 /dev/vda rw',
				'31 27 0:9 / /a\\040b rw,nosuid,nodev - tmpfs tmpfs rw',
				'32 27 0:9 / /snap ro,nodev - squashfs x ro',
			].join('\n'),
		);
		const prefix = namespacesPrefix(
			{ setpriv: '/usr/bin/setpriv', unshare: '/usr/bin/unshare', shell: '/bin/sh' },
			{ network: false, places: [{ kind: 'readable', path: '/a b/c' }] },
			mounts,
			{ uid: 1000, gid: 1000 },
		);
		const text = prefix.slice(prefix.indexOf('none') + 2).join('|');
		assert.equal(
			text,
			'readonly|/|,relatime|readonly|/a b|,nosuid,nodev|readable|/a b/c|,ro,nosuid,nodev|--',
		);
	});
});
