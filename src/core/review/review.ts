// The review of a verified fix: which of its hunks are taken, where they lie once the user has typed, and what may
// still be called verified. Pure: texts in, texts out; nothing is ever guessed into place.
import { differences, linesOf, matchLines, type Span, spanIn, textOf } from './lines';

export type Decision = 'pending' | 'accepted' | 'rejected';

export interface Hunk {
	/** Stable for the life of the review. */
	readonly id: string;
	/** Lines of the base that it replaces. */
	readonly base: Span;
	/** Lines of the patched text that it brings. */
	readonly patched: Span;
	readonly decision: Decision;
}

/** One file of a fix. Texts have the line ends of the document they are reviewed in. */
export interface FileReview {
	readonly path: string;
	/** As it was when the fix was verified; undefined: the fix makes the file. */
	readonly base: string | undefined;
	/** As it was verified; undefined: the fix deletes the file. */
	readonly patched: string | undefined;
	/** In order. One for the whole file where the fix makes or deletes it. */
	readonly hunks: readonly Hunk[];
	/** The file can only be taken as a whole, though it is there before and after: a notebook. */
	readonly whole?: boolean;
}

/** Decided with one click and not shown in the file: it is made or deleted, or it is no plain text. */
export function isWhole({ base, patched, whole }: FileReview): boolean {
	return base === undefined || patched === undefined || whole === true;
}

export function fileReview(
	path: string,
	base: string | undefined,
	patched: string | undefined,
	whole = false,
): FileReview {
	const [before, after] = [linesOf(base ?? ''), linesOf(patched ?? '')];
	const spans =
		base === undefined || patched === undefined || whole
			? [{ a: { start: 0, end: before.length }, b: { start: 0, end: after.length } }]
			: differences(before, after);
	return {
		path,
		base,
		patched,
		...(whole ? { whole } : {}),
		hunks: spans.map((span, index) => ({
			id: `${path}#${index + 1}`,
			base: span.a,
			patched: span.b,
			decision: 'pending',
		})),
	};
}

/** The same review with these hunks decided; hunks that were decided before keep their decision. */
export function decide(
	review: FileReview,
	ids: readonly string[],
	decision: 'accepted' | 'rejected',
): FileReview {
	const chosen = new Set(ids);
	if (!review.hunks.some((hunk) => hunk.decision === 'pending' && chosen.has(hunk.id))) {
		return review;
	}
	return {
		...review,
		hunks: review.hunks.map((hunk) =>
			hunk.decision === 'pending' && chosen.has(hunk.id) ? { ...hunk, decision } : hunk,
		),
	};
}

export function isDecided(review: FileReview): boolean {
	return review.hunks.every(({ decision }) => decision !== 'pending');
}

/** What pending hunks are compared against: the base with the accepted hunks in it. */
export function originalText(review: FileReview): string {
	return compose(review, (hunk) => hunk.decision === 'accepted');
}

/** What stands in the file when nobody typed: everything but the rejected hunks. */
export function reviewedText(review: FileReview): string {
	return compose(review, (hunk) => hunk.decision !== 'rejected');
}

export interface LocatedHunk {
	readonly hunk: Hunk;
	/**
	 * `there`: its new lines stand in the text at `span`. `undone`: the lines it replaces stand there again (the user
	 * undid it, or it was never brought in). `edited`: the user changed these lines, so it can only stay as it is.
	 */
	readonly state: 'there' | 'undone' | 'edited';
	/** Lines of the current text. When `edited`: somewhere in them. */
	readonly span: Span;
}

/** Where the pending hunks lie in the current text of the file. */
export function locate(review: FileReview, current: string): readonly LocatedHunk[] {
	return locateAll(review, current).filter(({ hunk }) => hunk.decision === 'pending');
}

/**
 * The review as the text has it: a decision that the user undid is open again. That is a rejected hunk whose lines came
 * back, and an accepted one whose lines went.
 */
export function asItStands(review: FileReview, current: string): FileReview {
	if (isWhole(review)) {
		return review;
	}
	const states = new Map(locateAll(review, current).map(({ hunk, state }) => [hunk.id, state]));
	const hunks = review.hunks.map((hunk): Hunk => {
		const state = states.get(hunk.id);
		const undone =
			(hunk.decision === 'rejected' && state === 'there') ||
			(hunk.decision === 'accepted' && state === 'undone');
		return undone ? { ...hunk, decision: 'pending' } : hunk;
	});
	return { ...review, hunks };
}

function locateAll(review: FileReview, current: string): readonly LocatedHunk[] {
	const now = linesOf(current);
	const { there, text, spans, matched } = sidesIn(review, now);
	return review.hunks.map((hunk, index): LocatedHunk => {
		const at = spans[index] as Span;
		const span = spanIn(at, matched, now.length);
		return span === undefined
			? { hunk, state: 'edited', span: around(at, text.length, matched, now.length) }
			: { hunk, state: there.has(hunk.id) ? 'there' : 'undone', span };
	});
}

/** The lines between the nearest ones before and after the span that are still there. */
function around(at: Span, lines: number, matched: readonly (number | undefined)[], lengthOfB: number): Span {
	let before = at.start - 1;
	while (before >= 0 && matched[before] === undefined) {
		before -= 1;
	}
	let after = at.end;
	while (after < lines && matched[after] === undefined) {
		after += 1;
	}
	const start = before < 0 ? 0 : (matched[before] as number) + 1;
	return { start, end: Math.max(start, after < lines ? (matched[after] as number) : lengthOfB) };
}

/** So many hunks that fit neither way are turned one by one. */
const MOST_TURNED = 60;

interface Sides {
	/** Ids of the hunks whose new lines the text holds. */
	readonly there: ReadonlySet<string>;
	/** The lines with the hunks on these sides, where each lies in them, and each line's place in the current text. */
	readonly text: readonly string[];
	readonly spans: readonly Span[];
	readonly matched: readonly (number | undefined)[];
}

/** The choice of sides that the text differs least from; where choices are equal, the one that was decided. */
function sidesIn(review: FileReview, now: readonly string[]): Sides {
	const tried = (there: ReadonlySet<string>) => {
		const { text, spans } = composed(review, (hunk) => there.has(hunk.id));
		const matched = matchLines(text, now);
		const common = matched.reduce<number>((sum, line) => (line === undefined ? sum : sum + 1), 0);
		return { there, text, spans, matched, distance: text.length + now.length - 2 * common };
	};
	const ids = (wanted: (hunk: Hunk) => boolean) => new Set(review.hunks.filter(wanted).map(({ id }) => id));
	let best = tried(ids(({ decision }) => decision !== 'rejected'));
	const better = (there: ReadonlySet<string>): void => {
		const next = tried(there);
		best = next.distance < best.distance ? next : best;
	};
	const decided = best;
	const none = best.distance > 0 && review.hunks.length > 0 ? tried(new Set<string>()) : undefined;
	// Most often all of it was undone, or not brought in yet.
	best = none !== undefined && none.distance < best.distance ? none : best;
	if (none !== undefined && best.distance > 0) {
		const all = tried(ids(() => true));
		best = all.distance < best.distance ? all : best;
		const fits = ({ spans, matched }: Sides, index: number): boolean =>
			spanIn(spans[index] as Span, matched, now.length) !== undefined;
		// By each hunk's own lines.
		better(
			new Set(
				review.hunks
					.filter(({ id }, index) => {
						const [there, undone] = [fits(all, index), fits(none, index)];
						return there === undone ? decided.there.has(id) : there;
					})
					.map(({ id }) => id),
			),
		);
	}
	const misfits = review.hunks.filter(
		(_, index) => spanIn(best.spans[index] as Span, best.matched, now.length) === undefined,
	);
	for (const { id } of best.distance === 0 || misfits.length > MOST_TURNED ? [] : misfits) {
		const turned = new Set(best.there);
		if (!turned.delete(id)) {
			turned.add(id);
		}
		better(turned);
	}
	return best;
}

export type Reverted =
	| { readonly kind: 'text'; readonly text: string }
	/** The user changed the lines of these hunks: taking them out would take their edits too. */
	| { readonly kind: 'edited'; readonly ids: readonly string[] };

/** The current text with these pending hunks taken out again, and nothing else. */
export function revert(review: FileReview, current: string, ids: readonly string[]): Reverted {
	const located = locate(review, current).filter(({ hunk }) => ids.includes(hunk.id));
	const edited = located.filter(({ state }) => state === 'edited').map(({ hunk }) => hunk.id);
	if (edited.length > 0) {
		return { kind: 'edited', ids: edited };
	}
	const base = linesOf(review.base ?? '');
	const there = located.filter(({ state }) => state === 'there');
	return {
		kind: 'text',
		text: replaced(current, there, (hunk) => base.slice(hunk.base.start, hunk.base.end)),
	};
}

export interface Placed {
	/** The current text with every hunk that has its place. */
	readonly text: string;
	/** Ids of hunks whose lines were changed since, so that they have no place. */
	readonly unplaced: readonly string[];
	/** True when the result is exactly what was verified. */
	readonly exact: boolean;
}

/**
 * Brings the pending hunks into a text that may have changed since the fix was verified: three-way, never over an edit.
 * Hunks that stand there already stay. `only`: ids of the hunks to bring in; all that are pending when absent.
 */
export function place(review: FileReview, current: string, only?: readonly string[]): Placed {
	const patched = linesOf(review.patched ?? '');
	const located = locate(review, current).filter(({ hunk }) => only?.includes(hunk.id) ?? true);
	const missing = located.filter(({ state }) => state === 'undone');
	const text = replaced(current, missing, (hunk) => patched.slice(hunk.patched.start, hunk.patched.end));
	const unplaced = located.filter(({ state }) => state === 'edited').map(({ hunk }) => hunk.id);
	return { text, unplaced, exact: unplaced.length === 0 && text === (review.patched ?? '') };
}

function replaced(
	current: string,
	located: readonly LocatedHunk[],
	by: (hunk: Hunk) => readonly string[],
): string {
	const now = linesOf(current);
	const parts: string[] = [];
	let at = 0;
	for (const { hunk, span } of located) {
		parts.push(textOf(now.slice(at, span.start)), textOf(by(hunk)));
		at = span.end;
	}
	return textOf([...parts, textOf(now.slice(at))]);
}

/**
 * - `verified`: the texts are exactly those that were verified.
 * - `changed`: they are not, and nobody has run this text.
 * - `reverified`: not those, and this very text was run again and held.
 */
export type ReviewState = 'verified' | 'changed' | 'reverified';

/** By the current texts of all files of the fix; `heldTexts` are those that a later run of the tests held for. */
export function reviewState(
	reviews: readonly FileReview[],
	current: ReadonlyMap<string, string | undefined>,
	heldTexts?: ReadonlyMap<string, string | undefined>,
): ReviewState {
	if (reviews.every(({ path, patched }) => current.get(path) === patched)) {
		return 'verified';
	}
	return heldTexts !== undefined && reviews.every(({ path }) => heldTexts.get(path) === current.get(path))
		? 'reverified'
		: 'changed';
}

function compose(review: FileReview, patchedSide: (hunk: Hunk) => boolean): string {
	return textOf(composed(review, patchedSide).text);
}

/** The lines with each hunk on the chosen side, and where each hunk lies in them. */
function composed(
	review: FileReview,
	patchedSide: (hunk: Hunk) => boolean,
): { readonly text: readonly string[]; readonly spans: readonly Span[] } {
	const base = linesOf(review.base ?? '');
	const patched = linesOf(review.patched ?? '');
	const text: string[] = [];
	const spans: Span[] = [];
	const add = (lines: readonly string[], start: number, end: number): void => {
		for (let line = start; line < end; line += 1) {
			text.push(lines[line] as string);
		}
	};
	let at = 0;
	for (const hunk of review.hunks) {
		add(base, at, hunk.base.start);
		const start = text.length;
		const [lines, side] = patchedSide(hunk) ? [patched, hunk.patched] : [base, hunk.base];
		add(lines, side.start, side.end);
		spans.push({ start, end: text.length });
		at = hunk.base.end;
	}
	add(base, at, base.length);
	return { text, spans };
}
