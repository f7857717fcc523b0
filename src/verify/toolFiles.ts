// Where the project's own copy of a tool lies. Nothing is ever downloaded.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** Folders from `folder` up to the root, absolute, innermost first. */
export function foldersUp(root: string, folder: string): string[] {
	const folders: string[] = [];
	let current = path.resolve(root, folder);
	while (current.startsWith(root) && current.length >= root.length) {
		folders.push(current);
		if (current === root) {
			break;
		}
		current = path.dirname(current);
	}
	return folders;
}

export interface NodeTool {
	/** The program's JavaScript file, absolute. */
	readonly file: string;
	/** Undefined when package.json does not say. */
	readonly major: number | undefined;
	readonly version: string | undefined;
}

/** The project's own, else one that is installed for the whole machine and lies on PATH. */
export function findNodeTool(
	root: string,
	folder: string,
	name: string,
	environment: Readonly<Record<string, string | undefined>>,
): NodeTool | undefined {
	for (const each of foldersUp(root, folder)) {
		const home = path.join(each, 'node_modules', name);
		const manifest = readJson(path.join(home, 'package.json'));
		if (manifest === undefined) {
			continue;
		}
		const bin = manifest['bin'];
		const file = typeof bin === 'string' ? bin : (bin as Record<string, string> | undefined)?.[name];
		const version = typeof manifest['version'] === 'string' ? manifest['version'] : undefined;
		if (file !== undefined && existsSync(path.join(home, file))) {
			return {
				file: path.join(home, file),
				version,
				major: version ? Number.parseInt(version, 10) : undefined,
			};
		}
	}
	const onPath = programOnPath(name, environment);
	const file = onPath === undefined ? undefined : realpathSync(onPath);
	return file !== undefined && /\.[cm]?js$/.test(file)
		? { file, version: undefined, major: undefined }
		: undefined;
}

/** Folders to put before PATH, as npm does for scripts. */
export function binFolders(root: string, folder: string): string[] {
	return foldersUp(root, folder).map((each) => path.join(each, 'node_modules', '.bin'));
}

/** A program of the project's own Python environment, absolute; undefined when it has none. */
export function findVenvProgram(root: string, folder: string, name: string): string | undefined {
	for (const each of foldersUp(root, folder)) {
		for (const home of ['.venv', 'venv', 'env']) {
			const bin = path.join(each, home, process.platform === 'win32' ? 'Scripts' : 'bin');
			const program = path.join(bin, process.platform === 'win32' ? `${name}.exe` : name);
			if (existsSync(program) && existsSync(path.join(each, home, 'pyvenv.cfg'))) {
				return program;
			}
		}
	}
	return undefined;
}

export function readJson(file: string): Record<string, unknown> | undefined {
	try {
		const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
		return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
	} catch {
		return undefined;
	}
}

export function isOnPath(
	program: string,
	environment: Readonly<Record<string, string | undefined>>,
): boolean {
	return programOnPath(program, environment) !== undefined;
}

function programOnPath(
	program: string,
	environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
	const names = process.platform === 'win32' ? [`${program}.exe`, `${program}.cmd`] : [program];
	return (environment['PATH'] ?? environment['Path'] ?? '')
		.split(path.delimiter)
		.filter((folder) => folder !== '')
		.flatMap((folder) => names.map((name) => path.join(folder, name)))
		.find((file) => existsSync(file));
}

/** Empty when it cannot be read. */
export function readText(file: string): string {
	try {
		return readFileSync(file, 'utf8');
	} catch {
		return '';
	}
}
