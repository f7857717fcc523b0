// Tests whose names are made from what they test (a computed title, an address, a random value) are called otherwise
// with a patch, or at each run: they are known by their place in a file that has as many tests as before.
import type { TestResult } from './suite';

export interface Alignment {
	/** As `after`, under the ids and names of `before` where a test was matched by its place. */
	readonly tests: readonly TestResult[];
	readonly renamed: readonly { readonly from: string; readonly to: string }[];
}

export function aligned(before: readonly TestResult[], after: readonly TestResult[]): Alignment {
	const known = new Set(before.map(({ id }) => id));
	const seen = new Set(after.map(({ id }) => id));
	if (before.every(({ id }) => seen.has(id))) {
		return { tests: after, renamed: [] };
	}
	const places = byFile(before);
	const renamed: { from: string; to: string }[] = [];
	const named = new Map<TestResult, TestResult>();
	for (const [file, now] of byFile(after)) {
		const then = places.get(file) ?? [];
		const changed = now.flatMap((test, place) => (known.has(test.id) ? [] : [[test, then[place]] as const]));
		const fits =
			now.length === then.length && changed.every(([, old]) => old !== undefined && !seen.has(old.id));
		for (const [test, old] of fits ? changed : []) {
			if (old !== undefined) {
				named.set(test, { ...test, id: old.id, name: old.name });
				renamed.push({ from: old.id, to: test.id });
			}
		}
	}
	return { tests: after.map((test) => named.get(test) ?? test), renamed };
}

function byFile(tests: readonly TestResult[]): ReadonlyMap<string, readonly TestResult[]> {
	const files = new Map<string, TestResult[]>();
	for (const test of tests) {
		const file = test.file ?? '';
		const list = files.get(file) ?? [];
		list.push(test);
		files.set(file, list);
	}
	return files;
}
