// The two long forms of the money test: many runs in one process, and processes that share a journal and are killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { JournalEntry } from '../../../src/core/ledger';
import { FileJournal } from '../../../src/store/journal';
import { Chance } from './chance';
import { bidOf, type Counts, compare, hostileServer, manyRuns, noCounts } from './moneyRuns';
import { realWires } from './realWires';
import { WireServer } from './server';

const AT_ONCE = 24;
const PROCESSES = 3;
/** About as many runs as a child begins before it is killed. */
const RUNS_BETWEEN_KILLS = 10;

export async function whole(runs: number, seed: string): Promise<Counts> {
	const names = Array.from({ length: runs }, (_, at) => `${seed}${at}`);
	return manyRuns(names, realWires, AT_ONCE, undefined, (done) => {
		if (done % 1000 === 0) {
			process.stderr.write(`${done} runs\n`);
		}
	});
}

export interface Killed extends Counts {
	kills: number;
	/** Runs that were cut off in the middle. */
	unfinished: number;
	unreadable: number;
}

/**
 * So many runs in three processes on one journal, each killed at a random moment and started anew with other runs.
 * A killed run's reservations must be in the journal before its calls, and its bid must hold.
 */
export async function killed(runs: number, seed: string): Promise<Killed> {
	const folder = await mkdtemp(path.join(tmpdir(), 'underbid-money-'));
	const file = path.join(folder, 'journal.jsonl');
	const elsewhere = await WireServer.start();
	const server = await hostileServer(elsewhere.origin);
	const accounts = new Set<string>();
	const behave = server.behave;
	server.behave = (asked, seen) => {
		accounts.add(asked.key ?? '');
		return behave(asked, seen);
	};
	server.onKey = (key) => server.meter.watch(key, bidOf(key));
	const chance = new Chance(seed);
	let kills = 0;
	let started = 0;
	// Bundled once, so that a child is up in a moment.
	const program = path.join(folder, 'program', 'moneyChild.mjs');
	const entry = fileURLToPath(new URL('./moneyChild.ts', import.meta.url));
	const require =
		"import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
	await build({
		entryPoints: [entry],
		bundle: true,
		platform: 'node',
		format: 'esm',
		target: 'node20',
		banner: { js: require },
		splitting: true,
		outdir: path.dirname(program),
		outExtension: { '.js': '.mjs' },
		logLevel: 'error',
	});
	const worker = async () => {
		while (started * RUNS_BETWEEN_KILLS < runs) {
			started += 1;
			const child = spawn(process.execPath, [program, file, server.origin, `${seed}-${started}-`], {
				stdio: ['ignore', 'pipe', 'inherit'],
			});
			if (await killAtRandom(child, chance)) {
				kills += 1;
			}
		}
	};
	await Promise.all(Array.from({ length: PROCESSES }, worker));
	await server.quiet();
	const { entries, unreadableLines } = await new FileJournal(file).read();
	const counts = noCounts();
	const byRun = new Map<string, JournalEntry[]>();
	for (const entry of entries) {
		byRun.set(entry.run, [...(byRun.get(entry.run) ?? []), entry]);
	}
	for (const key of accounts) {
		compare(
			key,
			bidOf(key),
			server.meter.take(key),
			byRun.get(key.split('.')[1] ?? '') ?? [],
			new Set(),
			counts,
		);
	}
	counts.runs = byRun.size;
	counts.unaffordable.push(...server.meter.unaffordable);
	counts.leaks.push(...elsewhere.seen.map(({ path }) => `a call went elsewhere: ${path}`), ...server.faults);
	const unfinished = [...byRun.values()].filter((all) => all.at(-1)?.kind === 'reserve').length;
	await server.close();
	await elsewhere.close();
	await rm(folder, { recursive: true });
	return { ...counts, kills, unfinished, unreadable: unreadableLines.length };
}

/** True when it was killed before it had ended by itself. */
async function killAtRandom(child: ChildProcess, chance: Chance): Promise<boolean> {
	const ended = new Promise<boolean>((resolve) => child.once('exit', (code) => resolve(code === null)));
	// The clock starts when its first run does.
	await Promise.race([new Promise((resolve) => child.stdout?.once('data', resolve)), ended]);
	await Promise.race([sleep(Math.round(chance.spread(1, 1_500))), ended]);
	child.kill('SIGKILL');
	return ended;
}
