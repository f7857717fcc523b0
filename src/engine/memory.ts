// What the engine remembers from run to run, and decides by: the cascade over what was measured and what the user's own
// outcomes taught.
import { CALIBRATION } from '../core/cascade/calibration';
import { cascadePlan } from '../core/cascade/cascadePlan';
import type { Decision, Situation } from '../core/cascade/decision';
import { featuresOf } from '../core/cascade/features';
import { type Knowledge, knowNothing, learnAll } from '../core/cascade/knowledge';
import { type CascadeOptions, DEFAULT_OPTIONS, type Temper } from '../core/cascade/options';
import { recordOf, usdOf } from '../core/cascade/pool';
import { type Quote, quoteFor } from '../core/cascade/quote';
import type { SolveEvent } from '../core/events';
import type { NanoUsd } from '../core/money';
import type { Offer } from '../core/offer';
import type { Outcome } from '../core/outcome';
import type { Plan } from '../core/plan';
import { OutcomeStore } from '../store/outcomes';

/** The cascade of one run: its plan, and what is learnt of it when it is over. */
export interface Course {
	readonly plan: Plan;
	/** Must see the events of the run: the baseline tells what kind of task it is. */
	see(event: SolveEvent): void;
	learn(outcome: Outcome, bid: NanoUsd): Promise<void>;
}

/** What the user wants of a run besides its bid; what is absent is as usual. */
export interface Wishes {
	readonly temper: Temper | undefined;
	readonly order: 'pool' | undefined;
}

export class Memory {
	readonly outcomes: OutcomeStore;

	constructor(home: string) {
		this.outcomes = new OutcomeStore(home);
	}

	async course(run: string, repository: string, offers: readonly Offer[], wishes: Wishes): Promise<Course> {
		const knowledge = await this.knowledge(offers);
		let situation: Situation = { repository, features: { kind: 'failing test' } };
		let options = optionsOf(wishes);
		const decisions: Decision[] = [];
		return {
			plan: (all, attempts, left) =>
				cascadePlan(knowledge, situation, options, (decision) => decisions.push(decision))(
					all,
					attempts,
					left,
				),
			see: (event) => {
				if (event.kind === 'baseline') {
					const { suiteMs } = event.baseline;
					options = { ...options, ...(suiteMs === undefined ? {} : { suiteMs }) };
					situation = { repository, features: featuresOf(event.failToPass) };
				}
			},
			learn: async (outcome, bid) => {
				const attempts = outcome.attempts.map(recordOf).filter((one) => one !== undefined);
				if (outcome.problem !== undefined && attempts.length > 0) {
					await this.outcomes.add(
						{
							run,
							repository,
							features: featuresOf(outcome.problem.failToPass, outcome.problem.suite.framework),
							attempts,
							solved: outcome.kind === 'solved',
							bid: usdOf(bid),
						},
						decisions,
					);
				}
			},
		};
	}

	/** The odds at several bids, before anything runs; what kind of task it is, is not known yet. */
	async quote(
		repository: string,
		offers: readonly Offer[],
		bids: readonly NanoUsd[],
		wishes: Wishes,
	): Promise<Quote> {
		const situation = { repository, features: { kind: 'failing test' as const } };
		return quoteFor(offers, await this.knowledge(offers), situation, optionsOf(wishes), bids);
	}

	private async knowledge(offers: readonly Offer[]): Promise<Knowledge> {
		const spends = new Map(offers.map((offer) => [offer.id, usdOf(offer.expectedSpend)]));
		return learnAll(knowNothing(CALIBRATION), await this.outcomes.read(), spends);
	}
}

function optionsOf({ temper, order }: Wishes): CascadeOptions {
	return {
		...DEFAULT_OPTIONS,
		...(temper === undefined ? {} : { temper }),
		...(order === undefined ? {} : { order }),
	};
}
