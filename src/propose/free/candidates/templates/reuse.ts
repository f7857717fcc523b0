// Plastic surgery: an expression replaced by another of the same function.
import type { SyntaxNode } from '../../grammars';
import type { Scene } from '../scene';
import { inSlot, isComposite, moved } from '../spelling';
import type { Template } from '../template';
import { insert, ranked, replace } from '../template';

const reusable = new Set([
	'binary',
	'call',
	'member',
	'subscript',
	'unary',
	'ternary',
	'identifier',
	'new',
	'array',
	'object',
	'this',
]);

/** Expressions of the function near the node, those of its own kind first, nearest first. */
function nearby(node: SyntaxNode, scene: Scene): readonly SyntaxNode[] {
	const { dialect } = scene;
	const kind = dialect.kindOf(node);
	const scored: (readonly [SyntaxNode, number])[] = [];
	for (const other of scene.near(node).expressions.values()) {
		const otherKind = dialect.kindOf(other);
		const overlaps =
			(other.start <= node.start && node.end <= other.end) ||
			(node.start <= other.start && other.end <= node.end);
		if (!reusable.has(otherKind) || overlaps || other.text === node.text || otherKind === 'identifier') {
			continue;
		}
		const distance =
			Math.abs(other.line - node.line) + (otherKind === kind ? 0 : 6) + (other.end - other.start) / 20;
		scored.push([other, distance]);
	}
	return scored.sort((a, b) => a[1] - b[1]).map(([other]) => other);
}

const expression: Template = {
	name: 'expression from nearby',
	on: [
		'binary',
		'call',
		'member',
		'subscript',
		'identifier',
		'number',
		'unary',
		'ternary',
		'string',
		'nothing',
		'boolean',
	],
	*changes(node, scene) {
		const { dialect } = scene;
		if (!dialect.isExpression(node) || node.end - node.start > 120) {
			return;
		}
		const parent = node.parent;
		if (parent && dialect.call(parent)?.callee === node) {
			return;
		}
		for (const [other, share] of ranked(nearby(node, scene), 0.9, 14)) {
			yield replace(node, moved(other, node, dialect), share);
		}
	},
};

/** A binary expression replaced by a name it is about: too much was written. */
const reduced: Template = {
	name: 'expression to variable',
	on: ['binary', 'call', 'member', 'subscript', 'array', 'object', 'unary', 'ternary'],
	*changes(node, scene) {
		const { dialect } = scene;
		if (
			!dialect.isExpression(node) ||
			node.end - node.start > 160 ||
			(node.parent && dialect.call(node.parent)?.callee === node)
		) {
			return;
		}
		for (const [name, share] of ranked(scene.variables(node), 0.8, 8)) {
			yield replace(node, name.name, share);
		}
	},
};

/** A variable indexed by another, or no longer. */
const indexed: Template = {
	name: 'index',
	on: ['identifier', 'subscript', 'member'],
	*changes(node, scene) {
		const { dialect } = scene;
		const parent = node.parent;
		if (!dialect.isExpression(node) || !parent || dialect.call(parent)?.callee === node) {
			return;
		}
		const { traits } = scene.near(node);
		const collections = traits.get(node.text);
		if (
			!collections ||
			!(collections.has('indexed') || collections.has('member')) ||
			(parent.children[0] === node && dialect.kindOf(parent) === 'subscript')
		) {
			return;
		}
		const keys = scene.variables(node).filter((name) => {
			const own = traits.get(name.name);
			return (
				name.name !== node.text && (!own || own.has('index') || own.has('number') || own.has('compared'))
			);
		});
		for (const [key, share] of ranked(
			[
				...keys.map((name) => name.name),
				'0',
				...(dialect.family === 'python' ? ['-1'] : [`${node.text}.length - 1`]),
			],
			0.8,
			6,
		)) {
			yield replace(node, `${node.text}[${key}]`, share);
		}
	},
};

const returned: Template = {
	name: 'return value',
	on: ['return'],
	*changes(node, scene) {
		const { dialect } = scene;
		const value = node.children.find((child) => child.named);
		const { nothing, yes, no } = dialect.spelling;
		const others = [...scene.near(node).returned.keys()];
		const names = scene.variables(node).map((name) => name.name);
		const plain = [
			yes,
			no,
			'0',
			'1',
			'-1',
			"''",
			'[]',
			'{}',
			...nothing,
			...(dialect.family === 'python' ? ['[[]]', 'set()'] : ['NaN', 'this']),
		];
		const place = (text: string, share: number) =>
			value ? replace(value, text, share) : insert(node.start + 6, ` ${text}`, share);
		for (const [text, share] of ranked(others, 0.85, 8)) {
			yield place(text, share);
		}
		for (const [text, share] of ranked(names, 0.8, 8)) {
			yield place(text, 0.8 * share);
		}
		for (const [text, share] of ranked(plain, 0.9, 14)) {
			yield place(text, 0.6 * share);
		}
		const { traits } = scene.near(node);
		const numbers = names.filter((name) =>
			/number|compared|index/.test([...(traits.get(name) ?? [])].join()),
		);
		for (const [name, share] of ranked(numbers, 0.75, 4)) {
			for (const [test, likely] of ranked(
				[
					`${dialect.spelling.equal} 0`,
					'> 0',
					`${dialect.spelling.unequal} 0`,
					'< 0',
					'>= 0',
					`${dialect.spelling.equal} 1`,
					'> 1',
				],
				0.8,
			)) {
				yield place(`${name} ${test}`, 0.4 * share * likely);
			}
		}
		if (value && value.end - value.start < 120) {
			const [text, tail] = isComposite(value, dialect) ? [`(${value.text})`, ''] : [value.text, ''];
			for (const [test, share] of ranked(names, 0.8, 4)) {
				yield place(`${text} ${dialect.spelling.or} ${test}${tail}`, 0.4 * share);
				yield place(`${text} ${dialect.spelling.and} ${test}${tail}`, 0.3 * share);
			}
			for (const [test, share] of ranked(scene.near(node).conditions.values(), 0.8, 4)) {
				yield place(`${text} ${dialect.spelling.and} ${inSlot(value, test.text, dialect)}`, 0.3 * share);
			}
		}
	},
};

/** What is assigned to. */
const target: Template = {
	name: 'assignment target',
	on: ['assignment', 'augmented'],
	*changes(node, scene) {
		const { dialect } = scene;
		const parts = dialect.assignment(node);
		if (
			!parts ||
			!/^(identifier|member_expression|subscript_expression|attribute|subscript)$/.test(parts.target.type)
		) {
			return;
		}
		const places = [...scene.near(node).expressions.values()].filter(
			(other) =>
				['member', 'subscript'].includes(dialect.kindOf(other)) &&
				other.text !== parts.target.text &&
				!(other.parent && dialect.call(other.parent)?.callee === other),
		);
		const nearest = places.sort((a, b) => Math.abs(a.line - node.line) - Math.abs(b.line - node.line));
		for (const [place, share] of ranked(nearest, 0.8, 6)) {
			yield replace(parts.target, place.text, share);
		}
	},
};

export const reuse: readonly Template[] = [target, expression, reduced, indexed, returned];
