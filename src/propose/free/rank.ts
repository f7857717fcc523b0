// Which of the candidates that pass is offered first. Tests that pass do not tell them apart, so the weight of a
// behaviour decides: all candidates that behave alike vote for one another.
import type { Candidate } from './candidate';
import type { Behaviour } from './warmRunner';

export interface Plausible {
	readonly candidates: readonly Candidate[];
	/** prior × suspicion, as the search ordered it. */
	readonly score: number;
	/** Absent when its behaviour could not be observed. */
	readonly behaviour?: Behaviour;
}

export interface Ranked {
	/** Best first. */
	readonly order: readonly Plausible[];
	/** How many different behaviours were seen among them; 1 when all agree or none could be observed. */
	readonly behaviours: number;
}

/** Templates that tend to fit the tests and not the intent. Each weighs its candidate down by this factor. */
const DISTRUST: readonly (readonly [RegExp, number])[] = [
	[/literal from the test/, 0.05],
	[/delete|drop statement|remove/, 0.3],
	[/guard/, 0.6],
];

const TURNED_SIGN = 0.2;

export function rank(plausible: readonly Plausible[]): Ranked {
	const weight = (one: Plausible): number => one.score * trust(one) * shortness(one);
	const clusters = new Map<string, Plausible[]>();
	for (const one of plausible) {
		const key = one.behaviour === undefined ? '' : one.behaviour.join('\n');
		clusters.set(key, [...(clusters.get(key) ?? []), one]);
	}
	const weighed = [...clusters.values()].map((members) => {
		const sorted = [...members].sort((a, b) => weight(b) - weight(a));
		return { sorted, total: sorted.reduce((sum, one) => sum + weight(one), 0) };
	});
	weighed.sort((a, b) => b.total - a.total);
	const firsts = weighed.map(({ sorted }) => sorted[0]).filter((one) => one !== undefined);
	const rest = weighed.flatMap(({ sorted }) => sorted.slice(1));
	return { order: [...firsts, ...rest.sort((a, b) => weight(b) - weight(a))], behaviours: clusters.size };
}

function trust(one: Plausible): number {
	return one.candidates.reduce((product, candidate) => {
		const distrust = DISTRUST.find(([pattern]) => pattern.test(candidate.template));
		return product * (distrust?.[1] ?? 1) * (isTurnedSign(candidate) ? TURNED_SIGN : 1);
	}, 1);
}

/** `(-100)` for `100`: where another change does the same, nobody would have written this one. */
function isTurnedSign({ template, text }: Candidate): boolean {
	return template === 'constant' && /^\(?-/.test(text.trim());
}

/** Smaller edits first: halved for every 40 characters of new text. */
function shortness(one: Plausible): number {
	const length = one.candidates.reduce((sum, { text }) => sum + text.length, 0);
	return 0.5 ** (length / 40);
}
