// What the editor's own models cost: nobody tells, so it is looked up by their names, or taken from the user's word.
import { ratePerMillion } from '../../core/decimal';
import type { Price } from '../../core/price';
import type { PublishedModel } from '../engine';

/** What the editor says of one of its models. */
export interface EditorModelFacts {
	readonly vendor: string;
	readonly id: string;
	readonly family: string;
	readonly name: string;
}

export type EditorPrice =
	| {
			readonly kind: 'priced';
			readonly price: Price;
			/** Where the price is from, with its date. */
			readonly source: string;
			/** One answer, tokens; absent when it is not known. */
			readonly outputLimit?: number;
			readonly callsTools: boolean;
	  }
	| { readonly kind: 'unpriced'; readonly why: string };

/** Whose prices stand for those of a vendor in the editor; the vendor's own name where it is not here. */
const SELLERS: Readonly<Record<string, string>> = {
	copilot: 'github-copilot',
	copilotcli: 'github-copilot',
	gemini: 'google',
};
const VENDORS: Readonly<Record<string, string>> = { copilot: 'Copilot', openrouter: 'OpenRouter' };

export const PRICES_SETTING = 'underbid.editorModelPrices';

/** As offers, the pool and the journal call it. */
export function editorModelId({ vendor, id }: Pick<EditorModelFacts, 'vendor' | 'id'>): string {
	return `editor/${vendor}/${id}`;
}

export function isEditorModelId(id: string): boolean {
	return id === 'editor' || id.startsWith('editor/');
}

/** True when an entry of the pool means this model: its id, leading parts of it, or a pattern with `*`. */
export function picksEditorModel(entry: string, id: string): boolean {
	const parts = entry.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
	return new RegExp(`^${parts.join('.*')}(?:/.*)?$`, 's').test(id);
}

export function vendorName(vendor: string): string {
	return Object.hasOwn(VENDORS, vendor) ? (VENDORS[vendor] ?? vendor) : vendor;
}

/** The user's word first, then what is published of the one who bills. */
export function priceOf(
	model: EditorModelFacts,
	published: (seller: string) => readonly PublishedModel[],
	words: ReadonlyMap<string, Price>,
): EditorPrice {
	const own = words.get(editorModelId(model));
	const seller = Object.hasOwn(SELLERS, model.vendor) ? (SELLERS[model.vendor] ?? '') : model.vendor;
	const rows = new Map(published(seller).map((row) => [plain(row.id), row]));
	const row = rows.get(plain(model.id)) ?? rows.get(plain(model.family));
	const limit = row?.maxOutput === undefined ? {} : { outputLimit: row.maxOutput };
	const callsTools = row?.callsTools ?? true;
	if (own !== undefined) {
		return { kind: 'priced', price: own, source: 'yours', callsTools, ...limit };
	}
	if (row?.price === undefined) {
		return {
			kind: 'unpriced',
			why: `the editor does not tell its price and none is published under its name; give one in ${PRICES_SETTING}`,
		};
	}
	return { kind: 'priced', price: row.price, source: row.source, callsTools, ...limit };
}

/** The setting as read; what is no price in it is left out and named. Dollars per million tokens, texts or numbers. */
export function priceWords(setting: unknown): {
	readonly prices: ReadonlyMap<string, Price>;
	readonly unreadable: readonly string[];
} {
	const prices = new Map<string, Price>();
	const unreadable: string[] = [];
	for (const [id, value] of Object.entries(typeof setting === 'object' && setting !== null ? setting : {})) {
		const price = priceIn(value);
		if (price === undefined) {
			unreadable.push(id);
		} else {
			prices.set(id, price);
		}
	}
	return { prices, unreadable };
}

function priceIn(value: unknown): Price | undefined {
	if (typeof value !== 'object' || value === null) {
		return undefined;
	}
	const { input, output } = value as { readonly input?: unknown; readonly output?: unknown };
	const [into, out] = [rateIn(input), rateIn(output)];
	return into === undefined || out === undefined ? undefined : { input: into, output: out, tiers: [] };
}

function rateIn(value: unknown) {
	return typeof value === 'string' || typeof value === 'number' ? ratePerMillion(String(value)) : undefined;
}

/** `gpt-5.6-luna` and `GPT-5-6-Luna` are one. */
function plain(name: string): string {
	return name
		.trim()
		.toLowerCase()
		.replaceAll('.', '-')
		.replace(/^models\//, '');
}
