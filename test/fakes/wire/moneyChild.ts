// One process of the killed form of the money test: runs on a shared journal until it is killed.
import process from 'node:process';
import { FileJournal } from '../../../src/store/journal';
import type { Dialect } from './dialects';
import { noCounts, oneRun } from './moneyRuns';
import { realWires } from './realWires';
import { BASES } from './server';

const AT_ONCE = 4;

async function untilKilled(file: string, origin: string, prefix: string): Promise<void> {
	const place = { origin, base: (dialect: Dialect) => origin + BASES[dialect] };
	const journal = new FileJournal(file);
	process.stdout.write('ready\n');
	let next = 0;
	const worker = async () => {
		for (;;) {
			next += 1;
			await oneRun(`${prefix}${next}`, place, realWires, journal, noCounts());
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

const [file = '', origin = '', prefix = ''] = process.argv.slice(2);
void untilKilled(file, origin, prefix);
