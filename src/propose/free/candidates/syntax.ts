// Small questions about syntax nodes that every template asks.
import type { SyntaxNode } from '../grammars';

export function fieldOf(node: SyntaxNode, field: string): SyntaxNode | undefined {
	return node.children.find((child) => child.field === field);
}

export function namedChildren(node: SyntaxNode): readonly SyntaxNode[] {
	return node.children.filter((child) => child.named);
}

/** The node and everything below it, in the order of the text. */
export function* descendants(node: SyntaxNode): Generator<SyntaxNode> {
	const stack = [node];
	for (let next = stack.pop(); next; next = stack.pop()) {
		yield next;
		for (let index = next.children.length - 1; index >= 0; index--) {
			const child = next.children[index];
			if (child) {
				stack.push(child);
			}
		}
	}
}

export function* ancestors(node: SyntaxNode): Generator<SyntaxNode> {
	for (let next = node.parent; next; next = next.parent) {
		yield next;
	}
}

export function contains(outer: SyntaxNode, inner: SyntaxNode): boolean {
	return outer.start <= inner.start && inner.end <= outer.end;
}

/** Without the parentheses around it. */
export function bare(node: SyntaxNode): SyntaxNode {
	let inner = node;
	while (inner.type === 'parenthesized_expression') {
		const child = namedChildren(inner)[0];
		if (!child) {
			break;
		}
		inner = child;
	}
	return inner;
}

/** The white space before the line's first character, for what is inserted before or after that line. */
export function indentAt(text: string, offset: number): string {
	const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
	return /^[ \t]*/.exec(text.slice(lineStart, offset))?.[0] ?? '';
}
