// One decision of the cascade, with all that led to it, as plain data: the plan acts on it, `explain` shows it.
import type { NanoUsd } from '../money';
import { NANO_PER_USD, nanoUsd } from '../money';
import type { Offer } from '../offer';
import type { Attempt } from '../outcome';
import type { Choice } from '../plan';
import { successCost } from './allowance';
import { type Appraisal, type Chosen, Outlook, type Prospect } from './choose';
import type { Standing } from './columns';
import { trustOf } from './evidence';
import { beliefFor, type Knowledge, observe } from './knowledge';
import { type CascadeOptions, valueOf } from './options';
import type { TaskFeatures } from './outcomeRecord';
import { leastUsd, openCandidates, overheadOf, poolOf, recordOf, usdOf } from './pool';
import { LEAST_ROOM } from './worth';

export interface Weighed {
	readonly offer: string;
	readonly label: string;
	readonly standing: Standing;
	/** Chance that its next attempt is verified, as believed now. */
	readonly chance: number;
	/** US dollars. */
	readonly spend: number;
	readonly overhead: number;
	/** Chance for a dollar. */
	readonly index: number;
	/** Value times chance less price; minus infinity is not possible, Infinity where a fix is worth any money. */
	readonly net: number;
}

export interface Decision {
	readonly choice: Choice;
	/** What a fix is taken to be worth, US dollars. */
	readonly value: number;
	/** Every offer still open, best index first. */
	readonly weighed: readonly Weighed[];
	readonly rule: 'index' | 'straight' | 'order' | 'stop';
	/** What going on from here is expected to bring; found out when it is first read. */
	readonly prospect: Prospect;
	/** Chance that a typical model's attempt passes on this task, as believed now; and before any attempt. */
	readonly ease: number;
	readonly easeBefore: number;
	readonly because: string;
}

export interface Situation {
	readonly repository: string;
	readonly features: TaskFeatures;
}

/** An attempt may run so much past what successes need. */
const SUCCESS_SHARE = 0.98;
/** An attempt that could not afford its smallest call is given this many times what that call needs. */
const UNAFFORDABLE_FACTOR = 2;

/** Deterministic given its inputs. */
export function decide(
	knowledge: Knowledge,
	situation: Situation,
	options: CascadeOptions,
	offers: readonly Offer[],
	attempts: readonly Attempt[],
	left: NanoUsd,
): Decision {
	const pool = poolOf(offers);
	const { belief, standings } = beliefFor(knowledge, pool, situation.repository, situation.features);
	const easeBefore = easeOf(belief.posterior(), knowledge);
	const seenPatches = new Set<string>();
	for (const attempt of attempts) {
		const record = recordOf(attempt);
		const column = pool.findIndex(({ id }) => id === attempt.offer.id);
		if (record !== undefined && column >= 0) {
			observe(belief, knowledge.calibration, column, record, seenPatches, trustOf(knowledge.progress));
		}
	}
	const spent = attempts.reduce((sum, { cost }) => sum + cost.billed + cost.estimated, 0);
	const value = valueOf(options.temper, usdOf(left + spent));
	const open = openCandidates(offers, attempts, (column) => {
		const offer = pool[column];
		return offer === undefined ? 0 : overheadOf(knowledge, offer, options);
	});
	const affordable = open.filter(({ column }) => {
		const offer = offers[column];
		return offer !== undefined && leastUsd(offer, attempts) <= usdOf(left);
	});
	const outlook = new Outlook(belief, affordable, Math.max(usdOf(left), LEAST_ROOM), options.order);
	const chosen = outlook.choose(value);
	const common = {
		value,
		weighed: outlook.appraisals
			.map((one) => weighedOf(one, offers, standings, value))
			.sort((a, b) => b.index - a.index || (a.offer < b.offer ? -1 : 1)),
		ease: easeOf(belief.posterior(), knowledge),
		easeBefore,
	};
	const offer = chosen === undefined ? undefined : offers[chosen.appraisal.candidate.column];
	if (chosen === undefined || offer === undefined) {
		const prospect = outlook.prospect(value);
		const choice = stopOf(offers, attempts, open.length, affordable.length, prospect, value);
		return { choice, ...common, prospect, rule: 'stop', because: choice.reason };
	}
	const { column } = chosen.appraisal.candidate;
	const needs = leastUsd(offer, attempts);
	const refused = attempts.some((one) => one.offer.id === offer.id && one.ended === 'unaffordable');
	const wanted = Math.max(
		successCost(belief, column, SUCCESS_SHARE),
		needs * (refused ? UNAFFORDABLE_FACTOR : 1),
	);
	const allowance = nanoUsd(Math.min(left, Math.ceil(wanted * NANO_PER_USD)));
	let prospect: Prospect | undefined;
	return {
		choice: { kind: 'offer', offer, allowance },
		...common,
		// The attempt need not wait for it: it is most of the work, and only explains.
		get prospect() {
			prospect ??= outlook.prospect(value);
			return prospect;
		},
		rule: chosen.rule,
		because: whyOf(chosen.appraisal, offer, chosen.rule),
	};
}

function weighedOf(
	one: Appraisal,
	offers: readonly Offer[],
	standings: readonly Standing[],
	value: number,
): Weighed {
	const offer = offers[one.candidate.column];
	const standing = standings[one.candidate.column];
	if (offer === undefined || standing === undefined) {
		throw new Error(`no offer for column ${one.candidate.column}`);
	}
	return {
		offer: offer.id,
		label: offer.label,
		standing,
		chance: one.chance,
		spend: one.spend,
		overhead: one.candidate.overhead,
		index: one.chance / one.price,
		net: value * one.chance - one.price,
	};
}

function easeOf(weights: Float64Array, knowledge: Knowledge): number {
	return weights.reduce(
		(sum, weight, atom) => sum + weight / (1 + Math.exp(-(knowledge.calibration.ease[atom] ?? 0))),
		0,
	);
}

function stopOf(
	offers: readonly Offer[],
	attempts: readonly Attempt[],
	open: number,
	affordable: number,
	prospect: Prospect,
	value: number,
): Choice & { readonly kind: 'stop' } {
	if (offers.length === 0) {
		return { kind: 'stop', by: 'offers', reason: 'There is no proposer to ask.' };
	}
	if (open === 0) {
		const [trouble] = attempts.flatMap(({ ended, reason }) =>
			ended === 'failed' && reason !== undefined ? [reason] : [],
		);
		const tail = trouble === undefined ? '' : ` One could not be asked: ${trouble}`;
		return { kind: 'stop', by: 'offers', reason: `Nothing is left that is worth trying.${tail}` };
	}
	if (affordable === 0) {
		return {
			kind: 'stop',
			by: 'bid',
			reason: 'What is left of the bid does not hold the smallest call to any offer that is left.',
		};
	}
	return {
		kind: 'stop',
		by: 'offers',
		reason: `Nothing is left that is worth its price: a fix is taken to be worth $${value.toFixed(2)}, and going on is expected to cost more than that times its chance (${percent(prospect.chance)}).`,
	};
}

function whyOf(one: Appraisal, offer: Offer, rule: Chosen['rule']): string {
	const price = one.spend < 5e-5 ? 'nothing' : `about $${one.spend.toFixed(one.spend < 0.01 ? 4 : 2)}`;
	const odds = `${percent(one.chance)} for ${price}`;
	switch (rule) {
		case 'index':
			return `${offer.label} gives the most chance for the money: ${odds}.`;
		case 'straight':
			return `${offer.label} straight away (${odds}) is worth more than trying cheaper ones first.`;
		case 'order':
			return `${offer.label} is next in the order of the pool (${odds}).`;
	}
}

function percent(share: number): string {
	return `${Math.round(100 * share)} %`;
}
