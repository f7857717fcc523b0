// Notes with what the tests call a module's exported functions and classes.
import { copyOf } from './copying';

export interface Call {
	/** The method; undefined where the export itself is called. */
	readonly method: string | undefined;
	readonly args: readonly unknown[];
}

/** One use of an export that can be repeated: a call, or an object's life. */
export interface Use {
	/** The export's name; undefined is the module's own `exports`. */
	readonly name: string | undefined;
	/** Arguments of the constructor; undefined for a function. */
	readonly construct: readonly unknown[] | undefined;
	readonly calls: Call[];
}

type Callable = (this: unknown, ...args: unknown[]) => unknown;

const mostUses = 60;
const mostCalls = 12;

export class CallRecorder {
	/** By the export's name. */
	readonly uses = new Map<string | undefined, Use[]>();
	/** Set while a recorded function runs: what it calls itself is not the tests' doing. */
	private inside = false;

	/** Replaces what can be called in a module that has just been loaded. */
	exported(module: { exports: unknown }): void {
		const { exports } = module;
		if (typeof exports === 'function') {
			this.replaced(exports);
			module.exports = this.replacement(undefined, exports);
		} else if (typeof exports === 'object' && exports !== null) {
			module.exports = this.replaced(exports);
		}
	}

	/** The same exports with functions that note their calls; another object where compilers export by getters. */
	private replaced(exports: object): object {
		const descriptors = Object.getOwnPropertyDescriptors(exports);
		let fixed = false;
		for (const [name, descriptor] of Object.entries(descriptors)) {
			const value: unknown = Reflect.get(exports, name);
			if (typeof value !== 'function' || name === 'prototype') {
				continue;
			}
			const replacement = this.replacement(name, value);
			fixed ||= !descriptor.writable;
			if (descriptor.writable) {
				Reflect.set(exports, name, replacement);
			}
			Reflect.set(descriptors, name, {
				value: replacement,
				enumerable: true,
				configurable: true,
				writable: true,
			});
		}
		return fixed
			? Object.defineProperties(
					Object.create(Object.getPrototypeOf(exports) as object | null) as object,
					descriptors,
				)
			: exports;
	}

	private replacement(name: string | undefined, original: object): object {
		return new Proxy(original, {
			apply: (target, self: unknown, args: unknown[]): unknown => {
				this.note(name, undefined, { method: undefined, args });
				return this.quietly(() => Reflect.apply(target as Callable, self, args));
			},
			construct: (target, args: unknown[], newTarget): object => {
				const use = this.note(name, args, undefined);
				const made = Reflect.construct(target as new () => object, args, newTarget) as object;
				return use ? this.followed(made, use) : made;
			},
		});
	}

	/** The object itself, whose methods note their calls. */
	private followed(made: object, use: Use): object {
		for (const method of methodsOf(made)) {
			const original: unknown = Reflect.get(made, method);
			if (typeof original === 'function') {
				Object.defineProperty(made, method, {
					configurable: true,
					writable: true,
					enumerable: false,
					value: (...args: unknown[]): unknown => {
						if (!this.inside && use.calls.length < mostCalls) {
							const copied = copiedArguments(args);
							if (copied) {
								use.calls.push({ method, args: copied });
							}
						}
						return this.quietly(() => Reflect.apply(original as Callable, made, args));
					},
				});
			}
		}
		return made;
	}

	private note(
		name: string | undefined,
		construct: readonly unknown[] | undefined,
		call: Call | undefined,
	): Use | undefined {
		const known = this.uses.get(name) ?? [];
		this.uses.set(name, known);
		if (this.inside || known.length >= mostUses) {
			return undefined;
		}
		const args = copiedArguments(construct ?? call?.args ?? []);
		if (!args) {
			return undefined;
		}
		const use: Use = call
			? { name, construct: undefined, calls: [{ method: undefined, args }] }
			: { name, construct: args, calls: [] };
		known.push(use);
		return use;
	}

	private quietly<T>(body: () => T): T {
		const before = this.inside;
		this.inside = true;
		try {
			return body();
		} finally {
			this.inside = before;
		}
	}
}

function copiedArguments(args: readonly unknown[]): readonly unknown[] | undefined {
	try {
		return copyOf(args) as readonly unknown[];
	} catch {
		return undefined;
	}
}

function methodsOf(made: object): readonly string[] {
	const names = new Set<string>();
	for (
		let prototype = Object.getPrototypeOf(made) as object | null;
		prototype && Object.getPrototypeOf(prototype) !== null;
		prototype = Object.getPrototypeOf(prototype) as object | null
	) {
		for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
			if (name !== 'constructor' && typeof descriptor.value === 'function') {
				names.add(name);
			}
		}
	}
	return [...names];
}
