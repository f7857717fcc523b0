// Models that are paid for. One call is: put its worst case aside, send one request, settle. Whatever the provider
// does, no more than was put aside can be owed to one that bills what it publishes.

import { inputCeiling, promptEstimate } from '../core/ceiling';
import type { Clock } from '../core/effects';
import type { Reservation } from '../core/ledger';
import type { ChatReply, ChatRequest, Model, Trouble } from '../core/model';
import { isDearer, type Price } from '../core/price';
import type { Purse } from '../core/purse';
import { reserveCall } from '../core/reserveCall';
import { waitMs } from './backoff';
import { type CallParts, PaidCall } from './paidCall';
import { SentPrefixes } from './prefix';
import { sentence } from './sentence';
import type { Asked } from './settlement';

export interface PricedModelParts extends CallParts {
	readonly id: string;
	readonly provider: string;
	/** As quoted. */
	readonly price: Price;
	readonly contextTokens: number;
	readonly outputLimit: number;
	readonly callsTools: boolean;
	/** The price as it is known now; undefined when nothing newer is known than the quote. */
	currentPrice(): Price | undefined;
	readonly clock: Clock;
	/** From 0 to 1. */
	readonly random: () => number;
	/** Resolves after so long, or when the signal aborts. */
	readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

const MOST_TRIES = 8;
/** Where nobody answers at all, waiting seldom helps. */
const MOST_UNANSWERED_TRIES = 3;
/** Tries that may each cost their worst case. */
const MOST_COSTLY_TRIES = 2;
const MOST_WAIT_MS = 60_000;
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
		const cost = { label: this.label, price: this.price, inputCeiling: ceiling, outputTokens: wanted };
		const reserved = await reserveCall(request, cost, purse);
		if (reserved.kind === 'refused') {
			return { reply: reserved.reply, again: false };
		}
		const asked: Omit<Asked, 'answerEstimate'> = {
			price: this.price,
			reserved: reserved.reservation.amount,
			inputCeiling: ceiling,
			outputTokens: reserved.outputTokens,
			promptEstimate: estimate,
		};
		const call = new PaidCall(this.parts, request, asked, bytes, onText, AbortSignal.any([signal, deadline]));
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
		call: PaidCall,
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

	private judge(call: PaidCall, request: ChatRequest, signal: AbortSignal, deadline: AbortSignal): Tried {
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

	private failed(trouble: Trouble, what: string, secrets: Iterable<string>): ChatReply {
		return { kind: 'failed', trouble, reason: sentence(`${this.label} ${what}`, secrets) };
	}
}
