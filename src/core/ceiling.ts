// How many tokens a prompt can be at the most. No tokenizer is asked: the tokens of byte-level and byte-fallback
// tokenizers hold at least one byte each, so the bytes of every text that goes are a bound for all of them.
import type { ChatMessage, ChatRequest, ToolSpec } from './model';

/** Default system words of chat templates, priming of the answer. */
const BASE_TOKENS = 256;
/** Role markers and separators; published templates need 3 to 10. */
const MESSAGE_TOKENS = 32;
/** What surrounds one tool call, one result, one tool's definition. */
const PART_TOKENS = 48;
/** The hidden instructions for tools; the longest a provider documents are 530 tokens. */
const TOOLS_TOKENS = 1024;
/** Templates that write each argument between tags of its own. */
const ARGUMENT_TOKENS = 16;

/** No provider that counts byte-level or byte-fallback tokens can count more for this request. */
export function inputCeiling(chat: ChatRequest): number {
	return (
		overheadCeiling(chat) +
		Buffer.byteLength(chat.system) +
		chat.messages.reduce((sum, message) => sum + messageCeiling(message), 0)
	);
}

/** What surrounds the words: the template, and the tools as they are written out for the model. */
export function overheadCeiling({ tools }: ChatRequest): number {
	const written = tools.reduce((sum, tool) => sum + toolCeiling(tool), 0);
	return BASE_TOKENS + MESSAGE_TOKENS + (tools.length === 0 ? 0 : TOOLS_TOKENS + written);
}

export function messageCeiling(message: ChatMessage): number {
	switch (message.role) {
		case 'user':
			return MESSAGE_TOKENS + Buffer.byteLength(message.text);
		case 'assistant':
			return (
				MESSAGE_TOKENS +
				Buffer.byteLength(message.text) +
				message.toolCalls.reduce(
					(sum, call) =>
						sum +
						PART_TOKENS +
						escapedBytes(call.id) +
						escapedBytes(call.name) +
						escapedBytes(call.arguments) +
						// Some templates put a blank behind every separator, or each argument between tags.
						(call.arguments.match(/[,:]/g)?.length ?? 0) * ARGUMENT_TOKENS,
					0,
				) +
				(message.echo === undefined ? 0 : jsonBytes(message.echo))
			);
		case 'tool':
			return message.results.reduce(
				(sum, result) =>
					sum +
					MESSAGE_TOKENS +
					PART_TOKENS +
					escapedBytes(result.callId) +
					escapedBytes(result.name) +
					escapedBytes(result.text),
				MESSAGE_TOKENS,
			);
	}
}

function toolCeiling(tool: ToolSpec): number {
	return PART_TOKENS + jsonBytes(tool, 4);
}

/** As JSON, indented where a template may indent it, with everything beyond ASCII as `\uXXXX`. */
function jsonBytes(value: unknown, indent?: number): number {
	const text = JSON.stringify(value, undefined, indent) as string | undefined;
	return text === undefined ? 0 : text.length + 5 * beyondAscii(text);
}

/** Some providers put a text into JSON before the model reads it: as long as it can become by that. */
function escapedBytes(text: string): number {
	return jsonBytes(text);
}

function beyondAscii(text: string): number {
	let count = 0;
	for (let at = 0; at < text.length; at += 1) {
		if (text.charCodeAt(at) > 0x7f) {
			count += 1;
		}
	}
	return count;
}

/** One character over and over (rulers, blanks), letters, digits, signs, everything beyond ASCII. */
const RUNS = /(.)\1{5,}|[a-zA-Z]+|\d+|\s*\n\s*|[!-/:-@[-`{-~]+|[^\0-\x7f]/gu;

/** About how many tokens a usual tokenizer makes of a text; for judging what is reported, never for money. */
export function textEstimate(text: string): number {
	let tokens = 0;
	for (const [run, repeated] of text.matchAll(RUNS)) {
		const first = run.charCodeAt(0);
		if (repeated !== undefined || first <= 0x20) {
			tokens += 1;
		} else if (first > 0x7f) {
			tokens += 0.6;
		} else {
			tokens += Math.ceil(run.length / (/[a-zA-Z]/.test(run) ? 7 : 3));
		}
	}
	return Math.floor(tokens);
}

/** The same for what a model surely reads of a request: its tools are left out, since providers rewrite them. */
export function promptEstimate(chat: ChatRequest): number {
	return chat.messages.reduce((sum, message) => sum + messageEstimate(message), textEstimate(chat.system));
}

function messageEstimate(message: ChatMessage): number {
	switch (message.role) {
		case 'user':
			return textEstimate(message.text);
		case 'assistant':
			return (
				textEstimate(message.text) +
				message.toolCalls.reduce((sum, call) => sum + textEstimate(call.arguments), 0)
			);
		case 'tool':
			return message.results.reduce((sum, result) => sum + textEstimate(result.text), 0);
	}
}
