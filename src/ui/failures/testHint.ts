// What another extension's test item says of a test, whichever way that extension builds its tree: a file, a path of
// names, a place in the file. The shapes are those of the Vitest, Jest, Mocha, node:test, Python, Go and Rust extensions.

/** A test item as plain data, as far as it can be read. */
export interface TestNode {
	readonly id: string;
	readonly label: string;
	/** Absolute path, of a file or a folder. */
	readonly file?: string;
	/** First and last line, 0-based. */
	readonly range?: { readonly first: number; readonly last: number };
}

export interface TestSnapshot extends TestNode {
	/** From the top of the tree down; empty where the item is at the top or its parents are not known. */
	readonly parents: readonly TestNode[];
	/** All that is below it; empty for a single test. */
	readonly below: readonly TestSnapshot[];
}

/** What our own list of tests is searched for. */
export interface TestHint {
	/** For people. */
	readonly title: string;
	/** Absolute, `/`-separated; a folder's too when `whole`. */
	readonly file?: string;
	/** The item is a file, a folder or a package: everything in it is meant. */
	readonly whole: boolean;
	/** Names from the outermost group to the test. Empty when `whole`, or when only a place is known. */
	readonly path: readonly string[];
	/** The path's parts may be joined to one by blanks. */
	readonly joined?: boolean;
	/** Go's import path, where the framework's names begin with it; with `/...` for all below it. */
	readonly group?: string;
	/** Line on which the test begins, 1-based. */
	readonly line?: number;
	/** Where it failed, a line within the test, 1-based. */
	readonly failedAt?: number;
	/** What it failed with. */
	readonly message?: string;
	/** The hints of what is below it: for frameworks that do not say in which file a test stands. */
	readonly below: readonly TestHint[];
}

type Read = Pick<TestHint, 'path' | 'whole'> & Partial<Pick<TestHint, 'file' | 'group' | 'joined'>>;

export function hintOf(item: TestSnapshot): TestHint {
	const read = readGo(item) ?? readRust(item) ?? readPython(item) ?? readJoined(item) ?? readTree(item);
	const file = read.file ?? pathOf(item.file);
	return {
		...read,
		title: read.path.length > 0 ? read.path.join(' > ') : plain(item.label),
		...(file === undefined ? {} : { file }),
		...(item.range === undefined || read.whole ? {} : { line: item.range.first + 1 }),
		below: item.below.map(hintOf),
	};
}

const GO_ID = /^(file:.+)\?(module|workspace|package|file|test|benchmark|fuzz|example)(?:#(.+))?$/;

/** `file:///shop/pricing/pricing_test.go?test#TestTotal%2Fof_none` */
function readGo(item: TestSnapshot): Read | undefined {
	const match = GO_ID.exec(item.id);
	if (match === null) {
		return undefined;
	}
	const [, address = '', kind, fragment] = match;
	const file = pathOf(item.file) ?? decoded(address.slice('file://'.length));
	const isFolder = kind === 'module' || kind === 'workspace' || kind === 'package';
	const folder = isFolder ? file : file.slice(0, file.lastIndexOf('/'));
	const module = [...item.parents, item].find((node) => GO_ID.exec(node.id)?.[2] === 'module');
	const root = pathOf(module?.file);
	const group =
		module === undefined || root === undefined || !isWithin(folder, root)
			? folder.slice(folder.lastIndexOf('/') + 1)
			: `${plain(module.label)}${folder.slice(root.length)}`;
	if (fragment === undefined) {
		const of = kind === 'module' ? { group: `${group}/...` } : kind === 'workspace' ? {} : { group };
		return { file, ...of, whole: true, path: [] };
	}
	// A method of a testify suite stands below the test that runs the suite.
	const name = decoded(fragment).replace(/^\(\*?\w+\)\./, '');
	const suite = item.parents.at(-1);
	const above =
		name === decoded(fragment) || suite === undefined
			? []
			: (readGo({ ...item, ...suite, parents: [] })?.path ?? []);
	return { file, group, whole: false, path: [...above, ...name.split('/')] };
}

/** `shop::pricing::tests::adds_up`; the label carries an icon, the name of the crate is not part of the test's. */
function readRust(item: TestSnapshot): Read | undefined {
	const icon = /^\$\((package|symbol-module|beaker)\) /.exec(item.label)?.[1];
	if (icon === undefined || !/^[\w-]+(?:::.+)*$/.test(item.id)) {
		return undefined;
	}
	const path = item.id.split('::').slice(1);
	return { path, whole: path.length === 0 };
}

const PYTHON_PROJECT = '@@vsc@@';

/** pytest: `/shop/tests/test_a.py::TestA::test_b[1-2]`; unittest: `/shop/tests/test_a.py\TestA\test_b`. */
function readPython(item: TestSnapshot): Read | undefined {
	const id = item.id.split(PYTHON_PROJECT).at(-1) ?? item.id;
	const match = /^(.*?\.pyi?)(::|\\)(.+)$/s.exec(id);
	if (match !== null) {
		const [, file = '', separator = '', rest = ''] = match;
		const [head = '', ...parameters] = rest.split(/(?=\[)/);
		const path = head.split(separator);
		path.push(`${path.pop() ?? ''}${parameters.join('')}`);
		return { file: pathOf(item.file) ?? pathOf(file) ?? file, whole: false, path };
	}
	// A subtest is named by its values alone: it is one with its test.
	const test = item.parents.at(-1);
	const isSubtest = test !== undefined && item.id === item.label && /^[[(].*[\])]$/s.test(item.id);
	return isSubtest ? readPython({ ...item, ...test, parents: item.parents.slice(0, -1) }) : undefined;
}

/** Jest: `/shop/a.test.js#cart adds up`; Mocha Explorer: `/shop/a.test.js: cart adds up`. */
function readJoined(item: TestSnapshot): Read | undefined {
	const match = /^((?:\/|[A-Za-z]:[\\/])[^#]*?\.[cm]?[jt]sx?)(#|: )(.+)$/s.exec(item.id);
	if (match === null) {
		return undefined;
	}
	const [, file = '', separator = '', name = ''] = match;
	const above = item.parents.filter((node) => node.id.startsWith(`${file}${separator}`));
	const path = [...above, item].map((node) => node.label);
	// Tests of one name are numbered by Jest's extension; parents may be unknown.
	const known = name === path.join(' ') || name.startsWith(`${path.join(' ')}#`);
	return {
		file: pathOf(item.file) ?? pathOf(file) ?? file,
		whole: false,
		...(known ? { path } : { path: [name], joined: true }),
	};
}

/** Folders, the file, groups, the test: whatever the ids are. */
function readTree(item: TestSnapshot): Read {
	const chain = [...item.parents, item];
	const file = pathOf(item.file);
	let names = 0;
	for (const node of chain) {
		const at = pathOf(node.file);
		const isFolder = at !== undefined && file !== undefined && at !== file && isWithin(file, at);
		if (!isFolder && !isFile(node)) {
			break;
		}
		names += 1;
		if (!isFolder) {
			break;
		}
	}
	const path = chain.slice(names).map((node) => plain(node.label));
	return { path, whole: path.length === 0 };
}

/** The item of a file, or of the folder that was chosen. */
function isFile(node: TestNode): boolean {
	const at = pathOf(node.file);
	if (at === undefined) {
		return false;
	}
	const name = at.slice(at.lastIndexOf('/') + 1);
	const id = pathOf(node.id);
	return (
		node.label === name ||
		(node.label.startsWith(`${name} [`) && node.label.endsWith(']')) ||
		id === at ||
		node.id.endsWith(`${PYTHON_PROJECT}${node.file}`) ||
		(/^[\w-]+\.[\w-]+:/.test(node.id) && node.id.endsWith(`:${node.label}`))
	);
}

export function isWithin(inner: string, outer: string): boolean {
	return inner === outer || inner.startsWith(outer.endsWith('/') ? outer : `${outer}/`);
}

/** With `/`, and a drive's letter small, so that two ways to write one path are equal. */
export function pathOf(file: string | undefined): string | undefined {
	return file
		?.replaceAll('\\', '/')
		.replace(/^[A-Z]:/, (drive) => drive.toLowerCase())
		.replace(/(.)\/$/, '$1');
}

/** Without an icon. */
function plain(label: string): string {
	return label.replace(/^\$\([\w-]+\) /, '');
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
