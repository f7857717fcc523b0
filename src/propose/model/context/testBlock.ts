// Where in its file a failing test is written.
import type { TestResult } from '../../../core/suite';
import type { SyntaxNode } from '../../free/grammars';
import type { SourceFile } from './sourceFiles';

export interface Block {
	/** 1-based, inclusive. */
	readonly start: number;
	readonly end: number;
	/** The syntax around it; absent where the file was not parsed. */
	readonly node?: SyntaxNode;
}

/** Undefined when nothing in the file can be told to be this test. */
export function blockOf(file: SourceFile, test: TestResult, frames: readonly number[]): Block | undefined {
	const segments = test.name.split(/ > |::|(?<=^Test\w*)\//).map((one) => one.trim());
	const leaf = segments.at(-1) ?? test.name;
	return (
		byTitle(file, segments, leaf) ??
		byName(file, segments, leaf) ??
		byLine(file, test.line) ??
		byPart(file, leaf) ??
		frames.map((line) => byLine(file, line)).find((block) => block !== undefined) ??
		byText(file, leaf)
	);
}

interface Titled {
	readonly node: SyntaxNode;
	readonly title: string;
}

const titles = new WeakMap<SyntaxNode, readonly Titled[]>();

/** Calls whose first argument is a text: `it('adds', …)`, `it 'adds' do`. */
function titled(root: SyntaxNode): readonly Titled[] {
	const known = titles.get(root);
	if (known !== undefined) {
		return known;
	}
	const found: Titled[] = [];
	const open = [root];
	for (let node = open.pop(); node !== undefined; node = open.pop()) {
		if (node.type === 'call_expression' || node.type === 'call') {
			const first = node.children
				.find(({ type }) => type === 'arguments' || type === 'argument_list')
				?.children.find(({ named }) => named);
			if (first !== undefined && /string|binary|template/.test(first.type) && takesCode(node)) {
				found.push({ node, title: first.text });
			}
		}
		open.push(...[...node.children].reverse());
	}
	titles.set(root, found);
	return found;
}

/** What tests and groups are called with besides their title; other calls begin with a text too. */
function takesCode(call: SyntaxNode): boolean {
	return (
		isTest(call) ||
		call.children
			.flatMap((child) => [child, ...child.children])
			.some(({ type }) => /function|block|lambda/.test(type))
	);
}

function byTitle(file: SourceFile, segments: readonly string[], leaf: string): Block | undefined {
	if (file.root === undefined) {
		return undefined;
	}
	const fitting = titled(file.root).filter(({ title }) => plain(title) === leaf || filled(title, leaf));
	return blockAround(best(fitting, segments)?.node);
}

/** The one whose surrounding titles are the most of the wanted ones. */
function best(fitting: readonly Titled[], segments: readonly string[]): Titled | undefined {
	const wanted = new Set(segments.slice(0, -1));
	let chosen: Titled | undefined;
	let most = -1;
	for (const one of fitting) {
		let score = 0;
		for (let above = one.node.parent; above !== undefined; above = above.parent) {
			const title = above.children
				.find(({ type }) => type === 'arguments' || type === 'argument_list')
				?.children.find(({ named }) => named);
			score += title !== undefined && wanted.has(plain(title.text)) ? 1 : 0;
		}
		if (score > most) {
			chosen = one;
			most = score;
		}
	}
	return chosen;
}

function plain(quoted: string): string {
	return quoted
		.replace(/^['"`]|['"`]$/g, '')
		.replace(/\\(['"`\\])/g, '$1')
		.trim();
}

/** `adds %i and ${b}` fits `adds 1 and 2`. */
function filled(title: string, name: string): boolean {
	const parts = plain(title).split(/%[a-z#%]|\$\{[^}]{0,80}\}|\$\w{1,40}|#\{[^}]{0,80}\}/);
	if (parts.length < 2 || parts.join('').trim().length < 4) {
		return false;
	}
	let at = 0;
	for (const part of parts) {
		const found = name.indexOf(part, at);
		if (found < 0) {
			return false;
		}
		at = found + part.length;
	}
	return true;
}

/** A title made of a text and more (`'adds ' + name`): the longest text that the name holds. */
function byPart(file: SourceFile, leaf: string): Block | undefined {
	if (file.root === undefined) {
		return undefined;
	}
	let chosen: SyntaxNode | undefined;
	let longest = 4;
	for (const { node, title } of titled(file.root)) {
		for (const part of title.split(/['"`]|\$\{[^}]{0,80}\}|%[a-z]|\s\+\s/)) {
			if (part.length > longest && leaf.includes(part)) {
				chosen = node;
				longest = part.length;
			}
		}
	}
	return blockAround(chosen);
}

function byName(file: SourceFile, segments: readonly string[], leaf: string): Block | undefined {
	const name = /^[\p{L}_$][\p{L}\p{N}_$]*/u.exec(leaf.replace(/^.*[.#/](?=\w+(?:\[|\(|$))/, ''))?.[0];
	const fitting = file.definitions.filter(
		(definition) => definition.name === name || definition.name === segments[0],
	);
	const own = fitting.filter((definition) => definition.name === name);
	const among = own.length > 0 ? own : fitting;
	const found =
		among.find(({ parent }) => parent !== undefined && segments.includes(parent.name)) ?? among[0];
	if (found === undefined || (found.container && own.length === 0)) {
		return undefined;
	}
	const node = file.root === undefined ? undefined : nodeAt(file.root, found.head, found.end);
	return { start: found.start, end: found.end, ...(node === undefined ? {} : { node }) };
}

/** The innermost titled call or definition around the line. */
function byLine(file: SourceFile, line: number | undefined): Block | undefined {
	if (line === undefined || line > file.lines.length) {
		return undefined;
	}
	const call =
		file.root === undefined
			? undefined
			: titled(file.root)
					.map(({ node }) => blockAround(node))
					.filter(
						(block) => block !== undefined && block.start <= line && line <= block.end && isTest(block.node),
					)
					.at(-1);
	if (call !== undefined) {
		return call;
	}
	const definition = file.definitions.filter(({ start, end }) => start <= line && line <= end).at(-1);
	return definition === undefined || definition.container
		? { start: Math.max(1, line - 15), end: Math.min(file.lines.length, line + 10) }
		: { start: definition.start, end: definition.end };
}

function isTest(node: SyntaxNode | undefined): boolean {
	return (
		node !== undefined &&
		/^(?:it|test|specify|example|t|suite|describe|context|scenario)\b/.test(node.text.slice(0, 40))
	);
}

function byText(file: SourceFile, leaf: string): Block | undefined {
	const index = leaf.length < 3 ? -1 : file.lines.findIndex((line) => line.includes(leaf));
	return index < 0
		? undefined
		: { start: Math.max(1, index - 1), end: Math.min(file.lines.length, index + 40) };
}

function blockAround(node: SyntaxNode | undefined): Block | undefined {
	if (node === undefined) {
		return undefined;
	}
	const outer = node.parent?.type === 'expression_statement' ? node.parent : node;
	return { start: outer.line, end: outer.line + outer.text.trimEnd().split('\n').length - 1, node: outer };
}

/** The outermost node that lies within the lines. */
function nodeAt(root: SyntaxNode, from: number, to: number): SyntaxNode | undefined {
	const open = [...root.children];
	for (let node = open.shift(); node !== undefined; node = open.shift()) {
		if (!node.named || node.line > to) {
			continue;
		}
		if (node.line >= from) {
			return node;
		}
		open.unshift(...node.children);
	}
	return undefined;
}
