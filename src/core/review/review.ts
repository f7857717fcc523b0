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
}

export function fileReview(path: string, base: string | undefined, patched: string | undefined): FileReview {
	const [before, after] = [linesOf(base ?? ''), linesOf(patched ?? '')];
	const spans =
		base === undefined || patched === undefined
			? [{ a: { start: 0, end: before.length }, b: { start: 0, end: after.length } }]
			: differences(before, after);
	return {
		path,
		base,
		patched,
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
	return {
		...review,
		hunks: review.hunks.map((hunk) =>
			hunk.decision === 'pending' && ids.includes(hunk.id) ? { ...hunk, decision } : hunk,
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

/** What stands in the file once pending hunks are given up. */
export function acceptedText(review: FileReview): string {
	return originalText(review);
}

export interface LocatedHunk {
	readonly hunk: Hunk;
	/**
	 * `there`: its new lines stand in the text at `span`. `undone`: the lines it replaces stand there again (the user
	 * undid it, or it was never brought in). `edited`: the user changed these lines, so it can only stay as it is.
	 */
	readonly state: 'there' | 'undone' | 'edited';
	/** Lines of the current text; undefined when `edited`. */
	readonly span: Span | undefined;
}

/** Where the pending hunks lie in the current text of the file. */
export function locate(review: FileReview, current: string): readonly LocatedHunk[] {
	const now = linesOf(current);
	const there = sidesIn(review, now);
	const { text, spans } = composed(review, (hunk) => there.has(hunk.id));
	const matched = matchLines(text, now);
	return review.hunks.flatMap((hunk, index): LocatedHunk[] => {
		if (hunk.decision !== 'pending') {
			return [];
		}
		const span = spanIn(spans[index] as Span, matched, now.length);
		return span === undefined
			? [{ hunk, state: 'edited', span }]
			: [{ hunk, state: there.has(hunk.id) ? 'there' : 'undone', span }];
	});
}

/** Hunks are turned one by one only in reviews that are not huge. */
const MOST_TURNED = 60;

/** Ids of the hunks whose new lines the text holds: the choice of sides that the text differs least from. */
function sidesIn(review: FileReview, now: readonly string[]): ReadonlySet<string> {
	const pending = review.hunks.filter(({ decision }) => decision === 'pending').map(({ id }) => id);
	const accepted = review.hunks.filter(({ decision }) => decision === 'accepted').map(({ id }) => id);
	const distance = (ids: ReadonlySet<string>): number => {
		const { text } = composed(review, (hunk) => ids.has(hunk.id));
		const common = matchLines(text, now).filter((line) => line !== undefined).length;
		return text.length + now.length - 2 * common;
	};
	const all = new Set([...accepted, ...pending]);
	const none = new Set(accepted);
	let [best, least] = [all, distance(all)];
	const without = least === 0 ? Number.POSITIVE_INFINITY : distance(none);
	if (without < least) {
		[best, least] = [none, without];
	}
	for (const id of least === 0 || pending.length > MOST_TURNED ? [] : pending) {
		const turned = new Set(best);
		if (!turned.delete(id)) {
			turned.add(id);
		}
		const differs = distance(turned);
		if (differs < least) {
			[best, least] = [turned, differs];
		}
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
 * Hunks that stand there already stay.
 */
export function place(review: FileReview, current: string): Placed {
	const patched = linesOf(review.patched ?? '');
	const located = locate(review, current);
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
	const now = [...linesOf(current)];
	for (const { hunk, span } of [...located].reverse()) {
		const { start, end } = span as Span;
		now.splice(start, end - start, ...by(hunk));
	}
	return textOf(now);
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
	let at = 0;
	for (const hunk of review.hunks) {
		text.push(...base.slice(at, hunk.base.start));
		const start = text.length;
		text.push(
			...(patchedSide(hunk)
				? patched.slice(hunk.patched.start, hunk.patched.end)
				: base.slice(hunk.base.start, hunk.base.end)),
		);
		spans.push({ start, end: text.length });
		at = hunk.base.end;
	}
	text.push(...base.slice(at));
	return { text, spans };
}
