// Days as text (`2026-11-25`, UTC) and what they are gathered into. No clock is read here.

export const UNITS = ['day', 'week', 'month', 'year'] as const;
export type CalendarUnit = (typeof UNITS)[number];

const DAY_MS = 86_400_000;

/** @param days may be negative */
export function dayAfter(day: string, days: number): string {
	return textOf(momentOf(day) + days * DAY_MS);
}

/** How many days from the first to the last, both included. */
export function daysBetween(first: string, last: string): number {
	return Math.round((momentOf(last) - momentOf(first)) / DAY_MS) + 1;
}

export function daysInMonth(day: string): number {
	const [year = 0, month = 1] = parts(day);
	return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** The first day of the week (Monday), month or year that holds the day. */
export function beginOf(day: string, unit: CalendarUnit): string {
	switch (unit) {
		case 'day':
			return textOf(momentOf(day));
		case 'week': {
			const moment = momentOf(day);
			return textOf(moment - ((new Date(moment).getUTCDay() + 6) % 7) * DAY_MS);
		}
		case 'month':
			return `${textOf(momentOf(day)).slice(0, 7)}-01`;
		case 'year':
			return `${textOf(momentOf(day)).slice(0, 4)}-01-01`;
	}
}

/** The first day of the unit after the one that begins on `begin`. */
export function nextOf(begin: string, unit: CalendarUnit): string {
	switch (unit) {
		case 'day':
			return dayAfter(begin, 1);
		case 'week':
			return dayAfter(begin, 7);
		case 'month':
			return beginOf(dayAfter(begin, 31), 'month');
		case 'year':
			return beginOf(dayAfter(begin, 366), 'year');
	}
}

/** Days that no calendar has roll over, as clocks gone wrong may have written some. */
function momentOf(day: string): number {
	const [year = 1970, month = 1, date = 1] = parts(day);
	return Date.UTC(Math.max(1000, Math.min(9000, year)), month - 1, date);
}

function parts(day: string): readonly number[] {
	return day.split('-').map((part) => Number.parseInt(part, 10) || 0);
}

function textOf(moment: number): string {
	return new Date(moment).toISOString().slice(0, 10);
}
