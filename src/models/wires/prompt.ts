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

/** No more than the message itself does not hold: what goes back is paid for again. */
export interface Echo {
	readonly kind: 'underbid-echo';
	/** Signed by this model for itself: any other would refuse it. */
	readonly by: string;
	readonly parts: readonly EchoPart[];
	/** Fields of the assistant's message. */
	readonly fields?: JSONObject;
}

type EchoPart = (
	| { readonly type: 'reasoning'; readonly text: string }
	/** So many UTF-16 units of the message's text, after those before it. */
	| { readonly type: 'text'; readonly length: number }
	| { readonly type: 'tool-call'; readonly id: string }
) & { readonly providerOptions?: SharedV4ProviderMetadata };

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
			prompt.push(index === chat.cacheUpTo && cacheMark !== undefined ? withMark(one, cacheMark) : one);
		}
	}
	return prompt;
}

type Said = Exclude<LanguageModelV4Message, { role: 'system' }>;

/** Each client library looks for marks in another place: of an assistant on the message, of others on the last part. */
function withMark(message: Said, mark: SharedV4ProviderMetadata): Said {
	if (message.role === 'assistant') {
		return { ...message, providerOptions: { ...message.providerOptions, ...mark } };
	}
	const content = message.content.map((part, index) =>
		index === message.content.length - 1 ? { ...part, providerOptions: mark } : part,
	);
	return { ...message, content } as Said;
}

function messageOf(message: ChatMessage, style: PromptStyle, system: string | undefined): Said {
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
	const parts = (echo === undefined ? plain : partsOf(echo, message))
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

/** Absent where the message is not the one that was answered: it was changed, or another model wrote it. */
function echoIn(message: Assistant, by: string): Echo | undefined {
	const echo = message.echo as Partial<Echo> | undefined;
	if (echo?.kind !== 'underbid-echo' || echo.by !== by || echo.parts === undefined) {
		return undefined;
	}
	const calls = echo.parts.flatMap((part) => (part.type === 'tool-call' ? [part.id] : []));
	const length = echo.parts.reduce((sum, part) => sum + (part.type === 'text' ? part.length : 0), 0);
	const isWhole =
		calls.join(' ') === message.toolCalls.map(({ id }) => id).join(' ') && length === message.text.length;
	return isWhole ? (echo as Echo) : undefined;
}

function partsOf(echo: Echo, message: Assistant): Part[] {
	let at = 0;
	return echo.parts.flatMap((part): Part[] => {
		const options = optionsOf(part.providerOptions);
		switch (part.type) {
			case 'reasoning':
				return [{ type: 'reasoning', text: part.text, ...options }];
			case 'text': {
				const text = message.text.slice(at, at + part.length);
				at += part.length;
				return [{ type: 'text', text, ...options }];
			}
			case 'tool-call': {
				const call = message.toolCalls.find(({ id }) => id === part.id);
				return call === undefined ? [] : [toolPart(call, part.providerOptions)];
			}
		}
	});
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
	private readonly parts: EchoPart[] = [];
	/** Place in `parts`. */
	private readonly open = new Map<string, number>();

	add(part: LanguageModelV4StreamPart): void {
		switch (part.type) {
			case 'text-start':
				this.open.set(part.id, this.parts.length);
				this.parts.push({ type: 'text', length: 0, ...optionsOf(part.providerMetadata) });
				return;
			case 'reasoning-start':
				this.open.set(part.id, this.parts.length);
				this.parts.push({ type: 'reasoning', text: '', ...optionsOf(part.providerMetadata) });
				return;
			case 'text-delta':
			case 'reasoning-delta':
				this.grow(part.id, part.delta, part.providerMetadata);
				return;
			case 'text-end':
			case 'reasoning-end':
				this.grow(part.id, '', part.providerMetadata);
				return;
			case 'tool-call':
				this.parts.push({ type: 'tool-call', id: part.toolCallId, ...optionsOf(part.providerMetadata) });
				return;
			default:
				return;
		}
	}

	/** Undefined where nothing has to go back unchanged. */
	echo(by: string, keepsReasoning: boolean, fields: JSONObject | undefined): Echo | undefined {
		const parts = this.parts.filter((part) =>
			part.type === 'reasoning'
				? keepsReasoning
				: part.type !== 'text' || part.length > 0 || part.providerOptions !== undefined,
		);
		const special = parts.some((part) => part.type === 'reasoning' || part.providerOptions !== undefined);
		return special || fields !== undefined
			? { kind: 'underbid-echo', by, parts, ...(fields === undefined ? {} : { fields }) }
			: undefined;
	}

	private grow(id: string, delta: string, metadata: SharedV4ProviderMetadata | undefined): void {
		const at = this.open.get(id);
		const old = at === undefined ? undefined : this.parts[at];
		if (at === undefined || old === undefined || old.type === 'tool-call') {
			return;
		}
		const options = optionsOf(metadata ?? old.providerOptions);
		this.parts[at] =
			old.type === 'text'
				? { type: 'text', length: old.length + delta.length, ...options }
				: { type: 'reasoning', text: old.text + delta, ...options };
	}
}

function optionsOf(metadata: SharedV4ProviderMetadata | undefined): {
	providerOptions?: SharedV4ProviderMetadata;
} {
	return metadata === undefined ? {} : { providerOptions: metadata };
}
