// Whether the pool answers: each provider is asked once for its list of models, which costs nothing.
import type { Endpoint } from '../../core/endpoint';
import type { Listing } from '../../core/listing';
import type { Probed } from '../probe';

/** Never rejects. */
export type Probe = (endpoint: Endpoint, signal: AbortSignal) => Promise<Probed>;

const TIME_MS = 10_000;

/** By id of each usable listing: `yes`, or why not, in a sentence. */
export async function answersOf(
	listings: readonly Listing[],
	probe: Probe,
	signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
	const usable = listings.filter((one) => one.usable);
	const endpoints = new Map(usable.map(({ endpoint }) => [endpoint.provider, endpoint]));
	const probed = new Map(
		await Promise.all(
			[...endpoints].map(
				async ([provider, endpoint]) =>
					[provider, await probe(endpoint, AbortSignal.any([signal, AbortSignal.timeout(TIME_MS)]))] as const,
			),
		),
	);
	return new Map(usable.map((one) => [one.id, wordsFor(one, probed.get(one.provider))]));
}

function wordsFor({ provider, wireModel }: Listing, probed: Probed | undefined): string {
	if (probed === undefined) {
		return `${provider} was not asked.`;
	}
	switch (probed.kind) {
		case 'trouble':
			return probed.reason;
		case 'answers':
			return probed.models === undefined || probed.models.includes(wireModel)
				? 'yes'
				: `${provider} answers, and does not list ${wireModel}.`;
	}
}
