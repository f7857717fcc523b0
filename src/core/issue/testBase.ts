import type { FileEdit, Patch } from '../patch';
import { changedLines } from '../rules/changedLines';

/** The text before a patch that only adds lines to it; undefined where the patch makes the file. */
export function textBefore({ path, text }: FileEdit, patch: Pick<Patch, 'diff'>): string | undefined {
	const changed = changedLines(patch).find(({ file }) => file === path);
	if (changed?.isNew === true) {
		return undefined;
	}
	const added = new Set(changed?.added.map(({ number }) => number));
	return text
		.split('\n')
		.filter((_, index) => !added.has(index + 1))
		.join('\n');
}
