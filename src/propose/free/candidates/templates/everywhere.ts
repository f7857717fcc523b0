// The same slip made at several places: one candidate changes them all.
import type { SyntaxNode } from '../../grammars';
import type { Scene } from '../scene';
import { operand } from '../spelling';
import { descendants } from '../syntax';
import type { Change, Template } from '../template';
import { ranked, replace } from '../template';

/** One change of the text from the first of the nodes to the last, each written anew. */
export function together(
	nodes: readonly SyntaxNode[],
	write: (node: SyntaxNode) => string,
	scene: Scene,
	share = 1,
): Change[] {
	const [first, last] = [nodes[0], nodes[nodes.length - 1]];
	if (!first || !last) {
		return [];
	}
	let text = '';
	let at = first.start;
	for (const node of nodes) {
		text += scene.text.slice(at, node.start) + write(node);
		at = node.end;
	}
	return [replace({ start: first.start, end: last.end }, text, share)];
}

/** Nodes with the node's text within the range, when the node is the first of several. */
function occurrences(node: SyntaxNode, within: SyntaxNode): readonly SyntaxNode[] {
	const text = node.text;
	const found: SyntaxNode[] = [];
	for (const other of descendants(within)) {
		if (other.type === node.type && other.end - other.start === text.length && other.text === text) {
			if (found.length === 0 && other !== node) {
				return [];
			}
			found.push(other);
		}
	}
	return found.length > 1 && found.length < 12 ? found : [];
}

const number: Template = {
	name: 'constant everywhere',
	on: ['number'],
	*changes(node, scene): Generator<Change> {
		const all = occurrences(node, scene.home(node));
		const value = Number(node.text);
		if (all.length === 0 || !Number.isFinite(value)) {
			return;
		}
		const near = [...scene.near(node).numbers.keys()];
		for (const [next, share] of ranked(
			new Set([String(value + 1), String(Math.max(0, value - 1)), ...near]),
			0.8,
			6,
		)) {
			yield* together(all, () => next, scene, next === node.text ? 0 : share);
		}
	},
};

const text: Template = {
	name: 'string everywhere',
	on: ['string'],
	*changes(node, scene) {
		const all = occurrences(node, scene.home(node));
		const quote = node.text.charAt(0);
		if (all.length === 0 || !/['"]/.test(quote)) {
			return;
		}
		const inner = node.text.slice(1, -1);
		const tweaks = [
			inner.toUpperCase(),
			inner.toLowerCase(),
			inner.charAt(0).toUpperCase() + inner.slice(1),
			'',
			' ',
			',',
			inner.slice(0, -1),
			inner.trim(),
		];
		const written = tweaks.map((tweak) => quote + tweak + quote);
		for (const [next, share] of ranked(new Set([...written, ...scene.near(node).strings.keys()]), 0.85, 12)) {
			if (next !== node.text) {
				yield* together(all, () => next, scene, share);
			}
		}
	},
};

const name: Template = {
	name: 'variable everywhere',
	on: ['identifier'],
	*changes(node, scene) {
		const statement = scene.statementOf(node);
		if (!statement || !scene.dialect.isExpression(node) || statement.end - statement.start > 300) {
			return;
		}
		const all = occurrences(node, scene.dialect.condition(statement) ?? statement);
		for (const [other, share] of ranked(all.length > 0 ? scene.variables(node) : [], 0.8, 5)) {
			if (other.name !== node.text) {
				yield* together(all, () => other.name, scene, share);
			}
		}
	},
};

/** All `&&` of a chain to `||`, all `<` to `<=`. */
const chain: Template = {
	name: 'operator everywhere',
	on: ['binary'],
	*changes(node, scene) {
		const { dialect } = scene;
		const top = dialect.binary(node)?.operator;
		if (!top || (node.parent && dialect.binary(node.parent))) {
			return;
		}
		const operators = [...descendants(node)].filter(
			(inner) => inner.field === 'operator' || inner.field === 'operators',
		);
		const { and, or } = dialect.spelling;
		for (const [from, to] of [
			[and, or],
			[or, and],
			['<', '<='],
			['<=', '<'],
			['>', '>='],
			['>=', '>'],
			['+', '-'],
			['-', '+'],
			[dialect.spelling.equal, dialect.spelling.unequal],
			[dialect.spelling.unequal, dialect.spelling.equal],
			['==', '!='],
			['!=', '=='],
		] as const) {
			const same = operators.filter((operator) => operator.text === from);
			if (same.length > 1) {
				yield* together(same, () => to, scene);
			}
		}
		const signs = operators.filter((operator) => /^[<>]=?$/.test(operator.text));
		if (signs.length > 1) {
			yield* together(
				signs,
				(sign) => sign.text.replace(/[<>]/, (mark) => (mark === '<' ? '>' : '<')),
				scene,
				0.7,
			);
		}
	},
};

/** The same truth value in neighbouring statements. */
const truths: Template = {
	name: 'boolean everywhere',
	on: ['boolean'],
	*changes(node, scene) {
		const statement = scene.statementOf(node);
		const block = statement?.parent;
		if (!statement || !block || block.end - block.start > 3000) {
			return;
		}
		const same = [...descendants(block)].filter(
			(other) => other.type === node.type && Math.abs(other.line - node.line) <= 3,
		);
		const { yes, no } = scene.dialect.spelling;
		if (same[0] === node && same.length > 1 && same.length < 5) {
			yield* together(same, () => (node.text === yes ? no : yes), scene);
		}
	},
};

/** Both sides of a comparison changed alike. */
const bothSides: Template = {
	name: 'both sides',
	on: ['binary'],
	*changes(node, scene) {
		const { dialect } = scene;
		const parts = dialect.binary(node);
		if (
			!parts ||
			!dialect.spelling.comparisons.includes(parts.operator.text) ||
			node.end - node.start > 160
		) {
			return;
		}
		const sides = [parts.left, parts.right];
		const wrappers =
			dialect.family === 'python'
				? [
						'set(%)',
						'sorted(%)',
						'str(%)',
						'list(%)',
						'abs(%)',
						'len(%)',
						'tuple(%)',
						'%.lower()',
						'%.strip()',
						'%.upper()',
						'sum(%)',
						'int(%)',
					]
				: [
						'String(%)',
						'%.length',
						'%.toLowerCase()',
						'Number(%)',
						'%.sort()',
						'%.toUpperCase()',
						'%.trim()',
						'Math.abs(%)',
						'%.toString()',
						'new Set(%)',
						'JSON.stringify(%)',
					];
		for (const [pattern, share] of ranked(wrappers, 0.9)) {
			yield* together(
				sides,
				(side) => pattern.replace('%', () => (pattern.startsWith('%') ? operand(side, dialect) : side.text)),
				scene,
				share,
			);
		}
		// f(a) === f(b): the arguments changed alike.
		const [one, other] = sides.map((side) => dialect.call(side)?.arguments);
		const [first, second] = [one?.[0], other?.[0]];
		if (first && second && one?.length === 1 && other?.length === 1) {
			for (const [pattern, share] of ranked(wrappers, 0.9)) {
				yield* together(
					[first, second],
					(side) =>
						pattern.replace('%', () => (pattern.startsWith('%') ? operand(side, dialect) : side.text)),
					scene,
					0.9 * share,
				);
			}
		}
	},
};

/** Two literals (or two names, or two equal-shaped parts) of a statement, or of neighbours, exchanged. */
const exchanged: Template = {
	name: 'exchanged',
	on: ['string', 'number', 'regex', 'identifier'],
	*changes(node, scene): Generator<Change> {
		const { dialect, text: source } = scene;
		const statement = scene.statementOf(node);
		if (!statement || !dialect.isExpression(node)) {
			return;
		}
		const kind = dialect.kindOf(node);
		const within = kind === 'identifier' ? (dialect.condition(statement) ?? statement) : scene.home(node);
		const others: SyntaxNode[] = [];
		for (const other of descendants(within)) {
			if (
				other.start >= node.end &&
				other.type === node.type &&
				other.text !== node.text &&
				dialect.isExpression(other)
			) {
				others.push(other);
			}
		}
		for (const [other, share] of ranked(
			others.filter((item) => item.line - node.line < 12),
			0.7,
			kind === 'identifier' ? 4 : 5,
		)) {
			yield replace(
				{ start: node.start, end: other.end },
				other.text + source.slice(node.end, other.start) + node.text,
				share,
			);
		}
	},
};

/** The operators of two neighbouring formulas in each other's place. */
const exchangedOperators: Template = {
	name: 'exchanged operators',
	on: ['statement'],
	*changes(node, scene) {
		const operators = [...descendants(node)].filter(
			(inner) =>
				(inner.field === 'operator' || inner.field === 'operators' || /^[-+*/]=$/.test(inner.type)) &&
				!inner.children.length,
		);
		if (node.end - node.start > 400 || operators.length > 8) {
			return;
		}
		for (const [index, one] of operators.entries()) {
			for (const other of operators.slice(index + 1, index + 4)) {
				if (
					one.text !== other.text &&
					/^[-+*/%]=?$|^(\+\+|--)$|^[<>]=?$/.test(one.text) &&
					one.text.length === other.text.length
				) {
					yield replace(
						{ start: one.start, end: other.end },
						other.text + scene.text.slice(one.end, other.start) + one.text,
					);
				}
			}
		}
	},
};

export const everywhere: readonly Template[] = [
	truths,
	number,
	text,
	name,
	chain,
	bothSides,
	exchanged,
	exchangedOperators,
];
