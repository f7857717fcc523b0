// From the user's pool to columns of the atoms: an offer that was measured brings its own, one of a measured family the
// family's, any other a wide guess from its price. What the user's own attempts showed moves each of them.
import type { Column } from './atoms';
import type { CalibratedModel, Calibration } from './calibration';

/** What the plan must know of an offer. */
export interface PoolOffer {
	readonly id: string;
	/** Expected spend of one attempt at the user's price, US dollars; 0 costs nothing. */
	readonly spend: number;
}

/** Where what is believed of an offer comes from. */
export interface Standing {
	readonly basis: 'measured' | 'family' | 'price' | 'free';
	/** The measured model it is taken for. */
	readonly like?: string;
	/** What the prior is worth, in attempts of the user's own. */
	readonly pseudoAttempts: number;
	/** Mean pass rate of one attempt before and after the user's own attempts. */
	readonly priorRate: number;
	readonly rate: number;
	/** Of the user's own. */
	readonly attempts: number;
	readonly solved: number;
}

/** What the user's own attempts of one offer showed. */
export interface OfferSeen {
	readonly attempts: number;
	readonly solved: number;
	/** Passes that the belief expected of the same attempts. */
	readonly expected: number;
	/** Attempts with a cost, and the sum of log(cost / what was expected). */
	readonly costs: number;
	readonly logCostOff: number;
	/** Time of attempts, milliseconds. */
	readonly proposeMs: number;
	readonly verifyMs: number;
}

const PSEUDO = { measured: 40, family: 25, price: 10, free: 10 } as const;
/** What is believed of a cost before it is seen is worth so many attempts. */
const COST_PSEUDO = 4;
const FREE_RATE = 0.3;
const PRICE_STRENGTH = 1.5;
/** A cost of nothing has no logarithm. */
const LEAST_USD = 1e-6;

export function columnOf(
	calibration: Calibration,
	offer: PoolOffer,
	seen: OfferSeen | undefined,
): { readonly column: Column; readonly standing: Standing } {
	const match = matchOf(calibration, offer);
	const { basis, like } = match;
	const { shape, rate: priorRate } = shapeFor(calibration, match);
	const pseudoAttempts = PSEUDO[basis];
	const shift = skillShift(seen, priorRate, pseudoAttempts);
	const pass = shape.map((rate) => logistic(logit(rate) + shift));
	const strength = like?.strength ?? pass.map(() => PRICE_STRENGTH);
	const costShift = seen === undefined || seen.costs === 0 ? 0 : seen.logCostOff / (seen.costs + COST_PSEUDO);
	const typical = Math.max(offer.spend, LEAST_USD) * Math.exp(costShift);
	const middle = weighted(calibration, calibration.ease);
	const cost = calibration.ease.map((ease, atom) => {
		// Hard tasks cost more: log cost falls by about .25 for each logit of ease (corr. with p -.45 to -.61).
		const off = like?.cost[atom] ?? -0.25 * (ease - middle);
		return offer.spend > 0 ? typical * Math.exp(off) : LEAST_USD;
	});
	return {
		column: {
			solved: Float64Array.from(pass, (rate, atom) => rate * (strength[atom] ?? PRICE_STRENGTH)),
			failed: Float64Array.from(pass, (rate, atom) => (1 - rate) * (strength[atom] ?? PRICE_STRENGTH)),
			cost: Float64Array.from(cost),
			logCost: Float64Array.from(cost, Math.log),
		},
		standing: {
			basis,
			...(like === undefined ? {} : { like: like.name }),
			pseudoAttempts,
			priorRate,
			rate: weighted(calibration, pass),
			attempts: seen?.attempts ?? 0,
			solved: seen?.solved ?? 0,
		},
	};
}

/** How far the user's own passes are from what was expected, in logits, shrunk by the prior's worth. */
function skillShift(seen: OfferSeen | undefined, rate: number, pseudo: number): number {
	if (seen === undefined || seen.attempts === 0) {
		return 0;
	}
	const total = seen.attempts + pseudo;
	return logit((seen.solved + pseudo * rate) / total) - logit((seen.expected + pseudo * rate) / total);
}

interface Match {
	readonly basis: Standing['basis'];
	readonly like?: CalibratedModel;
	readonly rate: number;
}

const VENDORS = [
	'claude-opus',
	'claude-sonnet',
	'gpt',
	'gemini',
	'deepseek',
	'qwen',
	'glm',
	'kimi',
	'devstral',
];

function matchOf(calibration: Calibration, offer: PoolOffer): Match {
	if (offer.id === 'free' || offer.id.startsWith('free/')) {
		return { basis: 'free', rate: FREE_RATE };
	}
	const id = plain(offer.id);
	const keyed = keysOf(calibration);
	const exact = keyed.find(({ key }) => hasWords(id, key));
	// `gpt-5-2` holds the words of `gpt-5` and is another model: what follows must not be a version or a size.
	if (
		exact !== undefined &&
		!/^-(?:\d{1,2}|mini|nano|pro|codex|flash|lite|small|max)\b/.test(after(id, exact.key))
	) {
		return { basis: 'measured', like: exact.model, rate: exact.model.rate };
	}
	if (exact !== undefined && !/^-(?:mini|nano|flash|lite|small)\b/.test(after(id, exact.key))) {
		return { basis: 'family', like: exact.model, rate: exact.model.rate };
	}
	const vendor = VENDORS.find((one) => one.split('-').every((word) => id.includes(word)));
	const kin = calibration.models
		.filter((model) => vendor !== undefined && vendor.split('-').every((word) => model.name.includes(word)))
		.filter((model) => offer.spend > 0 && Math.abs(Math.log(model.spend / offer.spend)) < Math.log(3))
		.sort((a, b) => apart(a, offer) - apart(b, offer));
	const [nearest] = kin;
	return nearest === undefined
		? { basis: 'price', rate: rateOfPrice(offer.spend) }
		: { basis: 'family', like: nearest, rate: nearest.rate };
}

interface Keyed {
	readonly model: CalibratedModel;
	readonly key: string;
}

const KEYS = new WeakMap<Calibration, readonly Keyed[]>();

/** Longest first. */
function keysOf(calibration: Calibration): readonly Keyed[] {
	const known = KEYS.get(calibration);
	const keyed =
		known ??
		calibration.models
			.flatMap((model) => model.keys.map((key) => ({ model, key })))
			.sort((a, b) => b.key.length - a.key.length || (a.key < b.key ? -1 : 1));
	KEYS.set(calibration, keyed);
	return keyed;
}

/** Leave-one-out over 24 models: logit p = .18 + .73 log10($ per attempt), and half a year later. A weak predictor. */
function rateOfPrice(spend: number): number {
	const later = 1.93 * 0.5;
	const rate = spend > 0 ? logistic(0.18 + 0.73 * Math.log10(spend) + later) : 0.3;
	return Math.min(0.8, Math.max(0.1, rate));
}

interface Shape {
	/** Pass rate by atom, and over all. */
	readonly shape: readonly number[];
	readonly rate: number;
}

const SHAPES = new WeakMap<Calibration, Map<string | number, Shape>>();
const MOST_SHAPES = 1000;

function shapeFor(calibration: Calibration, { like, rate }: Match): Shape {
	let known = SHAPES.get(calibration);
	if (known === undefined || known.size >= MOST_SHAPES) {
		known = new Map();
		SHAPES.set(calibration, known);
	}
	const key = like?.name ?? rate;
	const found = known.get(key);
	if (found !== undefined) {
		return found;
	}
	const shape = like?.pass.map((percent) => percent / 100) ?? shapeOf(calibration, rate);
	const made = { shape, rate: weighted(calibration, shape) };
	known.set(key, made);
	return made;
}

/** Pass rates over atoms as easy as they are for models in general, with this mean. */
function shapeOf(calibration: Calibration, rate: number): number[] {
	let [low, high] = [-8, 8];
	for (let step = 0; step < 26; step += 1) {
		const middle = (low + high) / 2;
		const mean = weighted(
			calibration,
			calibration.ease.map((ease) => logistic(ease + middle)),
		);
		[low, high] = mean < rate ? [middle, high] : [low, middle];
	}
	return calibration.ease.map((ease) => logistic(ease + low));
}

function weighted(calibration: Calibration, values: readonly number[]): number {
	let [sum, mass] = [0, 0];
	values.forEach((value, atom) => {
		const weight = calibration.weight[atom] ?? 0;
		sum += weight * value;
		mass += weight;
	});
	return sum / mass;
}

function plain(id: string): string {
	return id.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

function hasWords(id: string, key: string): boolean {
	return `-${id}-`.includes(`-${key}-`);
}

function after(id: string, key: string): string {
	return id.slice(id.indexOf(key) + key.length);
}

function apart(model: CalibratedModel, offer: PoolOffer): number {
	return Math.abs(Math.log(model.spend / offer.spend));
}

export function logistic(x: number): number {
	return 1 / (1 + Math.exp(-x));
}

export function logit(p: number): number {
	const safe = Math.min(0.999, Math.max(0.001, p));
	return Math.log(safe / (1 - safe));
}
