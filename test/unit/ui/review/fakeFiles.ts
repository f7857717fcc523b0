import type { FileChange, ReviewFiles, Seen } from '../../../../src/ui/review/reviewFiles';
import type { ReviewStore, StoredReview } from '../../../../src/ui/review/storedReview';

interface Buffer {
	text: string;
	readonly undo: string[];
	readonly redo: string[];
}

/** Documents with their own undo stacks over a disk, as an editor has them. */
export class FakeFiles implements ReviewFiles {
	readonly disk = new Map<string, string>();
	readonly barred = new Set<string>();
	autoSave = false;
	/** The next so many edits are refused, as if a text moved on at that moment. */
	refusing = 0;
	private readonly buffers = new Map<string, Buffer>();

	async look(file: string): Promise<Seen> {
		const text = this.text(file);
		if (this.barred.has(file)) {
			return { kind: 'barred', reason: `${file} is read-only`, text };
		}
		return text === undefined ? { kind: 'absent' } : { kind: 'text', text };
	}

	glance(file: string): string | undefined {
		return this.buffers.get(file)?.text;
	}

	async apply(changes: readonly FileChange[]): Promise<boolean> {
		if (changes.length > 0 && this.refusing > 0) {
			this.refusing -= 1;
			return false;
		}
		if (changes.some((change) => change.kind === 'turn' && this.text(change.file) !== change.from)) {
			return false;
		}
		for (const change of changes) {
			if (change.kind === 'turn') {
				this.edit(change.file, change.to);
			} else if (change.kind === 'write') {
				this.disk.set(change.file, change.text);
				this.buffers.delete(change.file);
			} else {
				this.disk.delete(change.file);
				this.buffers.delete(change.file);
			}
		}
		return true;
	}

	isUnsaved(file: string): boolean {
		const buffer = this.buffers.get(file);
		return buffer !== undefined && buffer.text !== this.disk.get(file);
	}

	async save(file: string): Promise<boolean> {
		const buffer = this.buffers.get(file);
		if (buffer !== undefined) {
			this.disk.set(file, buffer.text);
		}
		return true;
	}

	text(file: string): string | undefined {
		return this.buffers.get(file)?.text ?? this.disk.get(file);
	}

	edit(file: string, text: string): void {
		const buffer = this.buffers.get(file) ?? { text: this.disk.get(file) ?? '', undo: [], redo: [] };
		buffer.undo.push(buffer.text);
		buffer.redo.length = 0;
		buffer.text = text;
		this.buffers.set(file, buffer);
		this.saved(file);
	}

	undo(file: string): boolean {
		return this.step(file, 'undo', 'redo');
	}

	redo(file: string): boolean {
		return this.step(file, 'redo', 'undo');
	}

	/** What was not saved goes, and so does what could be undone. */
	close(file: string): void {
		this.buffers.delete(file);
	}

	/** Unsaved texts outlive a reload, what could be undone does not. */
	reload(): void {
		for (const buffer of this.buffers.values()) {
			buffer.undo.length = 0;
			buffer.redo.length = 0;
		}
	}

	saveAll(): void {
		for (const file of this.buffers.keys()) {
			void this.save(file);
		}
	}

	private step(file: string, from: 'undo' | 'redo', to: 'undo' | 'redo'): boolean {
		const buffer = this.buffers.get(file);
		const text = buffer?.[from].pop();
		if (buffer === undefined || text === undefined) {
			return false;
		}
		buffer[to].push(buffer.text);
		buffer.text = text;
		this.saved(file);
		return true;
	}

	private saved(file: string): void {
		if (this.autoSave) {
			void this.save(file);
		}
	}
}

export class MemoryStore implements ReviewStore {
	kept: StoredReview | undefined;
	/** Saves that fail from now on. */
	failing = false;

	async load(): ReturnType<ReviewStore['load']> {
		return this.kept === undefined ? { kind: 'none' } : { kind: 'review', review: this.kept };
	}

	async save(review: StoredReview | undefined): Promise<void> {
		if (this.failing) {
			throw new Error('the disk is full');
		}
		this.kept = review;
	}
}
