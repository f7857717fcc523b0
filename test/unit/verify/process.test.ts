import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Command, type ProcessEnd, runProcess } from '../../../src/verify/process';

const fixtures = path.resolve(__dirname, '../../fixtures/processes');

describe('a child process', () => {
	let folder: string;
	let pids: string;
	beforeEach(() => {
		folder = mkdtempSync(path.join(tmpdir(), 'underbid-process-'));
		pids = path.join(folder, 'pids');
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	const run = (
		argv: readonly string[],
		more: Partial<Command> = {},
		signal = new AbortController().signal,
	): Promise<ProcessEnd> =>
		runProcess(
			{
				argv,
				cwd: folder,
				env: { PATH: process.env['PATH'] ?? '' },
				nonce: randomUUID(),
				limitMs: 20_000,
				graceMs: 200,
				...more,
			},
			signal,
		);
	const fixture = (name: string, ...args: string[]) => [process.execPath, path.join(fixtures, name), ...args];
	const left = () =>
		(existsSync(pids) ? readFileSync(pids, 'utf8').trim().split('\n').map(Number) : [])
			.filter((pid) => pid > 0)
			.filter(isAlive);

	/** A killed process is taken apart by the system a moment after the signal. */
	const gone = async () => {
		for (let tries = 0; left().length > 0 && tries < 50; tries++) {
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
		assert.deepEqual(left(), []);
	};

	it('gives back what it printed and how it ended', async () => {
		const ended = await run([
			process.execPath,
			'-e',
			'console.log("out"); console.error("err"); process.exit(3)',
		]);
		assert.equal(ended.kind, 'exited');
		assert.equal(ended.kind === 'exited' && ended.code, 3);
		assert.match(ended.output, /out/);
		assert.match(ended.output, /err/);
	});

	it('tells a program that is not there, or a folder that is not there, from one that failed', async () => {
		const missing = await run(['underbid-no-such-program']);
		assert.equal(missing.kind, 'notStarted');
		const nowhere = await run([process.execPath, '-e', '0'], { cwd: path.join(folder, 'nowhere') });
		assert.equal(nowhere.kind, 'notStarted');
	});

	it('tells which signal ended it', async () => {
		const ended = await run([process.execPath, '-e', 'process.kill(process.pid, "SIGSEGV")']);
		assert.deepEqual(ended.kind === 'exited' && [ended.code, ended.signal], [139, 'SIGSEGV']);
	});

	it('ends one that hangs at its time limit', async () => {
		const ended = await run(fixture('hang.js', pids), { limitMs: 600 });
		assert.equal(ended.kind, 'timedOut');
		assert.match(ended.output, /started/);
		assert.ok(ended.durationMs < 5000);
		await gone();
	});

	it('forces one that ignores being asked', async () => {
		const ended = await run(fixture('ignore.js', pids), { limitMs: 800 });
		assert.equal(ended.kind, 'timedOut');
		assert.match(ended.output, /ignored SIGTERM/);
		await gone();
	});

	it('ends the family of one that is cancelled', async () => {
		const cancel = new AbortController();
		const running = run(fixture('fork.js', pids, 'wait'), {}, cancel.signal);
		await untilLines(pids, 3);
		cancel.abort();
		assert.equal((await running).kind, 'cancelled');
		assert.equal(readFileSync(pids, 'utf8').trim().split('\n').length, 3);
		await gone();
	});

	it('leaves no children of one that ended by itself', async () => {
		const ended = await run(fixture('fork.js', pids));
		assert.deepEqual(ended.kind === 'exited' && ended.code, 0);
		await gone();
	});

	it('finds a daemon that left the group and holds the pipe open', async function () {
		if (process.platform !== 'linux') {
			this.skip();
		}
		const ended = await run(fixture('daemon.js', pids));
		assert.deepEqual(ended.kind === 'exited' && ended.code, 0);
		assert.equal(readFileSync(pids, 'utf8').trim().split('\n').length, 1);
		await gone();
	});

	it('finds the daemon of one that is ended at its limit', async function () {
		if (process.platform !== 'linux') {
			this.skip();
		}
		const ended = await run(fixture('daemon.js', pids, 'wait'), { limitMs: 1500 });
		assert.equal(ended.kind, 'timedOut');
		assert.equal(readFileSync(pids, 'utf8').trim().split('\n').length, 1);
		await gone();
	});

	it('keeps head and tail of a gigabyte, in little memory', async function () {
		this.timeout(90_000);
		const before = process.memoryUsage().rss;
		const ended = await run(fixture('flood.js', '1024'), { limitMs: 80_000 });
		assert.equal(ended.kind, 'exited');
		assert.match(ended.output, /^the first line/);
		assert.match(ended.output, /the last line\n$/);
		assert.ok(ended.output.length < 140 * 1024);
		assert.ok(process.memoryUsage().rss - before < 150 * 1024 * 1024);
	});

	it('starts nothing when it is cancelled already', async () => {
		assert.equal((await run(fixture('hang.js', pids), {}, AbortSignal.abort())).kind, 'cancelled');
		assert.equal(existsSync(pids), false);
	});
});

async function untilLines(file: string, count: number): Promise<void> {
	while (!existsSync(file) || readFileSync(file, 'utf8').split('\n').length - 1 < count) {
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
}

/** A zombie that nobody has reaped yet is not alive. */
function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		const stat = `/proc/${pid}/stat`;
		return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'));
	} catch {
		return false;
	}
}
