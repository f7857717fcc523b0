// Copies of the values that tests pass to functions. Values of jest's realms are told by shape, not by class.

export class NotCopyable extends Error {
	override readonly name = 'NotCopyable';
}

const mostNodes = 3000;

/**
 * A deep copy of plain data; functions are kept as they are. Throws `NotCopyable` for instances of the project's
 * own classes and for very large values.
 */
export function copyOf(value: unknown): unknown {
	let nodes = 0;
	const seen = new Map<object, unknown>();
	const copy = (from: unknown): unknown => {
		if (typeof from !== 'object' || from === null) {
			return from;
		}
		const known = seen.get(from);
		if (known !== undefined) {
			return known;
		}
		if (++nodes > mostNodes) {
			throw new NotCopyable();
		}
		const tag = Object.prototype.toString.call(from);
		if (Array.isArray(from)) {
			const list: unknown[] = [];
			seen.set(from, list);
			nodes += from.length;
			for (let index = 0; index < from.length; index++) {
				if (index in from) {
					list[index] = copy(from[index]);
				} else {
					list.length = index + 1;
				}
			}
			return list;
		}
		if (tag === '[object Map]') {
			const map = new Map<unknown, unknown>();
			seen.set(from, map);
			for (const [key, item] of from as Map<unknown, unknown>) {
				map.set(copy(key), copy(item));
			}
			return map;
		}
		if (tag === '[object Set]') {
			const set = new Set<unknown>();
			seen.set(from, set);
			for (const item of from as Set<unknown>) {
				set.add(copy(item));
			}
			return set;
		}
		if (tag === '[object Date]') {
			return new Date((from as Date).getTime());
		}
		if (tag === '[object RegExp]') {
			return new RegExp((from as RegExp).source, (from as RegExp).flags);
		}
		if (ArrayBuffer.isView(from) || tag === '[object ArrayBuffer]') {
			return Buffer.isBuffer(from) ? Buffer.from(from) : structuredClone(from);
		}
		if (!isPlain(from)) {
			throw new NotCopyable();
		}
		const record: Record<string, unknown> = {};
		seen.set(from, record);
		for (const [key, item] of Object.entries(from)) {
			put(record, key, copy(item));
		}
		return record;
	};
	return copy(value);
}

/** Also under the name `__proto__`, which an assignment would take as the prototype. */
export function put(record: Record<string, unknown>, key: string, value: unknown): void {
	Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
}

export function isPlain(value: unknown): value is Record<string, unknown> {
	if (
		typeof value !== 'object' ||
		value === null ||
		Object.prototype.toString.call(value) !== '[object Object]'
	) {
		return false;
	}
	const prototype: unknown = Object.getPrototypeOf(value);
	return prototype === null || Object.getPrototypeOf(prototype) === null;
}
