// Keeps count of the timers that a run starts, so that its end can be told and stray ones be cleared.
import timers from 'node:timers';
import { NodeModule } from './nodeModule';

type Start = (callback: (...args: unknown[]) => void, ...rest: unknown[]) => object;

export class Timers {
	private live = new Set<object>();
	/** False for frameworks that keep timers of their own from run to run. */
	tracked = true;

	install(): void {
		const once = (start: Start, clear: (handle: object) => void): Start => {
			return (callback, ...rest) => {
				const mine = this.live;
				if (typeof callback !== 'function' || !this.tracked) {
					return start(callback, ...rest);
				}
				const handle: object = start(
					(...args: unknown[]) => {
						mine.delete(handle);
						// Timers of an earlier run must not run in this one.
						if (mine === this.live) {
							callback(...args);
						} else {
							clear(handle);
						}
					},
					...rest,
				);
				mine.add(handle);
				return handle;
			};
		};
		const repeated = (start: Start): Start => {
			return (callback, ...rest) => {
				const handle = start(callback, ...rest);
				if (this.tracked) {
					this.live.add(handle);
				}
				return handle;
			};
		};
		const clearing = (clear: (handle: unknown) => void) => (handle: unknown) => {
			if (typeof handle === 'object' && handle !== null) {
				this.live.delete(handle);
			}
			clear(handle);
		};
		const real = {
			setTimeout: timers.setTimeout as unknown as Start,
			setInterval: timers.setInterval as unknown as Start,
			setImmediate: timers.setImmediate as unknown as Start,
		};
		const clearTimeout = timers.clearTimeout as (handle: unknown) => void;
		const clearImmediate = timers.clearImmediate as (handle: unknown) => void;
		this.clear = (handle) => {
			clearTimeout(handle);
			clearImmediate(handle);
		};
		const replaced = {
			setTimeout: copied(once(real.setTimeout, clearTimeout), real.setTimeout),
			setInterval: copied(repeated(real.setInterval), real.setInterval),
			setImmediate: copied(once(real.setImmediate, clearImmediate), real.setImmediate),
			clearTimeout: clearing(clearTimeout),
			clearInterval: clearing(clearTimeout),
			clearImmediate: clearing(clearImmediate),
		};
		Object.assign(globalThis, replaced);
		Object.assign(timers, replaced);
		NodeModule.syncBuiltinESMExports();
	}

	begin(): void {
		this.live = new Set();
	}

	/** How many of the run's timers keep it alive. */
	pending(): number {
		let count = 0;
		for (const handle of this.live as ReadonlySet<{ hasRef?: () => boolean }>) {
			count += handle.hasRef?.() === false ? 0 : 1;
		}
		return count;
	}

	/** Clears what the run left. */
	end(): void {
		for (const handle of this.live) {
			this.clear(handle);
		}
		this.live = new Set();
	}

	private clear: (handle: object) => void = () => undefined;
}

/** `util.promisify(setTimeout)` finds its variant on the function. */
function copied(replacement: Start, original: Start): Start {
	for (const symbol of Object.getOwnPropertySymbols(original)) {
		Object.defineProperty(replacement, symbol, Object.getOwnPropertyDescriptor(original, symbol) ?? {});
	}
	return replacement;
}
