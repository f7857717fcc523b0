// The review of one verified fix in the user's own files. Every step is made whole or not at all and taken back by one
// Undo. What stands in the text counts: a decision that was undone is open again. Nothing is brought in unasked.
import path from 'node:path';
import { type Move, movesIn } from '../../core/review/moves';
import {
	asItStands,
	decide,
	type FileReview,
	isDecided,
	isWhole,
	type LocatedHunk,
	locate,
	place,
	revert,
	reviewedText,
	reviewState,
} from '../../core/review/review';
import { count } from '../../core/runWords';
import type { FileChange, ReviewFiles, Seen } from './reviewFiles';
import { fixWords } from './reviewWords';
import type { ReviewStore, StoredFile, StoredReview } from './storedReview';

export type Stepped =
	| { readonly kind: 'done' }
	/** One sentence for the user; nothing was changed. */
	| { readonly kind: 'refused'; readonly reason: string }
	/** These hunks cannot be taken out without taking edits of the user's; nothing was changed. */
	| { readonly kind: 'edited'; readonly ids: readonly string[]; readonly path: string }
	/** Another window finished or replaced this review; nothing was changed. */
	| { readonly kind: 'gone'; readonly reason: string };

export interface Brought {
	readonly kind: 'done';
	/** What stayed out, each a clause. */
	readonly left: readonly string[];
}

/** How a review ended. */
export interface Finished {
	readonly state: 'verified' | 'changed' | 'discarded';
	readonly accepted: number;
	readonly hunks: number;
	/** The texts are not what the decisions make of them: the user typed in them. */
	readonly edited: boolean;
	/** Names of files that were left unsaved. */
	readonly unsaved: readonly string[];
	/** Names of files whose text was another one once they were saved: a formatter, most likely. */
	readonly resaved: readonly string[];
}

/** One file as it stands now. */
export interface FileState {
	readonly file: string;
	/** Decisions that were undone are pending again. */
	readonly review: FileReview;
	readonly seen: Seen;
	/** Pending hunks; empty for files that are taken as a whole. */
	readonly located: readonly LocatedHunk[];
}

export interface SessionListener {
	/** Called once, when no hunk is open any more. */
	finished(end: Finished, review: StoredReview): void;
	/** The review could not be written down; the session goes on. */
	trouble(reason: string): void;
}

const DONE = { kind: 'done' } as const;
const MOVED = {
	kind: 'refused',
	reason: 'The files changed at that very moment, so nothing was done. Try again.',
} as const;

export class ReviewSession {
	private queue: Promise<unknown> = Promise.resolve();
	private ended = false;
	private readonly stands = new Map<string, { of: FileReview; text: string; state: FileState }>();

	constructor(
		private stored: StoredReview,
		private readonly store: ReviewStore,
		private readonly files: ReviewFiles,
		private readonly listener: SessionListener,
	) {}

	get review(): StoredReview {
		return this.stored;
	}

	/** Files that are one file, moved. */
	get moves(): readonly Move[] {
		return movesIn(this.stored.files.map(({ review }) => review));
	}

	/** Every file as it stands; decisions that were undone are open again. */
	async states(): Promise<readonly FileState[]> {
		return Promise.all(this.stored.files.map((one) => this.stateOf(one)));
	}

	/** The same for showing it: files that are open are not looked up, so nothing is said of what is barred. */
	async shown(): Promise<readonly FileState[]> {
		return Promise.all(
			this.stored.files.map(async (one) => {
				const text = isWhole(one.review) ? undefined : this.files.glance(one.file);
				return text === undefined ? this.stateOf(one) : this.standing(one, { kind: 'text', text }, text);
			}),
		);
	}

	/** The same of one text, without looking it up; undefined for a file that is not reviewed line by line. */
	stateIn(file: string, text: string): FileState | undefined {
		const one = this.stored.files.find((stored) => stored.file === file);
		return one === undefined || isWhole(one.review)
			? undefined
			: this.standing(one, { kind: 'text', text }, text);
	}

	/** Sees what other windows did. */
	sync(): Promise<Stepped> {
		return this.inTurn(async () => DONE);
	}

	/** Ids of the open hunks, of one file or of all. */
	async ids(file?: string): Promise<readonly string[]> {
		await this.sync();
		const wanted = this.stored.files.filter((one) => file === undefined || one.file === file);
		const states = await Promise.all(wanted.map((one) => this.stateOf(one)));
		return states.flatMap(({ review }) => pendingOf(review));
	}

	async isOpen(id: string): Promise<boolean> {
		const one = this.stored.files.find(({ review }) => review.hunks.some((hunk) => hunk.id === id));
		return one !== undefined && (await this.ids(one.file)).includes(id);
	}

	/**
	 * Brings the open hunks into the files as one edit. Files that changed since are merged where a hunk has its place;
	 * what has none stays out and is named in `left`.
	 */
	bringIn(): Promise<Exclude<Stepped, { kind: 'done' }> | Brought> {
		return this.inTurn(async () => {
			const left: string[] = [];
			const changes: FileChange[] = [];
			let reached = 0;
			for (const { file, review, seen } of await this.states()) {
				if (isWhole(review)) {
					// Brought in when they are accepted.
					reached += 1;
					continue;
				}
				if (seen.kind !== 'text') {
					left.push(seen.kind === 'absent' ? `${review.path} is gone` : seen.reason);
					continue;
				}
				reached += 1;
				const placed = place(review, seen.text);
				if (placed.unplaced.length > 0) {
					left.push(
						`${review.path}: ${count(placed.unplaced.length, 'change')} cannot be placed, since you changed those lines`,
					);
				}
				changes.push(...turned(file, seen.text, placed.text));
			}
			if (reached === 0) {
				return { kind: 'refused', reason: `${left.join('; ')}.` };
			}
			const before = this.before();
			if (!(await this.files.apply(changes))) {
				return MOVED;
			}
			await this.put({ ...this.stored, stage: 'inline', files: before });
			return { kind: 'done', left };
		});
	}

	/** Takes hunks as they stand. A hunk that was undone is put back first. */
	accept(chosen: readonly string[]): Promise<Stepped> {
		return this.inTurn(async () => {
			const ids = this.withMoved(chosen);
			const changes: FileChange[] = [];
			const open: string[] = [];
			for (const { file, review, seen } of await this.statesOf(ids)) {
				const wanted = pendingOf(review).filter((id) => ids.has(id));
				open.push(...wanted);
				if (wanted.length === 0) {
					continue;
				}
				const change = accepted(
					file,
					review,
					seen,
					wanted,
					this.stored.files.find((one) => one.file === file)?.raw,
					fixWords(this.stored).done,
				);
				if (typeof change === 'string') {
					return { kind: 'refused', reason: change };
				}
				changes.push(...change);
			}
			const before = this.before();
			if (!(await this.files.apply(changes))) {
				return MOVED;
			}
			this.stored = { ...this.stored, stage: 'inline', files: before };
			return this.decided(open, 'accepted');
		});
	}

	/** Takes hunks out of the files again. `keepEdited`: those with edits of the user's stay as they are. */
	reject(chosen: readonly string[], keepEdited = false): Promise<Stepped> {
		return this.inTurn(async () => {
			const ids = this.withMoved(chosen);
			const changes: FileChange[] = [];
			const kept: string[] = [];
			const open: string[] = [];
			for (const { file, review, seen } of await this.statesOf(ids)) {
				const wanted = pendingOf(review).filter((id) => ids.has(id));
				open.push(...wanted);
				if (wanted.length === 0 || isWhole(review) || this.stored.stage === 'waiting') {
					continue;
				}
				if (seen.kind === 'absent') {
					continue;
				}
				if (seen.text === undefined) {
					return { kind: 'refused', reason: `${(seen as { reason: string }).reason}.` };
				}
				let reverted = revert(review, seen.text, wanted);
				if (reverted.kind === 'edited') {
					if (!keepEdited) {
						return { kind: 'edited', ids: reverted.ids, path: review.path };
					}
					const edited = reverted.ids;
					kept.push(...edited);
					reverted = revert(
						review,
						seen.text,
						wanted.filter((id) => !edited.includes(id)),
					);
				}
				if (reverted.kind === 'text') {
					const change = turned(file, seen.text, reverted.text);
					if (seen.kind === 'barred' && change.length > 0) {
						return { kind: 'refused', reason: `${seen.reason}.` };
					}
					changes.push(...change);
				}
			}
			if (!(await this.files.apply(changes))) {
				return MOVED;
			}
			return this.decided(
				open.filter((id) => !kept.includes(id)),
				'rejected',
				kept,
			);
		});
	}

	/** Keeps a fix that came meanwhile until this one is decided on. */
	follow(next: StoredReview): Promise<Stepped> {
		return this.inTurn(async () => {
			await this.put({ ...this.stored, next });
			return DONE;
		});
	}

	/** Ends the review when typing, undo or redo has left nothing open. */
	settle(): Promise<Stepped> {
		return this.inTurn(async () => {
			await this.endIfDecided();
			return DONE;
		});
	}

	/** Settles when no step is under way. */
	async idle(): Promise<void> {
		await this.queue;
	}

	/** A moved file goes as a whole: half of it would lose its text, or leave it there twice. */
	private withMoved(ids: readonly string[]): ReadonlySet<string> {
		const hunks = new Map(
			this.stored.files.map(({ review }) => [review.path, review.hunks.map(({ id }) => id)] as const),
		);
		const halves = this.moves.map(({ from, to }) => [from, to].flatMap((one) => hunks.get(one) ?? []));
		return new Set([...ids, ...halves.filter((both) => both.some((id) => ids.includes(id))).flat()]);
	}

	/** Only the files that these hunks are in. */
	private statesOf(ids: ReadonlySet<string>): Promise<readonly FileState[]> {
		const files = this.stored.files.filter(({ review }) => review.hunks.some(({ id }) => ids.has(id)));
		return Promise.all(files.map((one) => this.stateOf(one)));
	}

	/** With what is unsaved already; once the fix is in, files are unsaved because of it. */
	private before(): readonly StoredFile[] {
		return this.stored.stage === 'waiting'
			? this.stored.files.map((one) => ({ ...one, unsaved: this.files.isUnsaved(one.file) }))
			: this.stored.files;
	}

	private async stateOf(one: StoredFile): Promise<FileState> {
		const seen = await this.files.look(one.file);
		const text = seen.kind === 'absent' ? undefined : seen.text;
		return text === undefined || isWhole(one.review)
			? { file: one.file, review: one.review, seen, located: [] }
			: this.standing(one, seen, text);
	}

	private standing({ file, review }: StoredFile, seen: Seen, text: string): FileState {
		const known = this.stands.get(file);
		if (known?.of === review && known.text === text) {
			return { ...known.state, seen };
		}
		const now = this.stored.stage === 'waiting' ? review : asItStands(review, text);
		const state = { file, review: now, seen, located: locate(now, text) };
		this.stands.set(file, { of: review, text, state });
		return state;
	}

	/** One step after the other: two quick clicks never meet. Each begins with what other windows did meanwhile. */
	private inTurn<T extends { readonly kind: string }>(
		step: () => Promise<T>,
	): Promise<T | Extract<Stepped, { kind: 'gone' }>> {
		const turn = this.queue.then(async () => {
			const gone = await this.catchUp();
			return gone === undefined ? step() : ({ kind: 'gone', reason: gone } as const);
		});
		this.queue = turn.catch(() => undefined);
		return turn;
	}

	/** A sentence when there is nothing to decide on any more. */
	private async catchUp(): Promise<string | undefined> {
		if (this.ended) {
			return 'This fix is already reviewed.';
		}
		const loaded = await this.store.load();
		if (loaded.kind === 'broken') {
			// It was set aside: ours is as good.
			await this.put(this.stored);
			return undefined;
		}
		if (loaded.kind === 'none' || loaded.review.stage === 'accepted') {
			this.ended = true;
			return 'This fix was reviewed in another window.';
		}
		if (loaded.review.run !== this.stored.run) {
			this.ended = true;
			return 'Another fix waits in place of this one, from another window.';
		}
		if (loaded.review.revision > this.stored.revision) {
			this.stored = loaded.review;
		}
		return undefined;
	}

	private async decided(
		ids: readonly string[],
		decision: 'accepted' | 'rejected',
		alsoAccepted: readonly string[] = [],
	): Promise<Stepped> {
		const all = new Set([...ids, ...alsoAccepted]);
		const files = this.stored.files.map((one): StoredFile => {
			// A decision that was undone is made anew. The others keep theirs, so that Redo brings them back.
			if (!one.review.hunks.some(({ id }) => all.has(id))) {
				return one;
			}
			const hunks = one.review.hunks.map((hunk) =>
				all.has(hunk.id) ? { ...hunk, decision: 'pending' as const } : hunk,
			);
			const open = { ...one.review, hunks };
			return { ...one, review: decide(decide(open, alsoAccepted, 'accepted'), ids, decision) };
		});
		await this.put({ ...this.stored, files });
		await this.endIfDecided();
		return DONE;
	}

	private async endIfDecided(): Promise<void> {
		// How a file stands opens decisions again and makes none.
		if (this.ended || !this.stored.files.every(({ review }) => isDecided(review))) {
			return;
		}
		const states = await this.states();
		if (this.ended || !states.every(({ review }) => isDecided(review))) {
			return;
		}
		this.ended = true;
		const before = await this.texts();
		const unsaved = await this.save();
		const end = this.end(unsaved, before, await this.texts());
		await this.put(end.state === 'changed' ? { ...this.stored, stage: 'accepted' } : undefined);
		this.listener.finished(end, this.stored);
	}

	/** By the names that the fix has for the files; undefined where there is none. */
	private async texts(): Promise<ReadonlyMap<string, string | undefined>> {
		const seen = this.stored.files.map(async ({ file, review }) => {
			const one = await this.files.look(file);
			return [review.path, one.kind === 'absent' ? undefined : one.text] as const;
		});
		return new Map(await Promise.all(seen));
	}

	private end(
		unsaved: readonly string[],
		before: ReadonlyMap<string, string | undefined>,
		current: ReadonlyMap<string, string | undefined>,
	): Finished {
		const { files } = this.stored;
		const hunks = files.flatMap(({ review }) => review.hunks);
		const accepted = hunks.filter(({ decision }) => decision === 'accepted').length;
		const reviews = files.map(({ review }) => review);
		const state = accepted === 0 ? 'discarded' : reviewState(reviews, current);
		const edited = files.some(({ review }) => {
			const seen = current.get(review.path);
			return isWhole(review)
				? seen !== (review.hunks[0]?.decision === 'accepted' ? review.patched : review.base)
				: seen !== reviewedText(review);
		});
		return {
			edited,
			state: state === 'discarded' || state === 'verified' ? state : 'changed',
			accepted,
			hunks: hunks.length,
			unsaved,
			resaved: [...before].filter(([name, text]) => current.get(name) !== text).map(([name]) => name),
		};
	}

	/** Files that had no unsaved edits before are saved, so that the user's own test run sees the fix. */
	private async save(): Promise<string[]> {
		const unsaved = await Promise.all(
			this.stored.files.map(async ({ file, unsaved: before }) =>
				this.files.isUnsaved(file) && (before || !(await this.files.save(file))) ? [path.basename(file)] : [],
			),
		);
		return unsaved.flat();
	}

	private async put(review: StoredReview | undefined): Promise<void> {
		const next = review && { ...review, revision: this.stored.revision + 1 };
		this.stored = next ?? this.stored;
		try {
			await this.store.save(next);
		} catch (error) {
			const why = error instanceof Error ? error.message : String(error);
			this.listener.trouble(
				`The review could not be written down, so it will not outlive this window: ${why}`,
			);
		}
	}
}

function pendingOf(review: FileReview): readonly string[] {
	return review.hunks.filter(({ decision }) => decision === 'pending').map(({ id }) => id);
}

function turned(file: string, from: string, to: string): readonly FileChange[] {
	return from === to ? [] : [{ kind: 'turn', file, from, to }];
}

/** What brings the wanted hunks in, or one sentence why they cannot be. */
function accepted(
	file: string,
	review: FileReview,
	seen: Seen,
	wanted: readonly string[],
	raw: string | undefined,
	done: string,
): readonly FileChange[] | string {
	const now = seen.kind === 'absent' ? undefined : seen.text;
	if (isWhole(review)) {
		if (now === review.patched) {
			return [];
		}
		if (seen.kind === 'barred') {
			return `${seen.reason}.`;
		}
		if (review.patched === undefined) {
			return now === review.base
				? [{ kind: 'delete', file }]
				: `${review.path} changed since the fix was ${done}, so it is not deleted. Reject the change to keep the file.`;
		}
		if (now === review.base) {
			return [{ kind: 'write', file, text: raw ?? review.patched }];
		}
		return review.base === undefined
			? `${review.path} was made since; move it away, or reject the change.`
			: `${review.path} changed since the fix was ${done}, and it can only be taken as a whole. Reject the change, or bring the file back to what it was.`;
	}
	if (now === undefined) {
		return seen.kind === 'barred'
			? `${seen.reason}.`
			: `${review.path} is gone. Bring the file back, or reject its changes.`;
	}
	// Only the wanted hunks that were undone are put back: the others stay as they are.
	const change = turned(file, now, place(review, now, wanted).text);
	return seen.kind === 'barred' && change.length > 0 ? `${seen.reason}.` : change;
}
