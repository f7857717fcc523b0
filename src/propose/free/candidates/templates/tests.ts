// What could be tested at a place: conditions of the function, its names in the usual forms.
import type { SyntaxNode } from '../../grammars';
import type { Scene } from '../scene';
import { negated } from '../spelling';
import { ranked } from '../template';

/** Whether the node is tested for truth: a condition, or an operand of `&&`, `||`, `!`. */
export function isTested(node: SyntaxNode, scene: Scene): boolean {
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

export function isBoolean(node: SyntaxNode, scene: Scene): boolean {
	const { spelling } = scene.dialect;
	const operator = scene.dialect.binary(node)?.operator.text ?? '';
	return spelling.comparisons.includes(operator) || spelling.logical.includes(operator);
}

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
	const names = [...scene.file.callees].filter((name) =>
		/^(\w+\.)?(is|has)(_|[A-Z])\w*$|^(any|all)$/.test(name),
	);
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
