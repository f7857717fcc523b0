// One paid request on its way: it is sent once, cut when more comes than was paid for, and knows at the end what it is
// to be settled at.

import { textEstimate } from '../core/ceiling';
import type { ChatRequest, ToolCall } from '../core/model';
import { nanoUsd, ZERO } from '../core/money';
import { GuardedCall, type NetworkLimits } from './guardedFetch';
import { type Asked, type Settlement, settlementOf, worst } from './settlement';
import type { ReportedUsage, Wire, WireFinish, WirePart } from './wire';

/** What a call needs of the model it is made to. */
export interface CallParts {
	/** For people. */
	readonly label: string;
	readonly wire: Wire;
	/** The provider's own name for the model. */
	readonly wireModel: string;
	/** Origins that a request may go to: `https://api.example.com`. */
	readonly hosts: readonly string[];
	readonly limits?: Partial<NetworkLimits>;
	/** `globalThis.fetch` as it is at the time of each call, unless told otherwise. */
	readonly fetch?: () => typeof globalThis.fetch;
}

/** Turned away before any work was done: nobody bills these. */
const NO_WORK: ReadonlySet<number> = new Set([
	// The request itself was not performed there: RFC 9110 section 15.4, all but 303.
	301, 302, 307, 308, 400, 401, 402, 403, 404, 405, 413, 415, 422, 429, 503, 529,
]);
const HEADERS_MS = 180_000;
const STALL_MS = 90_000;
/** A model that thinks hard may be silent for long. */
const THINKING_STALL_MS = 300_000;
const BODY_BYTES = 64 * 1024 * 1024;
const BODY_BASE_BYTES = 1024 * 1024;
/** Of the stream, per token; events are long and tokens short. */
const TOKEN_WIRE_BYTES = 4096;
/** Tokens hold 4 bytes on average, and hardly ever 16. */
const TOKEN_BYTES = 16;
const ANSWER_BASE_BYTES = 4096;
/** One request on its way, and all that was seen of it. */
export class PaidCall {
	readonly guard: GuardedCall;
	text = '';
	readonly tools: ToolCall[] = [];
	finish: { readonly kind: WireFinish; readonly echo?: unknown } | undefined;
	failed: (WirePart & { kind: 'failed' }) | undefined;
	/** `stopped`: by the user or the time; `overrun`: by us, since more came than was asked for. */
	ran: 'not' | 'whole' | 'stopped' | 'overrun' = 'not';
	private usage: ReportedUsage | undefined;
	private costUsd: string | undefined;
	private bytes = 0;
	private any = false;

	constructor(
		private readonly parts: CallParts,
		private readonly request: ChatRequest,
		private readonly asked: Omit<Asked, 'answerEstimate'>,
		mostBytes: number,
		private readonly onText: (text: string) => void,
		private readonly signal: AbortSignal,
	) {
		const hard = request.effort === 'medium' || request.effort === 'high';
		this.guard = new GuardedCall({
			origins: parts.hosts,
			outputTokens: asked.outputTokens,
			mostBytes,
			limits: {
				headersMs: HEADERS_MS,
				stallMs: hard ? THINKING_STALL_MS : STALL_MS,
				bodyBytes: Math.min(BODY_BYTES, BODY_BASE_BYTES + asked.outputTokens * TOKEN_WIRE_BYTES),
				...parts.limits,
			},
			fetch: parts.fetch ?? (() => globalThis.fetch),
			nowEpochMs: () => Date.now(),
		});
	}

	/** Never rejects. When it resolves, the connection is closed or done with. */
	async run(): Promise<void> {
		const stop = () => this.guard.cut();
		this.signal.addEventListener('abort', stop, { once: true });
		try {
			await this.read();
		} catch (error) {
			// A wire that throws has a bug; what was sent is settled all the same.
			this.failed ??= {
				kind: 'failed',
				trouble: 'malformed',
				reason: `${this.parts.label} sent an answer that could not be read: ${error instanceof Error ? error.message : ''}`,
				sent: 'maybe',
			};
		} finally {
			this.signal.removeEventListener('abort', stop);
			this.guard.cut();
		}
		if (this.ran === 'not') {
			this.ran = this.signal.aborted && this.finish === undefined ? 'stopped' : 'whole';
		}
	}

	/** Undefined when nothing was sent. */
	settlement(): Settlement | undefined {
		if (this.guard.sent === 'nothing' && !this.any) {
			return undefined;
		}
		const { status } = this.guard;
		if (status !== undefined && NO_WORK.has(status)) {
			return { cost: { amount: ZERO, basis: 'billed' }, doubt: ZERO };
		}
		if (this.ran !== 'whole' || this.finish === undefined) {
			return worst(this.asked);
		}
		const answer = this.text + this.tools.map((tool) => tool.arguments).join(' ');
		const settlement = settlementOf(
			{ ...this.asked, answerEstimate: textEstimate(answer) },
			{
				...(this.usage === undefined ? {} : { usage: this.usage }),
				...(this.costUsd === undefined ? {} : { costUsd: this.costUsd }),
			},
		);
		// It said that it had finished, and broke or went on: what it reported may not be the last word.
		const odd = this.failed !== undefined || this.guard.fault !== undefined;
		return odd && settlement.cost.basis === 'billed'
			? { ...settlement, doubt: nanoUsd(this.asked.reserved - settlement.cost.amount) }
			: settlement;
	}

	private async read(): Promise<void> {
		const iterator = this.parts.wire
			.stream({
				model: this.parts.wireModel,
				chat: this.request,
				outputTokens: this.asked.outputTokens,
				quoted: this.asked.price,
				fetch: this.guard.fetch,
				signal: this.signal,
			})
			[Symbol.asyncIterator]();
		for (;;) {
			const next = await unlessAborted(iterator.next(), this.signal);
			if (next === undefined) {
				this.ran = 'stopped';
				break;
			}
			if (next.done === true) {
				return;
			}
			this.take(next.value);
			if (this.overran()) {
				this.ran = 'overrun';
				break;
			}
		}
		this.guard.cut();
		// A wire in the middle of a read ends when its connection does; nobody waits for it.
		void iterator.return?.().catch(() => undefined);
	}

	private take(part: WirePart): void {
		switch (part.kind) {
			case 'text':
				this.any = true;
				this.text += part.text;
				this.bytes += Buffer.byteLength(part.text);
				this.tell(part.text);
				return;
			case 'reasoning':
				this.any = true;
				this.bytes += Buffer.byteLength(part.text);
				return;
			case 'tool':
				this.any = true;
				this.tools.push(part.call);
				this.bytes += Buffer.byteLength(part.call.arguments);
				return;
			case 'usage':
				this.any = true;
				this.usage = part.usage;
				this.costUsd = part.costUsd;
				return;
			case 'generation':
				return;
			case 'finish':
				this.any = true;
				this.finish = { kind: part.finish, ...(part.echo === undefined ? {} : { echo: part.echo }) };
				return;
			case 'failed':
				this.failed = part;
				return;
		}
	}

	private tell(text: string): void {
		try {
			this.onText(text);
		} catch {
			// Whoever only watches must not be able to break the books.
		}
	}

	/** More has come, or is said to have come, than the limit allows. */
	private overran(): boolean {
		const { outputTokens } = this.asked;
		const running = this.finish === undefined ? this.usage?.outputTokens : undefined;
		return (
			this.bytes > outputTokens * TOKEN_BYTES + ANSWER_BASE_BYTES ||
			(running !== undefined && running > outputTokens)
		);
	}
}

/** Undefined when the signal comes first. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
	return new Promise((resolve, reject) => {
		const stop = () => resolve(undefined);
		if (signal.aborted) {
			promise.catch(() => undefined);
			stop();
			return;
		}
		signal.addEventListener('abort', stop, { once: true });
		promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
	});
}
