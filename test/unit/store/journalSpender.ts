// A process that spends at random from one journal, as fast as it can: arguments are one JSON object. What it really
// spends goes to the meter, one line a call, written after the reservation is safe and before it is settled.
import { openSync, writeSync } from 'node:fs';
import { nanoUsd } from '../../../src/core/money';
import { FileJournal } from '../../../src/store/journal';

export interface SpenderOrders {
	readonly file: string;
	readonly meter: string;
	readonly name: string;
	readonly caps: { readonly day: number; readonly month: number };
	readonly steps: number;
	readonly mostAmount: number;
	/** Each reading of the clock gives one of these at random. */
	readonly moments: readonly string[];
}

async function spend(orders: SpenderOrders): Promise<void> {
	const { file, meter, name, caps, steps, mostAmount, moments } = orders;
	const out = openSync(meter, 'a');
	const journal = new FileJournal(file, {
		caps: () => ({ day: nanoUsd(caps.day), month: nanoUsd(caps.month) }),
		now: () => new Date(moments[Math.floor(Math.random() * moments.length)] ?? ''),
	});
	const told = { done: 0, capped: 0 };
	for (let step = 1; step <= steps; step++) {
		process.stdout.write('.');
		const of = { run: name, attempt: 1, offer: 'a/model/edit', id: `${name}/${step}` };
		const amount = nanoUsd(1 + Math.floor(Math.random() * mostAmount));
		const reserved = await journal.reserve({ kind: 'reserve', ...of, amount });
		if (reserved.kind === 'failed') {
			throw new Error(reserved.reason);
		}
		told[reserved.kind] += 1;
		if (reserved.kind === 'capped') {
			continue;
		}
		const chance = Math.random();
		if (chance < 0.15) {
			await journal.append({ kind: 'release', run: name, id: of.id });
			continue;
		}
		const spent = nanoUsd(Math.floor(Math.random() * (amount + 1)));
		writeSync(out, `\n${of.id} ${spent} ${amount}.`);
		// The rest is forgotten, as by a crash.
		if (chance < 0.9) {
			const doubt = nanoUsd(chance < 0.3 ? Math.floor((amount - spent) / 2) : 0);
			const cost = { amount: spent, basis: chance < 0.8 ? 'billed' : 'estimated' } as const;
			await journal.append({ kind: 'settle', ...of, cost, ...(doubt > 0 ? { doubt } : {}) });
		}
	}
	process.stdout.write(`\n${JSON.stringify(told)}\n`);
}

void spend(JSON.parse(process.argv[2] ?? '') as SpenderOrders);
