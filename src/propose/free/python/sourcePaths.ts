import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Suite } from '../../../core/suite';

/**
 * Folders to import from before anything installed, absolute. An editable install links to the user's own
 * checkout, so the worktree's sources must come first, or the base would be tested instead of the candidate.
 */
export function sourcePaths(root: string, suite: Suite): readonly string[] {
	const cwd = path.join(root, suite.folder);
	const found: string[] = [];
	for (const folder of cwd === root ? [root] : [cwd, root]) {
		const isPackage = ['pyproject.toml', 'setup.py', 'setup.cfg'].some((name) =>
			existsSync(path.join(folder, name)),
		);
		if (isPackage && existsSync(path.join(folder, 'src'))) {
			found.push(path.join(folder, 'src'));
		}
		if (isPackage) {
			found.push(folder);
		}
	}
	return found;
}
