// What the templates need to know of a language: which node is what, and how things are spelled. With it most
// templates are written once for JavaScript, TypeScript and Python.
import type { SyntaxNode } from '../grammars';
import type { Language } from '../language';
import { javascript } from './dialects/javascript';
import { python } from './dialects/python';

/** The kinds templates ask for. A node has one; what no template asks for is `other`. */
export type Kind =
	| 'array'
	| 'assignment'
	| 'augmented'
	| 'await'
	| 'binary'
	| 'block'
	| 'boolean'
	| 'break'
	| 'call'
	| 'continue'
	| 'declarator'
	| 'function'
	| 'identifier'
	| 'if'
	| 'loop'
	| 'member'
	| 'new'
	| 'nothing'
	| 'number'
	| 'object'
	| 'other'
	| 'parameters'
	| 'regex'
	| 'return'
	| 'slice'
	| 'string'
	| 'subscript'
	| 'switch'
	| 'template'
	| 'ternary'
	| 'this'
	| 'throw'
	| 'tuple'
	| 'unary'
	| 'update';

export interface Binary {
	readonly left: SyntaxNode;
	readonly operator: SyntaxNode;
	readonly right: SyntaxNode;
}

export interface Call {
	readonly callee: SyntaxNode;
	/** The list with its parentheses. */
	readonly list: SyntaxNode;
	readonly arguments: readonly SyntaxNode[];
}

export interface Member {
	readonly object: SyntaxNode;
	readonly property: SyntaxNode;
}

export interface Branch {
	readonly condition: SyntaxNode;
	readonly then: SyntaxNode;
	readonly otherwise: SyntaxNode | undefined;
}

export interface Assignment {
	readonly target: SyntaxNode;
	readonly value: SyntaxNode;
}

export interface Name {
	readonly name: string;
	/** Where it is declared, and the range of text in which it can be used. */
	readonly at: number;
	readonly from: number;
	readonly to: number;
	readonly parameter: boolean;
	/** A function, class or import: seldom what a variable is mistaken for. */
	readonly callable: boolean;
}

export interface Dialect {
	readonly family: 'javascript' | 'python';
	kindOf(node: SyntaxNode): Kind;
	isStatement(node: SyntaxNode): boolean;
	/** Something with a value that may be replaced by another expression. */
	isExpression(node: SyntaxNode): boolean;
	binary(node: SyntaxNode): Binary | undefined;
	call(node: SyntaxNode): Call | undefined;
	member(node: SyntaxNode): Member | undefined;
	branch(node: SyntaxNode): Branch | undefined;
	/** Of a loop, `if`, ternary: what is tested; without parentheses. */
	condition(node: SyntaxNode): SyntaxNode | undefined;
	assignment(node: SyntaxNode): Assignment | undefined;
	/** The block or expression that a function, loop or branch executes. */
	body(node: SyntaxNode): SyntaxNode | undefined;
	/** Names that the function (or the whole file) itself declares, not those of functions inside. */
	names(node: SyntaxNode): readonly Name[];
	readonly spelling: Spelling;
}

/** How a language writes what templates write. */
export interface Spelling {
	readonly nothing: readonly string[];
	readonly yes: string;
	readonly no: string;
	readonly and: string;
	readonly or: string;
	readonly equal: string;
	readonly unequal: string;
	not(text: string): string;
	isNothing(text: string): string;
	isSomething(text: string): string;
	length(text: string): string;
	isEmpty(text: string): string;
	/** `if (condition) statement`, on one line. */
	guard(condition: string, statement: string): string;
	readonly comparisons: readonly string[];
	readonly arithmetic: readonly string[];
	readonly bitwise: readonly string[];
	readonly logical: readonly string[];
	readonly assignments: readonly string[];
	/** What an initial value may have been meant to be. */
	readonly empties: readonly string[];
	/** Ends a simple statement. */
	readonly end: string;
}

export function dialectOf(language: Language): Dialect {
	return language === 'python' ? python : javascript;
}
