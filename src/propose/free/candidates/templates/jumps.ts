// Wrong or missing returns, breaks and continues.
import type { Template } from '../template';
import { insert, insertAfter, ranked, replace } from '../template';
import { inBlock, insideLoop, isDeclaration, siblings } from './place';

const jumps: Template = {
	name: 'jump',
	on: ['break', 'continue', 'return', 'throw'],
	*changes(node, scene) {
		const { end } = scene.dialect.spelling;
		const kind = scene.dialect.kindOf(node);
		const loop = insideLoop(node, scene);
		const bare = node.children.every((child) => !child.named);
		for (const word of ['break', 'continue', 'return']) {
			if (word !== kind && (word === 'return' || loop) && (bare || kind === 'return')) {
				yield replace(node, `${word}${end}`, bare ? 1 : 0.4);
			}
		}
		if (kind === 'return' && !bare) {
			const value = node.children.find((child) => child.named);
			if (value && ['call', 'assignment', 'await'].includes(scene.dialect.kindOf(value))) {
				yield replace(node, `${value.text}${end}`, 0.3);
			}
		}
	},
};

const missingJump: Template = {
	name: 'missing jump',
	on: ['statement'],
	*changes(node, scene) {
		const { dialect } = scene;
		const { next } = siblings(node);
		const kind = dialect.kindOf(node);
		const ends = ['return', 'break', 'continue', 'throw'].includes(kind);
		if (node.type === 'expression_statement') {
			const inner = node.children.find((child) => child.named);
			if (
				inner &&
				dialect.isExpression(inner) &&
				['call', 'identifier', 'binary', 'await', 'member', 'new'].includes(dialect.kindOf(inner))
			) {
				yield insert(node.start, 'return ', next ? 0.5 : 1);
			}
			if (inner?.type === 'assignment_expression' && !next) {
				yield insert(node.start, 'return ', 0.15);
			}
		}
		if (ends || isDeclaration(node)) {
			return;
		}
		if (!next && insideLoop(node, scene)) {
			yield insertAfter(node, `break${dialect.spelling.end}`, scene, 0.8);
			yield insertAfter(node, `continue${dialect.spelling.end}`, scene, 0.4);
		} else if (/case/.test(node.parent?.type ?? '')) {
			yield insertAfter(node, 'break;', scene, 0.8);
		}
		if (!next && inBlock(node, scene) && scene.functionOf(node)) {
			for (const [value, share] of ranked(
				['', ...scene.near(node).returned.keys(), ...scene.variables(node).map((name) => name.name)],
				0.8,
				8,
			)) {
				yield insertAfter(
					node,
					`return${value ? ` ${value}` : ''}${dialect.spelling.end}`,
					scene,
					0.8 * share,
				);
			}
		}
	},
};

export const jumping: readonly Template[] = [jumps, missingJump];
