// What a caller sent, read strictly: nothing of it is trusted, and each fault is one sentence.
import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { amountOf } from '../core/caller/limit';
import { targetOf } from '../core/caller/target';
import type { NanoUsd } from '../core/money';
import type { SpendKey, SpendSpan } from '../core/spend';
import type { Target } from '../core/suite';
import { UserError } from '../core/userError';

export type Arguments = Readonly<Record<string, unknown>>;

const MOST_ISSUE = 200_000;
const MOST_PATCH = 2_000_000;
const MOST_BIDS = 8;
/** Not by repository: what else the user works on is nothing for a caller. */
export const KEYS = ['day', 'month', 'model', 'offer', 'outcome'] as const satisfies readonly SpendKey[];

/** @throws UserError where there is an argument that the tool does not take. */
export function onlyKnown(said: Arguments, known: readonly string[]): void {
	const strange = Object.keys(said).find((name) => !known.includes(name));
	if (strange !== undefined) {
		throw new UserError(
			`There is no argument ${JSON.stringify(strange.slice(0, 60))}; this tool takes ${known.join(', ')}.`,
		);
	}
}

/** @throws UserError */
export function readTarget(said: unknown): Target {
	const read = targetOf(said);
	if (read.kind === 'refused') {
		throw new UserError(read.reason);
	}
	return read.target;
}

/** The server's folder, or one in it. @throws UserError for any other */
export function readFolder(said: unknown, root: string): string {
	if (said === undefined) {
		return root;
	}
	if (typeof said !== 'string' || said.trim() === '' || said.length > 4_000 || said.includes('\0')) {
		throw new UserError('folder: write the path of a folder, relative to the folder of the server.');
	}
	const whole = realOf(root);
	const asked = realOf(path.resolve(root, said.trim()));
	if (whole === undefined || asked === undefined) {
		throw new UserError(`folder: there is no folder ${JSON.stringify(said.slice(0, 200))} here.`);
	}
	const inside = path.relative(whole, asked);
	if (inside === '..' || inside.startsWith(`..${path.sep}`) || path.isAbsolute(inside)) {
		throw new UserError('folder: it lies outside the folder that this server was started for.');
	}
	return asked;
}

/** Text of an issue, never the name of one: a caller has nothing read from disk or network. @throws UserError */
export function readIssueText(said: unknown): string {
	return text(said, 'issue', 'the text of the issue itself', MOST_ISSUE);
}

/** @throws UserError */
export function readPatch(said: unknown): string {
	return text(said, 'patch', 'a unified diff', MOST_PATCH);
}

/** @throws UserError */
export function readBids(said: unknown, usual: readonly NanoUsd[]): readonly NanoUsd[] {
	if (said === undefined) {
		return usual;
	}
	if (!Array.isArray(said) || said.length === 0 || said.length > MOST_BIDS) {
		throw new UserError(
			`bids: write a list of one to ${MOST_BIDS} amounts in US dollars, like [0.05, 0.25].`,
		);
	}
	return (said as readonly unknown[]).map((one) => {
		const amount = amountOf(one);
		if (typeof amount === 'string') {
			throw new UserError(`bids: ${amount}`);
		}
		return amount;
	});
}

/** @throws UserError */
export function readSpend(said: Arguments): { readonly by: SpendKey; readonly span: SpendSpan } {
	const by = KEYS.find((key) => key === (said['by'] ?? 'day'));
	if (by === undefined) {
		throw new UserError(`by: write one of ${KEYS.join(', ')}.`);
	}
	const since = day(said['since'], 'since');
	const until = day(said['until'], 'until');
	return {
		by,
		span: { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) },
	};
}

function day(said: unknown, name: string): string | undefined {
	if (said === undefined) {
		return undefined;
	}
	const moment = new Date(typeof said === 'string' && said.length === 10 ? `${said}T00:00:00.000Z` : '');
	if (Number.isNaN(moment.getTime()) || moment.toISOString().slice(0, 10) !== said) {
		throw new UserError(`${name}: write a day like 2026-11-25.`);
	}
	return said;
}

function text(said: unknown, name: string, what: string, most: number): string {
	if (typeof said !== 'string' || said.trim() === '') {
		throw new UserError(`${name}: give ${what} as text.`);
	}
	if (said.length > most) {
		throw new UserError(`${name}: ${said.length} characters are too many; at most ${most} are taken.`);
	}
	return said;
}

function realOf(folder: string): string | undefined {
	try {
		const real = realpathSync(folder);
		return statSync(real).isDirectory() ? real : undefined;
	} catch {
		return undefined;
	}
}
