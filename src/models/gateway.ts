// Models that are paid for. One call is: put its worst case aside, send one request, settle. Whatever the provider
// does, no more than was put aside can be owed to one that bills what it publishes.
import type { Clock } from '../core/effects';
import type { Reservation } from '../core/ledger';
import type { ChatReply, ChatRequest, Model, ToolCall, Trouble } from '../core/model';
import { formatUsd, nanoUsd, ZERO } from '../core/money';
import { affordableOutput, isDearer, type Price, worstCase } from '../core/price';
import type { Purse } from '../core/purse';
import { waitMs } from './backoff';
import { inputCeiling, promptEstimate, textEstimate } from './ceiling';
import { GuardedCall, type NetworkLimits } from './guardedFetch';
import { SentPrefixes } from './prefix';
import { sentence } from './sentence';
import { type Asked, type Settlement, settlementOf, worst } from './settlement';
import type { ReportedUsage, Wire, WireFinish, WirePart } from './wire';

export interface PricedModelParts {
	readonly id: string;
	readonly provider: string;
	readonly label: string;
	/** As quoted. */
	readonly price: Price;
	readonly contextTokens: number;
	readonly outputLimit: number;
	readonly callsTools: boolean;
	readonly wire: Wire;
	/** The provider's own name for the model. */
	readonly wireModel: string;
	/** Origins that a request may go to: `https://api.example.com`. */
	readonly hosts: readonly string[];
	/** The price as it is known now; undefined when nothing newer is known than the quote. */
	currentPrice(): Price | undefined;
	readonly clock: Clock;
	/** From 0 to 1. */
	readonly random: () => number;
	/** Resolves after so long, or when the signal aborts. */
	readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
	readonly limits?: Partial<NetworkLimits>;
	/** `globalThis.fetch` as it is at the time of each call, unless told otherwise. */
	readonly fetch?: () => typeof globalThis.fetch;
}

/** Turned away before any work was done: nobody bills these. */
const NO_WORK: ReadonlySet<number> = new Set([
	// The request itself was not performed there: RFC 9110 section 15.4, all but 303.
	301, 302, 307, 308, 400, 401, 402, 403, 404, 405, 413, 415, 422, 429, 503, 529,
]);
const MOST_TRIES = 8;
/** Where nobody answers at all, waiting seldom helps. */
const MOST_UNANSWERED_TRIES = 3;
/** Tries that may each cost their worst case. */
const MOST_COSTLY_TRIES = 2;
const MOST_WAIT_MS = 60_000;
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
/** Real prompts are at most this much longer than the estimate; for the room in the context, never for money. */
const CONTEXT_MARGIN = 1.3;

/** What came of one request, and whether another may follow. */
interface Tried {
	readonly reply: ChatReply;
	readonly again: boolean;
	/** The provider asked to wait. */
	readonly retryAfterMs?: number | undefined;
	/** The request may be billed. */
	readonly costly?: boolean;
	/** There was an HTTP answer. */
	readonly answered?: boolean;
}

export class PricedModel implements Model {
	readonly id: string;
	readonly provider: string;
	readonly label: string;
	readonly price: Price;
	readonly contextTokens: number;
	readonly outputLimit: number;
	readonly callsTools: boolean;
	/** Why nothing more is bought from it: it billed more than it was quoted. */
	private distrusted: string | undefined;
	private readonly prefixes = new SentPrefixes();

	constructor(private readonly parts: PricedModelParts) {
		this.id = parts.id;
		this.provider = parts.provider;
		this.label = parts.label;
		this.price = parts.price;
		this.contextTokens = parts.contextTokens;
		this.outputLimit = parts.outputLimit;
		this.callsTools = parts.callsTools;
	}

	async send(
		request: ChatRequest,
		purse: Purse,
		onText: (text: string) => void,
		signal: AbortSignal,
	): Promise<ChatReply> {
		const deadline = this.parts.clock.timeout(request.timeMs);
		try {
			return await this.tries(request, purse, onText, signal, deadline.signal);
		} catch (error) {
			const text = error instanceof Error ? error.message : String(error);
			return this.failed('malformed', `could not be asked: ${text}`, []);
		} finally {
			deadline.stop();
		}
	}

	private async tries(
		request: ChatRequest,
		purse: Purse,
		onText: (text: string) => void,
		signal: AbortSignal,
		deadline: AbortSignal,
	): Promise<ChatReply> {
		const startedMs = this.parts.clock.nowMs();
		const ends = AbortSignal.any([signal, deadline]);
		let costly = 0;
		let before: ChatReply | undefined;
		for (let tried = 1; ; tried += 1) {
			const ended = this.ended(request, signal, deadline);
			if (ended !== undefined) {
				return ended;
			}
			const { reply, ...how } = await this.once(request, purse, onText, signal, deadline);
			if (reply.kind === 'unaffordable' && before !== undefined) {
				return before;
			}
			before = reply;
			costly += how.costly === true ? 1 : 0;
			const most = how.answered === true ? MOST_TRIES : MOST_UNANSWERED_TRIES;
			if (!how.again || tried >= most || costly >= MOST_COSTLY_TRIES) {
				return reply;
			}
			const wait = waitMs(tried, this.parts.random(), how.retryAfterMs);
			const leftMs = request.timeMs - (this.parts.clock.nowMs() - startedMs);
			if (wait > MOST_WAIT_MS || wait > leftMs / 2) {
				return reply;
			}
			await this.parts.sleep(wait, ends);
		}
	}

	private ended(request: ChatRequest, signal: AbortSignal, deadline: AbortSignal): ChatReply | undefined {
		if (signal.aborted) {
			return { kind: 'cancelled' };
		}
		if (deadline.aborted) {
			const reason = `${this.label} did not finish within ${Math.round(request.timeMs / 1000)} s.`;
			return { kind: 'timedOut', reason };
		}
		return undefined;
	}

	/** Reserve, one request, settle. */
	private async once(
		request: ChatRequest,
		purse: Purse,
		onText: (text: string) => void,
		signal: AbortSignal,
		deadline: AbortSignal,
	): Promise<Tried> {
		const dearer = this.dearer();
		if (dearer !== undefined) {
			return { reply: dearer, again: false };
		}
		const bytes = inputCeiling(request);
		const ceiling = Math.min(bytes, this.prefixes.ceiling(request) ?? bytes);
		const estimate = promptEstimate(request);
		const room = this.contextTokens - Math.min(ceiling, Math.ceil(estimate * CONTEXT_MARGIN));
		const wanted = Math.floor(Math.min(request.outputTokens, this.outputLimit, room));
		if (wanted < request.leastOutputTokens) {
			return {
				reply: this.failed('request', 'has too little room for this prompt and its answer', []),
				again: false,
			};
		}
		const limit = Math.min(wanted, affordableOutput(this.price, ceiling, purse.left) ?? 0);
		if (limit < Math.max(1, request.leastOutputTokens)) {
			return { reply: this.unaffordable(request, ceiling, purse), again: false };
		}
		const reserved = await purse.reserve(worstCase(this.price, ceiling, limit));
		if (reserved.kind === 'refused') {
			const reply: ChatReply =
				reserved.by === 'allowance'
					? this.unaffordable(request, ceiling, purse)
					: { kind: 'closed', reason: reserved.reason };
			return { reply, again: false };
		}
		const asked: Omit<Asked, 'answerEstimate'> = {
			price: this.price,
			reserved: reserved.reservation.amount,
			inputCeiling: ceiling,
			outputTokens: limit,
			promptEstimate: estimate,
		};
		const call = new Call(this.parts, request, asked, bytes, onText, AbortSignal.any([signal, deadline]));
		try {
			const ended = this.ended(request, signal, deadline);
			if (ended !== undefined) {
				return { reply: ended, again: false };
			}
			await call.run();
			return this.judge(call, request, signal, deadline);
		} finally {
			await this.settle(call, request, purse, reserved.reservation);
		}
	}

	private async settle(
		call: Call,
		request: ChatRequest,
		purse: Purse,
		reservation: Reservation,
	): Promise<void> {
		const settlement = call.settlement();
		if (settlement?.usage !== undefined && settlement.doubt === 0) {
			this.prefixes.note(request, settlement.usage);
		}
		try {
			if (settlement === undefined) {
				await purse.release(reservation);
				return;
			}
			if (settlement.dearer !== undefined) {
				this.distrusted ??= settlement.dearer;
			}
			await purse.settle(reservation, settlement.cost, settlement.doubt);
		} catch {
			// The attempt was closed meanwhile, and closing has settled it at its worst.
		}
	}

	private judge(call: Call, request: ChatRequest, signal: AbortSignal, deadline: AbortSignal): Tried {
		const { guard, finish, ran } = call;
		const { secrets } = guard;
		if (ran === 'stopped') {
			const ended = this.ended(request, signal, deadline);
			return { reply: ended ?? { kind: 'cancelled' }, again: false };
		}
		if (ran === 'overrun') {
			return {
				reply: this.failed('malformed', 'wrote on past the limit it was given, so it was cut off', secrets),
				again: false,
			};
		}
		if (finish === undefined) {
			const refused = call.failed;
			const status = guard.status ?? refused?.status;
			const ownRefusal = status === 429 || status === 503 || status === 529;
			const trouble = guard.fault?.trouble ?? refused?.trouble ?? 'down';
			const reason =
				guard.fault !== undefined
					? `${this.label} ${guard.fault.reason}`
					: (refused?.reason ?? `${this.label} broke off its answer`);
			const passing = trouble === 'busy' || trouble === 'down';
			const beforeAnswer = status === undefined || status >= 500 || ownRefusal;
			return {
				reply: { kind: 'failed', trouble, reason: sentence(reason, secrets) },
				again: passing && beforeAnswer,
				answered: status !== undefined,
				costly: call.settlement()?.cost.basis === 'estimated',
				retryAfterMs: guard.retryAfterMs ?? refused?.retryAfterMs,
			};
		}
		if (finish.kind === 'refused') {
			return { reply: this.failed('refused', 'refused to answer this', secrets), again: false };
		}
		const usage = call.settlement()?.usage;
		return {
			reply: {
				kind: 'replied',
				text: call.text,
				toolCalls: call.tools,
				finish: finish.kind,
				...(finish.echo === undefined ? {} : { echo: finish.echo }),
				...(usage === undefined ? {} : { usage }),
			},
			again: false,
		};
	}

	private dearer(): ChatReply | undefined {
		const how = 'refresh the prices with "underbid models --refresh"';
		if (this.distrusted !== undefined) {
			return this.failed('price', `${this.distrusted}; ${how}`, []);
		}
		const now = this.parts.currentPrice();
		return now !== undefined && isDearer(now, this.price)
			? this.failed('price', `is dearer now than it was quoted; ${how}`, [])
			: undefined;
	}

	private unaffordable(request: ChatRequest, ceiling: number, purse: Purse): ChatReply {
		const needs = worstCase(this.price, ceiling, Math.max(1, request.leastOutputTokens));
		const reason = `The smallest useful call to ${this.label} may cost ${formatUsd(needs)} at the worst, and ${formatUsd(purse.left)} is left for it.`;
		return { kind: 'unaffordable', needs, reason };
	}

	private failed(trouble: Trouble, what: string, secrets: Iterable<string>): ChatReply {
		return { kind: 'failed', trouble, reason: sentence(`${this.label} ${what}`, secrets) };
	}
}

/** One request on its way, and all that was seen of it. */
class Call {
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
		private readonly parts: PricedModelParts,
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
