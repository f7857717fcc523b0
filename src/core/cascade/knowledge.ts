// All that is known before a task: the shipped calibration, and what the user's own outcomes taught, in this repository
// and in all. A pure fold over outcome records: learn one at a time, or all of them again.
import { type Atoms, SHIPPED_TUNING, type Tuning } from './atoms';
import { Belief } from './belief';
import type { Calibration } from './calibration';
import { columnOf, type OfferSeen, type PoolOffer, type Standing } from './columns';
import {
	featureTilt,
	NO_PROGRESS_SEEN,
	type ProgressSeen,
	progressAfter,
	progressTilt,
	tilted,
	trustOf,
} from './evidence';
import { learnTask, type Mixing, noMixing, priorOf } from './mixing';
import type { AttemptRecord, OutcomeRecord, TaskFeatures } from './outcomeRecord';

export interface Knowledge {
	readonly calibration: Calibration;
	readonly tuning: Tuning;
	/** By repository, from its own tasks only. */
	readonly repositories: ReadonlyMap<string, Mixing>;
	/** Over all repositories of this user: what a new one starts from. */
	readonly user: Mixing;
	/** By offer. */
	readonly offers: ReadonlyMap<string, OfferSeen>;
	/** What the user's own wrong patches showed by how far they came. */
	readonly progress: ProgressSeen;
	readonly outcomes: number;
}

/** An own task of another repository counts for so much of one here. */
const ELSEWHERE = 0.2;
const NOTHING: OfferSeen = {
	attempts: 0,
	solved: 0,
	expected: 0,
	costs: 0,
	logCostOff: 0,
	proposeMs: 0,
	verifyMs: 0,
};

export function knowNothing(calibration: Calibration, tuning: Tuning = SHIPPED_TUNING): Knowledge {
	const none = noMixing(atomsOf(calibration, []));
	return {
		calibration,
		tuning,
		repositories: new Map(),
		user: none,
		offers: new Map(),
		progress: NO_PROGRESS_SEEN,
		outcomes: 0,
	};
}

/**
 * The records in their order. `spends` gives the expected spend by which a cost is judged, US dollars by offer; an
 * offer that is not in it is judged by what it cost on the mean.
 */
export function learnAll(
	start: Knowledge,
	records: readonly OutcomeRecord[],
	spends: ReadonlyMap<string, number>,
): Knowledge {
	return learner(start, spends)(records);
}

function learner(
	start: Knowledge,
	spends: ReadonlyMap<string, number>,
): (records: readonly OutcomeRecord[]) => Knowledge {
	const { calibration, tuning } = start;
	return (records) => {
		const ids = [...new Set(records.flatMap((record) => record.attempts.map(({ offer }) => offer)))].sort();
		const means = meanSpends(records);
		const pool = ids.map((id) => ({ id, spend: spends.get(id) ?? means.get(id) ?? 0 }));
		const atoms = atomsOf(calibration, pool);
		const repositories = new Map(start.repositories);
		const offers = new Map(start.offers);
		let { user, progress } = start;
		for (const record of records) {
			const known = repositories.get(record.repository) ?? noMixing(atoms);
			const prior = priorOf(atoms, blended(known, user), tuning);
			const belief = new Belief(atoms, prior, tuning);
			applyFeatures(belief, calibration, record.features);
			const seenPatches = new Set<string>();
			for (const attempt of record.attempts) {
				const column = ids.indexOf(attempt.offer);
				offers.set(
					attempt.offer,
					added(
						offers.get(attempt.offer) ?? NOTHING,
						attempt,
						belief.chance(column),
						belief.logSpend(column) - tuning.runSd ** 2 / 2,
					),
				);
				observe(belief, calibration, column, attempt, seenPatches, trustOf(progress));
			}
			const posterior = belief.posterior();
			repositories.set(record.repository, learnTask(atoms, known, prior, posterior, tuning));
			user = learnTask(atoms, user, prior, posterior, tuning);
			progress = progressAfter(progress, record.attempts, record.solved);
		}
		return {
			...start,
			repositories,
			user,
			offers,
			progress,
			outcomes: start.outcomes + records.length,
		};
	};
}

/** The belief about a new task of this repository, over this pool, in the pool's order. */
export function beliefFor(
	knowledge: Knowledge,
	pool: readonly PoolOffer[],
	repository: string,
	features: TaskFeatures,
): { readonly belief: Belief; readonly standings: readonly Standing[] } {
	const { calibration, tuning } = knowledge;
	const made = pool.map((offer) => columnOf(calibration, offer, knowledge.offers.get(offer.id)));
	const atoms = atomsWith(
		calibration,
		made.map(({ column }) => column),
	);
	const mixing = blended(knowledge.repositories.get(repository) ?? noMixing(atoms), knowledge.user);
	const belief = new Belief(atoms, priorOf(atoms, mixing, tuning), tuning);
	applyFeatures(belief, calibration, features);
	return { belief, standings: made.map(({ standing }) => standing) };
}

/**
 * One judged attempt: its cost, whether it passed, how far it came, whether its patch was seen before. `trust` is by
 * what the weight of how far it came is multiplied.
 */
export function observe(
	belief: Belief,
	calibration: Calibration,
	column: number,
	attempt: AttemptRecord,
	seenPatches: Set<string>,
	trust: number,
): void {
	belief.cost(column, attempt.spend);
	if (attempt.solved) {
		belief.succeed(column);
		return;
	}
	belief.fail(column);
	const { progress } = attempt;
	if (progress === undefined) {
		return;
	}
	const tilt = trust * progressTilt(progress);
	if (tilt !== 0) {
		belief.reweigh(tilted(calibration.ease, tilt));
	}
	if (progress.patch !== undefined) {
		if (seenPatches.has(progress.patch)) {
			// The same wrong answer again is one more sign that this task draws wrong answers.
			belief.reweigh(belief.chances(column).map((chance) => Math.sqrt(1 - chance)));
		}
		seenPatches.add(progress.patch);
	}
}

function applyFeatures(belief: Belief, calibration: Calibration, features: TaskFeatures): void {
	const tilt = featureTilt(features);
	if (tilt !== 0) {
		belief.reweigh(tilted(calibration.ease, tilt));
	}
}

function blended(here: Mixing, user: Mixing): Mixing {
	return {
		seen: here.seen.map((one, atom) => one + ELSEWHERE * Math.max(0, (user.seen[atom] ?? 0) - one)),
		groups: here.groups.map((one, group) => one + ELSEWHERE * ((user.groups[group] ?? 0) - one)),
		tasks: here.tasks,
	};
}

function atomsOf(calibration: Calibration, pool: readonly PoolOffer[]): Atoms {
	return atomsWith(
		calibration,
		pool.map((offer) => columnOf(calibration, offer, undefined).column),
	);
}

function atomsWith(calibration: Calibration, columns: Atoms['columns']): Atoms {
	return {
		size: calibration.weight.length,
		weight: Float64Array.from(calibration.weight),
		group: Int32Array.from(calibration.group),
		groups: calibration.groups,
		columns,
	};
}

function added(
	seen: OfferSeen,
	attempt: AttemptRecord,
	expected: number,
	expectedLogSpend: number,
): OfferSeen {
	const costs = attempt.spend > 0;
	return {
		attempts: seen.attempts + 1,
		solved: seen.solved + (attempt.solved ? 1 : 0),
		expected: seen.expected + expected,
		costs: seen.costs + (costs ? 1 : 0),
		logCostOff: seen.logCostOff + (costs ? Math.log(attempt.spend) - expectedLogSpend : 0),
		proposeMs: seen.proposeMs + attempt.proposeMs,
		verifyMs: seen.verifyMs + attempt.verifyMs,
	};
}

function meanSpends(records: readonly OutcomeRecord[]): Map<string, number> {
	const sums = new Map<string, { sum: number; count: number }>();
	for (const { attempts } of records) {
		for (const { offer, spend } of attempts) {
			const { sum, count } = sums.get(offer) ?? { sum: 0, count: 0 };
			sums.set(offer, { sum: sum + spend, count: count + 1 });
		}
	}
	return new Map([...sums].map(([offer, { sum, count }]) => [offer, sum / count]));
}
