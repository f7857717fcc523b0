// How an expression is written so that it keeps its meaning where it is put.
import type { SyntaxNode } from '../grammars';
import type { Dialect } from './dialect';

/** Parents inside which an expression made of operators needs parentheses. */
const tight = new Set(['binary', 'unary', 'await', 'member', 'update']);
const composite = new Set(['binary', 'ternary', 'assignment', 'augmented', 'function', 'unary', 'await']);

/** Whether the slot's surroundings bind tighter than an operator would. */
export function isTight(slot: SyntaxNode, dialect: Dialect): boolean {
	const parent = slot.parent;
	if (!parent) {
		return false;
	}
	const kind = dialect.kindOf(parent);
	return (
		tight.has(kind) ||
		parent.type === 'for_in_clause' ||
		(kind === 'subscript' && parent.children[0] === slot) ||
		(kind === 'call' && dialect.call(parent)?.callee === slot)
	);
}

export function isComposite(node: SyntaxNode, dialect: Dialect): boolean {
	return (
		composite.has(dialect.kindOf(node)) || /yield|as_expression|comparison|sequence|in_clause/.test(node.type)
	);
}

/** An operator's text put in the slot's place. */
export function inSlot(slot: SyntaxNode, text: string, dialect: Dialect): string {
	return isTight(slot, dialect) ? `(${text})` : text;
}

/** The node's text as an operand, or as what a property is read from. */
export function operand(node: SyntaxNode, dialect: Dialect): string {
	return isComposite(node, dialect) ? `(${node.text})` : node.text;
}

/** Another node's text put in the slot's place. */
export function moved(node: SyntaxNode, slot: SyntaxNode, dialect: Dialect): string {
	return isComposite(node, dialect) && isTight(slot, dialect) ? `(${node.text})` : node.text;
}

/** The condition's opposite. */
export function negated(node: SyntaxNode, dialect: Dialect): string {
	const { spelling } = dialect;
	const text = spelling.not(isComposite(node, dialect) ? `(${node.text})` : node.text);
	return text;
}
