// How long it takes to open a spend journal of many entries: node test/bench/journal.mjs [entries]
// Each figure is that of a process that has read nothing before.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { quantile } from './figures.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const entries = Number(process.argv[2] ?? 1_000_000);
const rounds = 5;

const folder = mkdtempSync(path.join(os.tmpdir(), 'journal-bench-'));
try {
	const program = path.join(folder, 'open.cjs');
	buildSync({
		stdin: {
			contents: `
				import { FileJournal } from './src/store/journal';
				const [, , file, what] = process.argv;
				const started = performance.now();
				const journal = new FileJournal(file, { caps: () => ({ day: 1e15, month: 1e15 }) });
				const work = {
					reserve: () => journal.reserve({ kind: 'reserve', run: 'bench', id: 'bench/' + process.pid, attempt: 1, offer: 'a/b/edit', amount: 5 }),
					totals: () => journal.totals(),
					spend: () => journal.spend('model'),
				}[what];
				work().then((first) => {
					const firstMs = performance.now() - started;
					const { user, system } = process.cpuUsage();
					const again = performance.now();
					return work().then(() => console.log(JSON.stringify({
						firstMs, againMs: performance.now() - again, cpuMs: (user + system) / 1000, rssMb: process.memoryUsage().rss / 2 ** 20,
						told: first.kind ?? first.rows?.length ?? first.today,
						unreadable: first.unreadableLines?.length,
					})));
				});`,
			resolveDir: root,
			loader: 'ts',
		},
		absWorkingDir: root,
		bundle: true,
		platform: 'node',
		target: 'node20',
		outfile: program,
	});
	for (const [name, shape] of [
		['runs one after the other', 1],
		['three processes at once', 3],
	]) {
		const file = path.join(folder, `${shape}.jsonl`);
		write(file, shape);
		console.log(`${name}: ${entries} entries, ${(statSync(file).size / 1e6).toFixed(0)} MB`);
		console.log(`  reading the bytes alone    ${rawMs(file).toFixed(0)} ms`);
		for (const what of ['reserve', 'totals', 'spend']) {
			const all = [];
			for (let round = 0; round < rounds; round++) {
				const { stdout, stderr } = spawnSync(process.execPath, [program, file, what], { encoding: 'utf8' });
				if (stdout === '') {
					throw new Error(stderr);
				}
				all.push(JSON.parse(stdout));
			}
			const first = all.map(({ firstMs }) => firstMs);
			const cpu = all.map(({ cpuMs }) => cpuMs);
			const again = all.map(({ againMs }) => againMs);
			console.log(
				`  ${what.padEnd(8)} cold ${quantile(first, 0.5).toFixed(0)} ms (worst ${Math.max(...first).toFixed(0)}; processor time with the start of Node ${quantile(cpu, 0.5).toFixed(0)}), again ${quantile(again, 0.5).toFixed(2)} ms, ${Math.max(...all.map(({ rssMb }) => rssMb)).toFixed(0)} MB resident, ${JSON.stringify(all[0].told)}`,
			);
		}
	}
} finally {
	rmSync(folder, { recursive: true });
}

/** What runs leave behind: three reserve–settle pairs an attempt, two attempts, some releases, some doubts, some crashes. */
function write(file, processes) {
	const lanes = Array.from({ length: processes }, (_, index) => lines(index));
	const out = openSync(file, 'w');
	let batch = [];
	for (let i = 0; i < entries; i++) {
		batch.push(lanes[i % processes].next().value);
		if (batch.length === 20_000 || i === entries - 1) {
			writeSync(out, batch.map((line) => `\n${line}`).join(''));
			batch = [];
		}
	}
	closeSync(out);
}

function* lines(lane) {
	const offers = ['openrouter/qwen/qwen3-coder/edit', 'anthropic/claude-haiku/agent', 'openai/gpt-mini/edit'];
	let moment = Date.parse('2024-01-01T00:00:00Z') + lane;
	for (let number = 0; ; number++) {
		const run = ((number * 2_654_435_761 + lane * 97) >>> 0).toString(16).padStart(8, '0');
		const at = () => new Date((moment += 7_919)).toISOString();
		const line = (entry) => JSON.stringify({ at: at(), ...entry });
		yield line({
			kind: 'run',
			run,
			bid: 250_000_000,
			repository: `/home/dev/project-${number % 12}`,
			target: `test/cart.test.js adds ${number % 50} items`,
		});
		let call = 0;
		for (let attempt = 1; attempt <= 2; attempt++) {
			const of = { run, attempt, offer: offers[(number + attempt) % offers.length] };
			for (let i = 0; i < 3; i++) {
				const id = `${run}/${++call}`;
				const amount = 4_000_000 + ((number * 7919 + call * 104_729) % 9_000_000);
				yield line({
					kind: 'reserve',
					...of,
					id,
					amount,
					caps: { day: 5_000_000_000, month: 900_000_000_000_000 },
				});
				if (number % 40 === 39 && call === 4) {
					continue;
				}
				if (call % 5 === 0) {
					yield line({ kind: 'release', run, id });
				} else {
					yield line({
						kind: 'settle',
						...of,
						id,
						cost: { amount: Math.floor(amount / 3), basis: call % 4 === 0 ? 'estimated' : 'billed' },
						...(number % 20 === 0 ? { doubt: 1000 } : {}),
					});
				}
			}
			yield line({
				kind: 'attempt',
				...of,
				ended: 'patches',
				verified: attempt === 2,
				proposeMs: 8123.4567,
				verifyMs: 2100,
			});
		}
		yield line({ kind: 'outcome', run, outcome: number % 3 === 0 ? 'solved' : 'exhausted' });
	}
}

function rawMs(file) {
	const started = performance.now();
	const input = openSync(file, 'r');
	const chunk = Buffer.allocUnsafe(4 * 1024 * 1024);
	while (readSync(input, chunk, 0, chunk.length, null) > 0);
	closeSync(input);
	return performance.now() - started;
}
