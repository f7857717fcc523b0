// A model as the catalogue knows it: at a price and usable, or with the reason why not.
import type { Endpoint } from './endpoint';
import type { Price } from './price';

export interface Listing {
	/** `openrouter/qwen/qwen3-coder`: the provider, then its own name for the model. */
	readonly id: string;
	readonly provider: string;
	/** For people. */
	readonly label: string;
	/** Absent when it is not known: then there is no offer. */
	readonly price?: Price;
	/** Where the price is from, with its date: `shipped 2026-11-10`, `yours`, `free by your word`. Absent without a price. */
	readonly priceSource?: string;
	/** Prompt and output together, tokens; cautious where `limitsKnown` is false. */
	readonly contextTokens: number;
	/** One answer, tokens. */
	readonly outputLimit: number;
	readonly limitsKnown: boolean;
	/** False when the model is known not to call tools. */
	readonly callsTools: boolean;
	/** True too when its provider needs no key. */
	readonly keyPresent: boolean;
	/** In the pool that a fix buys from, key or no key. */
	readonly pooled: boolean;
	readonly usable: boolean;
	/** Why it is not usable, and what to do; absent when it is. */
	readonly why?: string;
	readonly endpoint: Endpoint;
	/** The provider's own name for the model. */
	readonly wireModel: string;
}
