// Who sells models: where, in which wire format, and which environment variable holds the key.
import { type BaseUrl, baseUrlOf, type Dialect, type Endpoint } from '../../core/endpoint';
import type { OwnProvider, Settings } from '../../core/settings';
import { UserError } from '../../core/userError';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface KnownProvider extends Endpoint {
	/** For people. */
	readonly name: string;
	/** Environment variables that may hold the key, the first one that is set counts; none: no key is needed. */
	readonly keyVariables: readonly string[];
	/** Where a key is got; absent for the user's own. */
	readonly keyPage?: string;
	/** A server that people run on their own computer; it is looked for only when that is asked for. */
	readonly local: boolean;
	/** By the user's word, all its models cost nothing. */
	readonly free: boolean;
}

type Row = Omit<KnownProvider, 'dialect' | 'local' | 'free'> & { readonly dialect?: Dialect };

const HOSTED: readonly Row[] = [
	{
		provider: 'openrouter',
		name: 'OpenRouter',
		dialect: 'openrouter',
		baseUrl: 'https://openrouter.ai/api/v1',
		keyVariables: ['OPENROUTER_API_KEY'],
		keyPage: 'https://openrouter.ai/keys',
	},
	{
		provider: 'openai',
		name: 'OpenAI',
		baseUrl: 'https://api.openai.com/v1',
		keyVariables: ['OPENAI_API_KEY'],
		keyPage: 'https://platform.openai.com/api-keys',
	},
	{
		provider: 'anthropic',
		name: 'Anthropic',
		dialect: 'anthropic',
		baseUrl: 'https://api.anthropic.com/v1',
		keyVariables: ['ANTHROPIC_API_KEY'],
		keyPage: 'https://console.anthropic.com/settings/keys',
	},
	{
		provider: 'google',
		name: 'Google',
		dialect: 'google',
		baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
		keyVariables: ['GEMINI_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY', 'GOOGLE_API_KEY'],
		keyPage: 'https://aistudio.google.com/apikey',
	},
	{
		provider: 'deepseek',
		name: 'DeepSeek',
		baseUrl: 'https://api.deepseek.com',
		keyVariables: ['DEEPSEEK_API_KEY'],
		keyPage: 'https://platform.deepseek.com/api_keys',
	},
	{
		provider: 'groq',
		name: 'Groq',
		baseUrl: 'https://api.groq.com/openai/v1',
		keyVariables: ['GROQ_API_KEY'],
		keyPage: 'https://console.groq.com/keys',
	},
	{
		provider: 'together',
		name: 'Together',
		baseUrl: 'https://api.together.xyz/v1',
		keyVariables: ['TOGETHER_API_KEY'],
		keyPage: 'https://api.together.ai/settings/api-keys',
	},
	{
		provider: 'mistral',
		name: 'Mistral',
		baseUrl: 'https://api.mistral.ai/v1',
		keyVariables: ['MISTRAL_API_KEY'],
		keyPage: 'https://console.mistral.ai/api-keys',
	},
	{
		provider: 'xai',
		name: 'xAI',
		baseUrl: 'https://api.x.ai/v1',
		keyVariables: ['XAI_API_KEY'],
		keyPage: 'https://console.x.ai',
	},
];

const LOCAL: readonly Row[] = [
	{ provider: 'ollama', name: 'Ollama', baseUrl: 'http://127.0.0.1:11434/v1', keyVariables: [] },
	{ provider: 'lmstudio', name: 'LM Studio', baseUrl: 'http://127.0.0.1:1234/v1', keyVariables: [] },
	{ provider: 'llamacpp', name: 'llama.cpp', baseUrl: 'http://127.0.0.1:8080/v1', keyVariables: [] },
	{ provider: 'vllm', name: 'vLLM', baseUrl: 'http://127.0.0.1:8000/v1', keyVariables: [] },
];

/**
 * All providers, with what the user changed: in the settings, or for one process in the environment, as
 * UNDERBID_OPENROUTER_URL.
 * @throws UserError naming the setting or variable that cannot be used.
 */
export function providersOf(
	settings: Pick<Settings, 'providers' | 'local'>,
	environment: Environment,
): readonly KnownProvider[] {
	const ours = [
		...HOSTED.map((row) => known(row, false, false)),
		...LOCAL.map((row) => localOf(row, settings)),
	];
	const changed = ours.map((one) => {
		const own = settings.providers.find(({ id }) => id === one.provider);
		if (own?.free === true && !one.local && own.baseUrl === undefined) {
			throw new UserError(
				`The settings say that ${one.provider} is free, but ${one.name} bills for its models; take "free" out, or give the baseUrl of your own server.`,
			);
		}
		return own === undefined ? one : { ...one, ...changesOf(own) };
	});
	const added = settings.providers
		.filter(({ id }) => !ours.some(({ provider }) => provider === id))
		.map((own): KnownProvider => {
			const { baseUrl } = own;
			if (baseUrl === undefined && environment[urlVariable(own.id)] === undefined) {
				throw new UserError(
					`The settings name a provider ${JSON.stringify(own.id)} without baseUrl; give its address, like "http://127.0.0.1:8000/v1".`,
				);
			}
			const row = { provider: own.id, name: own.id, baseUrl: baseUrl ?? '', keyVariables: [] };
			return { ...known(row, false, own.free), ...changesOf(own) };
		});
	return [...changed, ...added].map((one) => ({ ...one, ...addressIn(environment, one.provider) }));
}

/** The environment variable that points a provider at another address. */
export function urlVariable(provider: string): string {
	return `UNDERBID_${provider.toUpperCase().replaceAll('-', '_')}_URL`;
}

/** The key of a provider out of the environment; absent when no variable of its is set to something like a key. */
export function keyIn(environment: Environment, provider: KnownProvider): string | undefined {
	for (const variable of provider.keyVariables) {
		const key = environment[variable]?.trim();
		if (key !== undefined && key !== '') {
			// Anything else cannot be sent in a header.
			return /^[\x21-\x7e]{1,4096}$/.test(key) ? key : undefined;
		}
	}
	return undefined;
}

function known(row: Row, local: boolean, free: boolean): KnownProvider {
	return { dialect: 'openai-compatible', ...row, local, free };
}

function localOf(row: Row, settings: Pick<Settings, 'local'>): KnownProvider {
	return known(row, true, settings.local === 'free');
}

function changesOf(own: OwnProvider): Partial<KnownProvider> {
	return {
		...(own.baseUrl === undefined ? {} : { baseUrl: own.baseUrl }),
		...(own.dialect === undefined ? {} : { dialect: own.dialect }),
		...(own.keyVariable === undefined ? {} : { keyVariables: [own.keyVariable] }),
		...(own.free ? { free: true } : {}),
	};
}

function addressIn(environment: Environment, provider: string): { readonly baseUrl?: string } {
	const variable = urlVariable(provider);
	const text = environment[variable]?.trim();
	if (text === undefined || text === '') {
		return {};
	}
	const read: BaseUrl = baseUrlOf(text);
	if (read.kind === 'refused') {
		throw new UserError(`${variable}: ${read.reason}`);
	}
	return { baseUrl: read.url };
}
