// What is known of a provider's models, and from where: the build, a refresh, the server itself, or the user's words.
import { isDearer, type Price } from '../../core/price';
import type { Settings } from '../../core/settings';
import { type Catalogued, dearer } from './catalogued';
import type { KnownProvider } from './knownProviders';
import type { FoundModel } from './localServers';
import { modelNamed } from './pool';
import type { PriceSheet, RefreshedPrices } from './refreshedPrices';
import { SHIPPED_ON, shippedModels } from './shipped';

export interface SourceInput {
	readonly settings: Pick<Settings, 'prices' | 'limits' | 'models'>;
	readonly refreshed: RefreshedPrices;
	readonly named?: readonly string[] | undefined;
}

export interface Sourced extends Catalogued {
	readonly source?: string;
	/** No longer offered: when that was seen, ISO 8601. */
	readonly goneSince?: string;
}

/** By the provider's own name: what was shipped, fetched, found, and what the settings or the command line name. */
export function sourcedModels(
	{ provider }: KnownProvider,
	{ settings, refreshed, named }: SourceInput,
	found: readonly FoundModel[],
): ReadonlyMap<string, Sourced> {
	const models = new Map<string, Sourced>();
	const add = (id: string, model: Sourced) => models.set(id, { ...models.get(id), ...model });
	for (const [id, model] of shippedModels(provider)) {
		add(id, { ...model, ...(model.price === undefined ? {} : { source: `shipped ${SHIPPED_ON}` }) });
	}
	if (provider === 'openrouter') {
		for (const [id, model] of withRefreshed(models, refreshed)) {
			models.set(id, model);
		}
	}
	for (const { name, ...model } of found) {
		add(name, { id: name, name, ...model });
	}
	const ownWords = [
		...settings.prices.keys(),
		...settings.limits.keys(),
		...(settings.models ?? []).filter((pattern) => !pattern.includes('*')),
		...(named ?? []).map(modelNamed),
	];
	for (const id of ownWords.filter((one) => one.startsWith(`${provider}/`))) {
		const name = id.slice(provider.length + 1);
		// A name that is the beginning of others (a maker's) stands for those.
		if (name !== '' && !models.has(name) && ![...models.keys()].some((one) => one.startsWith(`${name}/`))) {
			models.set(name, { id: name, name });
		}
	}
	return models;
}

/** What was fetched only makes dearer what was shipped or accepted, until it is accepted itself. */
function withRefreshed(
	shipped: ReadonlyMap<string, Sourced>,
	{ latest, accepted }: RefreshedPrices,
): ReadonlyMap<string, Sourced> {
	if (latest === undefined || isOld(latest)) {
		return shipped;
	}
	const agreed = accepted === undefined || isOld(accepted) ? undefined : accepted;
	const models = new Map(
		[...shipped].map(([id, model]): [string, Sourced] => [id, { ...model, goneSince: dayOf(latest) }]),
	);
	for (const [id, fetched] of latest.models) {
		const before =
			agreed?.models.get(id)?.price ?? (agreed === undefined ? shipped.get(id)?.price : undefined);
		models.set(id, {
			...shipped.get(id),
			...fetched,
			...joined(fetched.price, before, dayOf(latest), agreed),
		});
	}
	return models;
}

function joined(
	now: Price | undefined,
	before: Price | undefined,
	on: string,
	agreed: PriceSheet | undefined,
): { readonly price?: Price; readonly source?: string } {
	if (now === undefined || before === undefined) {
		return now === undefined ? {} : { price: now, source: `refreshed ${on}` };
	}
	// What was known before is nowhere above what is said now.
	if (!isDearer(before, now)) {
		return { price: now, source: `refreshed ${on}` };
	}
	const other = agreed === undefined ? `shipped ${SHIPPED_ON}` : `accepted ${dayOf(agreed)}`;
	return { price: dearer(now, before), source: `dearer of refreshed ${on} and ${other}` };
}

/** The build came later than the fetch. */
export function isOld(sheet: PriceSheet): boolean {
	return dayOf(sheet) < SHIPPED_ON;
}

export function dayOf(sheet: PriceSheet): string {
	return sheet.at.slice(0, 10);
}
