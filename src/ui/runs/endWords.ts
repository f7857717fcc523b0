// What is said when a run ends without a verified fix, and what can be done next.
import { formatUsd, NANO_PER_USD, type NanoUsd, nanoUsd, ZERO } from '../../core/money';
import { count, minutes } from '../../core/runWords';
import type { KeptEnd, KeptRun } from './keptRun';
import { attemptWhy, onlyTrouble } from './verdictWords';

export interface EndWords {
	readonly severity: 'information' | 'warning';
	readonly message: string;
	/** A bid with which going on may help. */
	readonly nextBid?: NanoUsd;
}

type Ended = Pick<KeptRun, 'bid' | 'spent' | 'attempts' | 'timeMs'> & {
	readonly end: Exclude<KeptEnd, { readonly kind: 'solved' }>;
};

export function endWords(run: Ended): EndWords {
	const { end, bid, spent } = run;
	switch (end.kind) {
		case 'cancelled':
			return { severity: 'information', message: `Stopped. Your files are untouched, ${spentWords(spent)}.` };
		case 'closed':
			return {
				severity: 'information',
				message: `A run ended when the window was closed: ${formatUsd(spent)} counted. Your files are untouched.`,
			};
		case 'blocked':
			return {
				severity: 'warning',
				message: `${end.reason} Your files are untouched, ${spentWords(spent)}.`,
			};
		case 'exhausted':
			break;
	}
	const trouble = troubleOf(run);
	if (onlyTrouble(run)) {
		return {
			severity: 'warning',
			message: `No model could be asked, so nothing is known about the fix. ${trouble} Your files are untouched, ${spentWords(spent)}.`,
		};
	}
	const tail = trouble === '' ? '' : ` ${trouble}`;
	const attempts = count(run.attempts.length, 'attempt');
	const used = `used ${formatUsd(spent)}, ${attempts}`;
	switch (end.by) {
		case 'bid':
			return {
				severity: 'warning',
				message: `No verified fix within ${formatUsd(bid)} (${used}).${tail}`,
				nextBid: raised(bid),
			};
		case 'time':
			return {
				severity: 'warning',
				message: `No verified fix within ${minutes(run.timeMs)} (${used}).${tail}`,
			};
		case 'suite':
			return {
				severity: 'warning',
				message: `No verified fix (${used}). ${end.reason} Your files are untouched.`,
			};
		case 'reproduction':
			return { severity: 'warning', message: `${end.reason} Your files are untouched.` };
		case 'cap':
			return { severity: 'warning', message: `No verified fix (${used}). ${end.reason}` };
		case 'offers':
			return bid === ZERO
				? {
						severity: 'warning',
						message: `No free fix was found. Your files are untouched, nothing was spent.${tail}`,
						nextBid: raised(bid),
					}
				: {
						severity: 'warning',
						message: `No verified fix: all that is worth trying was tried (used ${formatUsd(spent)} of ${formatUsd(bid)}, ${attempts}).${tail}`,
					};
	}
}

/** Trouble with providers, told apart from models that did not find it. */
function troubleOf(run: Pick<KeptRun, 'attempts'>): string {
	const troubled = run.attempts.filter(({ proposal }) => proposal === 'failed');
	const [first] = troubled;
	if (first === undefined) {
		return '';
	}
	const who = troubled.length === 1 ? first.label : `${first.label} and ${troubled.length - 1} more`;
	const why = attemptWhy(first);
	return `${who} could not be asked${why === '' ? '.' : `: ${sentence(why)}`}`;
}

function spentWords(spent: NanoUsd): string {
	return spent === ZERO ? 'nothing was spent' : `${formatUsd(spent)} was spent`;
}

const LEAST_RAISED = nanoUsd(NANO_PER_USD / 4);
const MOST_RAISED = nanoUsd(1000 * NANO_PER_USD);

/** Twice as much, from a quarter of a dollar on. */
function raised(bid: NanoUsd): NanoUsd {
	return nanoUsd(Math.min(MOST_RAISED, Math.max(LEAST_RAISED, bid * 2)));
}

function sentence(text: string): string {
	return /[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`;
}
