// The plan of a run, re-made after every attempt; and the same decisions again for a run that is over.
import { type NanoUsd, nanoUsd } from '../money';
import type { Offer } from '../offer';
import type { Attempt } from '../outcome';
import type { Plan } from '../plan';
import { type Decision, decide, type Situation } from './decision';
import type { Knowledge } from './knowledge';
import type { CascadeOptions } from './options';

/** `told` hears each decision with all that led to it. */
export function cascadePlan(
	knowledge: Knowledge,
	situation: Situation,
	options: CascadeOptions,
	told: (decision: Decision) => void = () => undefined,
): Plan {
	return (offers, attempts, left) => {
		const decision = decide(knowledge, situation, options, offers, attempts, left);
		told(decision);
		return decision.choice;
	};
}

/** What was believed before each attempt of a run and at its end, from the same inputs. */
export function explainRun(
	knowledge: Knowledge,
	situation: Situation,
	options: CascadeOptions,
	offers: readonly Offer[],
	attempts: readonly Attempt[],
	bid: NanoUsd,
): readonly Decision[] {
	return Array.from({ length: attempts.length + 1 }, (_, made) => {
		const before = attempts.slice(0, made);
		const spent = before.reduce((sum, { cost }) => sum + cost.billed + cost.estimated, 0);
		return decide(knowledge, situation, options, offers, before, nanoUsd(Math.max(0, bid - spent)));
	});
}
