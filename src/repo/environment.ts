// What a process in the tree needs so that it finds the tree's sources and programs, and not the user's.
import { join } from 'node:path';
import { pnpOptions } from './pnp';
import type { Kept } from './workshop';

export interface TreeEnvironment {
	/** Folders that come first in a list variable: PATH, PYTHONPATH. */
	readonly prepend: Readonly<Record<string, readonly string[]>>;
	readonly set: Readonly<Record<string, string>>;
}

export const NO_ENVIRONMENT: TreeEnvironment = { prepend: {}, set: {} };

/** More projects than that in one repository are not put on PYTHONPATH. */
const MOST_PROJECTS = 20;

/** `venvs` and `provided` are relative to the tree. */
export function environmentOf(
	kept: Kept,
	treeRoot: string,
	venvs: readonly string[],
	provided: ReadonlySet<string>,
): TreeEnvironment {
	const programs = process.platform === 'win32' ? 'Scripts' : 'bin';
	const path = [
		...venvs.filter((venv) => !venv.includes('/')).map((venv) => join(treeRoot, venv, programs)),
		...(provided.has('node_modules') ? [join(treeRoot, 'node_modules', '.bin')] : []),
	];
	const sources = pythonSources(kept).map((folder) => join(treeRoot, folder));
	const pnp = pnpOptions(treeRoot, new Set([...provided, ...kept.files.keys()]));
	const [venv] = venvs.filter((folder) => !folder.includes('/'));
	const python = sources.length > 0 || venvs.length > 0;
	return {
		prepend: {
			...(path.length > 0 ? { PATH: path } : {}),
			...(sources.length > 0 ? { PYTHONPATH: sources } : {}),
		},
		set: {
			...(venv === undefined ? {} : { VIRTUAL_ENV: join(treeRoot, venv) }),
			...(pnp === undefined ? {} : { NODE_OPTIONS: pnp }),
			...(python ? { PYTHONDONTWRITEBYTECODE: '1' } : {}),
		},
	};
}

/** Where Python projects keep their modules: an install of them as editable, anywhere, must not come first. */
function pythonSources(kept: Kept): string[] {
	const folders = new Set<string>();
	for (const path of kept.files.keys()) {
		const match = /^(.*\/)?(pyproject\.toml|setup\.py|setup\.cfg)$/.exec(path);
		if (match && !/(^|\/)(tests?|fixtures?|examples?|node_modules)\//.test(path)) {
			const folder = match[1] ?? '';
			folders.add(kept.folders.has(`${folder}src`) ? `${folder}src` : folder);
		}
	}
	return [...folders].slice(0, MOST_PROJECTS);
}
