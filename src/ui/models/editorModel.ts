// One of the editor's own models, as core asks models. Its vendor bills it, and nobody tells us how much: the worst
// case is put aside as for every model, and what is settled is an estimate by the tokens that were counted. The answer's
// length cannot be limited there, so a longer one is cut here; that bounds the estimate, not the vendor's bill.
import * as vscode from 'vscode';
import { inputCeiling } from '../../core/ceiling';
import type { Reservation } from '../../core/ledger';
import type { ChatReply, ChatRequest, Model, ToolCall } from '../../core/model';
import type { NanoUsd } from '../../core/money';
import type { Price } from '../../core/price';
import type { Purse } from '../../core/purse';
import { reserveCall } from '../../core/reserveCall';
import type { CallsLeft } from './callsLeft';
import { editorMessages, editorTools, wholeText } from './editorMessages';
import { editorModelId, vendorName } from './editorPrices';
import { type EditorTrouble, editorTroubleOf } from './editorTrouble';
import { estimatedCost, isOverrun, tokensIn } from './estimate';

export interface EditorModelParts {
	readonly chat: vscode.LanguageModelChat;
	readonly price: Price;
	/** One answer, tokens. */
	readonly outputLimit: number;
	readonly callsTools: boolean;
	readonly calls: CallsLeft;
	/** It is listed, and it cannot be used. */
	readonly onGone: (id: string, reason: string) => void;
}

const JUSTIFICATION = vscode.l10n.t(
	'Underbid asks this model for a change that makes your failing test pass. It does so only in a fix that you started, for at most the number of calls in underbid.editorModelCalls.',
);
const COUNT_MS = 5_000;

/** What came of one request. */
interface Heard {
	text: string;
	readonly calls: ToolCall[];
	ended: 'whole' | 'stopped' | 'overrun' | EditorTrouble;
}

export class EditorModel implements Model {
	readonly id: string;
	readonly provider: string;
	readonly label: string;
	readonly price: Price;
	readonly contextTokens: number;
	readonly outputLimit: number;
	readonly callsTools: boolean;

	constructor(private readonly parts: EditorModelParts) {
		const { chat } = parts;
		this.id = editorModelId(chat);
		this.provider = `editor/${chat.vendor}`;
		this.label = vscode.l10n.t('{0} ({1}, cost estimated)', chat.name, vendorName(chat.vendor));
		this.price = parts.price;
		this.contextTokens = chat.maxInputTokens + parts.outputLimit;
		this.outputLimit = parts.outputLimit;
		this.callsTools = parts.callsTools;
	}

	async send(
		request: ChatRequest,
		purse: Purse,
		onText: (text: string) => void,
		signal: AbortSignal,
	): Promise<ChatReply> {
		const deadline = AbortSignal.timeout(Math.max(0, Math.floor(request.timeMs)));
		try {
			return await this.once(request, purse, onText, signal, deadline);
		} catch (error) {
			return { kind: 'failed', ...told(editorTroubleOf(error, this.label)) };
		}
	}

	private async once(
		request: ChatRequest,
		purse: Purse,
		onText: (text: string) => void,
		signal: AbortSignal,
		deadline: AbortSignal,
	): Promise<ChatReply> {
		const ends = AbortSignal.any([signal, deadline]);
		const ceiling = inputCeiling(request);
		const input = await this.count(wholeText(request), ends);
		if (ends.aborted) {
			return this.ended(request, signal);
		}
		if (input > this.parts.chat.maxInputTokens) {
			const reason = vscode.l10n.t(
				'{0} takes {1} tokens, and this prompt has about {2}.',
				this.label,
				this.parts.chat.maxInputTokens,
				input,
			);
			return { kind: 'failed', trouble: 'request', reason };
		}
		const wanted = Math.floor(Math.min(request.outputTokens, this.outputLimit));
		if (wanted < request.leastOutputTokens) {
			const reason = vscode.l10n.t('{0} has too little room for the answer.', this.label);
			return { kind: 'failed', trouble: 'request', reason };
		}
		const cost = { label: this.label, price: this.price, inputCeiling: ceiling, outputTokens: wanted };
		const reserved = await reserveCall(request, cost, purse);
		if (reserved.kind === 'refused') {
			return reserved.reply;
		}
		const { reservation, outputTokens } = reserved;
		if (ends.aborted) {
			await release(purse, reservation);
			return this.ended(request, signal);
		}
		if (!this.parts.calls.take()) {
			await release(purse, reservation);
			const reason = vscode.l10n.t(
				"The {0} calls that one run may make to the editor's own models are used up (underbid.editorModelCalls).",
				this.parts.calls.most,
			);
			return { kind: 'failed', trouble: 'busy', reason };
		}
		const heard = await this.hear(request, outputTokens, onText, ends);
		await this.settle(heard, input, purse, reservation);
		return this.replyOf(heard, request, signal);
	}

	/** One request and its answer. Never rejects. */
	private async hear(
		request: ChatRequest,
		limit: number,
		onText: (text: string) => void,
		ends: AbortSignal,
	): Promise<Heard> {
		const heard: Heard = { text: '', calls: [], ended: 'stopped' };
		const cancel = new vscode.CancellationTokenSource();
		const stop = () => cancel.cancel();
		ends.addEventListener('abort', stop, { once: true });
		try {
			const tools = editorTools(request);
			const options = { justification: JUSTIFICATION, ...(tools.length === 0 ? {} : { tools }) };
			const asked = this.parts.chat.sendRequest(editorMessages(request), options, cancel.token);
			const response = await unlessAborted(asked, ends);
			if (response === undefined) {
				return heard;
			}
			const parts = response.stream[Symbol.asyncIterator]();
			let bytes = 0;
			for (;;) {
				const next = await unlessAborted(parts.next(), ends);
				if (next === undefined) {
					return heard;
				}
				if (next.done === true) {
					heard.ended = 'whole';
					return heard;
				}
				bytes += take(next.value, heard, onText);
				if (isOverrun(bytes, limit)) {
					heard.ended = 'overrun';
					return heard;
				}
			}
		} catch (error) {
			const any = heard.text !== '' || heard.calls.length > 0;
			const trouble = editorTroubleOf(error, this.label);
			heard.ended = ends.aborted ? 'stopped' : { ...trouble, noWork: trouble.noWork && !any };
			return heard;
		} finally {
			ends.removeEventListener('abort', stop);
			if (heard.ended !== 'whole') {
				cancel.cancel();
			}
			cancel.dispose();
		}
	}

	private async settle(heard: Heard, input: number, purse: Purse, reservation: Reservation): Promise<void> {
		if (typeof heard.ended === 'object' && heard.ended.noWork) {
			await release(purse, reservation);
			return;
		}
		const amount =
			heard.ended === 'whole' ? await this.estimate(heard, input, reservation.amount) : reservation.amount;
		try {
			await purse.settle(reservation, { amount, basis: 'estimated' });
		} catch {
			// The attempt was closed meanwhile, and closing has settled it at its worst.
		}
	}

	private async estimate(heard: Heard, input: number, reserved: NanoUsd): Promise<NanoUsd> {
		const written = heard.text + heard.calls.map((call) => `${call.name} ${call.arguments}`).join('\n');
		const output = await this.count(written, AbortSignal.timeout(COUNT_MS));
		return estimatedCost(this.price, input, output, reserved);
	}

	private replyOf(heard: Heard, request: ChatRequest, signal: AbortSignal): ChatReply {
		const { ended, text, calls } = heard;
		if (ended === 'stopped') {
			return this.ended(request, signal);
		}
		if (typeof ended === 'object') {
			if (ended.trouble === 'gone') {
				this.parts.onGone(this.id, ended.reason);
			}
			return { kind: 'failed', ...told(ended) };
		}
		const finish =
			ended === 'overrun' ? 'length' : calls.length > 0 ? 'tools' : text === '' ? 'other' : 'stop';
		return { kind: 'replied', text, toolCalls: calls, finish };
	}

	private ended(request: ChatRequest, signal: AbortSignal): ChatReply {
		return signal.aborted
			? { kind: 'cancelled' }
			: {
					kind: 'timedOut',
					reason: vscode.l10n.t(
						'{0} did not finish within {1} s.',
						this.label,
						Math.round(request.timeMs / 1000),
					),
				};
	}

	/** By the vendor's own tokenizer, where it answers in time. */
	private async count(text: string, ends: AbortSignal): Promise<number> {
		const soon = AbortSignal.any([ends, AbortSignal.timeout(COUNT_MS)]);
		const counted = await unlessAborted(this.parts.chat.countTokens(text), soon).catch(() => undefined);
		return tokensIn(text, counted);
	}
}

/** Bytes that came with it. */
function take(part: unknown, heard: Heard, onText: (text: string) => void): number {
	if (part instanceof vscode.LanguageModelTextPart) {
		heard.text += part.value;
		try {
			onText(part.value);
		} catch {
			// Whoever only watches must not be able to break the books.
		}
		return Buffer.byteLength(part.value);
	}
	if (part instanceof vscode.LanguageModelToolCallPart) {
		const call = { id: part.callId, name: part.name, arguments: JSON.stringify(part.input) };
		heard.calls.push(call);
		return Buffer.byteLength(call.arguments);
	}
	return 0;
}

function told({ trouble, reason }: EditorTrouble): Pick<EditorTrouble, 'trouble' | 'reason'> {
	return { trouble, reason };
}

async function release(purse: Purse, reservation: Reservation): Promise<void> {
	try {
		await purse.release(reservation);
	} catch {
		// The attempt was closed meanwhile.
	}
}

/** Undefined when the signal comes first. */
async function unlessAborted<T>(work: PromiseLike<T>, signal: AbortSignal): Promise<T | undefined> {
	const promise = Promise.resolve(work);
	if (signal.aborted) {
		promise.catch(() => undefined);
		return undefined;
	}
	return new Promise((resolve, reject) => {
		const stop = () => resolve(undefined);
		signal.addEventListener('abort', stop, { once: true });
		promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
	});
}
