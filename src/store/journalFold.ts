// The books as far as the journal was read, and where that was. What others appended since is read from there on; a
// file that is not the one we knew (replaced, shortened, rewritten) is read again from its beginning.
import type { FileHandle } from 'node:fs/promises';
import { Books, type CapRefusal } from '../core/books';
import { entryOf, type StampedEntry } from './journalLine';
import { LineReader } from './lineReader';

/** A line longer than this is none of ours. */
export const MOST_LINE_BYTES = 4 * 1024 * 1024;
/** Read at once; and looked at at once, small enough for the processor's cache. */
const CHUNK_BYTES = 1024 * 1024;
const PIECE_BYTES = 96 * 1024;
/** Bytes kept of the file's beginning and of the last line, to know the file again. */
const KNOWN_BYTES = 512;
const NEW_LINE = 0x0a;

/** What became of the reservation that was looked for among the new lines. */
export type Found =
	| { readonly kind: 'missing' }
	| { readonly kind: 'valid' }
	| { readonly kind: 'void'; readonly refusal: CapRefusal };

export class JournalFold {
	books = new Books();
	private unreadable: number[] = [];
	/** Number of the last line that was taken. */
	private line = 0;
	/** File position after the last line that was taken, without its line break. */
	private offset = 0;
	private inode: bigint | undefined;
	private head = Buffer.alloc(0);
	private tail = Buffer.alloc(0);
	/** Number of the last line where it is not whole, or not yet. */
	private torn: number | undefined;
	private readonly reader = new LineReader();
	private wanted: StampedEntry | undefined;
	private found: Found = { kind: 'missing' };

	/** 1-based; the last line too when it is not whole. */
	get unreadableLines(): readonly number[] {
		return this.torn === undefined ? this.unreadable : [...this.unreadable, this.torn];
	}

	/** Forgets everything; the file is gone. */
	clear(): void {
		this.books = new Books();
		this.unreadable = [];
		this.line = 0;
		this.offset = 0;
		this.inode = undefined;
		this.head = Buffer.alloc(0);
		this.tail = Buffer.alloc(0);
		this.torn = undefined;
	}

	/** Takes what is new in the file, and says what became of `wanted` if that is among it. */
	async refresh(handle: FileHandle, wanted?: StampedEntry & { readonly kind: 'reserve' }): Promise<Found> {
		this.wanted = wanted;
		this.found = { kind: 'missing' };
		const { ino, size } = await handle.stat({ bigint: true });
		if (!(await this.knows(handle, ino, Number(size)))) {
			this.clear();
			this.inode = ino;
		}
		await this.readOn(handle, Number(size));
		return this.found;
	}

	private async knows(handle: FileHandle, inode: bigint, size: number): Promise<boolean> {
		if (inode !== this.inode || size < this.offset) {
			return false;
		}
		if (this.line === 0) {
			return true;
		}
		const last = size > this.offset ? Buffer.concat([this.tail, Buffer.of(NEW_LINE)]) : this.tail;
		return (await reads(handle, 0, this.head)) && (await reads(handle, this.offset - this.tail.length, last));
	}

	private async readOn(handle: FileHandle, size: number): Promise<void> {
		let chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, Math.max(1, size - this.offset)));
		// The break after the last line that was taken, where there is one.
		let position = this.line === 0 ? 0 : this.offset + 1;
		let kept = 0;
		let skipping = false;
		this.torn = undefined;
		for (;;) {
			if (kept === chunk.length && kept < MOST_LINE_BYTES) {
				chunk = Buffer.concat([chunk], Math.min(4 * chunk.length, MOST_LINE_BYTES));
			} else if (kept === chunk.length) {
				skipping = true;
				kept = 0;
			}
			const length = Math.min(chunk.length - kept, size - position);
			const { bytesRead } = length > 0 ? await handle.read(chunk, kept, length, position) : NOTHING;
			if (bytesRead === 0) {
				break;
			}
			const filled = kept + bytesRead;
			const first = position - kept;
			position += bytesRead;
			if (this.head.length < KNOWN_BYTES && first === 0) {
				this.head = Buffer.from(chunk.subarray(0, Math.min(KNOWN_BYTES, filled)));
			}
			let start = 0;
			if (skipping) {
				const end = chunk.subarray(0, filled).indexOf(NEW_LINE);
				if (end < 0) {
					kept = 0;
					continue;
				}
				skipping = false;
				this.line += 1;
				this.unreadable.push(this.line);
				this.stand(chunk, 0, end, first);
				start = end + 1;
			}
			const used = this.lines(chunk, start, filled, first);
			chunk.copyWithin(0, used, filled);
			kept = filled - used;
		}
		if (skipping) {
			this.torn = this.line + 1;
		} else if (kept > 0) {
			this.last(chunk, kept, position - kept);
		}
	}

	/** Takes every line that has its line break; returns where the next one begins. */
	private lines(chunk: Buffer, from: number, filled: number, first: number): number {
		let start = from;
		let end = from;
		let length = PIECE_BYTES;
		while (end < filled) {
			const before = start;
			end = Math.min(filled, start + length);
			start = this.piece(chunk, start, end, first);
			// A line longer than a piece takes a longer one.
			length = start === before ? 4 * length : PIECE_BYTES;
		}
		return start;
	}

	private piece(chunk: Buffer, from: number, filled: number, first: number): number {
		const text = chunk.toString('latin1', from, filled);
		let start = from;
		let taken = -1;
		while (start < filled) {
			if (chunk[start] === NEW_LINE) {
				this.line += 1;
				taken = start;
				start += 1;
				continue;
			}
			const entry = this.reader.read(text, start - from);
			let end = from + this.reader.end - 1;
			if (entry !== undefined) {
				this.line += 1;
				this.take(entry);
			} else {
				const length = text.indexOf('\n', start - from);
				if (length < 0) {
					break;
				}
				end = from + length;
				this.line += 1;
				this.takeStrictly(chunk.toString('utf8', start, end));
			}
			taken = start;
			start = end + 1;
		}
		if (taken >= 0) {
			this.stand(chunk, taken, start - 1, first);
		}
		return start;
	}

	/** The last line, which has no line break after it: nobody's yet when it is not whole. */
	private last(chunk: Buffer, length: number, first: number): void {
		const text = chunk.toString('utf8', 0, length);
		const entry = entryOf(text);
		if (entry === undefined) {
			this.torn = text.trim() === '' ? undefined : this.line + 1;
			return;
		}
		this.line += 1;
		this.take(entry);
		this.stand(chunk, 0, length, first);
	}

	/** Remembers the place after the line that was taken last. `first`: file position of the chunk. */
	private stand(chunk: Buffer, start: number, end: number, first: number): void {
		this.offset = first + end;
		this.tail = Buffer.from(chunk.subarray(Math.max(start, end - KNOWN_BYTES), end));
	}

	private takeStrictly(text: string): void {
		const entry = entryOf(text);
		if (entry !== undefined) {
			this.take(entry);
		} else if (text.trim() !== '') {
			this.unreadable.push(this.line);
		}
	}

	private take(entry: StampedEntry): void {
		const refusal = this.books.add(entry);
		const { wanted } = this;
		if (
			wanted?.kind === 'reserve' &&
			entry.kind === 'reserve' &&
			entry.id === wanted.id &&
			entry.run === wanted.run &&
			entry.amount === wanted.amount
		) {
			this.found = refusal === undefined ? { kind: 'valid' } : { kind: 'void', refusal };
		}
	}
}

const NOTHING = { bytesRead: 0 };

/** Whether the file holds these bytes there. */
async function reads(handle: FileHandle, position: number, expected: Buffer): Promise<boolean> {
	if (expected.length === 0) {
		return true;
	}
	const bytes = Buffer.alloc(expected.length);
	const { bytesRead } = await handle.read(bytes, 0, bytes.length, position);
	return bytesRead === bytes.length && bytes.equals(expected);
}
