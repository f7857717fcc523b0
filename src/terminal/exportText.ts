// What `underbid export` says of the data set it wrote.
import type { DataSet } from '../core/trainingRows';
import { printable } from './style';

/** `file`, `sources`: where they were written; undefined: nothing was. */
export function exportText({ rows, leftOut }: DataSet, file: string | undefined, sources: string): string {
	const wrote =
		file === undefined
			? 'There is no fix to export.'
			: `Wrote ${rows.length === 1 ? 'one fix' : `${rows.length} fixes`} to ${file}; where each comes from, with its receipt, is in ${sources}.`;
	const left = leftOut.map(({ why, fixes }) => `  ${fixes} left out: ${why}`);
	return `${[wrote, ...left].map(printable).join('\n')}\n`;
}

export const NOTHING_KEPT = `No verified fix is kept on this computer. Fixes are kept only where you want that: write "keepFixes": true in settings.json (underbid models --help says where that is), or tick underbid.keepFixes in the editor's settings. From then on each verified fix is kept, with secrets taken out.
`;
