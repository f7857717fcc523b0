// The tooltip of the status item: a table of the run's attempts, in Markdown in which foreign text means nothing.
import { formatUsd, type NanoUsd } from '../../core/money';
import { moneyOf } from '../../core/runWords';
import { fixWords } from '../review/reviewWords';
import type { KeptRun } from './keptRun';
import { oneLine } from './runTree';
import { attemptCost, attemptVerdict, runMoney, subjectWords } from './verdictWords';

/** Commands that links of the tooltip may run, and no others. */
export const TOOLTIP_COMMANDS = [
	'underbid.stop',
	'underbid.showLog',
	'underbid.showSpending',
	'underbid.showRuns',
	'underbid.reviewInline',
	'underbid.fixFailingTest',
	'underbid.fixTerminal',
	'workbench.action.openSettings',
] as const;
type TooltipCommand = (typeof TOOLTIP_COMMANDS)[number];

export type StatusFacts =
	| {
			readonly kind: 'running';
			/** Absent while only tests are run. */
			readonly run?: KeptRun | undefined;
			readonly doing: string;
			readonly spent: NanoUsd;
			readonly bid: NanoUsd;
	  }
	| {
			readonly kind: 'review';
			readonly title: string;
			readonly checked?: boolean;
			readonly spent: NanoUsd;
			readonly bid: NanoUsd;
	  }
	/** A test command that failed, as it was typed; `totals` absent until they were read. */
	| { readonly kind: 'failed'; readonly command: string; readonly totals: Totals | undefined }
	| ({ readonly kind: 'idle' } & Totals);

interface Totals {
	readonly today: NanoUsd;
	readonly month: NanoUsd;
}

/** With theme icons. */
export function statusTooltip(facts: StatusFacts): string {
	switch (facts.kind) {
		case 'running':
			return [
				`**Underbid** ${escaped(facts.doing)}`,
				...(facts.run === undefined ? [] : [attemptTable(facts.run)]),
				links(['$(debug-stop) Stop', 'underbid.stop'], ['$(output) Details', 'underbid.showLog'], SPENDING),
			].join('\n\n');
		case 'review':
			return [
				`**A ${fixWords(facts).fix} waits for your review:** ${escaped(facts.title)}`,
				`${moneyOf(facts.spent, facts.bid)} spent`,
				links([`${fixWords(facts).icon} Review`, 'underbid.reviewInline'], ATTEMPTS, SPENDING),
			].join('\n\n');
		case 'failed':
			return [
				`**Failed:** ${escaped(facts.command)}`,
				...(facts.totals === undefined ? [] : [totals(facts.totals)]),
				links(['$(wrench) Fix…', 'underbid.fixTerminal'], SPENDING, [
					'$(gear) Offer This',
					'workbench.action.openSettings?%5B%22underbid.offerFixes%22%5D',
				]),
			].join('\n\n');
		case 'idle':
			return [
				totals(facts),
				links(['$(wrench) Fix a Failing Test…', 'underbid.fixFailingTest'], ATTEMPTS, SPENDING),
			].join('\n\n');
	}
}

const SPENDING = ['$(graph) Spending', 'underbid.showSpending'] as const;
const ATTEMPTS = ['$(list-tree) Attempts', 'underbid.showRuns'] as const;

function totals({ today, month }: Totals): string {
	const rows = [`| today | ${formatUsd(today)} |`, `| this month | ${formatUsd(month)} |`];
	return ['| Underbid spent | |', '| --- | ---: |', ...rows].join('\n');
}

function attemptTable(run: KeptRun): string {
	const rows = run.attempts.map((attempt) => {
		const { words, icon } = attemptVerdict(attempt, run);
		return `| ${attempt.number} | ${escaped(attempt.label)} | ${attemptCost(attempt)} | $(${icon.id}) ${words} |`;
	});
	return [
		`${escaped(subjectWords(run))}: ${runMoney(run)}`,
		...(rows.length === 0
			? []
			: [['| | Model | Cost | Result |', '| ---: | --- | ---: | --- |', ...rows].join('\n')]),
	].join('\n\n');
}

function links(
	...of: readonly (readonly [label: string, command: TooltipCommand | `${TooltipCommand}?${string}`])[]
): string {
	return of.map(([label, command]) => `[${label}](command:${command})`).join(' &nbsp; ');
}

/** Shown as it is: no Markdown, no HTML, no link, no icon of it works, in a table's cell too. */
export function escaped(text: string): string {
	return (
		oneLine(text)
			.replace(/[\\`*_{}[\]()#+\-!|~<>&]/g, (one) =>
				one === '<' ? '&lt;' : one === '&' ? '&amp;' : `\\${one}`,
			)
			// A word joiner, which nobody sees, parts what would become an icon or a link by itself.
			.replaceAll('$', '$\u2060')
			.replaceAll('://', ':\u2060//')
			.replace(/www\./gi, (www) => `${www.slice(0, 3)}\u2060.`)
			.replaceAll('@', '@\u2060')
	);
}
