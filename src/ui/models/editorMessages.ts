// A chat as the editor's language models take it: no system message, tool calls and results as parts.
import * as vscode from 'vscode';
import type { ChatMessage, ChatRequest } from '../../core/model';

/** The system's words go before the first message of the user. */
export function editorMessages({ system, messages }: ChatRequest): vscode.LanguageModelChatMessage[] {
	const [first, ...rest] = messages;
	const whole: readonly ChatMessage[] =
		first?.role === 'user'
			? [{ role: 'user', text: `${system}\n\n${first.text}` }, ...rest]
			: [{ role: 'user', text: system }, ...messages];
	return whole.map(editorMessage);
}

function editorMessage(message: ChatMessage): vscode.LanguageModelChatMessage {
	switch (message.role) {
		case 'user':
			return vscode.LanguageModelChatMessage.User(message.text);
		case 'assistant':
			return vscode.LanguageModelChatMessage.Assistant([
				...(message.text === '' ? [] : [new vscode.LanguageModelTextPart(message.text)]),
				...message.toolCalls.map(
					(call) => new vscode.LanguageModelToolCallPart(call.id, call.name, inputOf(call.arguments)),
				),
			]);
		case 'tool':
			return vscode.LanguageModelChatMessage.User(
				message.results.map(
					({ callId, text }) =>
						new vscode.LanguageModelToolResultPart(callId, [new vscode.LanguageModelTextPart(text)]),
				),
			);
	}
}

export function editorTools({ tools }: ChatRequest): vscode.LanguageModelChatTool[] {
	return tools.map(({ name, description, parameters }) => ({ name, description, inputSchema: parameters }));
}

/** Everything a model reads of a request, for counting. */
export function wholeText({ system, messages, tools }: ChatRequest): string {
	const said = messages.map((message) => {
		switch (message.role) {
			case 'user':
				return message.text;
			case 'assistant':
				return [message.text, ...message.toolCalls.map((call) => `${call.name} ${call.arguments}`)].join(
					'\n',
				);
			case 'tool':
				return message.results.map(({ text }) => text).join('\n');
		}
	});
	return [system, ...said, ...(tools.length === 0 ? [] : [JSON.stringify(tools)])].join('\n');
}

/** The model wrote it, so it may be no JSON, or no object; the part needs one. */
function inputOf(text: string): object {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null ? value : { value };
	} catch {
		return { unreadable: text };
	}
}
