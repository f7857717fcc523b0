import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
	appendFileSync,
	copyFileSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	promises,
	readFileSync,
	renameSync,
	rmSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import fc from 'fast-check';
import type { Caps } from '../../../src/core/ledger';
import { nanoUsd } from '../../../src/core/money';
import { foldSpend } from '../../../src/core/spend';
import { FileJournal } from '../../../src/store/journal';
import { lineOf } from '../../../src/store/journalLine';

const cents = (count: number) => nanoUsd(count * 10_000_000);

describe('FileJournal.reserve', () => {
	let folder: string;
	let file: string;
	let now: string;
	let caps: Caps;
	beforeEach(() => {
		folder = mkdtempSync(path.join(os.tmpdir(), 'journal-'));
		file = path.join(folder, 'spend.jsonl');
		now = '2026-02-28T12:00:00.000Z';
		caps = { day: cents(100) };
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	const open = () =>
		new FileJournal(file, {
			now: () => new Date(now),
			caps: () => caps,
			settingsFile: '/home/dev/settings.json',
		});
	const entry = (id: string, amount: number, run = 'r') =>
		({ kind: 'reserve', run, id, attempt: 1, offer: 'a/b/edit', amount: cents(amount) }) as const;
	const settle = (id: string, amount: number, doubt = 0) =>
		({
			kind: 'settle',
			run: 'r',
			id,
			attempt: 1,
			offer: 'a/b/edit',
			cost: { amount: cents(amount), basis: 'billed' },
			doubt: cents(doubt),
		}) as const;

	it('holds the cap of the day, says what fills it and where to raise it, and frees what was not used', async () => {
		const [journal, other] = [open(), open()];
		assert.deepEqual(await journal.reserve(entry('r/1', 60)), { kind: 'done' });
		assert.deepEqual(await journal.append(settle('r/1', 20, 5)), { kind: 'done' });
		assert.deepEqual(await other.reserve(entry('r/2', 30)), { kind: 'done' });
		const capped = await journal.reserve(entry('r/3', 46));
		assert.deepEqual(capped, {
			kind: 'capped',
			reason:
				'This call may cost $0.46 at the worst, and of the limit for today you set, $1.00, $0.20 is spent (it may be $0.05 more) and $0.30 is set aside for calls that are running or were cut off. Raise "day" under "caps" in /home/dev/settings.json, or wait for the next day (UTC).',
		});
		assert.deepEqual(await journal.reserve(entry('r/4', 45)), { kind: 'done' });
		await journal.append({ kind: 'release', run: 'r', id: 'r/4' });
		await other.append({ kind: 'release', run: 'r', id: 'r/2' });
		assert.deepEqual(await journal.reserve(entry('r/5', 75)), { kind: 'done' });
		const { today } = await other.totals();
		assert.deepEqual(today, {
			spent: cents(20),
			doubted: cents(5),
			reserved: cents(75),
			all: cents(100),
		});
	});

	it('a day begins at midnight UTC, a month on its first; a leap day is a day', async () => {
		caps = { day: cents(10), month: cents(15) };
		const journal = open();
		const kinds: string[] = [];
		for (const moment of [
			'2028-02-28T23:59:59.999Z',
			'2028-02-28T23:59:59.999Z',
			'2028-02-29T00:00:00.000Z',
			'2028-03-01T00:00:00.000Z',
			// The clock was set back: that day is used up all the same.
			'2028-02-28T08:00:00.000Z',
		]) {
			now = moment;
			const reserved = await journal.reserve(entry(`r/${kinds.length}`, 10));
			kinds.push(
				reserved.kind === 'capped' ? reserved.reason.replace(/.*limit for (\w+ ?\w*) you.*/, '$1') : 'done',
			);
		}
		assert.deepEqual(kinds, ['done', 'today', 'this month', 'done', 'today']);
	});

	it('writes the caps down, and void means void for everybody: also for who has no caps', async () => {
		await open().reserve(entry('r/1', 60));
		// As if two had looked at once and both had found room.
		const late = { at: now, ...entry('r/2', 60), caps: { day: cents(100) } };
		appendFileSync(file, `\n${lineOf(late)}`);
		const { month } = await new FileJournal(file, { now: () => new Date(now) }).totals();
		assert.equal(month.reserved, cents(60));
		assert.deepEqual(await open().reserve(entry('r/3', 40)), { kind: 'done' });
		assert.match(readFileSync(file, 'utf8'), /"caps":\{"day":1000000000\}\}\n$/);
	});

	it('many at once in one process: never over', async () => {
		const journals = [open(), open()];
		const kinds = await Promise.all(
			Array.from({ length: 40 }, async (_, i) => (await journals[i % 2]?.reserve(entry(`r/${i}`, 10)))?.kind),
		);
		assert.equal(kinds.filter((kind) => kind === 'done').length, 10);
		assert.equal(kinds.filter((kind) => kind === 'capped').length, 30);
	});

	it('a torn line before, after or between costs nothing but itself', async () => {
		appendFileSync(file, '{"at":"2026-02-28T12:00:00.000Z","kind":"reserve","run":"r","attempt":1,"off');
		const journal = open();
		assert.deepEqual(await journal.reserve(entry('r/1', 60)), { kind: 'done' });
		appendFileSync(file, '\n{"at":"2026');
		assert.deepEqual((await journal.spend('day')).unreadableLines, [1, 4]);
		// It was only half there when it was looked at: the rest comes.
		appendFileSync(file, lineOf({ at: now, ...entry('r/2', 30) }).slice('{"at":"2026'.length));
		assert.equal((await journal.totals()).today.reserved, cents(90));
		assert.equal((await journal.reserve(entry('r/3', 20))).kind, 'capped');
		assert.deepEqual((await journal.spend('day')).unreadableLines, [1]);
		assert.deepEqual((await open().spend('day')).unreadableLines, (await open().read()).unreadableLines);
	});

	it('goes by the file as it is: replaced, shortened or rewritten, it is read anew', async () => {
		const journal = open();
		await journal.reserve(entry('r/1', 60));
		await journal.append(settle('r/1', 50));
		assert.equal((await journal.totals()).today.all, cents(50));
		const text = readFileSync(file, 'utf8');
		writeFileSync(file, text.replace('"cost":{"amount":500000000', '"cost":{"amount":400000000'));
		assert.equal((await journal.totals()).today.all, cents(40));
		copyFileSync(file, `${file}.copy`);
		appendFileSync(`${file}.copy`, `\n${lineOf({ at: now, ...entry('r/2', 7) })}`);
		renameSync(`${file}.copy`, file);
		assert.equal((await journal.totals()).today.all, cents(47));
		truncateSync(file, text.lastIndexOf('\n{'));
		assert.equal((await journal.totals()).today.all, cents(60));
		rmSync(file);
		assert.equal((await journal.totals()).today.all, 0);
		assert.deepEqual(await journal.reserve(entry('r/3', 100)), { kind: 'done' });
	});

	it('does not go on where its own open reservation was taken out of the file', async () => {
		const journal = open();
		await journal.reserve(entry('r/1', 60));
		truncateSync(file, 0);
		const refused = await journal.reserve(entry('r/2', 60));
		assert.ok(refused.kind === 'failed' && refused.reason.includes('lost a line'), JSON.stringify(refused));
	});

	it('believes no disk: what is not found again was not written', async () => {
		await open().append(settle('r/0', 1));
		const { open: real } = promises;
		promises.open = async (...args) => {
			const handle = await real(...args);
			handle.write = (async (bytes: Buffer) => ({
				bytesWritten: bytes.length,
			})) as unknown as typeof handle.write;
			return handle;
		};
		try {
			const lost = await open().reserve(entry('r/1', 60));
			assert.ok(lost.kind === 'failed' && lost.reason.includes('is not found there'), JSON.stringify(lost));
		} finally {
			promises.open = real;
		}
		assert.equal((await open().totals()).today.all, cents(1));
	});

	it('a reservation whose fsync failed is not left to count', async () => {
		const { open: real } = promises;
		let syncs = 0;
		promises.open = async (...args) => {
			const handle = await real(...args);
			const sync = handle.sync.bind(handle);
			handle.sync = () =>
				args[1] === 'r' || syncs++ > 0 ? sync() : Promise.reject(new Error('EIO: no disk'));
			return handle;
		};
		try {
			const failed = await open().reserve(entry('r/1', 60));
			assert.deepEqual(failed, { kind: 'failed', reason: 'EIO: no disk' });
		} finally {
			promises.open = real;
		}
		assert.equal((await open().totals()).today.all, 0);
	});

	it('never rejects: caps that cannot be read, a folder in the way, a clock out of its mind', async () => {
		const broken = new FileJournal(file, {
			caps: () => {
				throw new Error('The settings are not JSON.');
			},
		});
		assert.deepEqual(await broken.reserve(entry('r/1', 1)), {
			kind: 'failed',
			reason: 'The settings are not JSON.',
		});
		mkdirSync(file);
		assert.equal((await open().reserve(entry('r/1', 1))).kind, 'failed');
		assert.equal((await open().totals()).today.all, 0);
		rmSync(file, { recursive: true });
		now = 'never';
		assert.equal((await open().reserve(entry('r/1', 1))).kind, 'failed');
		assert.equal((await open().append(settle('r/1', 1))).kind, 'failed');
	});

	it('a full disk: says so, half a line stays void, and the next one with room goes on', function () {
		if (!existsSync('/bin/sh')) {
			this.skip();
		}
		const program = path.join(folder, 'spender.cjs');
		buildSync({
			entryPoints: [path.join(__dirname, 'journalSpender.ts')],
			bundle: true,
			platform: 'node',
			target: 'node20',
			outfile: program,
		});
		const spend = (limit: string, name: string) => {
			const limits = { day: 1e12, month: 1e12 };
			const meter = `${file}.meter`;
			const orders = { file, meter, name, caps: limits, steps: 40, mostAmount: 9_000, moments: [now] };
			return spawnSync(
				'/bin/sh',
				['-c', `ulimit -f ${limit}; exec "$0" "$1" "$2"`, process.execPath, program, JSON.stringify(orders)],
				{ encoding: 'utf8' },
			);
		};
		const full = spend('8', 'a');
		assert.notEqual(full.status, 0);
		assert.match(full.stderr, /only part of a line went into|EFBIG/);
		assert.equal(spend('unlimited', 'b').status, 0);
		return open()
			.read()
			.then(({ entries, unreadableLines }) => {
				assert.equal(unreadableLines.length, 1);
				const ids = new Set(entries.flatMap((one) => (one.kind === 'reserve' ? [one.id] : [])));
				const calls = readFileSync(`${file}.meter`, 'utf8').split('\n').filter(Boolean);
				assert.ok(calls.length > 40 && calls.every((call) => ids.has(call.split(' ')[0] ?? '')));
			});
	});

	it('the quick fold and the strict one agree on any file, however it grew', async function () {
		this.timeout(60_000);
		const line = fc.oneof(
			fc
				.tuple(fc.constantFrom('r/1', 'r/2', 'r/ä'), fc.nat(60))
				.map(([id, amount]) => lineOf({ at: now, ...entry(id, amount), caps })),
			fc
				.tuple(fc.constantFrom('r/1', 'r/2', 'r/ä'), fc.nat(60))
				.map(([id, amount]) => lineOf({ at: now, ...settle(id, amount) })),
			fc.constantFrom('r/1', 'r/2').map((id) => lineOf({ at: now, kind: 'release', run: 'r', id })),
			fc.constantFrom('', ' ', '{', '\0\0', '{"at":"2026', '\r', 'ä'),
		);
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.tuple(line, fc.nat(400)), { maxLength: 12 }),
				fc.constantFrom('', '\n'),
				async (lines, first) => {
					rmSync(file, { force: true });
					const growing = open();
					let text = first;
					for (const [one, cut] of lines) {
						const put = `\n${one}`.slice(0, cut > 300 ? cut - 300 : undefined);
						text += put;
						appendFileSync(file, text.length === put.length + first.length ? text : put);
						await growing.totals();
					}
					const { entries, unreadableLines } = await growing.read();
					for (const journal of [growing, open()]) {
						const quick = await journal.spend('day');
						assert.deepEqual(quick.rows, foldSpend(entries, 'day'));
						assert.deepEqual(quick.unreadableLines, unreadableLines);
					}
				},
			),
			{ numRuns: 150 },
		);
	});

	it('a line of gigabytes, as a power cut leaves it, is passed over', async () => {
		await open().reserve(entry('r/1', 60));
		appendFileSync(file, Buffer.alloc(9_000_000));
		assert.deepEqual((await open().spend('day')).unreadableLines, [3]);
		assert.equal((await open().reserve(entry('r/2', 60))).kind, 'capped');
		assert.deepEqual(await open().reserve(entry('r/3', 40)), { kind: 'done' });
		const { unreadableLines, total } = await open().spend('day');
		assert.deepEqual([unreadableLines, total.open], [[3], cents(100)]);
	});
});
