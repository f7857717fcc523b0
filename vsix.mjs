// Makes the package that is published. `npm run package` builds first.
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = import.meta.dirname;
const ALLOWED = /^(dist\/|media\/|l10n\/|package(\.nls(\.\w+)?)?\.json$|README\.md$|CHANGELOG\.md$|LICENSE$)/;
const MOST_BYTES = 6_000_000;

/**
 * @param file where the package goes; undefined: beside package.json, under its usual name
 * @param base where the README's pictures and links lie, as an address; undefined: at the manifest's repository, and
 * where it names none they stay relative, so that nothing but the repository's own page shows them
 */
export async function pack(file, base) {
	const vsce = createRequire(import.meta.url)('@vscode/vsce');
	const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
	const packagePath = file ?? path.join(root, `${manifest.name}-${manifest.version}.vsix`);
	await vsce.createVSIX({
		cwd: root,
		packagePath,
		dependencies: false,
		allowMissingRepository: true,
		rewriteRelativeLinks: base !== undefined || manifest.repository !== undefined,
		...(base === undefined ? {} : { baseContentUrl: base, baseImagesUrl: base }),
	});
	const names = await vsce.listFiles({ cwd: root, packageManager: vsce.PackageManager.None });
	const foreign = names.filter((name) => !ALLOWED.test(name));
	if (foreign.length > 0) {
		throw new Error(`Files that nobody needs are in the package: ${foreign.join(', ')}`);
	}
	const { size } = statSync(packagePath);
	if (size > MOST_BYTES) {
		throw new Error(`The package has ${size} bytes, more than ${MOST_BYTES}.`);
	}
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	await pack();
}
