import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { Books } from '../../../src/core/books';
import { foldSpend, SPEND_KEYS } from '../../../src/core/spend';
import { FileJournal } from '../../../src/store/journal';
import type { SpenderOrders } from './journalSpender';

/** More of them: UNDERBID_KILLS=1000 npx mocha test/unit/store/journalProcesses.test.ts */
const KILLS = Number(process.env['UNDERBID_KILLS'] ?? 60);

describe('FileJournal among processes', () => {
	let folder: string;
	let file: string;
	let meter: string;
	let program: string;
	before(() => {
		folder = mkdtempSync(path.join(os.tmpdir(), 'journal-processes-'));
		program = path.join(folder, 'spender.cjs');
		buildSync({
			entryPoints: [path.join(__dirname, 'journalSpender.ts')],
			bundle: true,
			platform: 'node',
			target: 'node20',
			outfile: program,
		});
	});
	after(() => rmSync(folder, { recursive: true }));

	const start = (orders: Omit<SpenderOrders, 'file' | 'meter'>): ChildProcess =>
		spawn(process.execPath, [program, JSON.stringify({ file, meter, ...orders })], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});

	/** Everything that left is in the journal, and nothing passes a cap; returns what was counted. */
	const audit = async (caps: SpenderOrders['caps']) => {
		const journal = new FileJournal(file);
		const { entries, unreadableLines } = await journal.read();
		assert.deepEqual(unreadableLines, []);
		const books = new Books();
		const valid = new Map<string, number>();
		const settled = new Map<string, number>();
		for (const entry of entries) {
			const refusal = books.add(entry);
			if (entry.kind === 'reserve' && refusal === undefined) {
				valid.set(entry.id, entry.amount);
			} else if (entry.kind === 'settle') {
				settled.set(entry.id, entry.cost.amount);
			}
			for (const { all, cap } of heldOn(books, entry.at, caps)) {
				assert.ok(all <= cap, `${all} is over ${cap}`);
			}
		}
		const calls = readFileSync(meter, 'utf8').split('\n').filter(Boolean);
		let metered = 0;
		for (const call of calls) {
			const [, id = '', spent, amount] = /^(\S+) (\d+) (\d+)\.$/.exec(call) ?? [];
			assert.equal(valid.get(id), Number(amount), `${call} left and is not in the journal`);
			assert.equal(settled.get(id) ?? Number(spent), Number(spent), call);
			metered += Number(spent);
		}
		for (const by of SPEND_KEYS) {
			const { rows, unreadableLines: unread } = await journal.spend(by);
			assert.deepEqual(rows, foldSpend(entries, by));
			assert.deepEqual(unread, []);
		}
		const { total } = await journal.spend('day');
		assert.ok(metered <= total.billed + total.estimated);
		return { calls: calls.length, entries: entries.length, metered, total };
	};

	it('three at once under a common cap, with clocks that jump over days and months: never over', async function () {
		this.timeout(60_000);
		file = path.join(folder, 'three', 'spend.jsonl');
		meter = path.join(folder, 'three.meter');
		const caps = { day: 300_000, month: 700_000 };
		const moments = ['2026-01-30T12:00:00.000Z', '2026-01-31T23:59:59.999Z', '2026-02-01T00:00:00.000Z'];
		const spenders = ['a', 'b', 'c'].map((name) =>
			start({ name, caps, moments, steps: 150, mostAmount: 20_000 }),
		);
		const told = await Promise.all(
			spenders.map(async (child) => {
				let text = '';
				child.stdout?.on('data', (chunk: Buffer) => {
					text += chunk.toString();
				});
				const [status] = (await once(child, 'close')) as [number];
				assert.equal(status, 0);
				return JSON.parse(text.split('\n')[1] ?? '') as { done: number; capped: number };
			}),
		);
		const capped = told.reduce((sum, one) => sum + one.capped, 0);
		const done = told.reduce((sum, one) => sum + one.done, 0);
		// The caps are for about 170 of the 450.
		assert.ok(capped > 50 && done > 50, `${done} done, ${capped} capped`);
		const { total } = await audit(caps);
		// And they are used up, not kept by refusing everything.
		assert.ok(total.billed + total.estimated + total.doubted > caps.day + caps.month * 0.5);
	});

	it(`${KILLS} kills: every call that left is in the journal, and the totals are right`, async function () {
		this.timeout(60_000 + KILLS * 2_000);
		file = path.join(folder, 'kills', 'spend.jsonl');
		meter = path.join(folder, 'kills.meter');
		const caps = { day: 1_500_000, month: 14_000_000 };
		let started = 0;
		const lane = async (): Promise<void> => {
			while (started < KILLS) {
				started += 1;
				// A new day every 40 kills: what the killed leave open uses it up.
				const day = new Date(Date.UTC(2026, 0, 20) + Math.floor(started / 40) * 86_400_000);
				const moments = [day.toISOString()];
				const child = start({ name: `k${started}`, caps, moments, steps: 100_000, mostAmount: 9_000 });
				const closed = once(child, 'close');
				// Some while they start, the others somewhere within their first calls.
				const calls = started % 10 === 0 ? 0 : 1 + Math.floor(Math.random() * 12);
				await seen(child, calls);
				await new Promise((resolve) => setTimeout(resolve, Math.random() * (calls === 0 ? 100 : 4)));
				child.kill('SIGKILL');
				const [, signal] = (await closed) as [number, string];
				assert.equal(signal, 'SIGKILL');
			}
		};
		await Promise.all([lane(), lane(), lane()]);
		assert.ok(existsSync(meter));
		const { calls, entries, metered, total } = await audit(caps);
		assert.ok(calls > KILLS, `${calls} calls left`);
		if (KILLS > 60) {
			console.log(
				`      ${KILLS} kills, ${entries} entries, ${calls} calls left; metered ${metered}, billed ${total.billed}, estimated ${total.estimated} (open ${total.open}), doubted ${total.doubted}`,
			);
		}
	});
});

/** Resolves when the process has begun so many steps. */
async function seen(child: ChildProcess, steps: number): Promise<void> {
	let begun = 0;
	await new Promise<void>((resolve) => {
		const look = (chunk?: Buffer): void => {
			begun += chunk?.length ?? 0;
			if (begun >= steps) {
				resolve();
			}
		};
		child.stdout?.on('data', look);
		child.on('close', () => resolve());
		look();
	});
}

function heldOn(books: Books, at: string, caps: SpenderOrders['caps']) {
	const { day, month } = books.held(at.slice(0, 10));
	return [
		{ all: day.all, cap: caps.day },
		{ all: month.all, cap: caps.month },
	];
}
