// The figures to take along: exact rows for a spreadsheet or a program, a summary for people.
import { formatUsd, NANO_PER_USD } from '../../core/money';
import { amountOf, type SpendingRow } from '../../core/spendingPage';
import type { SpendingView } from '../engine';
import {
	costRangeWords,
	costRowWords,
	counterfactualWords,
	monthName,
	monthWords,
	passRangeWords,
	passRowWords,
	periodWords,
	savedWords,
	spendWords,
	timeWords,
} from './words';

/** RFC 4180. US dollars with nine decimals: not a nano-dollar is lost. */
export function csvText(rows: readonly SpendingRow[]): string {
	const lines = rows.map((row) =>
		[
			row.day,
			quoted(row.model),
			row.attempts,
			row.judged,
			row.verified,
			...[row.billed, row.estimated, row.open, row.doubted].map(exact),
			Math.round(row.workMs),
		].join(','),
	);
	const head = 'day,model,attempts,judged,verified,billed_usd,estimated_usd,open_usd,doubted_usd,work_ms';
	return `${[head, ...lines].join('\r\n')}\r\n`;
}

/** Amounts in nano-dollars. */
export function jsonText({ figures }: SpendingView, rows: readonly SpendingRow[]): string {
	return `${JSON.stringify({ version: 1, unit: 'nano-dollars', ...figures, rows }, undefined, 2)}\n`;
}

/** Markdown, short enough for a message. */
export function summaryText({ figures }: SpendingView): string {
	const { month, saved, fixes, runs, costPerFix, medianMs, models } = figures;
	const lines = [
		`**Underbid, ${periodWords(figures)}:** ${spendWords(figures)}`,
		'',
		`- ${fixes} verified of ${runs} runs${costPerFix === undefined ? '' : `, ${formatUsd(costPerFix)} a fix`}${medianMs === undefined ? '' : `, median ${timeWords(medianMs)}`}.`,
		`- ${monthName(month.name)}: ${monthWords(month)}`,
		`- ${savedWords(saved)}${saved.kind === 'known' ? ` ${counterfactualWords(saved, fixes)}` : ''}`,
		'',
		'| model | spent | a verified fix (95%) | pass rate (95%) |',
		'| --- | ---: | ---: | ---: |',
		...models.map(
			(one) =>
				`| ${cell(one.model)} | ${formatUsd(amountOf(one.spent))} | ${costRowWords(one)}${ranged(costRangeWords(one))} | ${passRowWords(one)}${ranged(passRangeWords(one))} |`,
		),
	];
	return `${lines.join('\n')}\n`;
}

function ranged(range: string): string {
	return range === '' ? '' : ` (${range})`;
}

function cell(text: string): string {
	return text.replace(/\s+/g, ' ').replaceAll('|', '\\|');
}

function exact(amount: number): string {
	return `${Math.floor(amount / NANO_PER_USD)}.${String(amount % NANO_PER_USD).padStart(9, '0')}`;
}

/** A leading = + - @ is quoted away from spreadsheets' formulas. */
function quoted(text: string): string {
	const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
	return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
