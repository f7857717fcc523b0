// Which files of a fix are one file that was moved. A patch tells it as one file deleted and another made.
import { linesOf } from './lines';
import type { FileReview } from './review';

export interface Move {
	readonly from: string;
	readonly to: string;
}

/** Less of its lines in common, and it is another file. */
const LEAST_IN_COMMON = 0.5;

/** Each file is in one move at most; those that have most in common come first. */
export function movesIn(reviews: readonly FileReview[]): readonly Move[] {
	const gone = reviews.filter(({ base, patched }) => base !== undefined && patched === undefined);
	const made = reviews.filter(({ base, patched }) => base === undefined && patched !== undefined);
	const likely = gone
		.flatMap((from) =>
			made.map((to) => ({
				from: from.path,
				to: to.path,
				common: inCommon(from.base ?? '', to.patched ?? ''),
			})),
		)
		.filter(({ common }) => common >= LEAST_IN_COMMON)
		.sort((a, b) => b.common - a.common);
	const taken = new Set<string>();
	return likely.flatMap(({ from, to }) => {
		if (taken.has(from) || taken.has(to)) {
			return [];
		}
		taken.add(from).add(to);
		return [{ from, to }];
	});
}

/** Share of the longer text's lines that both have, wherever they stand. */
function inCommon(a: string, b: string): number {
	const [one, other] = [linesOf(a), linesOf(b)];
	const left = new Map<string, number>();
	for (const line of one) {
		left.set(line, (left.get(line) ?? 0) + 1);
	}
	let common = 0;
	for (const line of other) {
		const here = left.get(line) ?? 0;
		common += here > 0 ? 1 : 0;
		left.set(line, here - 1);
	}
	return common / Math.max(one.length, other.length, 1);
}
