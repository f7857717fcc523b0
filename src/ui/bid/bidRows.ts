// What stands in the list that asks for the bid, for what is typed and known at this moment.

import type { Temper } from '../../core/cascade/options';
import type { Quote, QuotePoint } from '../../core/cascade/quote';
import { formatUsd, type NanoUsd, nanoUsd, parseUsd, ZERO } from '../../core/money';
import type { MayChange } from '../../core/protectedFiles';
import { MAY_CHANGE_WORDS } from '../../core/receipt';

export type BidRow =
	| { readonly kind: 'price'; readonly spend: NanoUsd; readonly label: string; readonly description: string }
	/** Tells what is wrong with what was typed; cannot be chosen. */
	| { readonly kind: 'unreadable'; readonly label: string }
	| { readonly kind: BidChange; readonly label: string; readonly description: string };

/** What can be changed on the way. */
export type BidChange = 'time' | 'temper' | 'models' | 'command' | 'mayChange';

export const TEMPER_WORDS: Readonly<Record<Temper, string>> = {
	thrifty: 'stops where more money would hardly help',
	balanced: 'goes on while the odds are fair',
	determined: 'goes on as long as the bid holds',
};

export interface BidState {
	/** As it stands in the box. */
	readonly typed: string;
	readonly last: NanoUsd | undefined;
	/** What is said of `last` in place of “last used”. */
	readonly lastWords?: string;
	readonly standard: NanoUsd;
	readonly minutes: number;
	readonly temper: Temper;
	/** The test command; undefined while it is found by itself. */
	readonly command: string | undefined;
	/** Undefined where it cannot be chosen. */
	readonly mayChange?: MayChange | undefined;
	/** By amount. `asking`: the answer is on its way. */
	readonly odds: ReadonlyMap<NanoUsd, Odds>;
}

export type Odds = QuotePoint | 'none' | 'asking';

const USUAL = [nanoUsd(50_000_000), nanoUsd(250_000_000), nanoUsd(1_000_000_000)];

/** The prices offered before anything is typed: the last one first, then from nothing upwards. */
export function pricesOf({ last, standard }: Pick<BidState, 'last' | 'standard'>): readonly NanoUsd[] {
	const rest = [...new Set([ZERO, ...USUAL, standard])].sort((a, b) => a - b);
	return last === undefined ? rest : [last, ...rest.filter((price) => price !== last)];
}

/** The amount on which Enter falls before anything is typed. */
export function firstOf({ last, standard }: Pick<BidState, 'last' | 'standard'>): NanoUsd {
	return last ?? standard;
}

/** An amount that is typed stands alone; other words look among what can be changed, or are told off. */
export function bidRows(state: BidState): readonly BidRow[] {
	const typed = state.typed.trim();
	if (typed === '') {
		return [...pricesOf(state).map((spend) => priceRow(spend, state)), ...changes(state)];
	}
	const parsed = parseUsd(typed);
	if (parsed.kind === 'amount') {
		return [priceRow(parsed.amount, state)];
	}
	const words = typed.toLowerCase();
	const found = changes(state).filter(({ label }) => label.toLowerCase().includes(words));
	return found.length > 0 ? found : [{ kind: 'unreadable', label: parsed.message }];
}

/** The odds by amount, out of one answer. */
export function oddsOf(quote: Quote, asked: readonly NanoUsd[]): ReadonlyMap<NanoUsd, Odds> {
	const points = new Map(quote.kind === 'quoted' ? quote.points.map((point) => [point.bid, point]) : []);
	return new Map(asked.map((price) => [price, points.get(price) ?? 'none']));
}

function priceRow(spend: NanoUsd, { last, lastWords = 'last used', standard, odds }: BidState): BidRow {
	const notes = [
		oddsWords(odds.get(spend) ?? 'none', spend),
		...(spend === ZERO ? ['free, no paid model'] : []),
		...(spend === last ? [lastWords] : spend === standard ? ['your default'] : []),
	];
	return { kind: 'price', spend, label: formatUsd(spend), description: notes.join(' · ') };
}

/** Never sounder than what was measured: whole percent, and nothing at all where nothing was. */
export function oddsWords(odds: Odds, spend: NanoUsd): string {
	if (odds === 'none') {
		return 'no estimate yet';
	}
	if (odds === 'asking') {
		return 'estimating…';
	}
	const chance = `about ${Math.floor(odds.chance.mean * 100)}% likely to be fixed`;
	const usual = nanoUsd(Math.min(spend, Math.max(0, Math.ceil(odds.spend.mean * 1e9))));
	return usual === ZERO ? chance : `${chance}, usually ${formatUsd(usual)}`;
}

function changes({
	minutes,
	temper,
	command,
	mayChange,
}: BidState): readonly (BidRow & { readonly kind: BidChange })[] {
	return [
		{
			kind: 'time',
			label: 'Change Time Limit…',
			description: `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`,
		},
		{ kind: 'temper', label: 'Change Temper…', description: `${temper}: ${TEMPER_WORDS[temper]}` },
		{ kind: 'models', label: 'Choose Models…', description: 'and the keys to pay for them' },
		{ kind: 'command', label: 'Change Test Command…', description: command ?? 'found by itself' },
		...(mayChange === undefined
			? []
			: [
					{
						kind: 'mayChange' as const,
						label: 'Change What May Be Changed…',
						description: MAY_CHANGE_WORDS[mayChange],
					},
				]),
	];
}

export type ReadMinutes =
	| { readonly kind: 'minutes'; readonly minutes: number }
	| { readonly kind: 'unreadable'; readonly message: string };

export const MOST_MINUTES = 240;

/** Reads a time limit that a person typed: `10`, `2.5`. */
export function minutesOf(text: string): ReadMinutes {
	const trimmed = text.trim();
	const minutes = /^\d{1,4}(\.\d{1,3})?$/.test(trimmed) ? Number(trimmed) : Number.NaN;
	return minutes >= 0.5 && minutes <= MOST_MINUTES
		? { kind: 'minutes', minutes }
		: { kind: 'unreadable', message: `Write minutes between 0.5 and ${MOST_MINUTES}, like 10.` };
}
