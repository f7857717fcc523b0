// The provider's side of the money: counts what was really sent by its own measure and bills it at the published
// price. It shares no counting and no arithmetic with the code under test.
import type { Price } from '../../../src/core/price';

export interface Used {
	/** All of the prompt. */
	readonly input: number;
	readonly cacheRead: number;
	readonly cacheWrite: number;
	/** All that was written, reasoning included. */
	readonly output: number;
	readonly reasoning: number;
}

export interface Bill {
	readonly account: string;
	/** What the request called itself in the header `x-call`, where a test adds one. */
	readonly call: string;
	readonly model: string;
	readonly used: Used;
	/** Nano-dollars, rounded up once. */
	readonly amount: bigint;
	/** The most it could have become when it came in. */
	readonly worst: bigint;
	/** True where what the client was told is what is billed. */
	readonly honest: boolean;
}

const MILLION = 1_000_000n;

/** Millionths of a nano-dollar: exact. */
export function exactCost(price: Price, used: Used): bigint {
	let rates: Price | Price['tiers'][number] = price;
	let above = -1;
	for (const tier of price.tiers) {
		if (used.input > tier.inputTokensAbove && tier.inputTokensAbove > above) {
			rates = tier;
			above = tier.inputTokensAbove;
		}
	}
	const input = BigInt(rates.input);
	const output = BigInt(rates.output);
	const read = rates.cacheRead === undefined ? input : BigInt(rates.cacheRead);
	const write = rates.cacheWrite === undefined ? input : BigInt(rates.cacheWrite);
	const reasoning = rates.reasoning === undefined ? output : BigInt(rates.reasoning);
	return (
		BigInt(used.input - used.cacheRead - used.cacheWrite) * input +
		BigInt(used.cacheRead) * read +
		BigInt(used.cacheWrite) * write +
		BigInt(used.output - used.reasoning) * output +
		BigInt(used.reasoning) * reasoning +
		BigInt(price.request ?? 0) * MILLION
	);
}

export function billed(price: Price, used: Used): bigint {
	return (exactCost(price, used) + MILLION - 1n) / MILLION;
}

/** US dollars in decimals, exact: what OpenRouter puts in `usage.cost`. */
export function costText(price: Price, used: Used, factor: number): string {
	const exact = (exactCost(price, used) * BigInt(Math.round(factor * 1_000_000))) / MILLION;
	const digits = String(exact).padStart(16, '0');
	return `${digits.slice(0, -15)}.${digits.slice(-15)}`.replace(/\.?0+$/, '');
}

/** The dearest this call can become by the published price, whatever cache, tier or thinking it meets. */
export function worst(price: Price, input: number, output: number): bigint {
	const rates = [price, ...price.tiers.filter((tier) => input > tier.inputTokensAbove)];
	const of = (all: (number | undefined)[]) => BigInt(Math.max(...all.map((one) => one ?? 0)));
	const exact =
		BigInt(input) * of(rates.flatMap((one) => [one.input, one.cacheRead, one.cacheWrite])) +
		BigInt(output) * of(rates.flatMap((one) => [one.output, one.reasoning]));
	return (exact + MILLION - 1n) / MILLION + BigInt(price.request ?? 0);
}

/** Tokens of a text for a model whose tokens hold so many bytes on average; one byte is the worst a tokenizer can do. */
export function tokensOf(text: string, bytesPerToken: number): number {
	return Math.ceil(Buffer.byteLength(text) / bytesPerToken);
}

/** Tokens of a request's prompt: every text in it, the tools as JSON, and the template around them. */
export function promptTokens(body: Record<string, unknown>, bytesPerToken: number): number {
	let tokens = 40;
	for (const part of ['system', 'messages', 'contents', 'systemInstruction']) {
		tokens += textsOf(body[part]).reduce((sum, text) => sum + tokensOf(text, bytesPerToken), 0);
	}
	const messages = body['messages'] ?? body['contents'];
	tokens += Array.isArray(messages) ? messages.length * 6 : 0;
	const tools = body['tools'];
	if (Array.isArray(tools) && tools.length > 0) {
		tokens += 530 + tools.length * 10 + tokensOf(JSON.stringify(tools), bytesPerToken);
	}
	return tokens;
}

/** Every text that a model would read. */
function textsOf(value: unknown): string[] {
	if (typeof value === 'string') {
		return [value];
	}
	if (Array.isArray(value)) {
		return value.flatMap(textsOf);
	}
	if (typeof value === 'object' && value !== null) {
		return Object.entries(value).flatMap(([name, part]) =>
			['role', 'type', 'cache_control'].includes(name) ? [] : textsOf(part),
		);
	}
	return [];
}

/** Keeps the bills of each account (the key that came with a request). */
export class Meter {
	private readonly byAccount = new Map<string, Bill[]>();
	/** Calls that came although their account could not hold their worst case. */
	readonly unaffordable: string[] = [];
	/** Calls on their way, at their worst. */
	private readonly pending = new Map<
		string,
		Map<number, { readonly worst: bigint; readonly call: string }>
	>();
	private readonly totals = new Map<string, bigint>();
	private readonly bids = new Map<string, bigint>();
	private calls = 0;

	/** From here on a call of this account that might pass the bid is noted. */
	watch(account: string, bid: number): void {
		this.bids.set(account, BigInt(bid));
	}

	/** All bills, account by account. */
	get bills(): readonly Bill[] {
		return [...this.byAccount.values()].flat();
	}

	total(account: string): bigint {
		return this.totals.get(account) ?? 0n;
	}

	/** A call came in. The answer ends it, once. */
	open(account: string, price: Price, input: number, limit: number, name: string): number {
		this.calls += 1;
		const open = this.pending.get(account) ?? new Map<number, { worst: bigint; call: string }>();
		this.pending.set(account, open);
		open.set(this.calls, { worst: worst(price, input, limit), call: name });
		const bid = this.bids.get(account);
		const most = this.total(account) + [...open.values()].reduce((sum, one) => sum + one.worst, 0n);
		if (bid !== undefined && most > bid) {
			this.unaffordable.push(`${account}: ${most} of ${bid}`);
		}
		return this.calls;
	}

	/** Undefined used: turned away before any work, for nothing. */
	close(
		call: number,
		account: string,
		model: string,
		price: Price,
		used: Used | undefined,
		honest: boolean,
	): void {
		const open = this.pending.get(account)?.get(call);
		if (open === undefined) {
			return;
		}
		this.pending.get(account)?.delete(call);
		const amount = used === undefined ? 0n : billed(price, used);
		const none = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0 };
		const own = this.byAccount.get(account) ?? [];
		this.byAccount.set(account, own);
		own.push({ account, ...open, model, used: used ?? none, amount, honest });
		this.totals.set(account, this.total(account) + amount);
	}

	/** Resolves when no call of this account is on its way. */
	async settled(account: string): Promise<void> {
		while ((this.pending.get(account)?.size ?? 0) > 0) {
			await new Promise((resolve) => setTimeout(resolve, 2));
		}
	}

	/** The account's bills, which are forgotten. */
	take(account: string): Bill[] {
		const own = this.byAccount.get(account) ?? [];
		this.byAccount.delete(account);
		this.totals.delete(account);
		this.pending.delete(account);
		this.bids.delete(account);
		return own;
	}
}
