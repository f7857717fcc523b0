// Conditions that are negated, too wide or too narrow.
import type { SyntaxNode } from '../../grammars';
import type { Scene } from '../scene';
import { negated, operand } from '../spelling';
import type { Change, Template } from '../template';
import { insert, ranked, replace } from '../template';
import { isBoolean, isTested, joinable, tested } from './tests';

const negation: Template = {
	name: 'negated condition',
	on: ['expression'],
	*changes(node, scene) {
		const { dialect } = scene;
		const kind = dialect.kindOf(node);
		const inverted = kind === 'unary' ? /^(!|not\b)\s*/.exec(node.text)?.[0] : undefined;
		if (inverted) {
			const inner = node.children.find((child) => child.named);
			if (inner) {
				yield replace(node, inner.text);
			}
			return;
		}
		if (isTested(node, scene)) {
			yield replace(node, negated(node, dialect), kind === 'binary' ? 0.6 : 1);
		} else if (
			node.parent &&
			['return', 'function', 'declarator', 'assignment'].includes(dialect.kindOf(node.parent))
		) {
			const likely = isBoolean(node, scene) || kind === 'call' ? 0.5 : 0.1;
			if (
				kind !== 'function' &&
				kind !== 'object' &&
				kind !== 'array' &&
				kind !== 'string' &&
				kind !== 'number'
			) {
				yield replace(node, negated(node, dialect), likely);
			}
		}
	},
};

const dropped: Template = {
	name: 'dropped condition',
	on: ['if', 'ternary', 'loop'],
	*changes(node, scene) {
		const { dialect } = scene;
		const condition = dialect.condition(node);
		if (!condition) {
			return;
		}
		yield replace(condition, dialect.spelling.yes);
		if (dialect.kindOf(node) !== 'loop') {
			yield replace(condition, dialect.spelling.no, 0.9);
		}
	},
};

const replaced: Template = {
	name: 'condition from nearby',
	on: ['if', 'ternary', 'loop'],
	*changes(node, scene) {
		const condition = scene.dialect.condition(node);
		if (!condition) {
			return;
		}
		for (const [other, share] of ranked(scene.near(node).conditions.keys(), 0.85, 8)) {
			if (other !== condition.text) {
				yield replace(condition, other, share);
			}
		}
	},
};

const subject = (node: SyntaxNode, scene: Scene) => {
	const condition = scene.dialect.condition(node);
	if (condition) {
		return condition;
	}
	return node.type === 'if_clause' ? node.children.find((child) => child.named) : undefined;
};

const joined: Template = {
	name: 'strengthened condition',
	on: ['if', 'ternary', 'loop', 'other'],
	*changes(node, scene): Generator<Change> {
		const condition = subject(node, scene);
		if (!condition) {
			return;
		}
		const { spelling } = scene.dialect;
		const text = condition.text;
		for (const [extra, likely] of joinable(condition, scene).slice(0, 64)) {
			if (text.includes(extra) && extra.length > 4) {
				continue;
			}
			for (const [word, weight] of [
				[spelling.and, 1],
				[spelling.or, 0.9],
			] as const) {
				const needs = needsParentheses(text, word, scene);
				const left = needs ? `(${text})` : text;
				const right = needsParentheses(extra, word, scene) ? `(${extra})` : extra;
				yield replace(condition, `${left} ${word} ${right}`, weight * likely);
				if (
					/null|None|length|isArray|typeof|len\(/.test(extra) ||
					text.includes(`${extra}.`) ||
					text.includes(`${extra}[`)
				) {
					yield replace(condition, `${right} ${word} ${left}`, weight * likely * 0.8);
				}
			}
		}
	},
};

function needsParentheses(text: string, word: string, { dialect }: Scene): boolean {
	const { and, or } = dialect.spelling;
	if (/[?=]\s|=>|\blambda\b/.test(text.replace(/[=!<>]=+/g, '').replace(/\?\./g, ''))) {
		return true;
	}
	const has = (operator: string) =>
		text.includes(operator === 'and' || operator === 'or' ? ` ${operator} ` : operator);
	return (word === and && has(or)) || text.includes('??');
}

/** `c && x !== 'literal'`: the test names a value that is to be treated apart. */
const fromTest: Template = {
	name: 'literal from the test',
	on: ['if', 'ternary'],
	*changes(node, scene) {
		const condition = subject(node, scene);
		if (!condition || scene.literals.length === 0) {
			return;
		}
		const { and, or, equal, unequal } = scene.dialect.spelling;
		const read = tested(condition, scene);
		for (const [name, near] of ranked(
			read.length > 0 ? read : scene.variables(node).map((one) => one.name),
			0.7,
			3,
		)) {
			for (const [literal, share] of ranked(scene.literals, 0.9, 10)) {
				const left = (word: string) =>
					needsParentheses(condition.text, word, scene) ? `(${condition.text})` : condition.text;
				yield replace(condition, `${left(and)} ${and} ${name} ${unequal} ${literal}`, 0.6 * near * share);
				yield replace(condition, `${left(or)} ${or} ${name} ${equal} ${literal}`, 0.6 * near * share);
			}
		}
	},
};

/** `a && b` where one side should be compared or tested otherwise: `a` → `!a`, and sub-conditions of others. */
const subCondition: Template = {
	name: 'sub-condition',
	on: ['binary'],
	*changes(node, scene) {
		const { dialect } = scene;
		const parts = dialect.binary(node);
		if (!parts || !dialect.spelling.logical.includes(parts.operator.text)) {
			return;
		}
		// The same comparison once more with another operand, `x === 'a' || x === 'b'` → `… || x === y`.
		const last = dialect.binary(parts.right);
		if (last && isBoolean(parts.right, scene) && !dialect.spelling.logical.includes(last.operator.text)) {
			const own =
				dialect.kindOf(last.right) === 'string' ? scene.near(node).strings : scene.near(node).numbers;
			const values = [...own.keys(), ...scene.variables(node).map((name) => name.name)];
			for (const [value, share] of ranked(values, 0.85, 8)) {
				if (!node.text.includes(`${last.operator.text} ${value}`)) {
					yield insert(
						node.end,
						` ${parts.operator.text} ${last.left.text} ${last.operator.text} ${value}`,
						share,
					);
				}
			}
		}
		yield replace(node, dialect.spelling.not(`(${node.text})`), 0.4);
	},
};

/** `x === 'a'` → `(x === 'a' || x === 'b')`, anywhere in a condition. */
const alternative: Template = {
	name: 'alternative value',
	on: ['binary'],
	*changes(node, scene): Generator<Change> {
		const { dialect } = scene;
		const parts = dialect.binary(node);
		const sign = parts?.operator.text ?? '';
		if (!parts || !/^[=!]==?$/.test(sign)) {
			return;
		}
		const literal = [parts.left, parts.right].find((side) =>
			['string', 'number'].includes(dialect.kindOf(side)),
		);
		if (!literal) {
			return;
		}
		const word = sign.startsWith('!') ? dialect.spelling.and : dialect.spelling.or;
		const tight =
			node.parent !== undefined &&
			dialect.binary(node.parent) !== undefined &&
			dialect.binary(node.parent)?.operator.text !== word;
		const text = dialect.kindOf(literal) === 'string';
		const known = text
			? [...scene.near(node).strings.keys(), ...scene.file.strings.keys()]
			: [...scene.near(node).numbers.keys()];
		const others = known.filter((other) => other !== literal.text);
		for (const [other, share] of ranked(new Set(others), 0.85, 10)) {
			const second =
				literal === parts.right
					? `${parts.left.text} ${sign} ${other}`
					: `${other} ${sign} ${parts.right.text}`;
			const written = `${node.text} ${word} ${second}`;
			yield replace(node, tight ? `(${written})` : written, share);
		}
	},
};

const toTruth: Template = {
	name: 'comparison added',
	on: ['expression'],
	*changes(node, scene) {
		const { dialect } = scene;
		const kind = dialect.kindOf(node);
		if (!isTested(node, scene) || !['identifier', 'member', 'call', 'subscript'].includes(kind)) {
			return;
		}
		const { spelling } = dialect;
		const text = node.text;
		yield replace(node, spelling.isSomething(text), 1);
		yield replace(node, spelling.isNothing(text), 0.5);
		const others =
			dialect.family === 'javascript'
				? [
						`${text} !== undefined`,
						`${text}.length > 0`,
						`${text}.length`,
						`typeof ${text} === 'string'`,
						`typeof ${text} === 'function'`,
						`Array.isArray(${text})`,
						`typeof ${text} !== 'undefined'`,
						`${text} !== null`,
						`${text} === undefined`,
						`${text} !== false`,
						`${text} === true`,
					]
				: [`len(${text}) > 0`, `${text} != ''`, `isinstance(${text}, str)`];
		for (const [other, share] of ranked(
			[...others, `${text} > 0`, `${text} >= 0`, `${text} > 1`],
			0.85,
			14,
		)) {
			yield replace(node, other, 0.8 * share);
		}
	},
};

const comparisonDropped: Template = {
	name: 'comparison dropped',
	on: ['binary'],
	*changes(node, scene) {
		const { dialect } = scene;
		const parts = dialect.binary(node);
		if (!parts || !dialect.spelling.comparisons.includes(parts.operator.text)) {
			return;
		}
		yield replace(node, operand(parts.left, dialect), 1);
		yield replace(node, negated(parts.left, dialect), 0.5);
		if (dialect.family === 'javascript') {
			const loose = parts.operator.text.startsWith('!') ? '!=' : '==';
			if (/^[!=]==?$/.test(parts.operator.text)) {
				yield replace(node, `${parts.left.text} ${loose} null`, 0.6);
				if (dialect.kindOf(parts.left) === 'identifier') {
					yield replace(node, `${parts.left.text} ${loose === '!=' ? '>' : '<='} 0`, 0.2);
				}
			}
		}
	},
};

export const conditions: readonly Template[] = [
	fromTest,
	negation,
	dropped,
	replaced,
	joined,
	subCondition,
	toTruth,
	alternative,
	comparisonDropped,
];
