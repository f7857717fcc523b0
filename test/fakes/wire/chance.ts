// Seeded chance for runs that must be the same on every machine and in every process.

export class Chance {
	private state: number;

	constructor(seed: string) {
		let hash = 0x811c9dc5;
		for (let at = 0; at < seed.length; at += 1) {
			hash = Math.imul(hash ^ seed.charCodeAt(at), 0x01000193);
		}
		this.state = hash >>> 0;
		this.next();
	}

	/** In [0, 1). */
	next(): number {
		this.state = (this.state + 0x6d2b79f5) >>> 0;
		let mixed = this.state;
		mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	}

	/** Whole, both ends included. */
	whole(least: number, most: number): number {
		return least + Math.floor(this.next() * (most - least + 1));
	}

	/** As many in each power of ten. */
	spread(least: number, most: number): number {
		return Math.exp(Math.log(least) + this.next() * (Math.log(most) - Math.log(least)));
	}

	chance(of: number): boolean {
		return this.next() < of;
	}

	pick<T>(all: readonly [T, ...T[]]): T {
		return all[Math.floor(this.next() * all.length)] ?? all[0];
	}

	/** One of the names, by weight. */
	weighed<K extends string>(weights: Readonly<Record<K, number>>): K {
		const names = Object.keys(weights) as K[];
		const total = names.reduce((sum, name) => sum + weights[name], 0);
		let at = this.next() * total;
		for (const name of names) {
			at -= weights[name];
			if (at < 0) {
				return name;
			}
		}
		return names[0] as K;
	}
}

const WORDS =
	'the value of index in a list is read before it was set; return total + 1 where limit >= 20'.split(' ');
const ODD = ['é', '漢字', '👩‍🚀', '\t', '\n', '"', '\\', '\u{1f600}', '====', '<|end|>', '\u0000', '\ufdfa'];

export function words(chance: Chance, count: number): string {
	const out: string[] = [];
	for (let at = 0; at < count; at += 1) {
		out.push(chance.chance(0.06) ? chance.pick(ODD as [string]) : chance.pick(WORDS as [string]));
	}
	return out.join(' ');
}
