// What the terms of who sold an answer say of training other models on it, as we read them in November 2026. Terms
// change, and we are no lawyers: what is not plainly ours is left out unless the user takes it in by name.
import type { KeptFix } from './keptFix';

export interface TrainingTerms {
	/**
	 * - `own`: no model wrote it.
	 * - `forbidden`: the terms forbid, or forbid without leave, training of other (or competing) models.
	 * - `unclear`: the provider's terms, the licence of the model's weights, or the user's own word decide.
	 */
	readonly kind: 'own' | 'forbidden' | 'unclear';
	/** Who wrote it, as `--include` takes it: `openai`, `openrouter/anthropic`. */
	readonly name: string;
	/** A sentence for people. */
	readonly words: string;
	/** Where the terms are; absent where there are none that we know of. */
	readonly page?: string;
}

interface Known {
	readonly name: string;
	readonly page: string;
}

const FORBIDDING: Readonly<Record<string, Known>> = {
	openai: { name: 'OpenAI', page: 'https://openai.com/policies/services-agreement/' },
	anthropic: { name: 'Anthropic', page: 'https://www.anthropic.com/legal/commercial-terms' },
	google: { name: 'Google', page: 'https://ai.google.dev/gemini-api/terms' },
	xai: { name: 'xAI', page: 'https://x.ai/legal/terms-of-service-enterprise' },
	'x-ai': { name: 'xAI', page: 'https://x.ai/legal/terms-of-service-enterprise' },
	mistral: { name: 'Mistral', page: 'https://legal.mistral.ai/terms' },
	mistralai: { name: 'Mistral', page: 'https://legal.mistral.ai/terms' },
	cohere: { name: 'Cohere', page: 'https://cohere.com/terms-of-use' },
};

const UNCLEAR: Readonly<Record<string, Known>> = {
	deepseek: {
		name: 'DeepSeek',
		page: 'https://cdn.deepseek.com/policies/en-US/deepseek-open-platform-terms-of-service.html',
	},
	groq: { name: 'Groq', page: 'https://groq.com/terms-of-use' },
	together: { name: 'Together', page: 'https://www.together.ai/terms-of-service' },
	openrouter: { name: 'OpenRouter', page: 'https://openrouter.ai/terms' },
};

/** Models that their makers gave away, served by somebody else: a licence holds, not the terms of their shop. */
const OPEN_WEIGHTS = /\/(?:gpt-oss|gemma|(?:open-)?mi[sx]tral-\d+x?\d*b|devstral-small)/;

export function trainingTermsOf({ provider, model }: Pick<KeptFix, 'provider' | 'model'>): TrainingTerms {
	if (provider === undefined) {
		return { kind: 'own', name: 'free', words: 'Found by the free proposer: no model wrote it.' };
	}
	// Sellers of other people's models: who made it binds too. openrouter/anthropic/claude-…
	const maker = model?.startsWith(`${provider}/`) ? model.split('/')[1] : undefined;
	const resold = maker !== undefined && (model?.split('/').length ?? 0) > 2;
	const name = resold ? `${provider}/${maker}` : provider;
	const open = OPEN_WEIGHTS.test(model ?? '');
	const forbidding = FORBIDDING[provider] ?? (resold && !open ? FORBIDDING[maker] : undefined);
	if (forbidding !== undefined) {
		return {
			kind: 'forbidden',
			name,
			words: `The terms of ${forbidding.name} forbid training other models on what its models write, some of them only competing ones.`,
			page: forbidding.page,
		};
	}
	const unclear = UNCLEAR[provider];
	return {
		kind: 'unclear',
		name,
		words:
			unclear === undefined
				? `What may be trained on answers of ${name} depends on the licence of the model and on who serves it.`
				: `What may be trained on answers of ${name} depends on the terms of ${unclear.name} and the licence of the model.`,
		...(unclear === undefined ? {} : { page: unclear.page }),
	};
}
