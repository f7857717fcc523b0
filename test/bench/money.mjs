// The money test at length: random runs of the real wires against a hostile provider whose own meter bills what was
// really sent. `node --import tsx test/bench/money.mjs [runs] [seed] [--kill]`; with --kill, three processes share one journal and are
// killed again and again. Exit status 1 when a bid was passed, a figure differs, or a call left unpaid for.
import { createRequire } from 'node:module';
import process from 'node:process';

const { killed, whole } = createRequire(import.meta.url)('../fakes/wire/moneyBench.ts');
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const runs = Number(words[0] ?? 20_000);
const seed = words[1] ?? 'bench';
const counts = process.argv.includes('--kill') ? await killed(runs, seed) : await whole(runs, seed);
const bars = ['over', 'unequal', 'unaffordable', 'unreserved', 'disbelieved', 'leaks'];
for (const [name, value] of Object.entries(counts)) {
	const text = Array.isArray(value) ? `${value.length} ${value.slice(0, 3).join(' | ')}` : value;
	console.log(name.padEnd(14), typeof text === 'object' ? JSON.stringify(text) : String(text));
}
process.exitCode = counts.calls === 0 || bars.some((name) => counts[name].length > 0) ? 1 : 0;
