import { formatUsd, NANO_PER_USD } from '../core/money';
import type { SpendKey, SpendReport, SpendSpan, SpendSums } from '../core/spend';
import { printable } from './style';

/** What `underbid spend` prints. Amounts in JSON are nano-dollars, in CSV US dollars with nine decimals. */
export function spendText(
	{ rows, total }: SpendReport,
	by: SpendKey,
	format: 'table' | 'json' | 'csv',
	span: SpendSpan = {},
): string {
	switch (format) {
		case 'json':
			return `${JSON.stringify({ version: 1, by, ...span, unit: 'nano-dollars', rows, total }, undefined, 2)}\n`;
		case 'csv': {
			const lines = rows.map((row) =>
				[
					quoted(row.key),
					row.runs,
					row.solved,
					row.attempts,
					exact(row.billed),
					exact(row.estimated),
					exact(row.open),
					exact(row.doubted),
				].join(','),
			);
			return `${[`${by},runs,solved,attempts,billed_usd,estimated_usd,open_usd,doubted_usd`, ...lines].join('\n')}\n`;
		}
		case 'table':
			return table({ rows, total }, by, span);
	}
}

/** Which lines of the journal are not in the figures. */
export function leftOutText(unreadableLines: readonly number[]): string {
	const named = unreadableLines.slice(0, MOST_NAMED).join(', ');
	const more = unreadableLines.length - MOST_NAMED;
	return `Left out: unreadable ${unreadableLines.length === 1 ? 'line' : 'lines'} ${named}${more > 0 ? ` and ${more} more` : ''} of the journal.\n`;
}

const MOST_NAMED = 10;

interface Column {
	readonly title: string;
	readonly cell: (sums: SpendSums) => string;
}

const COLUMNS: readonly Column[] = [
	{ title: 'runs', cell: ({ runs }) => String(runs) },
	{ title: 'verified', cell: ({ solved }) => String(solved) },
	{ title: 'attempts', cell: ({ attempts }) => String(attempts) },
	{ title: 'billed', cell: ({ billed }) => formatUsd(billed) },
	{ title: 'estimated', cell: ({ estimated }) => formatUsd(estimated) },
];
const OPEN: Column = { title: 'of it open', cell: ({ open }) => formatUsd(open) };
const DOUBTED: Column = { title: 'in doubt', cell: ({ doubted }) => formatUsd(doubted) };

function table({ rows, total }: SpendReport, by: SpendKey, { since, until }: SpendSpan): string {
	if (rows.length === 0) {
		return since === undefined && until === undefined
			? 'Nothing was run yet on this machine.\n'
			: 'Nothing was run in that time on this machine.\n';
	}
	const columns = [...COLUMNS, ...(total.open > 0 ? [OPEN] : []), ...(total.doubted > 0 ? [DOUBTED] : [])];
	const cells = [
		[by, ...columns.map(({ title }) => title)],
		...rows.map((row) => [printable(row.key).replace(/\s+/g, ' '), ...columns.map(({ cell }) => cell(row))]),
		['total', ...columns.map(({ cell }) => cell(total))],
	];
	const widths = cells.reduce<readonly number[]>(
		(widest, line) => line.map((cell, column) => Math.max(widest[column] ?? 0, cell.length)),
		[],
	);
	const lines = cells.map((line) =>
		line
			.map((cell, column) =>
				column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
			)
			.join('  '),
	);
	return `${[...lines, ...notes(total, by)].join('\n')}\n`;
}

/** What the columns mean, where they need saying. */
function notes(total: SpendSums, by: SpendKey): readonly string[] {
	const said = [
		...(total.estimated > 0
			? ['estimated: our own worst case, where no bill came; it counts as spent.']
			: []),
		...(total.open > 0
			? ['open: set aside for calls that are running or were cut off, so it may turn out less.']
			: []),
		...(total.doubted > 0 ? ['in doubt: what a provider may have charged on top of what it reported.'] : []),
		...(by === 'offer' || by === 'model'
			? ['A run that asked several counts in each, and once in the total.']
			: []),
	];
	return said.length === 0 ? [] : ['', ...said];
}

function exact(amount: number): string {
	return `${Math.floor(amount / NANO_PER_USD)}.${String(amount % NANO_PER_USD).padStart(9, '0')}`;
}

/** RFC 4180; a leading = + - @ is quoted away from spreadsheets' formulas. */
function quoted(text: string): string {
	const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
	return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
