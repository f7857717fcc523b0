// The package as it is published, and what may be in it.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { root } from './build.mjs';

const ALLOWED = /^(dist\/|media\/|l10n\/|package(\.nls(\.\w+)?)?\.json$|README\.md$|CHANGELOG\.md$|LICENSE$)/;

/** @param file where the package goes */
export async function pack(file) {
	const vsce = createRequire(import.meta.url)('@vscode/vsce');
	await vsce.createVSIX({
		cwd: root,
		packagePath: file,
		dependencies: false,
		allowMissingRepository: true,
		rewriteRelativeLinks: false,
	});
	const names = await vsce.listFiles({ cwd: root, packageManager: vsce.PackageManager.None });
	const foreign = names.filter((name) => !ALLOWED.test(name));
	assert.deepEqual(foreign, [], 'files that nobody needs are in the package');
}
