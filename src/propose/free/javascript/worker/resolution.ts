// Finds sources that node's own resolution does not: extensions that transpilers add, and tsconfig's paths.
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { sourceExtensions } from './dialect';

const asTyped: Readonly<Record<string, readonly string[]>> = {
	'.js': ['.ts', '.tsx'],
	'.jsx': ['.tsx'],
	'.mjs': ['.mts'],
	'.cjs': ['.cts'],
};

/** Absolute file that the request means; undefined when there is none. */
export function resolvedSource(root: string, request: string, from: string): string | undefined {
	if (/^\.{0,2}\//.test(request) || request === '.' || request === '..') {
		return sourceAt(path.resolve(path.dirname(from), request));
	}
	for (const target of aliasesOf(root, path.dirname(from)).flatMap((alias) => alias(request))) {
		const found = sourceAt(target);
		if (found !== undefined) {
			return found;
		}
	}
	return undefined;
}

function sourceAt(file: string): string | undefined {
	const extension = path.extname(file);
	const stem = file.slice(0, file.length - extension.length);
	const candidates = [
		file,
		...(asTyped[extension] ?? []).map((typed) => stem + typed),
		...sourceExtensions.map((added) => file + added),
		...sourceExtensions.map((added) => path.join(file, `index${added}`)),
	];
	return candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
}

type Alias = (request: string) => readonly string[];

const known = new Map<string, readonly Alias[]>();

function aliasesOf(root: string, folder: string): readonly Alias[] {
	const cached = known.get(folder);
	if (cached) {
		return cached;
	}
	const file = path.join(folder, 'tsconfig.json');
	const found = existsSync(file)
		? readAliases(file)
		: folder === root || path.dirname(folder) === folder
			? []
			: aliasesOf(root, path.dirname(folder));
	known.set(folder, found);
	return found;
}

function readAliases(file: string): readonly Alias[] {
	const options = /"compilerOptions"[^]*/.exec(withoutComments(readFileSync(file, 'utf8')))?.[0] ?? '';
	const base = /"baseUrl"\s*:\s*"([^"]*)"/.exec(options)?.[1];
	const folder = path.resolve(path.dirname(file), base ?? '.');
	const paths = /"paths"\s*:\s*\{([^}]*)\}/.exec(options)?.[1] ?? '';
	const aliases: Alias[] = [...paths.matchAll(/"([^"]+)"\s*:\s*\[([^\]]*)\]/g)].map(
		([, pattern, targets]) => {
			const [before = '', after] = (pattern ?? '').split('*');
			const list = [...(targets ?? '').matchAll(/"([^"]+)"/g)].map(([, target]) => target ?? '');
			return (request) => {
				if (after === undefined) {
					return request === before ? list.map((target) => path.resolve(folder, target)) : [];
				}
				return request.startsWith(before) && request.endsWith(after)
					? list.map((target) =>
							path.resolve(
								folder,
								target.replace('*', request.slice(before.length, request.length - after.length)),
							),
						)
					: [];
			};
		},
	);
	if (base !== undefined) {
		aliases.push((request) => [path.join(folder, request)]);
	}
	return aliases;
}

/** Line comments outside strings; good enough for tsconfig's fields that are read here. */
function withoutComments(text: string): string {
	return text.replace(
		/("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*[^]*?\*\//g,
		(_, string?: string) => string ?? '',
	);
}
