// Short words for what a call did, equal for equal behaviour.
import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { propertyOf } from './nodeModule';

const longest = 80;
const mostItems = 50;

export function digestOf(value: unknown): string {
	const text = inspect(unrolled(value), {
		depth: 8,
		maxArrayLength: 500,
		maxStringLength: 2000,
		breakLength: Number.POSITIVE_INFINITY,
		sorted: true,
	});
	return text.length <= longest
		? text
		: `${text.slice(0, 20)}…${createHash('sha1').update(text).digest('hex').slice(0, 16)}`;
}

/** What an iterator would give; it says nothing by itself. */
function unrolled(value: unknown): unknown {
	if (
		typeof propertyOf(value, 'next') !== 'function' ||
		typeof propertyOf(value, Symbol.iterator) !== 'function'
	) {
		return value;
	}
	const items: unknown[] = [];
	for (const item of value as Iterable<unknown>) {
		items.push(item);
		if (items.length === mostItems) {
			break;
		}
	}
	return { iterator: items };
}
