// The catalogue: every model that is known, where it is reached, at what price and out of which source, and whether a
// fix may buy from it. Where a price is not known there is no offer, and the listing says how to give one.
import { isLoopbackHost } from '../../core/endpoint';
import type { Listing } from '../../core/listing';
import { type Price, rateOf } from '../../core/price';
import type { Settings } from '../../core/settings';
import type { KnownProvider } from './knownProviders';
import { type FoundModel, findServers } from './localServers';
import { matchesPattern, modelNamed, ownShopId, recommended, selectsOffer, typicalCost } from './pool';
import type { RefreshedPrices } from './refreshedPrices';
import { shippedModels } from './shipped';
import { type Sourced, sourcedModels } from './sourcedModels';

export interface ListingInput {
	readonly settings: Settings;
	readonly providers: readonly KnownProvider[];
	readonly refreshed: RefreshedPrices;
	/** The key of a provider, or nothing. */
	readonly keyOf: (provider: KnownProvider) => string | undefined;
	/** What the user named with --proposers: these are in the pool, in the place of our choice. */
	readonly named?: readonly string[] | undefined;
	/** Every model that is known; otherwise the pool, and what the settings speak of. */
	readonly all?: boolean;
	/** Ask the usual ports of this computer. Otherwise only where the settings or the names speak of them. */
	readonly discover?: boolean;
	readonly fetch: typeof globalThis.fetch;
}

/** Where a model does not say what it can hold. */
const CAUTIOUS = { contextTokens: 16_384, outputLimit: 4_096 };

/** In order of price, unpriced ones last. Never rejects. */
export async function listModels(input: ListingInput, signal: AbortSignal): Promise<readonly Listing[]> {
	const found = await serversFor(input, signal);
	const everything = input.providers.flatMap((provider) => {
		const models = sourcedModels(provider, input, found.get(provider.provider) ?? []);
		const listed = [...models.values()].map((model) => listingOf(provider, model, input));
		const gone = new Set(
			[...models.values()]
				.filter(({ goneSince }) => goneSince !== undefined)
				.map(({ id }) => `${provider.provider}/${id}`)
				.filter((id) => !input.settings.prices.has(id)),
		);
		const pool = poolOf(provider, listed, gone, input);
		return listed.map((one) => ({ ...one, pooled: pool.has(one.id) }));
	});
	const listings =
		input.named === undefined && input.settings.models === undefined ? withoutTwins(everything) : everything;
	const wanted = listings.filter(
		(one) => input.all === true || one.pooled || isOwn(one, input.settings, found),
	);
	return [...wanted].sort((a, b) => order(a) - order(b) || (a.id < b.id ? -1 : 1));
}

/** Names given with --proposers that no listing answers to. `free` is the proposer without a model. */
export function unknownNames(names: readonly string[], listings: readonly Listing[]): readonly string[] {
	return names.filter(
		(name) =>
			name !== 'free' && !listings.some(({ id }) => id === modelNamed(name) || selectsOffer(name, id)),
	);
}

/** Entries of the settings' pool that no listing answers to. */
export function unknownPatterns(settings: Settings, listings: readonly Listing[]): readonly string[] {
	return (settings.models ?? []).filter((pattern) => !listings.some(({ id }) => matchesPattern(pattern, id)));
}

async function serversFor(
	{ settings, providers, named, discover, fetch }: ListingInput,
	signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly FoundModel[]>> {
	const asked = providers.filter(
		({ provider, local, free }) =>
			free ||
			(discover === true && (local || settings.providers.some(({ id }) => id === provider))) ||
			named?.some((name) => name === provider || name.startsWith(`${provider}/`)) === true,
	);
	const servers = await findServers(asked.filter(isUnknownToUs), fetch, signal);
	return new Map(servers.map((server) => [server.provider, server.kind === 'found' ? server.models : []]));
}

/** Their models can only be learnt from themselves. */
function isUnknownToUs({ provider }: KnownProvider): boolean {
	return shippedModels(provider).size === 0;
}

function listingOf(
	provider: KnownProvider,
	model: Sourced,
	{ settings, keyOf }: ListingInput,
): Omit<Listing, 'pooled'> {
	const id = `${provider.provider}/${model.id}`;
	const limits = settings.limits.get(id);
	const context = limits?.context ?? model.context;
	const output = limits?.output ?? model.maxOutput;
	const contextTokens = context ?? CAUTIOUS.contextTokens;
	const own = settings.prices.get(id);
	const { price, source } =
		own !== undefined
			? { price: own, source: 'yours' }
			: provider.free
				? { price: NOTHING, source: 'free by your word' }
				: { price: model.price, source: model.source };
	// A server on this computer may do without, whatever provider it stands for.
	const keyPresent =
		provider.keyVariables.length === 0 ||
		keyOf(provider) !== undefined ||
		isLoopbackHost(new URL(provider.baseUrl).hostname);
	const why = whyNot(provider, id, price, keyPresent, own === undefined ? model.goneSince : undefined);
	const { dialect, baseUrl } = provider;
	return {
		id,
		provider: provider.provider,
		label: `${model.name} (${provider.name})`,
		...(price === undefined || source === undefined ? {} : { price, priceSource: source }),
		contextTokens,
		outputLimit: Math.min(output ?? CAUTIOUS.outputLimit, contextTokens),
		limitsKnown: context !== undefined && output !== undefined,
		callsTools: model.callsTools ?? true,
		keyPresent,
		usable: why === undefined,
		...(why === undefined ? {} : { why }),
		endpoint: { provider: provider.provider, dialect, baseUrl },
		wireModel: model.id,
	};
}

const NOTHING: Price = { input: rateOf(0), output: rateOf(0), tiers: [] };

function whyNot(
	provider: KnownProvider,
	id: string,
	price: Price | undefined,
	keyPresent: boolean,
	goneSince: string | undefined,
): string | undefined {
	if (price === undefined) {
		return provider.local
			? 'no price: say "local": "free" in the settings to use it at $0'
			: `no price is known: give one under "prices" in the settings, as ${JSON.stringify(id)}: {"input": "0.25", "output": "1"}`;
	}
	if (!keyPresent) {
		return whatToSet(provider);
	}
	return goneSince === undefined ? undefined : `${provider.name} did not list it any more on ${goneSince}`;
}

/** `no key: set GEMINI_API_KEY (https://…)`. */
export function whatToSet({ keyVariables, keyPage }: KnownProvider): string {
	return `no key: set ${keyVariables[0] ?? ''}${keyPage === undefined ? '' : ` (${keyPage})`}`;
}

/** Ids of the provider's models that a fix buys from. */
function poolOf(
	{ provider, local, free }: KnownProvider,
	listed: readonly Omit<Listing, 'pooled'>[],
	gone: ReadonlySet<string>,
	{ settings, named }: ListingInput,
): ReadonlySet<string> {
	const ids = listed.map(({ id }) => id);
	// What is no longer offered is only picked by its own name, to say so.
	const there = listed.filter(({ id }) => !gone.has(id));
	const own =
		local || (settings.providers.some(({ id }) => id === provider) && shippedModels(provider).size === 0);
	const ours = own
		? there.filter(({ usable }) => usable || free || named?.includes(provider) === true).map(({ id }) => id)
		: [
				...recommended(provider, there).map((name) => `${provider}/${name}`),
				// A price for what only the user knows of is given to buy from it.
				...there
					.filter(({ id, wireModel }) => settings.prices.has(id) && !shippedModels(provider).has(wireModel))
					.map(({ id }) => id),
			];
	const { models: patterns } = settings;
	const usual =
		patterns === undefined
			? ours
			: [
					...ids.filter((id) => patterns.includes(id)),
					...there
						.map(({ id }) => id)
						.filter((id) => patterns.some((pattern) => matchesPattern(pattern, id))),
				];
	if (named === undefined) {
		return new Set(usual);
	}
	return new Set(
		named.flatMap((name) => {
			const exact = ids.filter((id) => id === modelNamed(name) || id === name);
			const pooled = exact.length > 0 ? exact : usual.filter((id) => selectsOffer(name, id));
			if (pooled.length > 0) {
				return pooled;
			}
			// A maker's name stands for all its models; a provider's for our choice, since it may have hundreds.
			return name === provider ? ours : there.map(({ id }) => id).filter((id) => selectsOffer(name, id));
		}),
	);
}

/** In our own choice no model is there twice: its maker's shop comes before OpenRouter. */
function withoutTwins(listings: readonly Listing[]): readonly Listing[] {
	const shops = new Set(
		listings.filter(({ pooled, usable }) => pooled && usable).map(({ id }) => id.replaceAll('.', '-')),
	);
	return listings.map((one) => {
		const twin = ownShopId(one.id);
		return one.pooled && twin !== undefined && shops.has(twin) ? { ...one, pooled: false } : one;
	});
}

/** What the user spoke of, or has on their own computer, is shown, if only to say what is missing. */
function isOwn(
	{ id, provider }: Listing,
	settings: Settings,
	found: ReadonlyMap<string, readonly FoundModel[]>,
): boolean {
	return settings.prices.has(id) || settings.limits.has(id) || (found.get(provider)?.length ?? 0) > 0;
}

function order({ price }: Listing): number {
	return price === undefined ? Number.POSITIVE_INFINITY : typicalCost(price);
}
