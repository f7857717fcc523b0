// Where a new test belongs and how the project writes its own: beside the test file that speaks most of the same
// things, under a name like its name.

import type { IssueFacts } from '../../core/issue/issueFacts';
import { partedByLoads } from '../../core/issue/loads';
import { isTestFile } from '../../core/issue/reproduction';
import type { Suite, TestResult } from '../../core/suite';
import type { WorkFiles } from '../model/workFiles';

export interface TestPlace {
	/** A test file of the project's; absent where it has none that can be read. */
	readonly neighbour?: { readonly path: string; readonly text: string };
	/** Of a new file that is not there yet. */
	readonly path: string;
	/** The test command names its files: a new one would not be run, so a test is added to the neighbour. */
	readonly appends: boolean;
	readonly language: 'javascript' | 'python' | 'other';
}

const MOST_READ = 60;

export async function testPlace(
	files: Pick<WorkFiles, 'list' | 'read'>,
	tests: readonly TestResult[],
	suite: Suite,
	facts: IssueFacts,
	slug: string,
	signal: AbortSignal,
): Promise<TestPlace> {
	const listed = await files.list(signal);
	const seen = [...new Set(tests.flatMap(({ file }) => file ?? []))].filter((file) => listed.includes(file));
	const none = new Set<string>();
	const others = listed.filter((file) => !seen.includes(file) && isTestFile(file, none));
	const counts = new Map<string, number>();
	for (const { file } of tests) {
		if (file !== undefined) {
			counts.set(file, (counts.get(file) ?? 0) + 1);
		}
	}
	const command = namedTests(suite, seen, listed);
	const isClosed = command.tests.length > 0 && !command.isOpen;
	// A report that names no files leaves those that a command runs which runs nothing else.
	const run = isClosed ? await withLoaded(files, command.tests, others) : others;
	const texts: { readonly path: string; readonly text: string; readonly named: readonly string[] }[] = [];
	const holders = new Map<string, number>();
	for (const path of (seen.length > 0 ? seen : run).slice(0, MOST_READ)) {
		const read = await files.read(path);
		if (read.kind === 'refused') {
			continue;
		}
		const body = partedByLoads(read.text).rest.join('\n');
		const named = [...facts.names].filter((name) => body.includes(name));
		named.forEach((name) => {
			holders.set(name, (holders.get(name) ?? 0) + 1);
		});
		texts.push({ path, text: read.text, named });
	}
	let best: { path: string; text: string; score: number } | undefined;
	for (const { path, text, named } of texts) {
		// A name that few of the tests hold says more.
		const shared = named.reduce((sum, name) => sum + 1 / (holders.get(name) ?? 1), 0);
		const framed = facts.frames.some((frame) => frame.path.endsWith(path)) ? 5 : 0;
		const score = shared + framed + Math.min(1, (counts.get(path) ?? 0) / 1_000) / 100;
		if (best === undefined || score > best.score) {
			best = { path, text, score };
		}
	}
	const language = languageOf(best?.path, suite);
	const path = freshPath(best?.path, language, suite, slug, new Set(listed));
	return {
		...(best === undefined ? {} : { neighbour: { path: best.path, text: best.text } }),
		...{
			path,
			language,
			appends: best !== undefined && (isClosed || command.tests.includes(best.path)),
		},
	};
}

/** The named tests, and others that they load by name; all others where they load what cannot be read from them. */
async function withLoaded(
	files: Pick<WorkFiles, 'read'>,
	named: readonly string[],
	others: readonly string[],
): Promise<readonly string[]> {
	const texts: string[] = [];
	for (const path of named.slice(0, MOST_READ)) {
		const read = await files.read(path);
		texts.push(read.kind === 'refused' ? '' : read.text);
	}
	const all = texts.join('\n');
	if (/\breaddir(?:Sync)?\(|\bglob\b|\b(?:require|import)\((?!\s*['"])/.test(all)) {
		return others;
	}
	const isLoaded = (path: string): boolean => {
		const file = path.split('/').at(-1) ?? path;
		const name = file.replace(/\.\w+$/, '');
		return [`/${name}'`, `/${name}"`, `/${file}`].some((written) => all.includes(written));
	};
	return [...named, ...others.filter((path) => !named.includes(path) && isLoaded(path))];
}

/** Options whose value is a file that is no test. */
const TAKES_FILE =
	/^(?:-r|--require|--import|--loader|--experimental-loader|-c|--config|--opts|--setup\S*|-p|--project|--package|--reporter|-R)$/;

/** The test files that the command names; `isOpen`: it runs others too, so that a new one would be run. */
function namedTests(
	suite: Suite,
	seen: readonly string[],
	listed: readonly string[],
): { readonly tests: readonly string[]; readonly isOpen: boolean } {
	const none = new Set<string>();
	const under = suite.folder === '' ? '' : `${suite.folder}/`;
	const words = suite.argv.filter((_, at) => !TAKES_FILE.test(suite.argv[at - 1] ?? ''));
	const paths = words.map((word) => `${under}${word.replace(/^\.\//, '')}`);
	const tests = paths.filter(
		(path) => listed.includes(path) && /\.\w+$/.test(path) && (seen.includes(path) || isTestFile(path, none)),
	);
	const isOpen = words.some(
		(word, at) =>
			/[*?[{]/.test(word) ||
			listed.some((file) => file.startsWith(`${(paths[at] ?? '').replace(/\/$/, '')}/`)),
	);
	return { tests, isOpen };
}

function languageOf(path: string | undefined, suite: Suite): TestPlace['language'] {
	if (path !== undefined) {
		return /\.[cm]?[jt]sx?$/.test(path) ? 'javascript' : path.endsWith('.py') ? 'python' : 'other';
	}
	switch (suite.framework) {
		case 'node:test':
		case 'mocha':
		case 'jest':
		case 'vitest':
			return 'javascript';
		case 'pytest':
		case 'unittest':
			return 'python';
		default:
			return 'other';
	}
}

function freshPath(
	neighbour: string | undefined,
	language: TestPlace['language'],
	suite: Suite,
	slug: string,
	taken: ReadonlySet<string>,
): string {
	const under = suite.folder === '' ? '' : `${suite.folder}/`;
	const folder = neighbour === undefined ? `${under}test/` : neighbour.replace(/[^/]*$/, '');
	const name = neighbour?.split('/').at(-1) ?? (language === 'python' ? 'test_x.py' : 'x.test.js');
	const extension = /\.[a-z]+$/.exec(name)?.[0] ?? '.js';
	for (let number = 1; ; number += 1) {
		const own = number === 1 ? slug : `${slug}-${number}`;
		const snake = own.replaceAll('-', '_');
		const [, suffix = ''] =
			/((?:\.(?:unit|int|integration|func|functional|node|browser|server|client|dom|ssr))?[._-](?:tests?|specs?|e2e)\.[a-z]+)$/i.exec(
				name,
			) ?? [];
		// `test.js` or `tests.py` is known by its whole name.
		const [, word] = /^(tests?|specs?)\.[a-z]+$/i.exec(name) ?? [];
		const inTestFolder = /(?:^|\/)(?:__tests__|tests?|specs?)\//i.test(folder);
		const file =
			/^test_/.test(name) || (word !== undefined && language === 'python')
				? `test_${snake}${extension}`
				: /_test\.\w+$/.test(name)
					? `${snake}_test${extension}`
					: /^test-/.test(name)
						? `test-${own}${extension}`
						: word !== undefined && !inTestFolder
							? `${own}.${word.toLowerCase()}${extension}`
							: `${own}${suffix === '' ? extension : suffix}`;
		if (!taken.has(`${folder}${file}`)) {
			return `${folder}${file}`;
		}
	}
}

const BESIDE_TESTS =
	/^(?:set-?up|teardown|global|helper|fixture|mock|util|config|conf|hook|runner|reporter|environment)s?$/;

/** `issue-12`, or a few words of the title. */
export function slugOf(name: string, title: string): string {
	const number = /#(\d+)$|-(\d+)$/
		.exec(name)
		?.slice(1)
		.find((one) => one !== undefined);
	if (number !== undefined) {
		return `issue-${number}`;
	}
	// A file called a helper or a set-up is taken for one.
	const words = (title.toLowerCase().match(/[a-z0-9]{2,}/g) ?? []).filter((word) => !BESIDE_TESTS.test(word));
	return ['issue', ...words.slice(0, 4)].join('-').slice(0, 48);
}

/** Names that tests bind from the project's own code, in these texts. */
export function importedNames(
	files: readonly { readonly path: string; readonly text: string }[],
	roots: ReadonlySet<string>,
	packageName: string | undefined,
): ReadonlySet<string> {
	const names = new Set(packageName === undefined ? [] : [packageName]);
	const own = (specifier: string): boolean =>
		specifier.startsWith('.') ||
		(packageName !== undefined && (specifier === packageName || specifier.startsWith(`${packageName}/`)));
	for (const { path, text } of files) {
		if (path.endsWith('.py')) {
			for (const [, module = '', list = ''] of text.matchAll(
				/^\s*from\s+([\w.]+)\s+import\s+(\([\w\s,]+\)|[\w, \t]+)/gm,
			)) {
				const root = module.split('.')[0] ?? '';
				if (root === '' || roots.has(root)) {
					names.add(root === '' ? list.trim() : root);
					for (const name of list.match(/\w+/g) ?? []) {
						names.add(name);
					}
				}
			}
			for (const [, module = ''] of text.matchAll(/^\s*import\s+([\w.]+)/gm)) {
				const root = module.split('.')[0] ?? '';
				if (roots.has(root)) {
					names.add(root);
				}
			}
			continue;
		}
		for (const [, bound = '', specifier = ''] of text.matchAll(IMPORTS)) {
			if (own(specifier)) {
				addBound(names, bound);
			}
		}
		for (const [, bound = '', specifier = ''] of text.matchAll(REQUIRES)) {
			if (own(specifier)) {
				addBound(names, bound);
			}
		}
		// What a test file makes of the project's code for its tests: a new test may use that instead.
		for (const [, made = '', variable = ''] of text.matchAll(MADE)) {
			const name = made === '' ? variable : made;
			// Shorter ones count and index.
			if (name.length > 2) {
				names.add(name);
			}
		}
	}
	return names;
}

const IMPORTS = /^\s*import\s+([^'"]{1,2000}?)\s+from\s+['"]([^'"]+)['"]/gm;
const REQUIRES =
	/(?:const|let|var|,)\s+(\{[^}]{1,2000}\}|[\w$]+)\s*=\s*(?:await\s+import|require)\(\s*['"]([^'"]+)['"]\s*\)/g;

const MADE =
	/^[ \t]*(?:async\s+)?function\s*\*?\s*([\w$]+)\s*\(|^[ \t]*(?:const|let|var)\s+([\w$]+)\s*(?:;|=(?!\s*(?:await\s+import|require)\b))/gm;

function addBound(names: Set<string>, bound: string): void {
	for (const name of bound.replace(/\b(?:type|as)\b/g, '').match(/[\w$]{2,}|[_$]/g) ?? []) {
		names.add(name);
	}
}
