// Reading what a provider sent without believing anything of it.

export function field(value: unknown, name: string): unknown {
	return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
		? (value as Record<string, unknown>)[name]
		: undefined;
}

export function textOf(value: unknown): string | undefined {
	return typeof value === 'string' ? value : undefined;
}

/** As reported, however absurd; undefined for what is no number. */
export function numberOf(value: unknown): number | undefined {
	return typeof value === 'number' ? value : undefined;
}

/** Undefined only when none was reported. */
export function sumOf(...numbers: readonly (number | undefined)[]): number | undefined {
	const known = numbers.filter((one) => one !== undefined);
	return known.length === 0 ? undefined : known.reduce((sum, one) => sum + one, 0);
}

/** A copy without what is undefined. */
export function defined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
	return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
		[K in keyof T]?: Exclude<T[K], undefined>;
	};
}
