// The ignored things a suite needs, found without configuration and put beside the checked-out files: dependencies by
// links, small things by copies. A test run that writes into what is linked is found out.
import { lstatSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type CopyLimit, planCopy } from './copies';
import { environmentOf, type TreeEnvironment } from './environment';
import { records } from './git';
import { Layout } from './layout';
import { isInside, planNodeModules, planPackage, realPath, type Sides } from './nodeModules';
import { planPeers } from './peers';
import { PNP_FILE, planPnp } from './pnp';
import { removeTree } from './removal';
import { interpreterHome, planVenv } from './venv';
import { Watch } from './watch';
import { type Kept, messageOf, type Space, type Workshop } from './workshop';

export interface Provision {
	/** What was put there, relative to the tree, `/`-separated: git does not know these. */
	readonly paths: ReadonlySet<string>;
	readonly environment: TreeEnvironment;
	/** Folders of the user's that links lead to. */
	readonly linkedFrom: readonly string[];
	/** Beyond those, what links lead to in the end, and where a Python environment takes its interpreter from. */
	readonly usedElsewhere: readonly string[];
	/** Removes an untracked path from the tree, but not what was provided. */
	clearAround(path: string): Promise<void>;
	/** Makes everything whole again. A sentence when the user's own copy was written. @throws when it cannot. */
	restore(): string | undefined;
	/** A sentence when something in the user's own copy was written since it was linked. */
	verify(): Promise<string | undefined>;
}

export type Provided =
	| { readonly kind: 'provided'; readonly provision: Provision }
	| { readonly kind: 'failed'; readonly reason: string };

const CACHES =
	/^(__pycache__|\.pytest_cache|\.mypy_cache|\.ruff_cache|\.hypothesis|\.tox|\.nox|\.nyc_output|coverage|htmlcov|\.cache|\.turbo|\.parcel-cache|\.gradle|\.idea|\.vscode|\.vscode-test|\.git|\.hg|\.svn|\.DS_Store|logs?|target|\.terraform|\.nx|\.angular|\.eslintcache)$/;
const TRASH = /\.(log|py[co]|sw[op]|bak|orig|rej|tgz|zip|vsix)$|~$/;
const COPY_LIMIT: CopyLimit = { files: 4_000, bytes: 64_000_000 };
const SUBMODULE_LIMIT: CopyLimit = { files: 20_000, bytes: 512_000_000 };
const LARGEST_FILE = 8_000_000;

export async function provide(
	workshop: Workshop,
	space: Space,
	kept: Kept,
	treeRoot: string,
): Promise<Provided> {
	const userRoot = workshop.repository.root;
	const listed = await kept.ignored;
	if (listed.kind === 'failed') {
		return { kind: 'failed', reason: `git cannot list what it ignores: ${listed.reason}` };
	}
	// Single files first, so that no large folder uses up what may be copied.
	const ignored = records(listed.stdout)
		.sort((a, b) => Number(a.endsWith('/')) - Number(b.endsWith('/')))
		.map((path) => path.replace(/\/$/, ''));
	try {
		return { kind: 'provided', provision: plan(space, kept, userRoot, treeRoot, ignored) };
	} catch (error) {
		return {
			kind: 'failed',
			reason: `The project's dependencies could not be set up apart from yours: ${messageOf(error)}`,
		};
	}
}

function plan(
	space: Space,
	kept: Kept,
	userRoot: string,
	treeRoot: string,
	ignored: readonly string[],
): Provision {
	const layout = new Layout(treeRoot);
	const paths = new Set<string>();
	const linkedFrom: string[] = [];
	const elsewhere: string[] = [];
	const own = new Set(ignored);
	const sides: Sides = {
		userRoot,
		treeRoot,
		owns: (path) => kept.folders.has(path) || kept.files.has(path) || own.has(path),
	};
	const watch = new Watch(space.folder, basename(dirname(treeRoot)));
	const venvs: string[] = [];
	const limit = { ...COPY_LIMIT };
	for (const path of ignored) {
		const place = join(userRoot, path);
		const found = lstatSync(place, { throwIfNoEntry: false });
		if (found === undefined || paths.has(path)) {
			continue;
		}
		const before = layout.size;
		if (basename(path) === 'node_modules' && isFolder(place)) {
			planNodeModules(layout, sides, path);
			planPeers(layout, sides, path);
			linkedFrom.push(place);
		} else if (path.split('/').includes('node_modules')) {
			planPackage(layout, sides, path);
			linkedFrom.push(place);
		} else if (found.isDirectory() && names(place).has('pyvenv.cfg')) {
			planVenv(layout, sides, path);
			linkedFrom.push(place);
			venvs.push(path);
		} else if (found.isDirectory() && /(^|\/)(\.yarn|\.yarn\/(cache|unplugged)|vendor\/bundle)$/.test(path)) {
			layout.add(path, { kind: 'link', target: place });
			linkedFrom.push(place);
		} else if (found.isFile() && PNP_FILE.test(path)) {
			elsewhere.push(...planPnp(layout, sides, path, found.mode));
		} else if (isFolder(join(place, 'composer')) && basename(path) === 'vendor') {
			planComposer(layout, sides, path);
			linkedFrom.push(place);
		} else if (found.isDirectory() ? !CACHES.test(basename(path)) : !TRASH.test(path)) {
			if (found.isDirectory() || found.size <= LARGEST_FILE) {
				planCopy(layout, sides, path, limit);
			}
		}
		if (layout.size > before) {
			paths.add(path);
		}
	}
	for (const path of kept.submodules) {
		if (names(join(userRoot, path)).has('.git')) {
			if (!planCopy(layout, sides, path, { ...SUBMODULE_LIMIT })) {
				throw new Error(`the submodule ${path} is too large to copy.`);
			}
			paths.add(path);
		}
	}
	layout.build();
	const targets = layout.linkTargets().filter((target) => !isInside(treeRoot, target));
	watch.begin(linkedFrom, targets);
	return {
		paths,
		linkedFrom,
		usedElsewhere: [
			...elsewhere,
			...usedElsewhere(
				linkedFrom,
				targets,
				venvs.map((venv) => join(userRoot, venv)),
			),
		],
		environment: environmentOf(kept, treeRoot, venvs, paths),
		clearAround: (path) => clearAround(treeRoot, path, paths),
		restore: () => {
			layout.restore();
			return watch.quickCheck();
		},
		verify: () => watch.check(),
	};
}

function usedElsewhere(
	linkedFrom: readonly string[],
	targets: readonly string[],
	venvs: readonly string[],
): string[] {
	const real = targets.flatMap((target) => [target, realPath(target) ?? target]);
	const homes = venvs.flatMap(interpreterHome).flatMap((home) => [home, join(dirname(home), 'lib')]);
	return [...new Set([...real, ...homes])].filter(
		(place) => !linkedFrom.some((folder) => isInside(folder, place)),
	);
}

/** Composer's autoloader finds the project from where it lies itself, so it is copied; packages are linked. */
function planComposer(layout: Layout, sides: Sides, path: string): void {
	layout.add(path, { kind: 'folder' });
	for (const name of names(join(sides.userRoot, path))) {
		const inside = `${path}/${name}`;
		if (name === 'composer' || name === 'bin' || !isFolder(join(sides.userRoot, inside))) {
			planCopy(layout, sides, inside, { ...COPY_LIMIT });
			continue;
		}
		layout.add(inside, { kind: 'folder' });
		for (const linked of names(join(sides.userRoot, inside))) {
			planPackage(layout, sides, `${inside}/${linked}`);
		}
	}
}

/** The folders above a provided path are kept when nothing else holds them. */
async function clearAround(root: string, path: string, provided: ReadonlySet<string>): Promise<void> {
	if (provided.has(path)) {
		return;
	}
	const place = join(root, path);
	const holds = [...provided].some((kept) => kept.startsWith(`${path}/`));
	if (!holds || !isFolder(place)) {
		if (!(await removeTree(place))) {
			throw new Error(`${place} cannot be removed`);
		}
		return;
	}
	for (const name of readdirSync(place)) {
		await clearAround(root, `${path}/${name}`, provided);
	}
}

function isFolder(path: string): boolean {
	try {
		return statSync(path).isDirectory();
	} catch {
		return false;
	}
}

function names(folder: string): ReadonlySet<string> {
	try {
		return new Set(readdirSync(folder));
	} catch {
		return new Set();
	}
}
