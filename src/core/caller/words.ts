// What a calling program and its user are told: the question before anything is spent, and the answer after it.
import type { Issue } from '../issue/issue';
import { formatUsd, type NanoUsd, ZERO } from '../money';
import type { Outcome } from '../outcome';
import { checkedWords, isVerified, receiptOf } from '../receipt';
import type { Target } from '../suite';

/** Names and texts of callers are data: one line, short. */
export function oneLine(text: string, most = 160): string {
	const line = text.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
	return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

/** `“adds”`, `whatever test fails`, `the issue “It crashes”`. */
export function subjectWords(target: Target, issue?: Pick<Issue, 'title' | 'body'>): string {
	if (issue !== undefined) {
		return `the issue “${oneLine(issue.title === '' ? issue.body : issue.title)}”`;
	}
	const [name, ...more] = target.kind === 'named' ? target.names : [];
	return name === undefined
		? 'whatever test fails'
		: `“${oneLine(name)}”${more.length === 0 ? '' : ` and ${more.length} more`}`;
}

/** What the user says yes or no to. `command`: how the tests are run, where that is known. */
export function spendQuestion(subject: string, limit: NanoUsd, command?: string): string {
	const money =
		limit === ZERO
			? 'Nothing is bought: only free proposers are asked.'
			: `Only what is used is paid, never more than ${formatUsd(limit)}.`;
	const where =
		command === undefined ? 'in a private copy' : `(${oneLine(command)}) in a private copy of your code`;
	return `Spend up to ${formatUsd(limit)} to fix ${subject}? ${money} The tests run ${where}, and no file of yours is changed.`;
}

export interface Answered {
	readonly outcome: Outcome;
	/** Markdown. */
	readonly receipt: string;
}

/** How a run ended in words, its patches and its receipt, for a model to read. */
export function answerText({ outcome, receipt }: Answered, limit: NanoUsd): string {
	const spent = `${formatUsd(outcome.spent)} of at most ${formatUsd(limit)} was spent.`;
	const test = outcome.reproduction?.test?.patch.diff;
	const parts = [`${headWords(outcome)} ${spent}`];
	if (test !== undefined) {
		parts.push('The test that was written for the issue:', fenced(test, 'diff'));
	}
	if (outcome.kind === 'solved') {
		parts.push(
			'The fix. It is not applied: no file was changed, and the user decides.',
			fenced(outcome.chosen.patch.diff, 'diff'),
		);
	}
	parts.push(receipt.trimEnd());
	return `${parts.join('\n\n')}\n`;
}

export function headWords(outcome: Outcome): string {
	switch (outcome.kind) {
		case 'solved':
			return isVerified(outcome)
				? 'Verified fix.'
				: `Checked fix, which is less than verified: ${checkedWords(receiptOf(outcome, outcome.spent))}.`;
		case 'exhausted':
			return `No verified fix. ${outcome.reason}`;
		case 'cancelled':
			return 'Cancelled.';
		case 'blocked':
			return `Nothing could be verified. ${outcome.reason}`;
	}
}

/** A fence that nothing inside can close. */
function fenced(text: string, language: string): string {
	const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
	const fence = '`'.repeat(longest + 1);
	return `${fence}${language}\n${text.endsWith('\n') ? text : `${text}\n`}${fence}`;
}
