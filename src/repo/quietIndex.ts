// git compares times in whole seconds here and there: files that were written in the second in which their index was
// written are read through each time anyone asks what changed. After a checkout of very many files those are most of
// them, so the index is written anew once that second is over, while the tests run for the first time.
import { statSync } from 'node:fs';
import type { Git } from './git';

/** Fewer files are read through in no time. */
const MANY_FILES = 2_000;
/** A clock of the file system may lag a little. */
const AFTER_SECOND_MS = 30;
const LIMIT_MS = 10_000;

export class QuietIndex {
	private readonly writtenSecond: number | undefined;
	private timer: NodeJS.Timeout | undefined;
	private readonly ended = new AbortController();
	private writing: Promise<unknown> | undefined;

	/** Just after the checkout. `git` works on this index. */
	constructor(
		private readonly git: Git,
		private readonly indexFile: string,
		private readonly files: number,
	) {
		this.writtenSecond = this.second();
	}

	/** Something may be written in the tree from now on, and the index is used by nobody else until `wait`. */
	begin(): void {
		const { writtenSecond } = this;
		if (
			this.files < MANY_FILES ||
			this.writing !== undefined ||
			this.ended.signal.aborted ||
			writtenSecond === undefined ||
			this.second() !== writtenSecond
		) {
			return;
		}
		const inMs = (writtenSecond + 1) * 1000 + AFTER_SECOND_MS - Date.now();
		this.timer = setTimeout(
			() => {
				const signal = AbortSignal.any([this.ended.signal, AbortSignal.timeout(LIMIT_MS)]);
				// What differs from the base by then stays marked as such: its text is compared, not its time.
				this.writing = this.git.feed(['update-index', '-q', '--refresh', '--force-write-index'], '', signal);
			},
			Math.max(0, inMs),
		);
		this.timer.unref();
	}

	/** Until the index may be written by others. */
	async wait(): Promise<void> {
		clearTimeout(this.timer);
		await this.writing;
	}

	/** For good. */
	async end(): Promise<void> {
		this.ended.abort();
		await this.wait();
	}

	/** Undefined where there is no index: whoever uses it next tells. */
	private second(): number | undefined {
		const found = statSync(this.indexFile, { throwIfNoEntry: false });
		return found && Math.floor(found.mtimeMs / 1000);
	}
}
