// Models in words for a person.
import { formatRate } from '../../core/decimal';
import type { Listing } from '../../core/listing';
import { isFree, type Price } from '../../core/price';
import type { ProviderAnswer } from '../engine';
import { picksEditorModel } from './editorPrices';

/** `$0.25 in, $1.00 out per million`: tokens. */
export function priceText(price: Price | undefined): string {
	if (price === undefined) {
		return 'no price known';
	}
	if (isFree(price)) {
		return '$0';
	}
	return `$${formatRate(price.input)} in, $${formatRate(price.output)} out per million`;
}

/** What a question to the provider brought. `wireModel`: the one that it should list. */
export function answerText(name: string, answer: ProviderAnswer, wireModel?: string): string {
	if (answer.kind === 'trouble') {
		return answer.reason;
	}
	const { models, credit } = answer;
	if (wireModel !== undefined && models !== undefined && !models.includes(wireModel)) {
		return `${name} answers, and does not list ${wireModel}.`;
	}
	const count =
		models === undefined ? '' : ` and lists ${models.length} ${models.length === 1 ? 'model' : 'models'}`;
	const listed = wireModel === undefined || models === undefined ? '' : `, ${wireModel} among them`;
	return `${name} answers${count}${listed}.${creditText(credit)}`;
}

function creditText(
	credit: { readonly limitUsd?: number; readonly remainingUsd?: number } | undefined,
): string {
	if (credit?.remainingUsd !== undefined && Number.isFinite(credit.remainingUsd)) {
		return ` The key may still spend $${credit.remainingUsd.toFixed(2)}.`;
	}
	return credit === undefined || credit.limitUsd !== undefined ? '' : ' The key has no limit of its own.';
}

/** Where a listing stands in the list of models. */
export type ModelGroup = 'order' | 'ready' | 'editor' | 'local' | 'key' | 'other';

export const GROUP_TITLES: Readonly<Record<ModelGroup, string>> = {
	order: 'Tried in this order, after the free proposer',
	ready: 'Ready to use',
	editor: 'Your editor’s own models, cost estimated',
	local: 'Servers on this computer',
	key: 'Need a key',
	other: 'Cannot be used now',
};

export interface ModelRow {
	readonly id: string;
	readonly group: ModelGroup;
	readonly label: string;
	/** The price. */
	readonly description: string;
	/** Id, source of the price, what is missing. */
	readonly detail: string;
	readonly chosen: boolean;
	/** What can be done about it there and then. */
	readonly actions: readonly ModelAction[];
}

export type ModelAction = 'test' | 'key' | 'free' | 'price' | 'earlier' | 'later';

export interface ModelRowsInput {
	readonly listings: readonly Listing[];
	readonly editor: readonly {
		readonly id: string;
		readonly label: string;
		readonly price?: Price;
		readonly priceSource?: string;
		readonly usable: boolean;
		readonly why?: string;
	}[];
	/** Ids of providers that run on this computer. */
	readonly local: ReadonlySet<string>;
	/** Chosen by the user; undefined: our own choice, which `pooled` tells. */
	readonly pool: readonly string[] | undefined;
	/** Ids of the editor's models that a run uses when the user chose nothing. */
	readonly lentByDefault: ReadonlySet<string>;
	/** Where the key of a provider is from: `in secret storage`, `OPENAI_API_KEY`. */
	readonly keyFrom: (provider: string) => string | undefined;
}

/** In groups, each in order of price, the chosen ones first. */
export function modelRows(input: ModelRowsInput): readonly ModelRow[] {
	const rows = [
		...input.listings.map((one) => listingRow(one, input)),
		...input.editor.map((one) => editorRow(one, input)),
	];
	const rank = Object.keys(GROUP_TITLES);
	return rows
		.map((row, at) => ({ row, at }))
		.sort(
			(a, b) =>
				rank.indexOf(a.row.group) - rank.indexOf(b.row.group) ||
				Number(b.row.chosen) - Number(a.row.chosen) ||
				a.at - b.at,
		)
		.map(({ row }) => row);
}

/**
 * The rows as they are to be tried: those that `order` names come first, in its order and with their numbers, and can be
 * moved. Undefined: the odds decide, and a move begins an order by hand.
 */
export function orderedRows(
	rows: readonly ModelRow[],
	order: readonly string[] | undefined,
): readonly ModelRow[] {
	const movable: readonly ModelAction[] = ['earlier', 'later'];
	if (order === undefined) {
		return rows.map((row) => (row.chosen ? { ...row, actions: [...row.actions, ...movable] } : row));
	}
	const byId = new Map(rows.map((row) => [row.id, row]));
	const first = order.flatMap((id) => byId.get(id) ?? []);
	return [
		...first.map(
			(row, at): ModelRow => ({
				...row,
				group: 'order',
				label: `${at + 1}. ${row.label}`,
				chosen: true,
				actions: [...row.actions, ...movable],
			}),
		),
		...rows.filter(({ id }) => !order.includes(id)),
	];
}

/** With one of them a place earlier or later; the same where there is none. */
export function moved(ids: readonly string[], id: string, by: 'earlier' | 'later'): readonly string[] {
	const from = ids.indexOf(id);
	const to = from + (by === 'earlier' ? -1 : 1);
	const [one, other] = [ids[from], ids[to]];
	return one === undefined || other === undefined
		? ids
		: ids.map((each, at) => (at === from ? other : at === to ? one : each));
}

/** The ids of the chosen rows as the user's pool has them: in the place of the first entry that means them. */
export function inPoolOrder(rows: readonly ModelRow[], pool: readonly string[]): readonly string[] {
	const place = (id: string): number => {
		const own = pool.indexOf(id);
		const at = own >= 0 ? own : pool.findIndex((entry) => picksEditorModel(entry, id));
		return at < 0 ? pool.length : at;
	};
	return rows
		.filter(({ chosen }) => chosen)
		.map(({ id }) => id)
		.sort((a, b) => place(a) - place(b));
}

function listingRow(one: Listing, { pool, local, keyFrom }: ModelRowsInput): ModelRow {
	const isLocal = local.has(one.provider);
	const missing = one.usable
		? undefined
		: isLocal && one.price === undefined
			? 'not used until you say that it costs nothing'
			: one.why;
	const key = one.keyPresent ? keyFrom(one.provider) : undefined;
	return {
		id: one.id,
		group: isLocal ? 'local' : one.usable ? 'ready' : one.keyPresent ? 'other' : 'key',
		label: one.label,
		description: priceText(one.price),
		detail: joined(one.id, missing ?? (key === undefined ? undefined : `key: ${key}`), priceSourceText(one)),
		chosen: one.pooled && (pool !== undefined || one.usable),
		actions: [
			...(one.usable || isLocal ? (['test'] as const) : []),
			...(isLocal && one.price === undefined ? (['free'] as const) : []),
			...(one.keyPresent ? [] : (['key'] as const)),
		],
	};
}

function editorRow(one: ModelRowsInput['editor'][number], { pool, lentByDefault }: ModelRowsInput): ModelRow {
	return {
		id: one.id,
		group: 'editor',
		label: one.label,
		description: one.price === undefined ? priceText(undefined) : `about ${priceText(one.price)}`,
		detail: joined(one.id, one.why, priceSourceText(one)),
		chosen:
			pool === undefined
				? one.usable && lentByDefault.has(one.id)
				: pool.some((entry) => picksEditorModel(entry, one.id)),
		actions: [
			...(one.usable ? (['test'] as const) : []),
			...(one.price === undefined ? (['price'] as const) : []),
		],
	};
}

function priceSourceText({ price, priceSource }: Pick<Listing, 'price' | 'priceSource'>): string | undefined {
	if (price === undefined || priceSource === undefined) {
		return undefined;
	}
	const shipped = /^shipped (.+)/.exec(priceSource)?.[1];
	const source = shipped === undefined ? `price: ${priceSource}` : `price of ${shipped}`;
	return `${source}${price.tiers.length > 0 ? ', higher for long prompts' : ''}`;
}

function joined(...parts: readonly (string | undefined)[]): string {
	return parts.filter((part) => part !== undefined).join(' · ');
}
