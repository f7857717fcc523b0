import { add, formatUsd, NANO_PER_USD, ZERO } from '../core/money';
import type { SpendKey, SpendRow } from '../core/spend';

/** What `underbid spend` prints. Amounts in JSON are nano-dollars, in CSV US dollars with nine decimals. */
export function spendText(rows: readonly SpendRow[], by: SpendKey, format: 'table' | 'json' | 'csv'): string {
	switch (format) {
		case 'json':
			return `${JSON.stringify({ version: 1, by, unit: 'nano-dollars', rows }, undefined, 2)}\n`;
		case 'csv': {
			const lines = rows.map((row) =>
				[quoted(row.key), row.runs, row.solved, row.attempts, exact(row.billed), exact(row.estimated)].join(
					',',
				),
			);
			return `${[`${by},runs,solved,attempts,billed_usd,estimated_usd`, ...lines].join('\n')}\n`;
		}
		case 'table':
			return table(rows, by);
	}
}

function table(rows: readonly SpendRow[], by: SpendKey): string {
	if (rows.length === 0) {
		return 'Nothing was run yet on this machine.\n';
	}
	const total = {
		key: 'total',
		runs: sum(rows, 'runs'),
		solved: sum(rows, 'solved'),
		attempts: sum(rows, 'attempts'),
		billed: add(ZERO, ...rows.map((row) => row.billed)),
		estimated: add(ZERO, ...rows.map((row) => row.estimated)),
	};
	// A run may ask several offers, so runs by offer do not add up.
	const shown = by === 'offer' ? rows : [...rows, total];
	const cells = [
		[by, 'runs', 'verified', 'attempts', 'billed', 'estimated'],
		...shown.map((row) => [
			row.key,
			String(row.runs),
			String(row.solved),
			String(row.attempts),
			formatUsd(row.billed),
			formatUsd(row.estimated),
		]),
	];
	const widths = (cells[0] ?? []).map((_, column) =>
		Math.max(...cells.map((line) => line[column]?.length ?? 0)),
	);
	return cells
		.map(
			(line) =>
				`${line.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}\n`,
		)
		.join('');
}

function sum(rows: readonly SpendRow[], field: 'runs' | 'solved' | 'attempts'): number {
	return rows.reduce((total, row) => total + row[field], 0);
}

function exact(amount: number): string {
	return `${Math.floor(amount / NANO_PER_USD)}.${String(amount % NANO_PER_USD).padStart(9, '0')}`;
}

/** RFC 4180; a leading = + - @ is quoted away from spreadsheets' formulas. */
function quoted(text: string): string {
	const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
	return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
