// Blocks in which lines are left out, turned into blocks in which every line is there.
import { changesBetween } from './change';
import { isBlank, type ReplaceEdit } from './edit';
import { filled, isElision, partsOf } from './elision';
import { place } from './place';

export type Resolved =
	| { readonly kind: 'blocks'; readonly blocks: readonly ReplaceEdit[] }
	| { readonly kind: 'refused'; readonly reason: string };

/** A block without elisions is itself. */
export function resolvedBlocks(block: ReplaceEdit, lines: readonly string[]): Resolved {
	const literal = new Set(lines.map((line) => line.trim()));
	const leavesOut = (line: string) => isElision(line) && !literal.has(line.trim());
	const inSearch = block.search.filter(leavesOut).length;
	const inReplace = block.replace.filter(leavesOut).length;
	if (inSearch === 0 && inReplace === 0) {
		return { kind: 'blocks', blocks: [block] };
	}
	if (inSearch === 0) {
		const replace = filled(block.replace, block.search);
		return replace === undefined
			? refused('In REPLACE code is left out, and the lines around it do not tell what was meant')
			: { kind: 'blocks', blocks: [{ ...block, replace }] };
	}
	if (inSearch !== inReplace) {
		return refused('Code is left out of SEARCH and REPLACE in different places');
	}
	const searches = partsOf(block.search, leavesOut);
	const replaces = partsOf(block.replace, leavesOut);
	const parts = searches.map((search, index): ReplaceEdit => {
		const { path, unit, corrects } = block;
		return { kind: 'replace', path, unit, corrects, search, replace: replaces[index] ?? [] };
	});
	const changing = parts.filter(({ search, replace }) => changesBetween(search, replace).length > 0);
	if (changing.some(({ search }) => search.every(isBlank))) {
		return refused('New lines stand beside code that is left out, so that their place is not known');
	}
	// Every part that is found must come after the ones before it.
	let reached = 0;
	for (const part of parts) {
		const found = part.search.every(isBlank) ? undefined : place(lines, part);
		if (found?.kind === 'placed') {
			if (found.from < reached) {
				return refused('The parts around code that is left out are in another order in the file');
			}
			reached = found.to;
		} else if (found !== undefined && (found.found === 0 || changing.includes(part))) {
			return found.found === 0
				? { kind: 'refused', reason: found.reason }
				: refused('Code is left out, and a part beside it is not the only one of its kind');
		}
	}
	return { kind: 'blocks', blocks: changing };
}

function refused(what: string): Resolved {
	return { kind: 'refused', reason: `${what}; write every line out.` };
}
