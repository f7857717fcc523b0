// Conditions that are negated, too wide or too narrow.
import type { SyntaxNode } from '../../grammars';
import type { Scene } from '../scene';
import { isComposite, negated, operand } from '../spelling';
import type { Change, Template } from '../template';
import { insert, ranked, replace } from '../template';

/** Whether the node is tested for truth: a condition, or an operand of `&&`, `||`, `!`. */
function isTested(node: SyntaxNode, scene: Scene): boolean {
	const { dialect } = scene;
	const parent = node.parent;
	if (!parent || !dialect.isExpression(node)) {
		return false;
	}
	if (parent.type === 'parenthesized_expression') {
		return parent.parent !== undefined && dialect.condition(parent.parent) === node;
	}
	if (dialect.condition(parent) === node || parent.type === 'if_clause') {
		return true;
	}
	return dialect.spelling.logical.includes(dialect.binary(parent)?.operator.text ?? '');
}

function isBoolean(node: SyntaxNode, scene: Scene): boolean {
	const { spelling } = scene.dialect;
	const operator = scene.dialect.binary(node)?.operator.text ?? '';
	return spelling.comparisons.includes(operator) || spelling.logical.includes(operator);
}

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

/** Conditions that could be joined to one at this place, the likeliest first. */
export function joinable(node: SyntaxNode, scene: Scene): readonly (readonly [string, number])[] {
	const { dialect } = scene;
	const { spelling } = dialect;
	const inventory = scene.near(node);
	const found = new Map<string, number>();
	const add = (text: string, share: number) => {
		found.set(text, Math.max(found.get(text) ?? 0, share));
	};
	for (const [, [condition, share]] of [...ranked(inventory.conditions.values(), 0.88, 10)].entries()) {
		const written = dialect.kindOf(condition) === 'ternary' ? `(${condition.text})` : condition.text;
		add(written, share);
		add(negated(condition, dialect), 0.5 * share);
	}
	const subjects = [...new Set([...tested(node, scene), ...scene.variables(node).map((name) => name.name)])];
	for (const [subject, share] of ranked(subjects, 0.8, 8)) {
		add(subject, 0.9 * share);
		add(spelling.not(subject), 0.6 * share);
		add(spelling.isSomething(subject), 0.5 * share);
		add(spelling.isNothing(subject), 0.5 * share);
		add(spelling.isEmpty(subject), 0.35 * share);
		add(`${spelling.length(subject)} > 0`, 0.3 * share);
		const traits = inventory.traits.get(subject);
		const numeric = !traits || traits.has('number') || traits.has('index') || traits.has('compared');
		for (const comparison of numeric
			? [
					`> 0`,
					`${spelling.equal} 0`,
					`< 0`,
					`% 2 ${spelling.equal} 0`,
					`% 2 ${spelling.unequal} 0`,
					`${spelling.equal} 1`,
				]
			: []) {
			add(`${subject} ${comparison}`, 0.3 * share);
		}
		for (const [predicate, near] of ranked(predicates(scene), 0.8, 5)) {
			add(`${predicate}(${subject})`, 0.5 * share * near);
			add(spelling.not(`${predicate}(${subject})`), 0.3 * share * near);
		}
		if (dialect.family === 'javascript') {
			for (const type of ['string', 'function', 'object', 'number', 'undefined']) {
				add(`typeof ${subject} === '${type}'`, 0.25 * share);
				add(`typeof ${subject} !== '${type}'`, 0.15 * share);
			}
			add(`Array.isArray(${subject})`, 0.25 * share);
			add(`!Array.isArray(${subject})`, 0.1 * share);
		} else {
			for (const type of ['str', 'list', 'dict', 'int']) {
				add(`isinstance(${subject}, ${type})`, 0.2 * share);
			}
		}
	}
	const numbers = scene.variables(node).filter((name) => {
		const traits = inventory.traits.get(name.name);
		return traits && (traits.has('number') || traits.has('index') || traits.has('compared'));
	});
	const pairs = numbers.length > 1 ? numbers : scene.variables(node);
	for (const [index, one] of pairs.slice(0, 4).entries()) {
		for (const other of pairs.slice(index + 1, 5)) {
			for (const comparison of [spelling.equal, spelling.unequal, '<', '>']) {
				add(`${one.name} ${comparison} ${other.name}`, 0.3);
			}
		}
	}
	return [...found].sort((a, b) => b[1] - a[1]);
}

/** Functions of one argument that this file asks questions with: `isFinite`, `hasOwn`, `is_prime`. */
function predicates(scene: Scene): readonly string[] {
	const names = [...scene.file.calls].flatMap((call) => {
		const found = scene.dialect.call(call);
		const name = found?.callee.text ?? '';
		return found?.arguments.length === 1 && /^(\w+\.)?(is|has)(_|[A-Z])\w*$|^(any|all)$/.test(name)
			? [name]
			: [];
	});
	const declared = scene
		.inScope(scene.root)
		.filter((name) => name.callable && /^(is|has)(_|[A-Z])/.test(name.name));
	return [...new Set([...declared.map((name) => name.name), ...names])];
}

/** What the node's own expression reads: names and members, nearest first. */
export function tested(node: SyntaxNode, scene: Scene): readonly string[] {
	const found: string[] = [];
	const visit = (inner: SyntaxNode) => {
		const kind = scene.dialect.kindOf(inner);
		const member = scene.dialect.member(inner);
		if (
			(kind === 'identifier' || (member && inner.end - inner.start < 40)) &&
			scene.dialect.isExpression(inner)
		) {
			const called = inner.parent && scene.dialect.call(inner.parent)?.callee === inner;
			if (!called && !found.includes(inner.text)) {
				found.push(inner.text);
			}
		}
		for (const child of inner.children) {
			visit(child);
		}
	};
	visit(node);
	return found;
}

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

export const conditions: readonly Template[] = [
	negation,
	dropped,
	replaced,
	joined,
	subCondition,
	toTruth,
	alternative,
	reordered,
	comparisonDropped,
	branches,
	bothFlipped,
];
