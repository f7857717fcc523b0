import type { Tree } from '../../core/effects';
import { isTestFile } from '../../core/issue/reproduction';
import type { TestResult } from '../../core/suite';
import { WorkFiles } from '../model/workFiles';
import { packageNameAt } from './issueAuthor';
import { importedNames } from './testPlace';

const MOST_FILES = 60;

/** Names that the project's tests bind from its own code. */
export async function projectNames(
	tree: Tree,
	tests: readonly TestResult[],
	folder: string,
	signal: AbortSignal,
): Promise<ReadonlySet<string>> {
	const files = new WorkFiles(tree.root);
	const listed = await files.list(signal);
	const told = [...new Set(tests.flatMap(({ file }) => file ?? []))];
	// TAP names no files.
	const known = told.length > 0 ? told : listed.filter((file) => isTestFile(file, new Set()));
	const paths = known.slice(0, MOST_FILES);
	const read = await Promise.all(paths.map(async (path) => ({ path, found: await files.read(path) })));
	const roots = new Set(listed.flatMap((path) => path.split('/').map((part) => part.replace(/\.py$/, ''))));
	return importedNames(
		read.flatMap(({ path, found }) => (found.kind === 'refused' ? [] : [{ path, text: found.text }])),
		roots,
		await packageNameAt(tree.root, folder),
	);
}
