// Gemini's generateContent: thinking by budget or level, thoughts counted apart from the answer, signatures on parts.
import type { Endpoint } from '../../core/endpoint';
import type { ReportedUsage, WireFinish, WireRequest } from '../wire';
import { geminiThinking } from './dialect';
import { defined, field, numberOf, sumOf, textOf } from './json';
import { promptOf, toolsOf } from './prompt';
import type { Ear, Heard, Speech } from './speak';

export async function googleSpeech(
	endpoint: Endpoint,
	key: string | undefined,
	request: WireRequest,
	fetch: typeof globalThis.fetch,
): Promise<Speech> {
	const { createGoogle } = await import('@ai-sdk/google');
	const { chat, model, outputTokens } = request;
	const by = `${endpoint.provider}/${model}`;
	const tools = toolsOf(chat);
	// A key that is not given at all would be looked for in the environment.
	const client = createGoogle({ baseURL: endpoint.baseUrl, apiKey: key ?? '', fetch });
	const thinkingConfig = geminiThinking(model, chat.effort, outputTokens);
	return {
		model: client.languageModel(model),
		by,
		// Summaries of thoughts need not go back; the signatures sit on the parts that stay.
		keepsReasoning: false,
		ear: new GoogleEar(),
		options: {
			prompt: promptOf(chat, { by, system: 'system', keepsReasoning: false }),
			maxOutputTokens: outputTokens,
			...(tools === undefined ? {} : { tools, toolChoice: { type: 'auto' } }),
			...(Object.keys(thinkingConfig).length === 0
				? {}
				: { providerOptions: { google: { thinkingConfig: { ...thinkingConfig } } } }),
		},
	};
}

const FINISHES: Readonly<Record<string, WireFinish>> = {
	STOP: 'stop',
	MAX_TOKENS: 'length',
	// The cap of one request was reached; a further request would be a further price.
	CONTINUATION: 'length',
	SAFETY: 'refused',
	RECITATION: 'refused',
	BLOCKLIST: 'refused',
	PROHIBITED_CONTENT: 'refused',
	SPII: 'refused',
	IMAGE_SAFETY: 'refused',
};

class GoogleEar implements Ear {
	hear(event: unknown): Heard {
		if (field(event, 'error') !== undefined) {
			return { known: true, content: false, error: event };
		}
		const candidates = field(event, 'candidates');
		const candidate: unknown = Array.isArray(candidates) ? candidates[0] : undefined;
		const parts = field(field(candidate, 'content'), 'parts');
		const reason = textOf(field(candidate, 'finishReason'));
		const blocked = textOf(field(field(event, 'promptFeedback'), 'blockReason'));
		const metadata = field(event, 'usageMetadata');
		const finish = reason === undefined ? undefined : (FINISHES[reason] ?? 'other');
		return {
			known: Array.isArray(candidates) || metadata !== undefined || blocked !== undefined,
			content: Array.isArray(parts) && parts.some((part: unknown) => field(part, 'text') !== ''),
			...defined({
				id: textOf(field(event, 'responseId')),
				finish: blocked === undefined ? finish : ('refused' as const),
				usage: metadata === undefined || metadata === null ? undefined : usageOf(metadata),
			}),
		};
	}

	fields(): undefined {
		return undefined;
	}
}

/**
 * ai.google.dev/api/generate-content#UsageMetadata: the prompt counts what a cache held, but not what tools put in;
 * candidates do not count thoughts.
 */
function usageOf(metadata: unknown): ReportedUsage {
	const count = (name: string) => numberOf(field(metadata, name));
	const thoughts = count('thoughtsTokenCount');
	const prompt = count('promptTokenCount');
	return defined({
		inputTokens: prompt === undefined ? undefined : sumOf(prompt, count('toolUsePromptTokenCount')),
		cacheReadTokens: count('cachedContentTokenCount'),
		outputTokens: sumOf(count('candidatesTokenCount'), thoughts),
		reasoningTokens: thoughts,
	});
}
