import { formatRate } from '../core/decimal';
import type { Listing } from '../core/listing';
import { printable } from './style';

export interface ModelsView {
	/** In order of price. */
	readonly listings: readonly Listing[];
	/** Where prices are from: one sentence each. */
	readonly sources: readonly string[];
	/** What went wrong or was done on the way: one sentence each. */
	readonly notes: readonly string[];
	/** What a model said when asked whether it answers: `yes`, or why not in a sentence. Empty when none was asked. */
	readonly answers: ReadonlyMap<string, string>;
	/** Width of the terminal; absent when it is none. */
	readonly columns: number | undefined;
}

/** What `underbid models` prints. Rates in JSON are nano-dollars per million tokens. */
export function modelsText(view: ModelsView, format: 'table' | 'json'): string {
	switch (format) {
		case 'json':
			return `${JSON.stringify(jsonOf(view), undefined, 2)}\n`;
		case 'table':
			return `${linesOf(view).map(printable).join('\n')}\n`;
	}
}

const TITLE = 'model, $ per million tokens';

function linesOf(view: ModelsView): readonly string[] {
	const { listings, sources, notes, answers } = view;
	const usable = listings.filter((one) => one.usable);
	const priced = listings.filter((one) => !one.usable && one.keyPresent && one.price !== undefined);
	const keyless = listings.filter((one) => !one.keyPresent && one.price !== undefined);
	const unpriced = listings.filter((one) => one.price === undefined);
	return [
		...(usable.length === 0
			? ['No model can be used yet; the free proposer needs none.']
			: table(usable, view, answers)),
		...section('', [
			...(usable.some(hasTiers) ? ['+ dearer for long prompts; --json shows all rates'] : []),
			...(usable.some(({ limitsKnown }) => !limitsKnown)
				? ['? not known, so taken as this; set it under "limits" in the settings']
				: []),
		]),
		...section('Not used', [
			...byProvider(keyless, view.columns),
			...priced.map((one) => `${one.id}: ${one.why ?? ''}`),
			...unpriced.map((one) => `${one.id}: ${one.why ?? ''}`),
		]),
		...section(
			'No answer',
			[...new Set(answers.values())].filter((answer) => answer !== 'yes'),
		),
		...section('Prices', sources),
		...section('', notes),
	];
}

/** A provider without a key has one line, not one for each of its models. */
function byProvider(keyless: readonly Listing[], columns: number | undefined): readonly string[] {
	const providers = [...new Set(keyless.map(({ provider }) => provider))];
	const width = Math.max(0, ...providers.map((one) => one.length));
	return providers.flatMap((provider) => {
		const models = keyless.filter((one) => one.provider === provider);
		const why = models[0]?.why ?? '';
		const line = `${provider.padEnd(width)}  ${why}`;
		const page = /^(.*) \((https?:\/\/\S+)\)$/.exec(line);
		return columns !== undefined && line.length + 2 > columns && page !== null
			? [page[1] ?? '', `${' '.repeat(width)}  ${page[2] ?? ''}`]
			: [line];
	});
}

function section(title: string, lines: readonly string[]): readonly string[] {
	if (lines.length === 0) {
		return [];
	}
	return ['', ...(title === '' ? lines : [title, ...lines.map((line) => `  ${line}`)])];
}

/** An id that does not fit stands on a line of its own: it is there to be copied, so nothing is cut off. */
function table(
	listings: readonly Listing[],
	{ columns }: ModelsView,
	answers: ReadonlyMap<string, string>,
): readonly string[] {
	const rows = listings.map((one) => ({
		id: one.id,
		cells: cellsOf(one),
		answer: answers.size === 0 ? undefined : answers.get(one.id) === 'yes' ? 'yes' : 'no',
	}));
	const head = ['in', 'out', 'cached', 'context', 'price'];
	const widths = head.map((title, column) =>
		Math.max(title.length, ...rows.map(({ cells }) => cells[column]?.length ?? 0)),
	);
	const rest = widths.reduce((sum, width) => sum + width + 2, answers.size === 0 ? 0 : 2 + 'answers'.length);
	const longest = Math.max(TITLE.length, ...rows.map(({ id }) => id.length));
	const room = columns === undefined ? longest : Math.max(TITLE.length, Math.min(longest, columns - rest));
	const line = (id: string, cells: readonly string[], answer: string | undefined) =>
		[
			id.padEnd(room),
			...cells.map((cell, column) =>
				column === cells.length - 1 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
			),
			...(answer === undefined ? [] : [answer]),
		]
			.join('  ')
			.trimEnd();
	return [
		line(TITLE, head, answers.size === 0 ? undefined : 'answers'),
		...rows.flatMap(({ id, cells, answer }) =>
			id.length <= room ? [line(id, cells, answer)] : [id, line('', cells, answer)],
		),
	];
}

function cellsOf(one: Listing): readonly string[] {
	const { price } = one;
	const source = (one.priceSource ?? '').split(' ')[0] ?? '';
	return [
		price === undefined ? '-' : formatRate(price.input),
		price === undefined ? '-' : formatRate(price.output),
		price?.cacheRead === undefined ? '-' : formatRate(price.cacheRead),
		`${tokens(one.contextTokens)}${one.limitsKnown ? '' : '?'}`,
		`${source}${hasTiers(one) ? '+' : ''}`,
	];
}

function hasTiers({ price }: Listing): boolean {
	return (price?.tiers.length ?? 0) > 0;
}

/** `8K`, `131K`, `1M`: rounded down. */
function tokens(count: number): string {
	return count >= 1_000_000 ? `${Math.floor(count / 100_000) / 10}M` : `${Math.floor(count / 1000)}K`;
}

function jsonOf({ listings, sources, notes, answers }: ModelsView): unknown {
	return {
		version: 1,
		unit: 'nano-dollars per million tokens',
		sources,
		notes,
		models: listings.map(({ endpoint, ...one }) => ({
			...one,
			dialect: endpoint.dialect,
			baseUrl: endpoint.baseUrl,
			...(answers.has(one.id) ? { answers: answers.get(one.id) } : {}),
		})),
	};
}
