// Which models a fix buys from when the user names none, and what the names on a command line mean.
import { costOf, type Price } from '../../core/price';

/**
 * Our choice, by provider: cheap ones first, then stronger and dearer ones, a few of each so that a cascade has steps.
 * Free ones of OpenRouter are not among them: who offers them may keep what is sent.
 */
const RECOMMENDED: Readonly<Record<string, readonly string[]>> = {
	openrouter: [
		'openai/gpt-6-luna',
		'z-ai/glm-5.3-flash',
		'minimax/minimax-m3.1-flash',
		'deepseek/deepseek-v4-flash',
		'qwen/qwen3-coder-next',
		'anthropic/claude-haiku-5.5',
		'openai/gpt-6.1-terra',
		'google/gemini-3.8-flash',
		'anthropic/claude-sonnet-5.5',
		'openai/gpt-6.1-sol',
		'anthropic/claude-opus-5.5',
	],
	openai: ['gpt-6-luna', 'gpt-6.1-terra', 'gpt-6.1-sol', 'gpt-5-mini', 'gpt-4.1-mini'],
	anthropic: ['claude-haiku-5-5', 'claude-sonnet-5-5', 'claude-opus-5-5'],
	google: ['gemini-3.1-flash-lite', 'gemini-3.8-flash', 'gemini-4-argon'],
	deepseek: ['deepseek-flash', 'deepseek-v4-pro'],
	groq: ['openai/gpt-oss-20b', 'openai/gpt-oss-120b', 'qwen/qwen3.8-27b'],
	together: ['zai-org/GLM-5.3-Flash', 'deepseek-ai/DeepSeek-V4.1-Flash', 'zai-org/GLM-5.3'],
	mistral: ['mistral-small-2603', 'devstral-2512', 'mistral-large-4'],
	xai: ['grok-4.3', 'grok-4.7'],
};

/** What a repair is thought to take, to set prices against each other: a prompt with context, and a short answer. */
const TYPICAL = { inputTokens: 12_000, outputTokens: 2_500 };

/** What a typical call costs, for putting models in order; nobody is billed by it. */
export function typicalCost(price: Price): number {
	return costOf(price, TYPICAL);
}

export interface Candidate {
	readonly wireModel: string;
	readonly price?: Price;
	readonly contextTokens: number;
	readonly outputLimit: number;
	readonly callsTools: boolean;
}

/** Our choice among the models of a provider; where none of it is there any more, one cheap, one middling, one dear. */
export function recommended(provider: string, models: readonly Candidate[]): readonly string[] {
	const names = Object.hasOwn(RECOMMENDED, provider) ? (RECOMMENDED[provider] ?? []) : [];
	const there = names.filter((name) =>
		models.some(({ wireModel, price }) => wireModel === name && price !== undefined),
	);
	if (there.length > 0) {
		return there;
	}
	const fit = models
		.flatMap((model) => (model.price === undefined ? [] : [{ ...model, cost: typicalCost(model.price) }]))
		.filter(
			(model) =>
				model.cost > 0 && model.callsTools && model.contextTokens >= 32_000 && model.outputLimit >= 8_000,
		)
		.sort((a, b) => a.cost - b.cost || (a.wireModel < b.wireModel ? -1 : 1));
	const places = [0.2, 0.5, 0.8].map((part) => fit[Math.floor(part * (fit.length - 1))]?.wireModel);
	return [...new Set(places)].filter((name) => name !== undefined);
}

/** Makers on OpenRouter that also sell by themselves, by the name of their own shop. */
const SHOPS: Readonly<Record<string, string>> = {
	anthropic: 'anthropic',
	deepseek: 'deepseek',
	google: 'google',
	mistralai: 'mistral',
	openai: 'openai',
	'x-ai': 'xai',
};

/** Of a model on OpenRouter, the same model at its maker's own shop, as far as names tell. */
export function ownShopId(id: string): string | undefined {
	const [, maker = '', name = ''] = /^openrouter\/([^/]+)\/(.+)$/.exec(id) ?? [];
	const shop = Object.hasOwn(SHOPS, maker) ? SHOPS[maker] : undefined;
	return shop === undefined ? undefined : `${shop}/${name}`.replaceAll('.', '-');
}

/** True when the pattern names the model: an id, with `*` for any part of it. */
export function matchesPattern(pattern: string, id: string): boolean {
	const [first = '', ...rest] = pattern.split('*');
	if (rest.length === 0) {
		return pattern === id;
	}
	const last = rest.pop() ?? '';
	if (!id.startsWith(first) || id.length < first.length + last.length || !id.endsWith(last)) {
		return false;
	}
	let at = first.length;
	for (const part of rest) {
		const found = id.indexOf(part, at);
		if (found < 0) {
			return false;
		}
		at = found + part.length;
	}
	return at <= id.length - last.length;
}

/**
 * Where an id stands in a pool that is tried in its own order: at its own entry, else at the first that means it
 * (a pattern, or leading parts of the id); what no entry means comes last.
 */
export function placeInPool(entries: readonly string[], id: string): number {
	const own = entries.indexOf(id);
	const place =
		own >= 0 ? own : entries.findIndex((entry) => matchesPattern(entry, id) || id.startsWith(`${entry}/`));
	return place < 0 ? entries.length : place;
}

/** True when a name given with --proposers means this offer: its id, or whole leading parts of it. */
export function selectsOffer(name: string, offerId: string): boolean {
	return offerId === name || offerId.startsWith(`${name}/`);
}

/** The id of a model that a name given with --proposers may be: the scaffold at its end is taken off. */
export function modelNamed(name: string): string {
	return name.replace(/\/(edit|agent)$/, '');
}
