// What the user has decided about models and money, outside of any workspace.
import type { Dialect } from './endpoint';
import type { NanoUsd } from './money';
import type { Price } from './price';
import type { SandboxChoice } from './sandbox';

export interface OwnProvider {
	/** One of ours, changed; or a new name. */
	readonly id: string;
	readonly dialect?: Dialect;
	readonly baseUrl?: string;
	/** The name of the environment variable with the key, never a key. */
	readonly keyVariable?: string;
	/** By the user's word, all its models cost nothing. */
	readonly free: boolean;
}

export interface Settings {
	readonly providers: readonly OwnProvider[];
	/** The pool: ids of models, `*` for any part; absent when our own choice stands. */
	readonly models?: readonly string[];
	/** `pool`: its models are tried in the order of their entries; absent: the odds decide. */
	readonly order?: 'pool';
	/** By id of the model. They stand above every other source. */
	readonly prices: ReadonlyMap<string, Price>;
	/** The most for a day and a month, all windows and terminals together; absent when there is none. */
	readonly caps: { readonly day?: NanoUsd; readonly month?: NanoUsd };
	/** By id of the model, in tokens. */
	readonly limits: ReadonlyMap<string, { readonly context?: number; readonly output?: number }>;
	/** `free`: model servers found on this computer cost nothing, by the user's word, and may be used. */
	readonly local?: 'free';
	/** How runs of tests are confined. */
	readonly sandbox?: SandboxChoice;
	/** Verified fixes are kept on this machine, for examples in prompts and for export. */
	readonly keepFixes?: boolean;
	/** False: kept fixes are shown to no model. */
	readonly examples?: boolean;
}

export const NO_SETTINGS: Settings = { providers: [], prices: new Map(), caps: {}, limits: new Map() };

/** A model that the user adds to their settings. */
export interface AddedModel {
	/** `provider/model`. */
	readonly id: string;
	/** Where its provider is reached; absent: as it is known already. */
	readonly baseUrl?: string;
	/** Name of the environment variable with the key. */
	readonly keyVariable?: string;
	/** US dollars per million tokens, as decimal text. */
	readonly price: { readonly input: string; readonly output: string };
	/** In tokens. */
	readonly context?: number;
	readonly output?: number;
}
