// Statements that are missing, superfluous, or in the wrong place.
import type { SyntaxNode } from '../../grammars';
import type { Scene } from '../scene';
import { indentAt } from '../syntax';
import type { Change, Template } from '../template';
import { insert, insertAfter, insertBefore, ranked, replace } from '../template';
import { joinable, tested } from './conditions';

function siblings(node: SyntaxNode): {
	readonly previous: SyntaxNode | undefined;
	readonly next: SyntaxNode | undefined;
} {
	const all = node.parent?.children.filter((child) => child.named) ?? [];
	const at = all.indexOf(node);
	return { previous: all[at - 1], next: all[at + 1] };
}

function inBlock(node: SyntaxNode, scene: Scene): boolean {
	return node.parent !== undefined && scene.dialect.kindOf(node.parent) === 'block';
}

function isDeclaration(node: SyntaxNode): boolean {
	return /declaration$|definition$|import|export|decorated/.test(node.type);
}

const deleted: Template = {
	name: 'deleted statement',
	on: ['statement'],
	*changes(node, scene) {
		if (isDeclaration(node) && !/lexical|variable/.test(node.type)) {
			return;
		}
		const empty =
			scene.dialect.family === 'python'
				? 'pass'
				: inBlock(node, scene) || /case|default/.test(node.parent?.type ?? '')
					? ''
					: ';';
		const branch = scene.dialect.kindOf(node) === 'if' ? 0.9 : 1;
		yield replace(node, empty, (isDeclaration(node) ? 0.05 : 1) * branch);
	},
};

const swappedNeighbours: Template = {
	name: 'swapped statements',
	on: ['statement'],
	*changes(node, scene) {
		const { next } = siblings(node);
		if (
			next &&
			inBlock(node, scene) &&
			scene.dialect.isStatement(next) &&
			!isDeclaration(node) &&
			next.end - node.start < 600
		) {
			const between = scene.text.slice(node.end, next.start);
			yield replace({ start: node.start, end: next.end }, next.text + between + node.text);
		}
	},
};

/** Out of the block to behind or before it; the neighbour before or behind a block into it. */
const moved: Template = {
	name: 'moved statement',
	on: ['statement'],
	*changes(node, scene): Generator<Change> {
		const { dialect, text } = scene;
		const block = node.parent;
		const outer = block ? scene.statementOf(block) : undefined;
		if (
			!block ||
			!outer ||
			dialect.kindOf(block) !== 'block' ||
			isDeclaration(node) ||
			node.end - node.start > 200
		) {
			return;
		}
		if (outer.end - outer.start > 1500 || dialect.kindOf(outer) === 'function') {
			return;
		}
		const inside = block.children.filter((child) => child.named);
		const outerIndent = indentAt(text, outer.start);
		const innerIndent = indentAt(text, inside[0]?.start ?? node.start);
		const shifted = shift(node.text, indentAt(text, node.start), outerIndent);
		if (inside[inside.length - 1] === node && inside.length > 1) {
			const before = inside[inside.length - 2];
			if (before) {
				yield replace(
					{ start: before.end, end: outer.end },
					`${text.slice(node.end, outer.end)}\n${outerIndent}${shifted}`,
					1,
				);
			}
		}
		if (inside[0] === node && inside.length > 1) {
			const after = inside[1];
			if (after) {
				yield replace(
					{ start: outer.start, end: after.start },
					`${shifted}\n${outerIndent}${text.slice(outer.start, node.start)}`,
					0.8,
				);
			}
		}
		const last = inside[inside.length - 1];
		const { next } = siblings(outer);
		if (
			last === node &&
			next &&
			dialect.isStatement(next) &&
			inBlock(outer, scene) &&
			!isDeclaration(next) &&
			next.end - next.start <= 200
		) {
			const into = shift(next.text, outerIndent, innerIndent);
			yield replace(
				{ start: node.end, end: next.end },
				`\n${innerIndent}${into}${text.slice(node.end, outer.end)}`,
				0.8,
			);
		}
	},
};

/** The same lines at another depth. */
export function shift(text: string, from: string, to: string): string {
	return from === to ? text : text.replaceAll(`\n${from}`, `\n${to}`);
}

/** `if (condition) return value;` where a function begins, or before any of its statements. */
const guard: Template = {
	name: 'guard',
	on: ['statement'],
	*changes(node, scene) {
		const { dialect } = scene;
		const { spelling } = dialect;
		const owner = scene.functionOf(node);
		const kind = dialect.kindOf(node);
		if (!owner || !inBlock(node, scene) || kind === 'function') {
			return;
		}
		const first = node.parent === dialect.body(owner) && siblings(node).previous === undefined;
		const subjects = first
			? scene
					.variables(node)
					.filter((name) => name.parameter && name.at >= owner.start)
					.map((name) => name.name)
			: [
					...new Set([
						...tested(headOf(node, scene), scene),
						...scene.variables(node).map((name) => name.name),
					]),
				];
		const values = returnValues(node, owner, scene);
		for (const [condition, likely] of guardConditions(subjects.slice(0, 5), node, scene)) {
			for (const [value, share] of ranked(values, 0.8, 7)) {
				const statement = `return${value ? ` ${value}` : ''}${spelling.end}`;
				yield insertBefore(
					node,
					spelling.guard(condition, statement),
					scene,
					likely * share * (first ? 1 : 0.35),
				);
			}
		}
		if (insideLoop(node, scene)) {
			for (const [condition, likely] of guardConditions(subjects.slice(0, 3), node, scene).slice(0, 8)) {
				yield insertBefore(node, spelling.guard(condition, `continue${spelling.end}`), scene, 0.3 * likely);
				yield insertBefore(node, spelling.guard(condition, `break${spelling.end}`), scene, 0.2 * likely);
			}
		}
	},
};

/** Of a compound statement only what is evaluated first. */
function headOf(node: SyntaxNode, scene: Scene): SyntaxNode {
	return scene.dialect.condition(node) ?? node;
}

function guardConditions(
	subjects: readonly string[],
	node: SyntaxNode,
	scene: Scene,
): readonly (readonly [string, number])[] {
	const { dialect } = scene;
	const { spelling } = dialect;
	const found: (readonly [string, number])[] = [];
	for (const [subject, share] of ranked(subjects, 0.75, 5)) {
		const traits = scene.near(node).traits.get(subject);
		const list = !traits || traits.has('indexed') || traits.has('member');
		const number = !traits || traits.has('number') || traits.has('index') || traits.has('compared');
		const forms: (readonly [string, number])[] = [
			[spelling.not(subject), 1],
			[spelling.isNothing(subject), 0.8],
			[subject, 0.3],
			[spelling.isSomething(subject), 0.15],
		];
		if (list) {
			forms.push(
				[spelling.isEmpty(subject), 0.7],
				[`${spelling.length(subject)} < 2`, 0.2],
				[`${spelling.length(subject)} ${spelling.equal} 1`, 0.2],
			);
		}
		if (number) {
			forms.push(
				[`${subject} ${spelling.equal} 0`, 0.5],
				[`${subject} < 0`, 0.4],
				[`${subject} ${spelling.equal} 1`, 0.35],
				[`${subject} <= 0`, 0.3],
				[`${subject} < 2`, 0.25],
				[`${subject} > 0`, 0.15],
			);
		}
		if (dialect.family === 'javascript') {
			forms.push(
				[`typeof ${subject} !== 'string'`, 0.25],
				[`typeof ${subject} === 'string'`, 0.15],
				[`!Array.isArray(${subject})`, 0.15],
				[`typeof ${subject} !== 'object'`, 0.1],
				[`typeof ${subject} === 'function'`, 0.1],
			);
		} else {
			forms.push([`isinstance(${subject}, str)`, 0.15], [`not isinstance(${subject}, str)`, 0.1]);
		}
		found.push(...forms.map(([text, likely]) => [text, likely * share] as const));
	}
	const [one, other] = subjects;
	if (one && other) {
		found.push(
			[`${one} ${spelling.equal} ${other}`, 0.3],
			[`${one} < ${other}`, 0.2],
			[`${one} > ${other}`, 0.2],
		);
	}
	return found.sort((a, b) => b[1] - a[1]).slice(0, 22);
}

/** What the function could return early: what it returns elsewhere of the plain sort, its parameters, empties. */
function returnValues(node: SyntaxNode, owner: SyntaxNode, scene: Scene): readonly string[] {
	const { dialect } = scene;
	const { nothing, yes, no } = dialect.spelling;
	const returned = scene.near(node).returned;
	const plain = [...returned.values()].filter((value) =>
		/^(true|false|none|null|undefined|number|integer|string|list|array|object|dictionary|identifier|unary.*)$/.test(
			value.type,
		),
	);
	const parameters = scene.variables(node).filter((name) => name.parameter && name.at >= owner.start);
	const booleans = [...returned.keys()].some((text) => text === yes || text === no) ? [no, yes] : [];
	return [
		...new Set([
			...booleans,
			...plain.map((value) => value.text),
			...(returned.size === 0 ? [''] : []),
			...(parameters[parameters.length - 1] ? [parameters[parameters.length - 1]?.name ?? ''] : []),
			...parameters.map((name) => name.name),
			'',
			'0',
			'[]',
			"''",
			...nothing,
			no,
			yes,
			...(dialect.family === 'python' ? ['[[]]'] : ['{}']),
			'-1',
			'1',
		]),
	];
}

function insideLoop(node: SyntaxNode, scene: Scene): boolean {
	for (let outer = node.parent; outer && scene.dialect.kindOf(outer) !== 'function'; outer = outer.parent) {
		if (scene.dialect.kindOf(outer) === 'loop') {
			return true;
		}
	}
	return false;
}

/** A statement put under a condition. */
const conditioned: Template = {
	name: 'condition added',
	on: ['statement'],
	*changes(node, scene) {
		const { dialect, text } = scene;
		const kind = dialect.kindOf(node);
		if (
			!inBlock(node, scene) ||
			isDeclaration(node) ||
			kind === 'function' ||
			kind === 'loop' ||
			node.end - node.start > 300
		) {
			return;
		}
		const body =
			dialect.family === 'python'
				? shift(node.text, indentAt(text, node.start), `${indentAt(text, node.start)}    `)
				: node.text;
		const simple = !body.includes('\n');
		for (const [condition, likely] of joinable(node, scene).slice(0, 18)) {
			const written = dialect.spelling.guard(
				condition,
				simple
					? body
					: dialect.family === 'python'
						? `\n${indentAt(text, node.start)}    ${body}`
						: `{ ${body} }`,
			);
			if (simple || dialect.family === 'javascript') {
				yield replace(node, written, likely);
			} else {
				yield replace(node, written, likely);
			}
		}
		if (kind === 'if') {
			const then = dialect.branch(node)?.then;
			if (then && !dialect.branch(node)?.otherwise && dialect.family === 'javascript') {
				yield replace(node, then.text, 0.8);
			}
		}
	},
};

/** `if … if …` ↔ `if … else if …`; what follows an `if` becomes its `else`. */
const chained: Template = {
	name: 'else',
	on: ['if'],
	*changes(node, scene) {
		const { dialect, text } = scene;
		const { next } = siblings(node);
		const branch = dialect.branch(node);
		if (!branch || !dialect.isStatement(node) || !inBlock(node, scene)) {
			return;
		}
		if (dialect.family === 'python') {
			if (
				next &&
				dialect.kindOf(next) === 'if' &&
				!node.children.some((child) => child.type === 'else_clause')
			) {
				yield insert(next.start, 'el');
			}
			for (const clause of node.children.filter((child) => child.type === 'elif_clause')) {
				yield replace({ start: clause.start, end: clause.start + 2 }, '', 0.6);
			}
			return;
		}
		if (next && dialect.isStatement(next) && !isDeclaration(next) && !branch.otherwise) {
			yield insert(next.start, 'else ', dialect.kindOf(next) === 'if' ? 1 : 0.5);
		}
		const clause = node.children.find((child) => child.type === 'else_clause');
		if (clause && branch.otherwise) {
			yield replace(
				{ start: clause.start, end: branch.otherwise.start },
				text.slice(clause.start - 1, clause.start) === '\n' ? '' : '\n',
				0.6,
			);
			yield replace({ start: branch.then.end, end: clause.end }, '', 0.6);
		}
	},
};

const clauses: Template = {
	name: 'dropped clause',
	on: ['if'],
	*changes(node) {
		for (const clause of node.children.filter((child) => /^(elif|else)_clause$/.test(child.type))) {
			yield replace(clause, '');
		}
		if (node.type === 'elif_clause') {
			yield replace(node, '');
		}
	},
};

/** `x.push(y)` for `x = y`, and the other way round. */
const assigned: Template = {
	name: 'assignment for call',
	on: ['call', 'assignment'],
	*changes(node, scene) {
		const { dialect } = scene;
		const { end } = dialect.spelling;
		if (node.parent?.type !== 'expression_statement') {
			return;
		}
		const call = dialect.call(node);
		const member = call && dialect.member(call.callee);
		const only = call?.arguments[0];
		if (member && only && call.arguments.length === 1) {
			yield replace(node, `${member.object.text} = ${only.text}`);
			yield replace(node, `${member.object.text} += ${only.text}`, 0.7);
			yield replace(node, `${member.object.text} = ${node.text}`, 0.7);
		} else if (call && !member) {
			const first = call.arguments[0];
			if (first && dialect.kindOf(first) === 'identifier') {
				yield replace(node, `${first.text} = ${node.text}`, 0.5);
			}
		} else if (member && call && call.arguments.length !== 1) {
			yield replace(node, `${member.object.text} = ${node.text}`, 0.7);
		}
		const parts = dialect.assignment(node);
		if (parts && dialect.kindOf(node) === 'assignment') {
			const name = dialect.family === 'python' ? 'append' : 'push';
			yield replace(node, `${parts.target.text}.${name}(${parts.value.text})`, 0.6);
		}
		// values.filter(f); return values → return values.filter(f)
		const statement = node.parent;
		const { next } = siblings(statement);
		if (
			call &&
			member &&
			next &&
			dialect.kindOf(next) === 'return' &&
			next.text.replace(/^return\s+|;$/g, '') === member.object.text
		) {
			yield replace({ start: statement.start, end: next.end }, `return ${node.text}${end}`);
		}
	},
};

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

/** A statement of the function written once more at another place, as it is or with one name changed. */
const repeated: Template = {
	name: 'statement from nearby',
	on: ['statement'],
	*changes(node, scene) {
		const { dialect } = scene;
		if (!inBlock(node, scene) || !scene.functionOf(node) || dialect.kindOf(node) === 'function') {
			return;
		}
		const simple = [...scene.near(node).statements.values()].filter(
			(other) =>
				/^(expression_statement|return_statement)$/.test(other.type) &&
				other.end - other.start < 100 &&
				other !== node,
		);
		const nearest = simple.sort((a, b) => Math.abs(a.line - node.line) - Math.abs(b.line - node.line));
		const { next } = siblings(node);
		const last = next === undefined;
		for (const [other, share] of ranked(nearest, 0.85, 8)) {
			const text = other.text;
			yield insertBefore(node, text, scene, 0.6 * share);
			if (last && dialect.kindOf(node) !== 'return') {
				yield insertAfter(node, text, scene, share);
			}
			if (node.type === other.type && node.text !== text) {
				yield replace(node, text, 0.5 * share);
			}
			for (const [variant, likely] of ranked(variants(other, node, scene), 0.85, 8)) {
				yield insertBefore(node, variant, scene, 0.25 * share * likely);
				if (last && dialect.kindOf(node) !== 'return') {
					yield insertAfter(node, variant, scene, 0.4 * share * likely);
				}
			}
		}
	},
};

/** The statement with one of its names replaced by another in scope, or an operator turned round. */
function* variants(statement: SyntaxNode, at: SyntaxNode, scene: Scene): Generator<string> {
	const own = tested(statement, scene).filter((name) => /^[\w$]+$/.test(name));
	for (const name of own) {
		for (const other of scene.variables(at).slice(0, 5)) {
			if (other.name !== name) {
				yield statement.text.replace(
					new RegExp(`(?<![\\w$.])${name.replace(/\$/g, '\\$')}(?![\\w$])`),
					() => other.name,
				);
			}
		}
	}
	if (/[+-]= /.test(statement.text)) {
		yield statement.text.replace(/([+-])= /, (_, sign: string) => `${sign === '+' ? '-' : '+'}= `);
	}
	if (/\+\+|--/.test(statement.text)) {
		yield statement.text.replace(/\+\+|--/, (sign) => (sign === '++' ? '--' : '++'));
	}
}

/** Simple statements on the variables of the place: a step, a reset, a swap, a collection filled. */
const effect: Template = {
	name: 'missing step',
	on: ['statement'],
	*changes(node, scene): Generator<Change> {
		const { dialect } = scene;
		const { end } = dialect.spelling;
		if (!inBlock(node, scene) || !scene.functionOf(node) || dialect.kindOf(node) === 'function') {
			return;
		}
		const { traits } = scene.near(node);
		const last =
			siblings(node).next === undefined &&
			!['return', 'break', 'continue', 'throw'].includes(dialect.kindOf(node));
		const place = (text: string, share: number) =>
			last
				? [insertAfter(node, text, scene, share), insertBefore(node, text, scene, 0.5 * share)]
				: [insertBefore(node, text, scene, 0.7 * share)];
		const names = scene.variables(node).filter((name) => name.at >= (scene.functionOf(node)?.start ?? 0));
		for (const [{ name }, share] of ranked(names, 0.8, 6)) {
			const own = traits.get(name);
			if (!own || own.has('number') || own.has('index') || own.has('compared')) {
				yield* [`${name} += 1${end}`, `${name} -= 1${end}`].flatMap((text) => place(text, share));
				yield* [`${name} = 0${end}`, `${name} = 1${end}`].flatMap((text) => place(text, 0.4 * share));
			}
			for (const [other, likely] of ranked(
				names.filter((item) => item.name !== name),
				0.75,
				4,
			)) {
				yield* place(`${name} = ${other.name}${end}`, 0.4 * share * likely);
				if (!own || own.has('number') || own.has('text')) {
					yield* place(`${name} += ${other.name}${end}`, 0.4 * share * likely);
				}
				if (own?.has('indexed') && traits.get(other.name)?.has('index')) {
					yield* names
						.slice(0, 4)
						.flatMap((third) =>
							third.name === other.name || third.name === name
								? []
								: place(`${name}[${other.name}] = ${third.name}${end}`, 0.3 * share * likely),
						);
				}
			}
			if (!own || own.has('member') || own.has('indexed') || own.has('compared')) {
				const calls =
					dialect.family === 'python'
						? ['pop()', 'sort()', 'reverse()', 'pop(0)']
						: ['pop()', 'sort()', 'reverse()', 'shift()', 'sort((a, b) => a - b)'];
				yield* calls.flatMap((call) => place(`${name}.${call}${end}`, 0.4 * share));
				for (const [other, likely] of ranked(
					names.filter((item) => item.name !== name),
					0.75,
					3,
				)) {
					yield* place(
						`${name}.${dialect.family === 'python' ? 'append' : 'push'}(${other.name})${end}`,
						0.4 * share * likely,
					);
				}
			}
		}
	},
};

export const statements: readonly Template[] = [
	deleted,
	swappedNeighbours,
	moved,
	guard,
	conditioned,
	chained,
	clauses,
	assigned,
	jumps,
	missingJump,
	repeated,
	effect,
];
