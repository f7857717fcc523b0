// Branches and answers that are the wrong way round.
import type { SyntaxNode } from '../../grammars';
import type { Scene } from '../scene';
import { isComposite } from '../spelling';
import type { Change, Template } from '../template';
import { replace } from '../template';

const branches: Template = {
	name: 'swapped branches',
	on: ['if', 'ternary'],
	*changes(node, scene) {
		const { dialect, text } = scene;
		const branch = dialect.branch(node);
		if (!branch?.otherwise || dialect.kindOf(branch.otherwise) === 'if') {
			if (branch && !branch.otherwise && dialect.kindOf(node) === 'if') {
				yield* nextStatementSwapped(node, branch.then, scene);
			}
			return;
		}
		const { then, otherwise } = branch;
		const [first, second] = then.start < otherwise.start ? [then, otherwise] : [otherwise, then];
		yield replace(
			{ start: first.start, end: second.end },
			second.text + text.slice(first.end, second.start) + first.text,
		);
		if (dialect.kindOf(node) === 'ternary') {
			yield replace(node, isComposite(then, dialect) ? `(${then.text})` : then.text, 0.5);
			yield replace(node, isComposite(otherwise, dialect) ? `(${otherwise.text})` : otherwise.text, 0.5);
		}
	},
};

/** Two neighbours of an `else if` chain in the other order. */
const reordered: Template = {
	name: 'order of checks',
	on: ['if'],
	*changes(node, scene) {
		const { dialect, text } = scene;
		const first = dialect.branch(node);
		const next =
			node.type === 'elif_clause' ? undefined : node.children.find((child) => child.field === 'alternative');
		const inner = next?.type === 'elif_clause' ? next : first?.otherwise;
		const second = inner && dialect.kindOf(inner) === 'if' ? dialect.branch(inner) : undefined;
		if (first && second) {
			const [a, b] = [first.condition, second.condition];
			yield replace(
				{ start: a.start, end: second.then.end },
				b.text +
					text.slice(a.end, first.then.start) +
					second.then.text +
					text.slice(first.then.end, b.start) +
					a.text +
					text.slice(b.end, second.then.start) +
					first.then.text,
			);
			yield replace({ start: a.start, end: b.end }, b.text + text.slice(a.end, b.start) + a.text, 0.6);
		}
	},
};

/** `if (c) { return a } return b` → `if (c) { return b } return a`. */
function* nextStatementSwapped(node: SyntaxNode, then: SyntaxNode, scene: Scene): Generator<Change> {
	const siblings = node.parent?.children.filter((child) => child.named) ?? [];
	const next = siblings[siblings.indexOf(node) + 1];
	const inner =
		scene.dialect.kindOf(then) === 'block' ? then.children.filter((child) => child.named) : [then];
	const only = inner[0];
	if (
		next &&
		only &&
		inner.length === 1 &&
		scene.dialect.kindOf(only) === 'return' &&
		scene.dialect.kindOf(next) === 'return'
	) {
		yield replace(
			{ start: only.start, end: next.end },
			next.text + scene.text.slice(only.end, next.start) + only.text,
		);
	}
}

/** All the opposite: two `return`s (or assignments) of opposite truth in one function, both flipped. */
const bothFlipped: Template = {
	name: 'opposite answers',
	on: ['function'],
	*changes(node, scene) {
		const { yes, no } = scene.dialect.spelling;
		const flips: SyntaxNode[] = [];
		const visit = (inner: SyntaxNode) => {
			if (scene.dialect.kindOf(inner) === 'boolean') {
				flips.push(inner);
			}
			for (const child of inner.children) {
				if (scene.dialect.kindOf(child) !== 'function') {
					visit(child);
				}
			}
		};
		visit(node);
		const [first, last] = [flips[0], flips[flips.length - 1]];
		if (!first || !last || flips.length < 2 || flips.length > 5) {
			return;
		}
		let text = '';
		let at = first.start;
		for (const flip of flips) {
			text += scene.text.slice(at, flip.start) + (flip.text === yes ? no : yes);
			at = flip.end;
		}
		yield replace({ start: first.start, end: last.end }, text);
	},
};

export const turned: readonly Template[] = [branches, reordered, bothFlipped];
