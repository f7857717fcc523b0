// Our request in the words of the client library. What a provider wants back unchanged (signed thinking) comes in the
// echo of its own earlier answer, and only there.
import type {
	JSONObject,
	LanguageModelV4FunctionTool,
	LanguageModelV4Message,
	LanguageModelV4Prompt,
	LanguageModelV4StreamPart,
	SharedV4ProviderMetadata,
} from '@ai-sdk/provider';
import type { ChatMessage, ChatRequest, ToolCall } from '../../core/model';

type AssistantMessage = Extract<LanguageModelV4Message, { role: 'assistant' }>;
type Part = AssistantMessage['content'][number];
type Assistant = Extract<ChatMessage, { role: 'assistant' }>;

export interface Echo {
	readonly kind: 'underbid-echo';
	/** Signed by this model for itself: any other would refuse it. */
	readonly by: string;
	readonly parts: readonly Part[];
	/** Fields of the assistant's message. */
	readonly fields?: JSONObject;
}

export interface PromptStyle {
	/** Provider and model, as in `Echo.by`. */
	readonly by: string;
	readonly system: 'system' | 'developer' | 'user';
	/** Laid on the system message and on the last message of the prefix that comes again. */
	readonly cacheMark?: SharedV4ProviderMetadata;
	readonly keepsReasoning: boolean;
	/** Where the assistant's fields go, in the client library's terms. */
	readonly fieldsUnder?: string;
	readonly callId?: (id: string) => string;
}

export function promptOf(chat: ChatRequest, style: PromptStyle): LanguageModelV4Prompt {
	const { cacheMark } = style;
	const marked =
		chat.cacheUpTo !== undefined && cacheMark !== undefined ? { providerOptions: cacheMark } : {};
	const inUser = style.system === 'user' && chat.system !== '';
	const prompt: LanguageModelV4Prompt =
		inUser || chat.system === '' ? [] : [{ role: 'system', content: chat.system, ...marked }];
	let systemToSay = inUser ? chat.system : undefined;
	for (const [index, message] of chat.messages.entries()) {
		const one = messageOf(message, style, systemToSay);
		if (message.role === 'user') {
			systemToSay = undefined;
		}
		if (one.content.length > 0) {
			prompt.push(
				index === chat.cacheUpTo && cacheMark !== undefined
					? { ...one, providerOptions: { ...one.providerOptions, ...cacheMark } }
					: one,
			);
		}
	}
	return prompt;
}

function messageOf(
	message: ChatMessage,
	style: PromptStyle,
	system: string | undefined,
): Exclude<LanguageModelV4Message, { role: 'system' }> {
	const callId = style.callId ?? ((id) => id);
	switch (message.role) {
		case 'user': {
			const text = system === undefined ? message.text : `${system}\n\n${message.text}`;
			return { role: 'user', content: [{ type: 'text', text }] };
		}
		case 'assistant':
			return assistantOf(message, style, callId);
		case 'tool':
			return {
				role: 'tool',
				content: message.results.map((result) => ({
					type: 'tool-result',
					toolCallId: callId(result.callId),
					toolName: result.name,
					output: { type: 'text', value: result.text },
				})),
			};
	}
}

function assistantOf(
	message: Assistant,
	style: PromptStyle,
	callId: (id: string) => string,
): AssistantMessage {
	const plain: Part[] = [
		...(message.text === '' ? [] : [{ type: 'text' as const, text: message.text }]),
		...message.toolCalls.map((call) => toolPart(call)),
	];
	const echo = echoIn(message, style.by);
	const parts = (echo?.parts ?? plain)
		.filter((part) => style.keepsReasoning || part.type !== 'reasoning')
		.map((part) => (part.type === 'tool-call' ? { ...part, toolCallId: callId(part.toolCallId) } : part));
	const { fieldsUnder } = style;
	return {
		role: 'assistant',
		content: parts,
		...(fieldsUnder !== undefined && echo?.fields !== undefined
			? { providerOptions: { [fieldsUnder]: echo.fields } }
			: {}),
	};
}

/** Absent where the message is not the one that was answered: calls were dropped or changed, or another model wrote it. */
function echoIn(message: Assistant, by: string): Echo | undefined {
	const echo = message.echo as Partial<Echo> | undefined;
	if (echo?.kind !== 'underbid-echo' || echo.by !== by || echo.parts === undefined) {
		return undefined;
	}
	const calls = echo.parts.flatMap((part) => (part.type === 'tool-call' ? [part.toolCallId] : []));
	return calls.join(' ') === message.toolCalls.map(({ id }) => id).join(' ') ? (echo as Echo) : undefined;
}

function toolPart(call: ToolCall, providerOptions?: SharedV4ProviderMetadata): Part {
	return {
		type: 'tool-call',
		toolCallId: call.id,
		toolName: call.name,
		input: inputOf(call.arguments),
		...(providerOptions === undefined ? {} : { providerOptions }),
	};
}

/** Every wire wants an object back, also where the model wrote none. */
function inputOf(text: string): unknown {
	try {
		const value: unknown = JSON.parse(text === '' ? '{}' : text);
		if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
			return value;
		}
	} catch {
		// Falls through: it is shown to the model as what it was.
	}
	return { malformed_arguments: text };
}

export function toolsOf(chat: ChatRequest): LanguageModelV4FunctionTool[] | undefined {
	return chat.tools.length === 0
		? undefined
		: chat.tools.map((tool) => ({
				type: 'function',
				name: tool.name,
				description: tool.description,
				inputSchema: tool.parameters,
			}));
}

/** Collects the parts of an answer as they come, in order, for the echo. */
export class EchoParts {
	private readonly parts: Part[] = [];
	private readonly open = new Map<string, { type: 'text' | 'reasoning'; text: string; index: number }>();

	add(part: LanguageModelV4StreamPart): void {
		switch (part.type) {
			case 'text-start':
			case 'reasoning-start': {
				const type = part.type === 'text-start' ? 'text' : 'reasoning';
				this.open.set(part.id, { type, text: '', index: this.parts.length });
				this.parts.push({ type, text: '', ...optionsOf(part.providerMetadata) });
				return;
			}
			case 'text-delta':
			case 'reasoning-delta':
			case 'text-end':
			case 'reasoning-end': {
				const open = this.open.get(part.id);
				if (open !== undefined) {
					open.text += 'delta' in part ? part.delta : '';
					const old = this.parts[open.index];
					const options = part.providerMetadata ?? old?.providerOptions;
					this.parts[open.index] = { type: open.type, text: open.text, ...optionsOf(options) };
				}
				return;
			}
			case 'tool-call':
				this.parts.push(
					toolPart(
						{ id: part.toolCallId, name: part.toolName, arguments: part.input },
						part.providerMetadata,
					),
				);
				return;
			default:
				return;
		}
	}

	/** Undefined where nothing in it needs to go back unchanged. */
	echo(by: string, fields: JSONObject | undefined): Echo | undefined {
		const parts = this.parts.filter(
			(part) => part.type !== 'text' || part.text !== '' || part.providerOptions,
		);
		const special = parts.some((part) => part.type === 'reasoning' || part.providerOptions !== undefined);
		return special || fields !== undefined
			? { kind: 'underbid-echo', by, parts, ...(fields === undefined ? {} : { fields }) }
			: undefined;
	}
}

function optionsOf(metadata: SharedV4ProviderMetadata | undefined): {
	providerOptions?: SharedV4ProviderMetadata;
} {
	return metadata === undefined ? {} : { providerOptions: metadata };
}
