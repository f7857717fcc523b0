// Reports of the lab as plain tables for a terminal.
import type { Table } from './experiments';

/** A table, a list of like objects as a table, or one object as lines of name and value. */
export function labText(result: unknown): string {
	if (isTable(result)) {
		return `${result.title}\n${tableText([result.columns, ...result.rows])}`;
	}
	if (Array.isArray(result)) {
		const rows = result.map((row: unknown) => Object.entries(row ?? {}));
		const columns = rows[0]?.map(([name]) => name) ?? [];
		return tableText([columns, ...rows.map((row) => row.map(([, value]) => cell(value)))]);
	}
	return Object.entries(result ?? {})
		.map(([name, value]) =>
			Array.isArray(value) && value.length > 0 && typeof value[0] === 'object'
				? `\n${name}\n${labText(value)}`
				: `${name}: ${cell(value)}\n`,
		)
		.join('');
}

function isTable(value: unknown): value is Table {
	return (
		typeof value === 'object' && value !== null && 'columns' in value && 'rows' in value && 'title' in value
	);
}

function tableText(rows: readonly (readonly string[])[]): string {
	const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
	return `${rows
		.map((row) =>
			row
				.map((one, column) => one.padEnd(widths[column] ?? 0))
				.join('  ')
				.trimEnd(),
		)
		.join('\n')}\n`;
}

function cell(value: unknown): string {
	if (typeof value === 'number') {
		return Number.isInteger(value) ? String(value) : value.toFixed(4);
	}
	if (typeof value === 'string' || typeof value === 'boolean') {
		return String(value);
	}
	if (Array.isArray(value)) {
		return value.map(cell).join(' ');
	}
	return value === undefined ? 'not known' : JSON.stringify(value);
}
