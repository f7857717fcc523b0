// How a block was indented otherwise than the file, and its new lines put right in the same way.
import { isBlank } from './edit';
import type { LineChange } from './fileText';

type Reindent = (indent: string) => string | undefined;

/**
 * New lines as the file indents them, where the block's lines are the file's but for one uniform change of their
 * indentation. `pairs`: each found line of the file beside the block's. Undefined when no change fits, or when several
 * do that would write different text.
 */
export function reindented(
	pairs: readonly (readonly [file: string, block: string])[],
	blockChanges: readonly LineChange[],
	lines: readonly string[],
): readonly (readonly string[])[] | undefined {
	const inserts = blockChanges.map(({ insert }) => insert);
	if (inserts.every((insert) => insert.every(isBlank))) {
		return inserts;
	}
	const solid = pairs.filter(([file, block]) => !isBlank(file) && !isBlank(block));
	const indents = solid.map(([file, block]) => [indentOf(file), indentOf(block)] as const);
	const { shifts, conversions } = changesThatFit(indents);
	if (shifts.length + conversions.length === 0) {
		return withFirstLineMended(indents, blockChanges);
	}
	const outcomes = (changes: readonly Reindent[]): Inserts[] => {
		const found = new Map<string, Inserts>();
		for (const change of changes) {
			const written = inserts.map((insert) => insert.flatMap((line) => withIndent(line, change) ?? []));
			if (written.every((insert, at) => insert.length === inserts[at]?.length)) {
				found.set(JSON.stringify(written), written);
			}
		}
		return [...found.values()];
	};
	const [shifted, otherShift] = outcomes(shifts);
	if (shifts.length === 0) {
		const [converted, otherConversion] = outcomes(conversions);
		return otherConversion === undefined ? converted : undefined;
	}
	if (shifted === undefined || otherShift !== undefined) {
		return undefined;
	}
	if (mayBeFirstLineOnly(indents, blockChanges)) {
		return undefined;
	}
	const rivals = outcomes([...shifts, ...conversions]).slice(1);
	const usual = usualStep(lines);
	const stepsFit = (outcome: Inserts) =>
		outcome.every((insert) => stepsOf(insert).every((step) => step === usual));
	return rivals.length === 0 || (stepsFit(shifted) && !rivals.some(stepsFit)) ? shifted : undefined;
}

type Inserts = readonly (readonly string[])[];

/** Models lose the white space at the very beginning of what they quote. */
function mayBeFirstLineOnly(
	indents: readonly (readonly [string, string])[],
	blockChanges: readonly LineChange[],
): boolean {
	const [first, second] = indents;
	const others = blockChanges
		.flatMap(({ from, insert }) => (from === 0 ? insert.slice(1) : insert))
		.filter((line) => !isBlank(line));
	return (
		first !== undefined &&
		second === undefined &&
		first[1] === '' &&
		first[0] !== '' &&
		others.length > 0 &&
		others.every((line) => line.startsWith(first[0]))
	);
}

function withFirstLineMended(
	indents: readonly (readonly [string, string])[],
	blockChanges: readonly LineChange[],
): readonly (readonly string[])[] | undefined {
	const [first, ...others] = indents;
	const isSo = first?.[1] === '' && others.length > 0 && others.every(([file, block]) => file === block);
	if (!isSo) {
		return undefined;
	}
	const mended = blockChanges.map(({ from, insert }) =>
		from === 0 && insert[0] !== undefined ? [first[0] + insert[0], ...insert.slice(1)] : insert,
	);
	// What takes the first line's place, and nothing more, stands where it stood.
	const isTold = blockChanges.every(
		({ from, to, insert }) =>
			from > 0 || (to === 1 && insert.length === 1 && indentOf(insert[0] ?? '') === ''),
	);
	return isTold ? mended : undefined;
}

export function indentOf(line: string): string {
	return /^[ \t]*/.exec(line)?.[0] ?? '';
}

function withIndent(line: string, change: Reindent): string | undefined {
	if (isBlank(line)) {
		return line;
	}
	const indent = indentOf(line);
	const changed = change(indent);
	return changed === undefined ? undefined : changed + line.slice(indent.length);
}

/** Shifts put a prefix before every line or take one away; conversions write the same depths in other signs. */
function changesThatFit(indents: readonly (readonly [string, string])[]): {
	readonly shifts: readonly Reindent[];
	readonly conversions: readonly Reindent[];
} {
	const [first] = indents;
	if (first === undefined) {
		return { shifts: [], conversions: [] };
	}
	if (indents.every(([file, block]) => file === block)) {
		return { shifts: [(indent) => indent], conversions: [] };
	}
	const [file, block] = first;
	const shifts: Reindent[] = [];
	const conversions: Reindent[] = [];
	if (file.endsWith(block)) {
		const prefix = file.slice(0, file.length - block.length);
		shifts.push((indent) => prefix + indent);
	}
	if (file.startsWith(block) && !file.endsWith(block)) {
		const suffix = file.slice(block.length);
		shifts.push((indent) => indent + suffix);
	}
	if (block.endsWith(file)) {
		const prefix = block.slice(0, block.length - file.length);
		shifts.push((indent) => (indent.startsWith(prefix) ? indent.slice(prefix.length) : undefined));
	}
	for (const unit of [2, 3, 4, 8]) {
		conversions.push(
			(indent) =>
				/^ *$/.test(indent) && indent.length % unit === 0 ? '\t'.repeat(indent.length / unit) : undefined,
			(indent) => (/^\t*$/.test(indent) ? ' '.repeat(indent.length * unit) : undefined),
		);
	}
	for (const [from, to] of [
		[2, 4],
		[4, 2],
		[2, 8],
		[4, 8],
	] as const) {
		conversions.push((indent) =>
			/^ *$/.test(indent) && indent.length % from === 0 ? ' '.repeat((indent.length / from) * to) : undefined,
		);
	}
	const fits = (change: Reindent) => indents.every(([to, from]) => change(from) === to);
	return { shifts: shifts.filter(fits), conversions: conversions.filter(fits) };
}

/** What most lines of the file are indented by beyond the line above. */
function usualStep(lines: readonly string[]): string | undefined {
	const steps = new Map<string, number>();
	for (const step of stepsOf(lines)) {
		steps.set(step, (steps.get(step) ?? 0) + 1);
	}
	return [...steps].sort((a, b) => b[1] - a[1])[0]?.[0];
}

function stepsOf(lines: readonly string[]): string[] {
	const indents = lines.filter((line) => !isBlank(line)).map(indentOf);
	return indents.flatMap((indent, index) => {
		const before = indents[index - 1];
		return before !== undefined && indent.length > before.length && indent.startsWith(before)
			? [indent.slice(before.length)]
			: [];
	});
}
