// What the roots ask: the pool, its keys, and what `underbid models` shows.
import type { Endpoint } from '../../core/endpoint';
import type { Listing } from '../../core/listing';
import type { Settings } from '../../core/settings';
import { UserError } from '../../core/userError';
import type { Probed, probe } from '../probe';
import { answersOf } from './answers';
import type { Catalogued } from './catalogued';
import { type Environment, type KnownProvider, keyIn, providersOf } from './knownProviders';
import { listModels, unknownNames, unknownPatterns } from './listings';
import type { PriceSheet, RefreshedPriceStore } from './refreshedPrices';
import { SHIPPED_FROM, SHIPPED_ON, shippedModels } from './shipped';
import { dayOf, isOld } from './sourcedModels';

export interface CatalogueServices {
	readonly settings: Settings;
	readonly environment: Environment;
	readonly prices: RefreshedPriceStore;
	readonly fetch: typeof globalThis.fetch;
	/** Asks a provider whether it answers; never rejects. */
	readonly probe: typeof probe;
	/** Keys that are kept elsewhere than in the environment (an editor's secret storage); asked first. */
	readonly secretOf?: (provider: string) => string | undefined;
}

export interface CatalogueView {
	readonly listings: readonly Listing[];
	readonly sources: readonly string[];
	readonly notes: readonly string[];
	readonly answers: ReadonlyMap<string, string>;
	/** Prices were to be fetched and were not; the notes say why. */
	readonly refreshFailed: boolean;
}

/** A model of somebody who need not be one of our providers. */
export interface Published extends Catalogued {
	/** Where the price is from, with its date. */
	readonly source: string;
}

export class Catalogue {
	readonly providers: readonly KnownProvider[];

	/** @throws UserError when the settings or an address in the environment cannot be used. */
	constructor(private readonly services: CatalogueServices) {
		this.providers = providersOf(services.settings, services.environment);
	}

	/** By the provider's id. Asked anew each time, so that nothing keeps a key. */
	keyOf(provider: string): string | undefined {
		const known = this.providers.find((one) => one.provider === provider);
		return this.services.secretOf?.(provider) ?? (known && keyIn(this.services.environment, known));
	}

	/**
	 * Whether a provider answers, with this key or, where none is given, the one that is known. Costs nothing.
	 * @throws UserError when there is no such provider.
	 */
	async ask(provider: string, key: string | undefined, signal: AbortSignal): Promise<Probed> {
		const endpoint = this.providers.find((one) => one.provider === provider);
		if (endpoint === undefined) {
			throw new UserError(`There is no provider called ${JSON.stringify(provider)}.`);
		}
		const { fetch } = this.services;
		return this.services.probe(endpoint, () => key ?? this.keyOf(provider), fetch, signal);
	}

	/** What the build knows of the models of anybody, whether or not they can be bought from here. */
	published(provider: string): readonly Published[] {
		return [...shippedModels(provider).values()].map((model) => ({
			...model,
			source: `shipped ${SHIPPED_ON}`,
		}));
	}

	/**
	 * What a fix may buy from, cheapest first: the pool, or what `named` (items of --proposers) picks. Unusable ones
	 * are among them, with the reason.
	 * @throws UserError when a name means nothing, or the fetched prices cannot be read.
	 */
	async pool(named: readonly string[] | undefined, signal: AbortSignal): Promise<readonly Listing[]> {
		const listings = (await this.list({ named }, signal)).filter(({ pooled }) => pooled);
		const [unknown] = unknownNames(named ?? [], listings);
		const provider = this.providers.find((one) => one.provider === unknown);
		if (provider !== undefined) {
			throw new UserError(
				`No model of ${provider.name} is known, and its server at ${provider.baseUrl} lists none; start it, or name a model.`,
			);
		}
		if (unknown !== undefined) {
			throw new UserError(
				`There is no proposer called ${JSON.stringify(unknown)}; there are free, providers (${this.providers
					.map(({ provider }) => provider)
					.join(', ')}) and what "underbid models --all" lists.`,
			);
		}
		return listings;
	}

	/** @throws UserError when the fetched prices cannot be read. */
	async list(
		ask: {
			readonly named?: readonly string[] | undefined;
			readonly all?: boolean;
			readonly discover?: boolean;
		},
		signal: AbortSignal,
	): Promise<readonly Listing[]> {
		const { settings, fetch, prices } = this.services;
		const refreshed = await prices.read();
		const keyOf = ({ provider }: KnownProvider) => this.keyOf(provider);
		return listModels({ settings, providers: this.providers, refreshed, keyOf, fetch, ...ask }, signal);
	}

	/** @throws UserError when prices cannot be read or kept, or were to be accepted and none were fetched. */
	async view(
		ask: {
			readonly refresh: boolean;
			readonly acceptPrices: boolean;
			readonly all: boolean;
			readonly check: boolean;
		},
		signal: AbortSignal,
	): Promise<CatalogueView> {
		const { settings, fetch, prices } = this.services;
		const notes: string[] = [];
		let refreshFailed = false;
		if (ask.refresh) {
			const baseUrl = this.providers.find(({ provider }) => provider === 'openrouter')?.baseUrl ?? '';
			const refresh = await prices.refresh(baseUrl, fetch, signal);
			const skipped =
				refresh.kind === 'refreshed' && refresh.skipped > 0 ? `, ${refresh.skipped} left out` : '';
			refreshFailed = refresh.kind === 'failed';
			notes.push(
				refresh.kind === 'refreshed'
					? `Fetched ${refresh.models} prices of OpenRouter${skipped}.`
					: refresh.reason,
			);
		}
		if (ask.acceptPrices && !refreshFailed && !(await prices.accept())) {
			throw new UserError('No prices were fetched yet that could be accepted; add --refresh.');
		}
		const listings = await this.list({ all: ask.all, discover: true }, signal);
		for (const pattern of unknownPatterns(settings, listings)) {
			notes.push(`"models" in the settings names ${JSON.stringify(pattern)}, and there is no such model.`);
		}
		if (settings.order === 'pool' && settings.models !== undefined) {
			notes.push('They are tried in the order of the pool in the settings, not by odds.');
		}
		const { latest, accepted } = await prices.read();
		return {
			listings,
			sources: [`shipped: ${SHIPPED_FROM}, ${SHIPPED_ON}`, ...fetchedWords(latest, accepted)],
			notes,
			refreshFailed,
			answers: ask.check ? await answersOf(listings, this.probe, signal) : new Map(),
		};
	}

	private readonly probe = (endpoint: Endpoint, signal: AbortSignal): Promise<Probed> =>
		this.services.probe(endpoint, () => this.keyOf(endpoint.provider), this.services.fetch, signal);
}

function fetchedWords(latest: PriceSheet | undefined, accepted: PriceSheet | undefined): readonly string[] {
	if (latest === undefined) {
		return [];
	}
	const so = isOld(latest)
		? 'older than what was shipped, so not used'
		: accepted?.at === latest.at
			? 'accepted'
			: 'accept lower ones with --accept-prices';
	return [`refreshed: OpenRouter's own list, ${dayOf(latest)}; ${so}`];
}
