// What became of attempts and runs, in words and as icons. Every icon stands beside its words.
import { formatUsd, ZERO } from '../../core/money';
import { costWords } from '../../core/receipt';
import { moneyOf } from '../../core/runWords';
import type { Target } from '../../core/suite';
import { quoted, testName } from '../outcomeWords';
import { isChecked, type KeptAttempt, type KeptIssue, type KeptPatch, type KeptRun } from './keptRun';

/** One of the editor's own icons, and the theme's colour for it where it means something. */
export interface Icon {
	readonly id: string;
	readonly colour?: string;
}

export interface Verdict {
	readonly words: string;
	readonly icon: Icon;
}

const PASSED: Icon = { id: 'verified', colour: 'testing.iconPassed' };
const CHECKED: Icon = { id: 'check', colour: 'testing.iconPassed' };
const FAILED: Icon = { id: 'close', colour: 'testing.iconFailed' };
const TROUBLE: Icon = { id: 'warning', colour: 'list.warningForeground' };
const WORKING: Icon = { id: 'sync~spin' };

/** `checked`: the test that decides was written for the run. */
export function patchVerdict({ verdict }: KeptPatch, checked: boolean): Verdict {
	switch (verdict) {
		case 'resolved':
			return checked ? { words: 'checked', icon: CHECKED } : { words: 'verified', icon: PASSED };
		case 'unresolved':
			return { words: 'not verified', icon: FAILED };
		case 'rejected':
			return { words: 'not allowed', icon: { id: 'circle-slash' } };
		case 'inconclusive':
			return { words: 'could not be judged', icon: TROUBLE };
	}
}

export function attemptVerdict(attempt: KeptAttempt, run: Pick<KeptRun, 'end' | 'test'>): Verdict {
	const ended = run.end !== undefined;
	const last = attempt.patches.at(-1);
	if (!ended && attempt.state !== 'ended') {
		return attempt.state === 'asking'
			? { words: 'looking for a fix', icon: WORKING }
			: { words: 'running your tests', icon: WORKING };
	}
	if (last !== undefined) {
		return patchVerdict(last, isChecked(run));
	}
	switch (attempt.proposal ?? 'cancelled') {
		case 'none':
			return { words: 'no fix found', icon: { id: 'dash' } };
		case 'unaffordable':
			return { words: 'costs more than was left', icon: { id: 'circle-slash' } };
		case 'failed':
			return { words: 'could not be asked', icon: TROUBLE };
		case 'patches':
		case 'cancelled':
			return { words: 'stopped', icon: { id: 'stop-circle' } };
	}
}

/** Why the attempt brought no verified fix; empty where it did or nothing is known. */
export function attemptWhy(attempt: KeptAttempt): string {
	return attempt.patches.at(-1)?.why ?? attempt.why;
}

export function runVerdict(run: KeptRun): Verdict {
	switch (run.end?.kind) {
		case undefined:
			return { words: 'running', icon: WORKING };
		case 'solved':
			return run.end.checked
				? { words: 'checked fix', icon: CHECKED }
				: { words: 'verified fix', icon: PASSED };
		case 'exhausted':
			return run.end.by === 'reproduction'
				? { words: 'no test shows it', icon: FAILED }
				: onlyTrouble(run)
					? { words: 'no model could be asked', icon: TROUBLE }
					: { words: 'no verified fix', icon: FAILED };
		case 'cancelled':
			return { words: 'stopped', icon: { id: 'stop-circle' } };
		case 'blocked':
			return { words: 'could not go on', icon: TROUBLE };
		case 'closed':
			return {
				words: `ended by closing the window: ${formatUsd(run.spent)} counted`,
				icon: { id: 'debug-disconnect' },
			};
	}
}

/** Every model that was asked failed to answer: that is not the same as "not found". */
export function onlyTrouble(run: Pick<KeptRun, 'attempts'>): boolean {
	const asked = run.attempts.filter(({ offer }) => offer !== 'free');
	return asked.length > 0 && asked.every(({ proposal }) => proposal === 'failed');
}

/** `free`, `$0.012`, `$0.012 (estimated)`. */
export function attemptCost(attempt: KeptAttempt): string {
	return attempt.offer === 'free' && attempt.cost === ZERO ? 'free' : costWords(attempt);
}

export function runMoney(run: KeptRun): string {
	return moneyOf(run.spent, run.bid);
}

/** What the run is about: its issue, else its tests. */
export function subjectWords({ issue, target }: Pick<KeptRun, 'issue' | 'target'>): string {
	return issue === undefined ? targetWords(target) : issueWords(issue);
}

/** `“roman() writes plain digits” (owner/name#12)`. */
export function issueWords({ name, title }: Pick<KeptIssue, 'name' | 'title'>): string {
	return title === '' ? name : `${quoted(title.length > 80 ? `${title.slice(0, 79)}…` : title)} (${name})`;
}

export function targetWords(target: Target): string {
	const [first] = target.kind === 'named' ? target.names : [];
	if (target.kind === 'failing' || first === undefined) {
		return 'All failing tests';
	}
	return target.names.length === 1
		? quoted(testName(first))
		: `${quoted(testName(first))} and ${target.names.length - 1} more`;
}

/** The name of the one test without the groups it stands in: the side bar is narrow. */
export function leafWords(target: Target): string | undefined {
	const [first] = target.kind === 'named' && target.names.length === 1 ? target.names : [];
	const leaf = first === undefined ? undefined : testName(first).split(' > ').at(-1)?.trim();
	return leaf === '' ? undefined : leaf;
}
