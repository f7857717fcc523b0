// How a file's functions behave on inputs made from what the tests pass them: to compare candidates that all
// pass the tests.
import type { Use } from './callRecorder';
import { digestOf } from './digest';
import { freshArguments, generator } from './inputs';
import type { ProjectModules } from './modules';
import { NodeModule, propertyOf } from './nodeModule';
import type { Probes } from './probes';
import { isExit } from './sandbox';

/** Longest time of one use, and most turns of loops: turns end first, which is the same on every machine. */
const useMs = 200;
const mostTurns = 100_000;
const asyncMs = 25;
const now = performance.now.bind(performance);
const ownSetTimeout = setTimeout;
const ownClearTimeout = clearTimeout;

/** One digest an input; undefined when the file cannot be loaded by itself. */
export async function behaviourOf(
	modules: ProjectModules,
	probes: Probes,
	file: string,
	inputs: readonly Use[],
	limitMs: number,
): Promise<readonly string[] | undefined> {
	const end = now() + limitMs;
	let exports: unknown;
	modules.purge();
	try {
		exports = NodeModule._load(file, null, false);
	} catch {
		return undefined;
	}
	const random = Math.random;
	const digests: string[] = [];
	try {
		for (const use of inputs) {
			Math.random = generator(1);
			digests.push(now() > end ? 'late' : await digestOfUse(exports, use, probes));
		}
	} finally {
		Math.random = random;
		probes.disarm();
	}
	return digests;
}

async function digestOfUse(exports: unknown, use: Use, probes: Probes): Promise<string> {
	probes.arm(useMs, mostTurns);
	try {
		const target = use.name === undefined ? exports : propertyOf(exports, use.name);
		if (typeof target !== 'function') {
			return 'missing';
		}
		if (!use.construct) {
			return await digestOfCall(target as Callable, undefined, use.calls[0]?.args ?? []);
		}
		const made = Reflect.construct(target, freshArguments(use.construct)) as object;
		const digests: string[] = [];
		for (const { method, args } of use.calls) {
			digests.push(await digestOfCall(propertyOf(made, method ?? '') as Callable, made, args));
		}
		for (const getter of gettersOf(made)) {
			digests.push(digestOf(propertyOf(made, getter)));
		}
		return digestOf(digests.length === 0 ? made : digests.join('; '));
	} catch (error) {
		if (probes.looped) {
			return 'loops';
		}
		const name = propertyOf(error, 'name');
		return isExit(error) ? 'exits' : `throws:${typeof name === 'string' ? name : typeof error}`;
	}
}

function gettersOf(made: object): readonly string[] {
	const prototype = Object.getPrototypeOf(made) as object | null;
	return Object.entries(Object.getOwnPropertyDescriptors(prototype ?? {}))
		.filter(([, descriptor]) => descriptor.get !== undefined)
		.map(([name]) => name)
		.sort();
}

type Callable = (...args: unknown[]) => unknown;

async function digestOfCall(target: Callable, self: unknown, args: readonly unknown[]): Promise<string> {
	const given = freshArguments(args);
	const before = digestOf(given);
	let result: unknown = Reflect.apply(target, self, given);
	if (typeof propertyOf(result, 'then') === 'function') {
		result = await settledWithin(result as PromiseLike<unknown>, asyncMs);
	}
	const after = digestOf(given);
	return after === before ? digestOf(result) : `${digestOf(result)} args:${after}`;
}

function settledWithin(promise: PromiseLike<unknown>, limitMs: number): Promise<unknown> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<unknown>((resolve) => {
		timer = ownSetTimeout(() => resolve('pending'), limitMs);
	});
	return Promise.race([promise, late]).finally(() => ownClearTimeout(timer));
}
