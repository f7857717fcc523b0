// Which test command a person has looked at and agreed to, in one workspace folder. Nothing runs before that.

export interface SuiteMemory {
	/** The command as it was shown and agreed to. */
	readonly agreed: string;
	/** What the setting said then; '' when it said nothing. A setting that changed since is asked about anew. */
	readonly setting: string;
	/** The person's own command, where it is neither found nor set. */
	readonly own?: string;
}

export type KnownCommand =
	/** `command` absent: found by itself. */
	| { readonly kind: 'agreed'; readonly command?: string; readonly shown: string }
	| { readonly kind: 'ask'; readonly command?: string };

/** The command of the person comes before the setting, until the setting is changed. */
export function knownCommand(memory: SuiteMemory | undefined, setting: string): KnownCommand {
	const set = setting.trim();
	if (memory !== undefined && memory.setting === set) {
		const command = memory.own ?? (set === '' ? undefined : set);
		return { kind: 'agreed', shown: memory.agreed, ...(command === undefined ? {} : { command }) };
	}
	return set === '' ? { kind: 'ask' } : { kind: 'ask', command: set };
}

/** What is kept may have been written by another version: only what is whole is believed. */
export function suiteMemoryOf(value: unknown): SuiteMemory | undefined {
	if (typeof value !== 'object' || value === null) {
		return undefined;
	}
	const { agreed, setting, own } = value as Record<string, unknown>;
	return typeof agreed === 'string' && typeof setting === 'string'
		? { agreed, setting, ...(typeof own === 'string' ? { own } : {}) }
		: undefined;
}
