import type { Tree } from '../../core/effects';
import { isTestFile } from '../../core/issue/reproduction';
import { WorkFiles } from '../model/workFiles';

const SOURCE = /\.(?:[cm]?[jt]sx?|vue|svelte|py|go|rs|rb|java|kt|cs|php|swift|scala)$/;
const MOST_FILES = 2_000;
const MOST_BYTES = 32 * 1024 * 1024;
const NOBODY: ReadonlySet<string> = new Set();

/**
 * Those of the names that stand nowhere in the project's code, its tests aside: what an issue asks for, and is not there
 * yet. None where not all of the code can be read.
 */
export async function absentNames(
	tree: Tree,
	names: ReadonlySet<string>,
	signal: AbortSignal,
): Promise<ReadonlySet<string>> {
	const files = new WorkFiles(tree.root);
	const sources = (await files.list(signal)).filter((file) => SOURCE.test(file) && !isTestFile(file, NOBODY));
	if (signal.aborted || sources.length > MOST_FILES) {
		return NOBODY;
	}
	const absent = new Set(names);
	let bytes = 0;
	for (const file of sources) {
		const found = await files.read(file);
		bytes += found.kind === 'refused' ? 0 : found.text.length;
		if (found.kind === 'refused' || bytes > MOST_BYTES || signal.aborted) {
			return NOBODY;
		}
		for (const [word] of found.text.matchAll(/[A-Za-z_$][\w$]*/g)) {
			absent.delete(word);
		}
	}
	return absent;
}
