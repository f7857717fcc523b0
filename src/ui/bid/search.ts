// Looks for failing tests while the user thinks about the bid; whoever joins later sees what happened meanwhile.
import type { SolveEvent } from '../../core/events';
import type { FailingTests } from '../engine';

type See = (event: SolveEvent) => void;
export type Look = (see: See, signal: AbortSignal) => Promise<FailingTests>;

export class Search {
	private controller = new AbortController();
	private seen: SolveEvent[] = [];
	private watcher: See | undefined;
	private found: Promise<FailingTests> | undefined;

	constructor(private readonly look: Look) {}

	/** Once begun, nothing more happens. */
	begin(): void {
		this.found ??= this.start();
	}

	/** Drops what was found so far; the new look begins when nothing of the old one runs any more. */
	restart(): void {
		const before = this.found;
		this.controller.abort();
		this.controller = new AbortController();
		this.seen = [];
		this.found = this.start(before);
	}

	/** Settles when nothing of it runs any more. */
	async stop(): Promise<void> {
		this.controller.abort();
		await this.found?.catch(() => undefined);
		this.found = undefined;
	}

	async join(see: See, signal: AbortSignal): Promise<FailingTests> {
		for (const event of this.seen) {
			see(event);
		}
		this.watcher = see;
		const abort = (): void => this.controller.abort();
		signal.addEventListener('abort', abort, { once: true });
		if (signal.aborted) {
			abort();
		}
		try {
			this.begin();
			return await (this.found ?? Promise.reject(new Error('the search was stopped')));
		} finally {
			signal.removeEventListener('abort', abort);
			this.watcher = undefined;
		}
	}

	private start(before?: Promise<unknown>): Promise<FailingTests> {
		const { signal } = this.controller;
		const found = (async () => {
			if (before !== undefined) {
				await before.catch(() => undefined);
			}
			return this.look((event) => {
				if (!signal.aborted) {
					this.seen.push(event);
					this.watcher?.(event);
				}
			}, signal);
		})();
		// Nobody may ever join; whoever does is told of a failure all the same.
		found.catch(() => undefined);
		return found;
	}
}
