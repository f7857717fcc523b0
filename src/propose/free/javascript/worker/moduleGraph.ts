// What requires what, among the modules that are loaded.
import path from 'node:path';
import { type LoadedModule, NodeModule } from './nodeModule';

const testPath =
	/(?:^|[\\/])(?:tests?|specs?|__tests__)(?:[\\/]|\.[cm]?[jt]sx?$)|[._-](?:test|spec)\.[cm]?[jt]sx?$/;

/** These files and every loaded project file that requires them, directly or not. */
export function dependentsOf(
	files: readonly string[],
	isProject: (file: string) => boolean,
): ReadonlySet<string> {
	const requiredBy = new Map<LoadedModule, LoadedModule[]>();
	for (const [file, module] of Object.entries(NodeModule._cache)) {
		if (!module || !isProject(file)) {
			continue;
		}
		for (const child of module.children) {
			const parents = requiredBy.get(child);
			if (parents) {
				parents.push(module);
			} else {
				requiredBy.set(child, [module]);
			}
		}
	}
	const open = files.flatMap((file) => NodeModule._cache[file] ?? []);
	const found = new Set(open);
	for (let next = open.pop(); next; next = open.pop()) {
		for (const parent of requiredBy.get(next) ?? []) {
			if (!found.has(parent)) {
				found.add(parent);
				open.push(parent);
			}
		}
	}
	return new Set([...found].flatMap(({ filename }) => filename ?? []));
}

/** Files of packages that the project's sources load, directly or not; what only tests load is left out. */
export function packagesOf(isProject: (file: string) => boolean, root: string): readonly string[] {
	const open: LoadedModule[] = [];
	for (const [file, module] of Object.entries(NodeModule._cache)) {
		if (module && isProject(file) && !testPath.test(path.relative(root, file))) {
			open.push(...module.children);
		}
	}
	const found = new Set<LoadedModule>();
	for (let next = open.pop(); next; next = open.pop()) {
		const { filename } = next;
		if (filename !== null && !found.has(next) && !isProject(filename)) {
			found.add(next);
			open.push(...next.children);
		}
	}
	return [...found].flatMap(({ filename }) => filename ?? []);
}
