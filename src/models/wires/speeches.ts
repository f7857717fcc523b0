// The client libraries and all that needs them, in a bundle of its own: it is loaded when the first paid call leaves.
import type { Endpoint } from '../../core/endpoint';
import type { WireRequest } from '../wire';
import { anthropicSpeech } from './anthropic';
import { chatSpeech } from './chat';
import { googleSpeech } from './google';
import type { Speech } from './speak';

const SPEECHES = {
	'openai-compatible': chatSpeech,
	openrouter: chatSpeech,
	anthropic: anthropicSpeech,
	google: googleSpeech,
} as const;

export function speechOf(
	endpoint: Endpoint,
	key: string | undefined,
	request: WireRequest,
	fetch: typeof globalThis.fetch,
): Promise<Speech> {
	return SPEECHES[endpoint.dialect](endpoint, key, request, fetch);
}
