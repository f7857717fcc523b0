// Probes for JavaScript and TypeScript: guards that end loops and recursion, and counters that tell which lines
// ran. They are put on the lines that exist, so that every line keeps its number.
import { fieldOf, namedChildren } from '../candidates/syntax';
import type { Grammars, SyntaxNode } from '../grammars';
import type { Language } from '../language';
import { around, at, type Insertion } from './insertion';

export interface Insertions {
	/** `turn()` at the start of every loop's and function's body. */
	readonly guards: readonly Insertion[];
	/** `hit(fileId, line)` before every statement. For the base text only: an edit may make it part of another. */
	readonly coverage: readonly Insertion[];
	/** The lines that a hit of a line stands for: those of its statement, without the statements inside it. 1-based. */
	readonly coverageLines: ReadonlyMap<number, readonly number[]>;
}

export interface ProbeOptions {
	/** What `hit` is told to know the file by. */
	readonly fileId: number;
	/**
	 * An expression for the object with `turn` and `hit`. The default hangs on a native function that all realms of
	 * a process share, jest's sandboxes included.
	 */
	readonly runtime?: string;
}

/** Where probes of this file are to be put. For Python and unreadable text both lists are empty. */
export async function insertionsOf(
	text: string,
	language: Language,
	grammars: Grammars,
	options: ProbeOptions,
): Promise<Insertions> {
	const root = language === 'python' ? undefined : await grammars.parse(language, text);
	if (!root || root.broken) {
		return { guards: [], coverage: [], coverageLines: new Map() };
	}
	// `globalThis.process`, because a file may have a `process` of its own, which may not be initialised yet.
	const cast = language === 'javascript' ? 'globalThis' : '(globalThis as any)';
	const runtime = options.runtime ?? `${cast}.process.cwd.__underbid`;
	const probes = new Probes(runtime, options.fileId);
	probes.visit(root);
	return {
		guards: probes.guards,
		coverage: probes.coverage,
		coverageLines: linesOf(probes.points, text),
	};
}

const loops = new Set(['for_statement', 'for_in_statement', 'while_statement', 'do_statement']);
const lists = new Set(['program', 'statement_block', 'switch_case', 'switch_default']);
const silent =
	/^(import_statement|empty_statement|interface_declaration|type_alias_declaration|ambient_declaration|function_signature|hash_bang_line|import_alias)$/;

class Probes {
	readonly guards: Insertion[] = [];
	readonly coverage: Insertion[] = [];
	readonly points: SyntaxNode[] = [];

	constructor(
		private readonly runtime: string,
		private readonly fileId: number,
	) {}

	visit(root: SyntaxNode): void {
		const stack = [root];
		for (let node = stack.pop(); node; node = stack.pop()) {
			if (node.type === 'ambient_declaration') {
				continue;
			}
			this.guard(node);
			this.cover(node);
			for (let index = node.children.length - 1; index >= 0; index--) {
				const child = node.children[index];
				if (child?.named) {
					stack.push(child);
				}
			}
		}
	}

	private guard(node: SyntaxNode): void {
		const body = fieldOf(node, 'body');
		if (!body || !(loops.has(node.type) || isFunction(node))) {
			return;
		}
		const turn = `${this.runtime}.turn()`;
		if (body.type === 'statement_block') {
			this.guards.push(at(afterDirectives(body), `;${turn};`));
		} else if (loops.has(node.type)) {
			this.guards.push(...around(openingOf(body), body.end, `{${turn};`, '}'));
		} else {
			this.guards.push(...around(openingOf(body), body.end, `(${turn},`, ')'));
		}
	}

	private cover(node: SyntaxNode): void {
		const parent = node.parent;
		if (!parent) {
			return;
		}
		const hit = `${this.runtime}.hit(${this.fileId},${node.line})`;
		if (parent.type === 'arrow_function' && node.field === 'body' && node.type !== 'statement_block') {
			this.coverage.push(...around(openingOf(node), node.end, `(${hit},`, ')'));
			this.points.push(node);
		} else if (isListed(node, parent)) {
			if (!silent.test(node.type) && !isDirective(node)) {
				this.coverage.push(at(node.start, `;${hit};`));
				this.points.push(node);
			}
		} else if (isOnlyStatement(node, parent)) {
			this.coverage.push(...around(openingOf(node), node.end, `{${hit};`, '}'));
			this.points.push(node);
		}
	}
}

/** Right behind the `)`, `=>`, `else` before the body: what is put before the body later goes inside too. */
function openingOf(body: SyntaxNode): number {
	const siblings = body.parent?.children ?? [];
	return siblings[siblings.indexOf(body) - 1]?.end ?? body.start;
}

function isFunction(node: SyntaxNode): boolean {
	return /^(function_declaration|function_expression|generator_function|generator_function_declaration|arrow_function|method_definition)$/.test(
		node.type,
	);
}

function isListed(node: SyntaxNode, parent: SyntaxNode): boolean {
	if (!lists.has(parent.type)) {
		return false;
	}
	return parent.type === 'switch_case' ? node.field !== 'value' : true;
}

/** The body of a loop or branch that has no braces. A function there is scoped otherwise inside braces. */
function isOnlyStatement(node: SyntaxNode, parent: SyntaxNode): boolean {
	if (
		node.type === 'statement_block' ||
		node.type === 'function_declaration' ||
		node.type === 'empty_statement'
	) {
		return false;
	}
	return (
		(loops.has(parent.type) && node.field === 'body') ||
		(parent.type === 'if_statement' && node.field === 'consequence') ||
		parent.type === 'else_clause'
	);
}

/** `'use strict'` and its like: only where a program or function begins. */
function isDirective(node: SyntaxNode): boolean {
	const owner = node.parent;
	if (!owner || !(owner.type === 'program' || (owner.parent && isFunction(owner.parent)))) {
		return false;
	}
	for (const statement of namedChildren(owner)) {
		if (statement.type === 'hash_bang_line') {
			continue;
		}
		const only = namedChildren(statement);
		if (statement.type !== 'expression_statement' || only.length !== 1 || only[0]?.type !== 'string') {
			return false;
		}
		if (statement === node) {
			return true;
		}
	}
	return false;
}

function afterDirectives(body: SyntaxNode): number {
	const directives = namedChildren(body).filter(isDirective);
	return directives[directives.length - 1]?.end ?? body.start + 1;
}

/** Each line goes to the innermost statement on it. */
function linesOf(points: readonly SyntaxNode[], text: string): ReadonlyMap<number, readonly number[]> {
	const owners = new Map<number, number>();
	const outerFirst = [...points].sort((a, b) => b.end - b.start - (a.end - a.start));
	for (const point of outerFirst) {
		let line = point.line;
		owners.set(line, point.line);
		for (
			let next = text.indexOf('\n', point.start);
			next >= 0 && next < point.end;
			next = text.indexOf('\n', next + 1)
		) {
			owners.set(++line, point.line);
		}
	}
	const lines = new Map<number, number[]>(points.map((point) => [point.line, [point.line]]));
	for (const [line, owner] of owners) {
		if (line !== owner) {
			lines.get(owner)?.push(line);
		}
	}
	return lines;
}
