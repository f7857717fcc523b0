// Model servers on this computer, found by asking on their usual ports: never anywhere but on this computer, and
// never for longer than a moment.
import * as z from 'zod';
import { isLoopbackHost } from '../../core/endpoint';
import { getJson } from './boundedJson';
import type { KnownProvider } from './knownProviders';

export interface FoundModel {
	readonly name: string;
	/** What the server says it can hold, tokens; absent when it does not say. */
	readonly context?: number;
	readonly callsTools?: boolean;
}

export type FoundServer =
	| { readonly kind: 'found'; readonly provider: string; readonly models: readonly FoundModel[] }
	| { readonly kind: 'silent'; readonly provider: string };

const BOUNDS = { mostBytes: 2_000_000, timeMs: 800 };
const MOST_MODELS = 200;

/** Those whose address is on this computer, asked all at once. Never rejects. */
export async function findServers(
	providers: readonly KnownProvider[],
	fetch: typeof globalThis.fetch,
	signal: AbortSignal,
): Promise<readonly FoundServer[]> {
	return Promise.all(
		providers
			.filter(({ baseUrl }) => isLoopbackHost(new URL(baseUrl).hostname))
			.map((one) => findServer(one, fetch, signal)),
	);
}

async function findServer(
	provider: KnownProvider,
	fetch: typeof globalThis.fetch,
	signal: AbortSignal,
): Promise<FoundServer> {
	const root = provider.baseUrl.replace(/\/v1$/, '');
	const ask = async (path: string): Promise<unknown> => {
		const answer = await getJson(`${root}${path}`, BOUNDS, fetch, signal);
		return answer.kind === 'json' ? answer.value : undefined;
	};
	const listed = modelsIn(await ask('/v1/models'));
	if (listed.length === 0) {
		return { kind: 'silent', provider: provider.provider };
	}
	const details = await detailsOf(provider.provider, listed, ask);
	return {
		kind: 'found',
		provider: provider.provider,
		models: listed
			.map((model) => ({ ...model, ...details.get(model.name) }))
			.filter(({ name }) => !/\bembed|rerank/i.test(name)),
	};
}

/** What the server says of its models beyond the common list, by name. */
async function detailsOf(
	provider: string,
	listed: readonly FoundModel[],
	ask: (path: string) => Promise<unknown>,
): Promise<ReadonlyMap<string, Partial<FoundModel>>> {
	switch (provider) {
		case 'ollama': {
			// Only a loaded model says what it can hold; what it was trained for is more than it is given by default.
			const tags = modelsIn(await ask('/api/tags')).map(
				({ name, callsTools }): FoundModel => ({
					name,
					...(callsTools === undefined ? {} : { callsTools }),
				}),
			);
			const loaded = modelsIn(await ask('/api/ps'));
			const names = new Set([...tags, ...loaded].map(({ name }) => name));
			const of = (models: readonly FoundModel[], name: string) => models.find((model) => model.name === name);
			return new Map([...names].map((name) => [name, { ...of(tags, name), ...of(loaded, name) }]));
		}
		case 'lmstudio':
			return new Map(modelsIn(await ask('/api/v0/models')).map((model) => [model.name, model]));
		case 'llamacpp': {
			const props = propsSchema.safeParse(await ask('/props'));
			const context = props.success ? props.data.default_generation_settings?.n_ctx : undefined;
			return new Map(listed.map(({ name }) => [name, context == null ? {} : { context }]));
		}
		default:
			return new Map();
	}
}

const tokens = z.int().positive().max(1_000_000_000).nullish().catch(undefined);
const modelSchema = z.looseObject({
	id: z.string().optional(),
	name: z.string().optional(),
	type: z.string().nullish().catch(undefined),
	max_model_len: tokens,
	context_length: tokens,
	loaded_context_length: tokens,
	capabilities: z.array(z.string()).nullish().catch(undefined),
});
/** `data` in OpenAI's list, `models` in Ollama's own. */
const listSchema = z.looseObject({
	data: z.array(z.unknown()).nullish().catch(undefined),
	models: z.array(z.unknown()).nullish().catch(undefined),
});
const propsSchema = z.looseObject({
	default_generation_settings: z.looseObject({ n_ctx: tokens }).nullish().catch(undefined),
});

function modelsIn(value: unknown): readonly FoundModel[] {
	const list = listSchema.safeParse(value);
	const items = list.success ? (list.data.data ?? list.data.models ?? []) : [];
	return items.slice(0, MOST_MODELS).flatMap((item): FoundModel[] => {
		const model = modelSchema.safeParse(item);
		const name = model.success ? (model.data.id ?? model.data.name) : undefined;
		if (
			!model.success ||
			name === undefined ||
			!/^[\x21-\x7e]{1,200}$/.test(name) ||
			model.data.type === 'embeddings'
		) {
			return [];
		}
		const {
			loaded_context_length: loaded,
			max_model_len: most,
			context_length: context,
			capabilities,
		} = model.data;
		const known = loaded ?? most ?? context;
		return [
			{
				name,
				...(known == null ? {} : { context: known }),
				...(capabilities == null
					? {}
					: { callsTools: capabilities.some((one) => one === 'tool_use' || one === 'tools') }),
			},
		];
	});
}
