// Parses source with the tree-sitter grammars that are shipped as WebAssembly next to our programs.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
	type Language as Grammar,
	type Node,
	Parser,
	Language as TreeSitterLanguage,
} from '@vscode/tree-sitter-wasm';
import type { Language } from './language';

/** Languages that are read but not repaired without a model. */
export type GrammarName = Language | 'go' | 'rust' | 'java' | 'c-sharp' | 'ruby' | 'php';

/** A node of a parsed file, copied out of WebAssembly's memory: plain data, nothing to free. */
export interface SyntaxNode {
	/** The grammar's name for it: `binary_expression`, or the token itself: `+`. */
	readonly type: string;
	/** The field of the parent that it fills: `left`, `condition`; undefined where the grammar has none. */
	readonly field: string | undefined;
	/** False for tokens such as `(` and `if`. */
	readonly named: boolean;
	/** UTF-16 offsets. */
	readonly start: number;
	readonly end: number;
	/** 1-based. */
	readonly line: number;
	readonly parent: SyntaxNode | undefined;
	/** Comments are left out. */
	readonly children: readonly SyntaxNode[];
	/** Holds a syntax error somewhere below; known for the root only. */
	readonly broken: boolean;
	readonly text: string;
}

/** Grammars of one `dist` folder, loaded when first needed and kept. */
export class Grammars {
	private readonly loading = new Map<GrammarName, Promise<Grammar>>();
	private initialised: Promise<void> | undefined;

	/** `assets`: absolute path of the folder that holds `grammars/*.wasm`. */
	constructor(private readonly assets: string) {}

	/** The root of the text's syntax tree; `broken` when the text has syntax errors. */
	async parse(language: GrammarName, text: string): Promise<SyntaxNode> {
		const grammar = await this.grammar(language);
		const parser = new Parser();
		try {
			parser.setLanguage(grammar);
			const tree = parser.parse(text);
			if (!tree) {
				throw new Error(`tree-sitter gave no tree for ${language}`);
			}
			try {
				return copied(tree.rootNode, text);
			} finally {
				tree.delete();
			}
		} finally {
			parser.delete();
		}
	}

	private grammar(language: GrammarName): Promise<Grammar> {
		const known = this.loading.get(language);
		if (known) {
			return known;
		}
		const loading = this.load(language);
		this.loading.set(language, loading);
		return loading;
	}

	private async load(language: GrammarName): Promise<Grammar> {
		this.initialised ??= Parser.init({ locateFile: (name) => this.file(path.basename(name)) });
		await this.initialised;
		return TreeSitterLanguage.load(await readFile(this.file(`tree-sitter-${language}.wasm`)));
	}

	private file(name: string): string {
		return path.join(this.assets, 'grammars', name);
	}
}

class Copy implements SyntaxNode {
	readonly children: Copy[] = [];
	broken = false;

	constructor(
		private readonly source: string,
		readonly type: string,
		readonly field: string | undefined,
		readonly named: boolean,
		readonly start: number,
		public end: number,
		readonly line: number,
		readonly parent: Copy | undefined,
	) {}

	get text(): string {
		return this.source.slice(this.start, this.end);
	}
}

function copied(root: Node, source: string): SyntaxNode {
	const cursor = root.walk();
	const copy = (parent: Copy | undefined) =>
		new Copy(
			source,
			cursor.nodeType,
			cursor.currentFieldName ?? undefined,
			cursor.nodeIsNamed,
			cursor.startIndex,
			cursor.endIndex,
			cursor.startPosition.row + 1,
			parent,
		);
	const top = copy(undefined);
	top.broken = root.hasError;
	let parent = top;
	let latest = top;
	// A comment at a node's end (where a semicolon is left out) is not part of it.
	const close = (node: Copy) => {
		const last = node.children[node.children.length - 1];
		if (latest.type === 'comment' && latest.end === node.end && last) {
			node.end = last.end;
		}
	};
	// Iterative: a deep tree (a long chain of `+`) must not overflow the stack.
	for (let more = cursor.gotoFirstChild(); more; ) {
		const node = copy(parent);
		latest = node;
		if (node.type !== 'comment') {
			parent.children.push(node);
		}
		if (cursor.gotoFirstChild()) {
			parent = node;
			continue;
		}
		while (!cursor.gotoNextSibling()) {
			if (!cursor.gotoParent() || !parent.parent) {
				more = false;
				break;
			}
			close(parent);
			parent = parent.parent;
		}
	}
	cursor.delete();
	return top;
}
