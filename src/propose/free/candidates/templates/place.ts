// Where a statement stands: what templates that move and insert statements ask.
import type { SyntaxNode } from '../../grammars';
import type { Scene } from '../scene';

export function siblings(node: SyntaxNode): {
	readonly previous: SyntaxNode | undefined;
	readonly next: SyntaxNode | undefined;
} {
	const all = node.parent?.children.filter((child) => child.named) ?? [];
	const at = all.indexOf(node);
	return { previous: all[at - 1], next: all[at + 1] };
}

export function inBlock(node: SyntaxNode, scene: Scene): boolean {
	return node.parent !== undefined && scene.dialect.kindOf(node.parent) === 'block';
}

export function isDeclaration(node: SyntaxNode): boolean {
	return /declaration$|definition$|import|export|decorated/.test(node.type);
}

/** The same lines at another depth. */
export function shift(text: string, from: string, to: string): string {
	return from === to ? text : text.replaceAll(`\n${from}`, `\n${to}`);
}

export function insideLoop(node: SyntaxNode, scene: Scene): boolean {
	for (let outer = node.parent; outer && scene.dialect.kindOf(outer) !== 'function'; outer = outer.parent) {
		if (scene.dialect.kindOf(outer) === 'loop') {
			return true;
		}
	}
	return false;
}
