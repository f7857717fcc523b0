import type { SyntaxNode } from '../grammars';
import type { Kind } from './dialect';
import type { Scene } from './scene';
import { indentAt } from './syntax';

/** A text edit of a file, and how likely it is among those of its template at this place: 1 is the likeliest. */
export interface Change {
	readonly start: number;
	readonly end: number;
	readonly text: string;
	readonly share: number;
}

/** A way in which code is often wrong by one edit. */
export interface Template {
	readonly name: string;
	/** The kinds of nodes it looks at; `expression` and `statement` are all nodes of that sort. */
	readonly on: readonly (Kind | 'expression' | 'statement')[];
	readonly changes: (node: SyntaxNode, scene: Scene) => Iterable<Change>;
}

interface Range {
	readonly start: number;
	readonly end: number;
}

export function replace(at: Range, text: string, share = 1): Change {
	return { start: at.start, end: at.end, text, share };
}

export function insert(at: number, text: string, share = 1): Change {
	return { start: at, end: at, text, share };
}

/** A statement on a line of its own before the given one. */
export function insertBefore(node: SyntaxNode, text: string, scene: Scene, share = 1): Change {
	return insert(node.start, `${text}\n${indentAt(scene.text, node.start)}`, share);
}

/** A statement on a line of its own after the given one. */
export function insertAfter(node: SyntaxNode, text: string, scene: Scene, share = 1): Change {
	return insert(node.end, `\n${indentAt(scene.text, node.start)}${text}`, share);
}

/** One after the other, each less likely than the one before. */
export function* ranked<T>(items: Iterable<T>, fade = 0.85, most = 12): Generator<readonly [T, number]> {
	let share = 1;
	let left = most;
	for (const item of items) {
		if (left-- <= 0) {
			return;
		}
		yield [item, share];
		share *= fade;
	}
}
