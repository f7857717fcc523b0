// Something missing from a formula: a term, a factor, a separator between texts.
import type { SyntaxNode } from '../../grammars';
import type { Scene } from '../scene';
import { operand } from '../spelling';
import type { Change, Template } from '../template';
import { insert, ranked, replace } from '../template';

const formulas = new Set(['binary', 'identifier', 'call', 'member', 'subscript', 'other']);

/** Whole values: what is returned, assigned, or passed. */
const value: Template = {
	name: 'added operand',
	on: ['return', 'declarator', 'assignment', 'call'],
	*changes(node, scene) {
		const { dialect } = scene;
		const call = dialect.call(node);
		const values = call
			? call.arguments
			: [dialect.assignment(node)?.value ?? node.children.find((child) => child.named)];
		for (const whole of values) {
			if (!whole || !dialect.isExpression(whole) || !formulas.has(dialect.kindOf(whole))) {
				continue;
			}
			const near = [...scene.near(node).numbers.keys()]
				.filter((number) => number !== '0' && number !== '1')
				.slice(0, 4);
			const division = dialect.family === 'python' ? ['//'] : ['/'];
			const plain = [
				' / 2',
				' * 2',
				' + 1',
				' - 1',
				' % 2',
				...near.flatMap((number) => [...division, '*', '%'].map((mark) => ` ${mark} ${number}`)),
			];
			for (const [suffix, share] of ranked(plain, 0.85, 12)) {
				yield replace(whole, `${operand(whole, dialect)}${suffix}`, call ? 0.3 * share : share);
			}
			const text = whole.text;
			for (const [name, share] of ranked(numeric(whole, scene), 0.75, 4)) {
				for (const [mark, likely] of ranked([' + ', ' - ', ' * ', ' / '], 0.7)) {
					yield replace(
						whole,
						mark === ' * ' || mark === ' / '
							? `${operand(whole, dialect)}${mark}${name}`
							: `${text}${mark}${name}`,
						0.7 * share * likely * (call ? 0.6 : 1),
					);
				}
				yield replace(whole, `${name} + ${text}`, 0.4 * share);
			}
		}
	},
};

/** Parts of formulas and indexes. */
const term: Template = {
	name: 'added term',
	on: ['identifier', 'member', 'number', 'binary', 'subscript'],
	*changes(node, scene): Generator<Change> {
		const { dialect } = scene;
		const parent = node.parent;
		if (!parent || !dialect.isExpression(node) || !isFormula(node, parent, scene)) {
			return;
		}
		const text = node.text;
		const tightParent = ['binary', 'unary'].includes(dialect.kindOf(parent));
		const sum = (suffix: string) =>
			tightParent && /[*/%]/.test(dialect.binary(parent)?.operator.text ?? '')
				? `(${text}${suffix})`
				: `${text}${suffix}`;
		for (const [name, share] of ranked(numeric(node, scene), 0.75, 4)) {
			yield replace(node, sum(` + ${name}`), share);
			yield replace(node, sum(` - ${name}`), share);
			if (dialect.kindOf(node) !== 'binary') {
				yield replace(node, `${text} * ${name}`, 0.5 * share);
			}
		}
		if (dialect.kindOf(node) !== 'number' && dialect.kindOf(node) !== 'binary') {
			yield replace(node, `${text} ** 2`, 0.6);
			yield replace(node, `${text} * ${text}`, 0.6);
			yield replace(node, `${text} * 2`, 0.5);
			yield replace(node, `${text} ${dialect.family === 'python' ? '//' : '/'} 2`, 0.5);
			yield replace(node, `${text} % 2`, 0.3);
		}
	},
};

/** Names that seem to be numbers at the place, besides the node itself. */
function numeric(node: SyntaxNode, scene: Scene): readonly string[] {
	const { traits } = scene.near(node);
	return scene
		.variables(node)
		.map((name) => name.name)
		.filter((name) => {
			const own = traits.get(name);
			return name !== node.text && (!own || own.has('number') || own.has('compared') || own.has('index'));
		});
}

function isFormula(node: SyntaxNode, parent: SyntaxNode, scene: Scene): boolean {
	const { dialect } = scene;
	switch (dialect.kindOf(parent)) {
		case 'binary': {
			const operator = dialect.binary(parent)?.operator.text ?? '';
			return dialect.spelling.arithmetic.includes(operator) || /^([<>]=?|[=!]==?)$/.test(operator);
		}
		case 'subscript':
			return parent.children[0] !== node;
		case 'slice':
			return true;
		default:
			return /^(arguments|argument_list)$/.test(parent.type);
	}
}

/** Between two joined texts. */
const separator: Template = {
	name: 'separator',
	on: ['binary', 'template'],
	*changes(node, scene) {
		const { dialect } = scene;
		const strings = [...scene.near(node).strings.keys()].slice(0, 6);
		const marks = ["' '", "','", "'.'", "'-'", "', '", "':'", "'/'", "'_'", "'\\n'", "';'", "'='"];
		const parts = dialect.binary(node);
		if (parts?.operator.text === '+') {
			for (const [mark, share] of ranked(new Set([...strings, ...marks]), 0.88, 16)) {
				yield insert(parts.operator.end, ` ${mark} +`, share);
				yield insert(node.end, ` + ${mark}`, 0.6 * share);
				yield insert(node.start, `${mark} + `, 0.6 * share);
			}
		}
		const holes = node.children.filter((child) => child.type === 'template_substitution');
		for (const hole of holes.slice(0, 4)) {
			for (const [mark, share] of ranked(marks, 0.85, 8)) {
				yield insert(hole.end, mark.slice(1, -1), 0.6 * share);
			}
		}
	},
};

/** The larger or smaller of the value and something else. */
const limited: Template = {
	name: 'limited value',
	on: ['return', 'declarator', 'assignment'],
	*changes(node, scene) {
		const { dialect } = scene;
		const assignment = dialect.assignment(node);
		const whole = assignment?.value ?? node.children.find((child) => child.named);
		if (!whole || !formulas.has(dialect.kindOf(whole)) || whole.end - whole.start > 100) {
			return;
		}
		const prefix = dialect.family === 'python' ? '' : 'Math.';
		const own =
			assignment &&
			/^(identifier|subscript|subscript_expression|member_expression|attribute)$/.test(assignment.target.type)
				? [assignment.target.text]
				: [];
		for (const [other, share] of ranked(
			new Set([...own, '0', '1', ...numeric(whole, scene).slice(0, 4)]),
			0.8,
		)) {
			yield replace(whole, `${prefix}max(${other}, ${whole.text})`, share);
			yield replace(whole, `${prefix}min(${other}, ${whole.text})`, 0.9 * share);
		}
	},
};

export const terms: readonly Template[] = [value, term, separator, limited];
