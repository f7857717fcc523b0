// What was said between an agent and its model. It only grows at its end, so that providers' caches hold its beginning,
// but for the rare moment when it has become too long and its older results are cut.
import type { ChatMessage, ChatReply, ToolSpec } from '../../core/model';
import { shortened } from './tools/shorten';

/** Longer results of earlier steps are cut to so many characters. */
const OLD_RESULT = 400;
/** The last answers stay whole. */
const WHOLE_RESULTS = 2;

export class Conversation {
	private readonly said: ChatMessage[] = [];
	/** How many messages were told as news. */
	private told = 0;
	private cut = false;
	/** Grows when older results are cut: what was read then may have to be read again. */
	cuts = 0;

	constructor(
		readonly system: string,
		readonly tools: readonly ToolSpec[],
	) {}

	get messages(): readonly ChatMessage[] {
		return this.said;
	}

	/** Of all that is sent, without what a request adds around it. */
	get bytes(): number {
		const fixed =
			Buffer.byteLength(this.system) + Buffer.byteLength(JSON.stringify(this.tools, undefined, 4));
		return this.said.reduce((sum, message) => sum + bytesOf(message), fixed);
	}

	ask(text: string): void {
		this.said.push({ role: 'user', text });
	}

	reply(reply: ChatReply & { readonly kind: 'replied' }): void {
		const { text, echo } = reply;
		const toolCalls = reply.toolCalls.map((call) => ({ ...call, name: sendable(call.name) }));
		this.said.push({ role: 'assistant', text, toolCalls, ...(echo === undefined ? {} : { echo }) });
	}

	answer(
		results: readonly { readonly callId: string; readonly name: string; readonly text: string }[],
	): void {
		this.said.push({
			role: 'tool',
			results: results.map((result) => ({ ...result, name: sendable(result.name) })),
		});
	}

	/** What would leave for the first time, as people read it. */
	news(): string {
		const fresh = this.said.slice(this.told).map(textOf);
		const intro =
			this.told === 0
				? [
						`# System\n${this.system}`,
						`# Tools\n${this.tools.map((tool) => JSON.stringify(tool)).join('\n')}`,
					]
				: [];
		const note = this.cut ? ['(Of what was sent before, older results are cut from here on.)'] : [];
		return [...intro, ...note, ...fresh].join('\n\n');
	}

	/** The news were approved. */
	tell(): void {
		this.told = this.said.length;
		this.cut = false;
	}

	/** Cuts the results of earlier steps. False when nothing is left to cut. */
	shorten(): boolean {
		const places = this.said.flatMap(({ role }, index) => (role === 'tool' ? [index] : []));
		let any = false;
		for (const index of places.slice(0, Math.max(0, places.length - WHOLE_RESULTS))) {
			const message = this.said[index];
			if (message?.role !== 'tool' || !message.results.some(({ text }) => text.length > OLD_RESULT + 60)) {
				continue;
			}
			any = true;
			this.said[index] = {
				role: 'tool',
				results: message.results.map((result) => ({ ...result, text: shortened(result.text, OLD_RESULT) })),
			};
		}
		this.cut ||= any;
		this.cuts += any ? 1 : 0;
		return any;
	}
}

/** A provider refuses the whole request for a name that could not be a tool's, though its model made it up. */
function sendable(name: string): string {
	return /^[\w-]{1,64}$/.test(name) ? name : 'unknown_tool';
}

function bytesOf(message: ChatMessage): number {
	switch (message.role) {
		case 'user':
			return Buffer.byteLength(message.text);
		case 'assistant':
			return Buffer.byteLength(JSON.stringify([message.text, message.toolCalls, message.echo ?? null]));
		case 'tool':
			return Buffer.byteLength(JSON.stringify(message.results));
	}
}

function textOf(message: ChatMessage): string {
	switch (message.role) {
		case 'user':
			return `# User\n${message.text}`;
		case 'assistant':
			return [
				`# Model, as it answered\n${message.text}`,
				...message.toolCalls.map((call) => `${call.name} ${call.arguments}`),
			].join('\n');
		case 'tool':
			return message.results.map(({ name, text }) => `# Result of ${name}\n${text}`).join('\n\n');
	}
}
