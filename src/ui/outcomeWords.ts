import { formatUsd, ZERO } from '../core/money';
import type { Outcome } from '../core/outcome';
import { count } from '../core/runWords';

/** How the run ended, in one message for a person. */
export function outcomeWords(outcome: Outcome): string {
	const spent = outcome.spent === ZERO ? 'nothing was spent' : `${formatUsd(outcome.spent)} was spent`;
	switch (outcome.kind) {
		case 'solved': {
			const { evidence, chosen } = outcome;
			const [first = ''] = evidence.flipped;
			const what =
				evidence.flipped.length === 1
					? `${quoted(testName(first))} passes now and fails again without the change`
					: `${evidence.flipped.length} tests pass now and fail again without the change`;
			const { after } = evidence;
			const suite =
				after.failed === 0
					? `all ${after.passed} tests pass`
					: `${after.passed} of ${after.passed + after.failed} tests pass, and none fails that passed before`;
			const twice = chosen.warnings.length + evidence.warnings.length;
			const warned = twice > 0 ? ` Look twice: the receipt has ${count(twice, 'warning')}.` : '';
			return `Verified: ${what}; ${suite}. ${formatUsd(outcome.spent)} spent.${warned}`;
		}
		case 'exhausted':
			return `No verified fix: ${outcome.reason} Your files are untouched, ${spent}.`;
		case 'cancelled':
			return `Cancelled. Your files are untouched, ${spent}.`;
		case 'blocked':
			return `${outcome.reason} Your files are untouched, ${spent}.`;
	}
}

/** The name without the file it stands in, short enough for a message. */
export function testName(id: string): string {
	const name = id.slice(id.lastIndexOf('::') + 1).replace(/^:/, '');
	const text = name === '' ? id : name;
	return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

export function quoted(text: string): string {
	return `“${text}”`;
}
