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
	const changes = changesThatFit(indents);
	if (changes.length === 0) {
		return withFirstLineMended(indents, blockChanges);
	}
	const outcomes = new Map<string, readonly (readonly string[])[]>();
	for (const change of changes) {
		const written = inserts.map((insert) => insert.map((line) => withIndent(line, change)));
		if (written.every((insert) => insert.every((line) => line !== undefined))) {
			const outcome = written;
			outcomes.set(JSON.stringify(outcome), outcome);
		}
	}
	const found = [...outcomes.values()];
	return found.length === 1 ? found[0] : likeliest(found, lines);
}

/** Models lose the white space at the very beginning of what they quote. */
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
	const isTold = blockChanges.every(({ from, insert }) => from > 0 || indentOf(insert[0] ?? '') === '');
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

function changesThatFit(indents: readonly (readonly [string, string])[]): Reindent[] {
	const [first] = indents;
	if (first === undefined) {
		return [];
	}
	if (indents.every(([file, block]) => file === block)) {
		return [(indent) => indent];
	}
	const [file, block] = first;
	const candidates: Reindent[] = [];
	if (file.endsWith(block)) {
		const prefix = file.slice(0, file.length - block.length);
		candidates.push((indent) => prefix + indent);
	}
	if (file.startsWith(block) && !file.endsWith(block)) {
		const suffix = file.slice(block.length);
		candidates.push((indent) => indent + suffix);
	}
	if (block.endsWith(file)) {
		const prefix = block.slice(0, block.length - file.length);
		candidates.push((indent) => (indent.startsWith(prefix) ? indent.slice(prefix.length) : undefined));
	}
	for (const unit of [2, 3, 4, 8]) {
		candidates.push(
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
		candidates.push((indent) =>
			/^ *$/.test(indent) && indent.length % from === 0 ? ' '.repeat((indent.length / from) * to) : undefined,
		);
	}
	return candidates.filter((change) => indents.every(([to, from]) => change(from) === to));
}

/** The one outcome whose steps inwards are the file's own steps. */
function likeliest(
	outcomes: readonly (readonly (readonly string[])[])[],
	lines: readonly string[],
): readonly (readonly string[])[] | undefined {
	const steps = new Map<string, number>();
	for (const step of stepsOf(lines)) {
		steps.set(step, (steps.get(step) ?? 0) + 1);
	}
	const usual = [...steps].sort((a, b) => b[1] - a[1])[0]?.[0];
	const fitting = outcomes.filter((outcome) =>
		outcome.every((insert) => stepsOf(insert).every((step) => step === usual)),
	);
	return fitting.length === 1 ? fitting[0] : undefined;
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
