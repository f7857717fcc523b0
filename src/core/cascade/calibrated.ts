// Chances that came true more or less often than they said, set right: a monotone map fitted by isotonic regression
// (pool adjacent violators, Ayer et al. 1955; as recalibration, Zadrozny and Elkan 2002).

/** A chance that was said, and how often it came true where it was said; both 0 to 1, rising. */
export interface Knot {
	readonly said: number;
	readonly cameTrue: number;
}

export interface Forecast {
	readonly said: number;
	/** 1 or 0, or a share of several tries. */
	readonly cameTrue: number;
}

/** What was said stands for so many forecasts that came true as often as they said. */
const FAITH = 20;

/** Knots that rise in both: the two ends of each block of forecasts that came true alike. */
export function knotsOf(forecasts: readonly Forecast[]): readonly Knot[] {
	const pooled: Block[] = [];
	for (const { said, cameTrue } of [...forecasts].sort((a, b) => a.said - b.said)) {
		let now: Block = { from: said, to: said, said, cameTrue, count: 1 };
		for (
			let last = pooled.at(-1);
			last !== undefined && (last.to === now.from || rateOf(last) >= rateOf(now));
			last = pooled.at(-1)
		) {
			pooled.pop();
			now = {
				from: last.from,
				to: now.to,
				said: last.said + now.said,
				cameTrue: last.cameTrue + now.cameTrue,
				count: last.count + now.count,
			};
		}
		pooled.push(now);
	}
	let least = 0;
	return pooled.flatMap(({ from, to, said, cameTrue, count }) => {
		// A block of few forecasts leans on what was said, and may not fall behind the one before it by that.
		const value = Math.max(least, (cameTrue + (FAITH * said) / count) / (count + FAITH));
		least = value;
		return from === to
			? [{ said: from, cameTrue: value }]
			: [
					{ said: from, cameTrue: value },
					{ said: to, cameTrue: value },
				];
	});
}

/** Said between `from` and `to`; sums over `count` forecasts. */
interface Block {
	readonly from: number;
	readonly to: number;
	readonly said: number;
	readonly cameTrue: number;
	readonly count: number;
}

/** Between knots on the line through them; beyond them on the line to 0 or to 1, which stay what they are. */
export function calibrated(chance: number, knots: readonly Knot[]): number {
	let before: Knot = { said: 0, cameTrue: 0 };
	for (const knot of [...knots, { said: 1, cameTrue: 1 }]) {
		if (chance <= knot.said) {
			const span = knot.said - before.said;
			const share = span <= 0 ? 1 : (chance - before.said) / span;
			return before.cameTrue + share * (knot.cameTrue - before.cameTrue);
		}
		before = knot;
	}
	return chance;
}

function rateOf({ cameTrue, count }: Block): number {
	return cameTrue / count;
}
