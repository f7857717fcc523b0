// The spend journal: append-only JSON lines, one write and one fsync an entry, shared by every window and the
// terminal on this machine. Nobody ever rewrites it and nobody locks it: who sets money aside writes first and then
// folds what everybody wrote, in file order (core/books.ts).
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { CapRefusal, Held } from '../core/books';
import type { Journal } from '../core/effects';
import type { Caps, JournalEntry } from '../core/ledger';
import { formatUsd, type NanoUsd } from '../core/money';
import { type SpendKey, type SpendReport, type SpendSpan, spendReport } from '../core/spend';
import {
	type Period,
	type SpendingFigures,
	type SpendingRow,
	spendingFigures,
	spendingRows,
} from '../core/spendingPage';
import { JournalFold, MOST_LINE_BYTES } from './journalFold';
import { entryOf, lineOf, type StampedEntry } from './journalLine';

export type { StampedEntry } from './journalLine';

type ReserveEntry = JournalEntry & { readonly kind: 'reserve' };
type Written = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly reason: string };
type Reserved = Written | { readonly kind: 'capped'; readonly reason: string };

export interface JournalOptions {
	readonly now?: () => Date;
	/** The user's limits as they are now; asked before each reservation. No limits without it. */
	readonly caps?: () => Caps | Promise<Caps>;
	/** Where the user raises a limit. */
	readonly settingsFile?: string;
	/** Where a limit may stand besides that file, by the name of its period. */
	readonly elsewhere?: (period: 'day' | 'month') => string;
}

export interface JournalFigures {
	readonly figures: SpendingFigures;
	/** Absolute path of the journal. */
	readonly file: string;
	/** 1-based. */
	readonly unreadableLines: readonly number[];
	/** Why the file could not be read to its end. */
	readonly trouble?: string;
}

export class FileJournal implements Journal {
	private readonly now: () => Date;
	private readonly fold = new JournalFold();
	/** One at a time: the fold is shared. */
	private turn: Promise<unknown> = Promise.resolve();
	/** Our reservations that are open: where they are not in the file any more, it is not our file any more. */
	private readonly own = new Map<string, { readonly run: string; readonly id: string }>();

	constructor(
		readonly file: string,
		private readonly options: JournalOptions = {},
	) {
		this.now = options.now ?? (() => new Date());
	}

	async append(entry: JournalEntry): Promise<Written> {
		if (entry.kind === 'settle' || entry.kind === 'release') {
			this.own.delete(nameOf(entry));
		}
		try {
			const handle = await this.openToWrite();
			try {
				return await this.write(handle, { at: this.now().toISOString(), ...entry });
			} finally {
				await handle.close();
			}
		} catch (error) {
			return failure(error);
		}
	}

	async reserve(entry: ReserveEntry): Promise<Reserved> {
		return this.inTurn(async () => {
			let left = false;
			try {
				const caps = entry.caps ?? (await this.options.caps?.());
				const stamped = {
					at: this.now().toISOString(),
					...entry,
					...(caps === undefined ? {} : { caps }),
				};
				const handle = await this.openToWrite();
				let reserved: Reserved;
				try {
					reserved = await this.reserveIn(handle, stamped, () => {
						left = true;
					});
				} finally {
					await handle.close();
				}
				if (reserved.kind === 'done') {
					this.own.set(nameOf(entry), { run: entry.run, id: entry.id });
					return reserved;
				}
				if (reserved.kind === 'failed' && left) {
					await this.takeBack(entry);
				}
				return reserved;
			} catch (error) {
				if (left) {
					await this.takeBack(entry);
				}
				return failure(error);
			}
		});
	}

	/** What counts against the caps of today and of this month, both in UTC. */
	async totals(): Promise<{ readonly today: Held; readonly month: Held }> {
		return this.inTurn(async () => {
			await this.refresh();
			const { day, month } = this.fold.books.held(this.now().toISOString().slice(0, 10));
			return { today: day, month };
		});
	}

	/** What was spent. Unreadable lines by number, 1-based; they are a reason to lose nothing else. */
	async spend(
		by: SpendKey,
		span: SpendSpan = {},
	): Promise<SpendReport & { readonly unreadableLines: readonly number[] }> {
		return this.inTurn(async () => {
			await this.refresh();
			return { ...spendReport(this.fold.books, by, span), unreadableLines: this.fold.unreadableLines };
		});
	}

	/** The figures of the page "Spending", and what of the file is not in them. Rejects never. */
	async figures(period: Period, caps?: Caps): Promise<JournalFigures> {
		return this.inTurn(async () => {
			const trouble = await this.refresh();
			const today = this.now().toISOString().slice(0, 10);
			const figures = spendingFigures(this.fold.books, {
				period,
				today,
				...(caps === undefined ? {} : { caps }),
			});
			const { unreadableLines } = this.fold;
			return { figures, file: this.file, unreadableLines, ...(trouble === undefined ? {} : { trouble }) };
		});
	}

	/** What the page exports. */
	async figureRows(period: Period): Promise<readonly SpendingRow[]> {
		return this.inTurn(async () => {
			await this.refresh();
			return spendingRows(this.fold.books, period, this.now().toISOString().slice(0, 10));
		});
	}

	/** Every readable entry in order; unreadable lines are counted by number (1-based), never a reason to lose the rest. */
	async read(): Promise<{
		readonly entries: readonly StampedEntry[];
		readonly unreadableLines: readonly number[];
	}> {
		let text: string;
		try {
			text = await readFile(this.file, 'utf8');
		} catch {
			return { entries: [], unreadableLines: [] };
		}
		const entries: StampedEntry[] = [];
		const unreadableLines: number[] = [];
		for (const [index, line] of text.split('\n').entries()) {
			if (line.trim() === '') {
				continue;
			}
			const entry = entryOf(line);
			if (entry === undefined) {
				unreadableLines.push(index + 1);
			} else {
				entries.push(entry);
			}
		}
		return { entries, unreadableLines };
	}

	private async reserveIn(
		handle: FileHandle,
		entry: StampedEntry & { readonly kind: 'reserve' },
		leaves: () => void,
	): Promise<Reserved> {
		await this.fold.refresh(handle);
		for (const { run, id } of this.own.values()) {
			if (!this.fold.books.holds(run, id)) {
				return { kind: 'failed', reason: `${this.file} lost a line that was safe on disk; ${KEEP_LOCAL}` };
			}
		}
		// What does not fit what is there already need not be written.
		const early = this.fold.books.refusal(entry.amount, entry.caps, entry.at.slice(0, 10));
		if (early !== undefined) {
			return { kind: 'capped', reason: this.sentence(early, entry.amount) };
		}
		leaves();
		const written = await this.write(handle, entry);
		if (written.kind === 'failed') {
			return written;
		}
		const found = await this.fold.refresh(handle, entry);
		switch (found.kind) {
			case 'void':
				return { kind: 'capped', reason: this.sentence(found.refusal, entry.amount) };
			case 'missing':
				return {
					kind: 'failed',
					reason: `a line just written to ${this.file} is not found there; ${KEEP_LOCAL}`,
				};
			case 'valid': {
				const [ours, named] = await Promise.all([
					handle.stat({ bigint: true }),
					stat(this.file, { bigint: true }),
				]);
				return ours.ino === named.ino && ours.dev === named.dev
					? { kind: 'done' }
					: { kind: 'failed', reason: `${this.file} was replaced while it was written to; try again.` };
			}
		}
	}

	private async write(handle: FileHandle, entry: StampedEntry): Promise<Written> {
		// Line breaks on both sides: a line torn by a crash before it, and the zeros that a power cut may leave after it,
		// cost nothing but themselves.
		const line = Buffer.from(`\n${lineOf(entry)}\n`);
		if (line.length > MOST_LINE_BYTES) {
			return { kind: 'failed', reason: `an entry of ${line.length} bytes is too long for ${this.file}.` };
		}
		const { bytesWritten } = await handle.write(line);
		if (bytesWritten !== line.length) {
			return { kind: 'failed', reason: `only part of a line went into ${this.file}; free some disk space.` };
		}
		await handle.sync();
		return { kind: 'done' };
	}

	/** Nothing is sent for a reservation that failed, so it need not count if it is in the file all the same. */
	private async takeBack({ run, id }: ReserveEntry): Promise<void> {
		await this.append({ kind: 'release', run, id });
	}

	private async openToWrite(): Promise<FileHandle> {
		const flags = constants.O_RDWR | constants.O_APPEND;
		try {
			return await open(this.file, flags);
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
				throw error;
			}
		}
		const folder = path.dirname(this.file);
		await mkdir(folder, { recursive: true });
		const handle = await open(this.file, flags | constants.O_CREAT, 0o600);
		// The new name must outlive a power cut too. Windows does not open folders, and need not.
		await open(folder, 'r')
			.then((opened) => opened.sync().finally(() => opened.close()))
			.catch(() => undefined);
		return handle;
	}

	/** Why not all of the file was read; a file that is not there yet is no reason. */
	private async refresh(): Promise<string | undefined> {
		let handle: FileHandle;
		try {
			handle = await open(this.file, 'r');
		} catch (error) {
			this.fold.clear();
			return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : failure(error).reason;
		}
		try {
			await this.fold.refresh(handle);
			return undefined;
		} catch (error) {
			// What was read so far is all that can be said.
			return failure(error).reason;
		} finally {
			await handle.close().catch(() => undefined);
		}
	}

	private async inTurn<T>(use: () => Promise<T>): Promise<T> {
		const mine = this.turn.then(use);
		this.turn = mine.catch(() => undefined);
		return mine;
	}

	private sentence({ period, cap, held }: CapRefusal, amount: NanoUsd): string {
		const limit = period === 'day' ? 'the limit for today' : 'the limit for this month';
		const aside =
			held.reserved > 0
				? ` and ${formatUsd(held.reserved)} is set aside for calls that are running or were cut off`
				: '';
		const doubted = held.doubted > 0 ? ` (it may be ${formatUsd(held.doubted)} more)` : '';
		const where = this.options.settingsFile === undefined ? 'your settings' : this.options.settingsFile;
		const elsewhere = this.options.elsewhere?.(period);
		const or = elsewhere === undefined ? '' : `, or ${elsewhere}, whichever is lower`;
		const raise = `Raise "${period}" under "caps" in ${where}${or}, or wait for the next ${period} (UTC).`;
		return `This call may cost ${formatUsd(amount)} at the worst, and of ${limit} you set, ${formatUsd(cap)}, ${formatUsd(held.spent)} is spent${doubted}${aside}. ${raise}`;
	}
}

const KEEP_LOCAL = 'keep it on a local disk, and let nothing else write to it or restore it.';

function nameOf({ run, id }: { readonly run: string; readonly id: string }): string {
	return JSON.stringify([run, id]);
}

function failure(error: unknown): { readonly kind: 'failed'; readonly reason: string } {
	return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
}
