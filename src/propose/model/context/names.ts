// Names that occur in code.

const NAME = /[\p{L}_$][\p{L}\p{N}_$]*/gu;
/** Said everywhere, so that they lead nowhere. */
const COMMON = new Set(
	'the and for var let const function return this self new null undefined true false None True False if else import from require export default async await class def end nil int string bool void public private static test it describe expect assert equal equals toBe toEqual strictEqual deepEqual ok should context name value key data result length push map filter then get set args options Error throw try catch not with use pub func type struct println console log'.split(
		' ',
	),
);

/** With how often each occurs; words that are too short or too common to tell anything are left out. */
export function namesIn(text: string): Map<string, number> {
	const counts = new Map<string, number>();
	for (const [name] of text.matchAll(NAME)) {
		if (name.length > 1 && !COMMON.has(name)) {
			counts.set(name, (counts.get(name) ?? 0) + 1);
		}
	}
	return counts;
}
