// What the editor's settings say, read with care: a workspace never decides about money, and a value that cannot be
// read never opens a limit.
import { usdOf } from '../../core/decimal';
import type { Caps } from '../../core/ledger';
import { type NanoUsd, ZERO } from '../../core/money';
import { SANDBOX_WISHES, type SandboxChoice } from '../../core/sandbox';

/** What `inspect` of a configuration tells; the workspace's values are there and not looked at. */
export interface Inspected {
	readonly defaultValue?: unknown;
	readonly globalValue?: unknown;
	readonly workspaceValue?: unknown;
	readonly workspaceFolderValue?: unknown;
}

/** The user's own value, else the default. */
export function ownValue(inspected: Inspected | undefined): unknown {
	return inspected?.globalValue ?? inspected?.defaultValue;
}

/** A limit in US dollars; `null` and absence are no limit, and what cannot be read lets nothing through. */
export function limitOf(value: unknown): NanoUsd | undefined {
	return value === undefined || value === null ? undefined : amountOf(value);
}

/** An amount in US dollars; what cannot be read is nothing. */
export function amountOf(value: unknown): NanoUsd {
	const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
	return usdOf(text, 'down') ?? ZERO;
}

export function capsOf(daily: unknown, monthly: unknown): Caps {
	const day = limitOf(daily);
	const month = limitOf(monthly);
	return { ...(day === undefined ? {} : { day }), ...(month === undefined ? {} : { month }) };
}

/** What the user set for themselves; what they did not set the settings file says, and what cannot be read is strict. */
export function sandboxOf(sandbox: Inspected | undefined, network: Inspected | undefined): SandboxChoice {
	const [wish, allowed] = [sandbox?.globalValue, network?.globalValue];
	return {
		...(wish === undefined ? {} : { wish: SANDBOX_WISHES.find((one) => one === wish) ?? 'required' }),
		...(allowed === undefined ? {} : { network: allowed === true }),
	};
}

/** The ids of models, in order; undefined when there is none. */
export function poolOf(value: unknown): readonly string[] | undefined {
	const ids = Array.isArray(value)
		? value.filter((one): one is string => typeof one === 'string' && one.trim() !== '')
		: [];
	return ids.length === 0 ? undefined : ids.map((id) => id.trim());
}

export type AskForLimit = 'always' | 'whenAboveDefault' | 'never';

/** The bid that is taken without asking; undefined: ask. */
export function unasked(ask: AskForLimit, last: NanoUsd | undefined, standard: NanoUsd): NanoUsd | undefined {
	switch (ask) {
		case 'always':
			return undefined;
		case 'whenAboveDefault':
			return last === undefined ? standard : last <= standard ? last : undefined;
		case 'never':
			return standard;
	}
}
