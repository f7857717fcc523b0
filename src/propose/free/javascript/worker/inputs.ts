// Inputs made from what the tests pass: recorded ones first, then neighbours of them. The same every time.
import { inspect } from 'node:util';
import type { Use } from './callRecorder';
import { copyOf, isPlain } from './copying';

const most = 320;
const mostRecorded = 80;
const mostTries = 6000;

/** Up to 320 different uses. */
export function inputsFrom(recorded: ReadonlyMap<string | undefined, readonly Use[]>): readonly Use[] {
	const inputs: Use[] = [];
	const seen = new Set<string>();
	const add = (use: Use): void => {
		const key = keyOf(use);
		if (!seen.has(key)) {
			seen.add(key);
			inputs.push(use);
		}
	};
	const groups = [...recorded.values()].filter((uses) => uses.length > 0);
	const share = Math.ceil(mostRecorded / Math.max(1, groups.length));
	for (const uses of groups) {
		for (const use of uses.slice(0, share)) {
			add(use);
		}
	}
	const originals = [...inputs];
	const random = generator(20_26);
	for (let tries = 0; originals.length > 0 && inputs.length < most && tries < mostTries; tries++) {
		const use = originals[tries % originals.length];
		if (use) {
			const pool = originals.filter((other) => other.name === use.name);
			add(changed(use, pool, random));
		}
	}
	return inputs;
}

type Random = () => number;

/** mulberry32: small, and the same on every machine. */
export function generator(seed: number): Random {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

function changed(use: Use, pool: readonly Use[], random: Random): Use {
	const lists = [...(use.construct ? [use.construct] : []), ...use.calls.map((call) => call.args)];
	const filled = lists.filter((args) => args.length > 0);
	const chosen = pick(filled, random);
	const replace = (args: readonly unknown[]): readonly unknown[] => {
		if (args !== chosen) {
			return args;
		}
		const at = Math.floor(random() * args.length);
		const other = pick(pool, random);
		const donor = other?.calls[0]?.args[at] ?? other?.construct?.[at];
		const swap = typeof donor === typeof args[at] && random() < 0.25;
		return args.map((value, index) => (index !== at ? value : swap ? donor : varied(value, random)));
	};
	const calls = use.calls.map((call) => ({ method: call.method, args: replace(call.args) }));
	if (calls.length > 1 && random() < 0.3) {
		calls.splice(Math.floor(random() * calls.length), 1);
	}
	return { name: use.name, construct: use.construct && replace(use.construct), calls };
}

function pick<T>(items: readonly T[], random: Random): T | undefined {
	return items[Math.floor(random() * items.length)];
}

/** A neighbour of the value, of the same type. */
function varied(value: unknown, random: Random): unknown {
	switch (typeof value) {
		case 'number':
			return variedNumber(value, random);
		case 'string':
			return variedString(value, random);
		case 'boolean':
			return !value;
		case 'bigint':
			return pick([value + 1n, value - 1n, 0n, -value, value * 2n], random);
		case 'object':
			if (Array.isArray(value)) {
				return variedArray(value as unknown[], random);
			}
			return isPlain(value) ? variedRecord(value, random) : value;
		default:
			return value;
	}
}

function variedNumber(value: number, random: Random): number {
	const whole = [
		value + 1,
		value - 1,
		0,
		1,
		-1,
		-value,
		value * 2,
		value + 10,
		value * 10,
		Math.floor(random() * 100),
	];
	const fraction = [value + 0.5, value / 2, value * 1.5, value - 0.1, Math.round(value)];
	return pick(Number.isInteger(value) ? whole : [...whole, ...fraction], random) ?? value;
}

function variedString(value: string, random: Random): string {
	const characters = [...value];
	const at = Math.floor(random() * characters.length);
	const without = characters.filter((_, index) => index !== at).join('');
	const [first = '', second = ''] = [characters[at], characters[(at + 1) % Math.max(1, characters.length)]];
	const swapped = characters.map((character, index) =>
		index === at ? second : index === (at + 1) % characters.length ? first : character,
	);
	const any = String.fromCharCode(32 + Math.floor(random() * 95));
	const changes = [
		'',
		without,
		value.slice(0, at),
		value.slice(at),
		value + value,
		characters.reverse().join(''),
		swapped.join(''),
		value.toUpperCase(),
		value.toLowerCase(),
		` ${value} `,
		value.slice(0, at) + any + value.slice(at),
		value.slice(0, at) + first + value.slice(at),
		/^-?\d+$/.test(value) ? String(variedNumber(Number(value), random)) : value.replace(/[a-z]/gi, any),
	];
	return pick(changes, random) ?? value;
}

function variedArray(value: readonly unknown[], random: Random): readonly unknown[] {
	const at = Math.floor(random() * value.length);
	const item = value[at];
	switch (Math.floor(random() * 9)) {
		case 0:
			return random() < 0.3 ? [] : value.slice(0, 1);
		case 1:
			return value.filter((_, index) => index !== at);
		case 2:
			return [...value.slice(0, at), ...value.slice(at, at + 1), ...value.slice(at)];
		case 3:
			return [...value].reverse();
		case 4:
			return shuffled(value, random);
		case 5:
			return [...value, ...value.map((each) => varied(each, random))];
		case 6:
			return value.slice(at);
		default:
			return value.length === 0
				? value
				: value.map((each, index) => (index === at ? varied(item, random) : each));
	}
}

function shuffled(value: readonly unknown[], random: Random): readonly unknown[] {
	const items = [...value];
	for (let index = items.length - 1; index > 0; index--) {
		const other = Math.floor(random() * (index + 1));
		[items[index], items[other]] = [items[other], items[index]];
	}
	return items;
}

function variedRecord(value: Record<string, unknown>, random: Random): Record<string, unknown> {
	const keys = Object.keys(value);
	const key = pick(keys, random);
	if (key === undefined) {
		return value;
	}
	const { [key]: item, ...rest } = value;
	return random() < 0.25 ? rest : { ...rest, [key]: varied(item, random) };
}

function keyOf(use: Use): string {
	return inspect([use.name, use.construct, use.calls], {
		depth: 12,
		maxArrayLength: 1000,
		maxStringLength: 10_000,
		breakLength: Number.POSITIVE_INFINITY,
	});
}

/** Arguments of one call, copied so that the call cannot spoil them for the next. */
export function freshArguments(args: readonly unknown[]): unknown[] {
	return copyOf(args) as unknown[];
}
