// What can be shown by itself: definitions, and the code around them.
import type { Definition } from './definitions';
import type { SourceFile } from './sourceFiles';

/** Lines; a shorter container is shown whole. */
export const LEAST_SPLIT = 60;
const MOST_STRETCH = 60;

/** Every definition, and the stretches of code between those of one level. */
export function unitsOf(file: SourceFile): Definition[] {
	const units = [...file.definitions];
	const inner = new Map<Definition | undefined, Definition[]>([[undefined, []]]);
	for (const definition of file.definitions) {
		inner.set(definition.parent, [...(inner.get(definition.parent) ?? []), definition]);
	}
	for (const [parent, parts] of inner) {
		if (parent !== undefined && (!parent.container || parent.end - parent.start < LEAST_SPLIT)) {
			continue;
		}
		let from = parent === undefined ? 1 : parent.head + 1;
		const last = parent === undefined ? file.lines.length : parent.end - 1;
		for (const next of [...parts.map(({ start, end }) => ({ start, end })), { start: last + 1, end: 0 }]) {
			units.push(...stretches(file, from, next.start - 1, parent));
			from = Math.max(from, next.end + 1);
		}
	}
	return units.sort((a, b) => a.start - b.start || b.end - a.end);
}

/** Not much longer than a screen each, parted at blank lines where there are any. */
function stretches(file: SourceFile, from: number, to: number, parent: Definition | undefined): Definition[] {
	const found: Definition[] = [];
	let start = from;
	for (let line = from; line <= to; line += 1) {
		const isLong = line - start >= MOST_STRETCH / 2 && (file.lines[line - 1] ?? '').trim() === '';
		if (line === to || isLong || line - start >= MOST_STRETCH) {
			if (file.lines.slice(start - 1, line).some((text) => /\w/.test(text))) {
				found.push({ name: '', start, end: line, head: start, parent, container: false });
			}
			start = line + 1;
		}
	}
	return found;
}
