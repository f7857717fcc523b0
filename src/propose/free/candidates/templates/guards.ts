// Checks that are missing: before a statement, around it, where a function begins.
import type { SyntaxNode } from '../../grammars';
import type { Scene } from '../scene';
import { indentAt } from '../syntax';
import type { Change, Template } from '../template';
import { insertBefore, ranked, replace } from '../template';
import { inBlock, insideLoop, isDeclaration, shift, siblings } from './place';
import { joinable, tested } from './tests';

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

/** A guard that other functions of the file begin with. */
const fileGuard: Template = {
	name: 'guard of the file',
	on: ['statement'],
	*changes(node, scene): Generator<Change> {
		const { dialect } = scene;
		const owner = scene.functionOf(node);
		if (!owner || !inBlock(node, scene) || dialect.kindOf(node) === 'function') {
			return;
		}
		const first = node.parent === dialect.body(owner) && siblings(node).previous === undefined;
		const guards = [...scene.file.statements.values()].filter((other) => {
			const branch =
				dialect.kindOf(other) === 'if' && other.end - other.start < 140 ? dialect.branch(other) : undefined;
			return (
				branch !== undefined &&
				!branch.otherwise &&
				/^\{?\s*(return|throw|raise|continue|break)\b/.test(branch.then.text) &&
				!(owner.start <= other.start && other.end <= owner.end)
			);
		});
		const nearest = guards.sort((a, b) => Math.abs(a.line - node.line) - Math.abs(b.line - node.line));
		const indent = indentAt(scene.text, node.start);
		for (const [other, share] of ranked(nearest, 0.88, first ? 10 : 4)) {
			yield insertBefore(
				node,
				shift(other.text, indentAt(scene.text, other.start), indent),
				scene,
				share * (first ? 1 : 0.3),
			);
		}
	},
};

/** `x = x || {}`, `x = x.trim()`: what comes in made fit for use. */
const normalised: Template = {
	name: 'normalised parameter',
	on: ['statement'],
	*changes(node, scene): Generator<Change> {
		const { dialect } = scene;
		const { end } = dialect.spelling;
		const owner = scene.functionOf(node);
		if (!owner || node.parent !== dialect.body(owner) || siblings(node).previous !== undefined) {
			return;
		}
		const parameters = scene.variables(node).filter((name) => name.parameter && name.at >= owner.start);
		const forms =
			dialect.family === 'python'
				? [
						'str(%)',
						'%.strip()',
						'list(%)',
						'% or []',
						'% or {}',
						"% or ''",
						'%.lower()',
						'int(%)',
						'%.copy()',
						'abs(%)',
						'sorted(%)',
						'% or 0',
					]
				: [
						'% || {}',
						'String(%)',
						'% || []',
						'%.trim()',
						"% || ''",
						'%.toLowerCase()',
						'Number(%)',
						'% || 0',
						'%.slice()',
						'Math.abs(%)',
						'Object.assign({}, %)',
						'%.toString()',
						'[].concat(%)',
					];
		for (const [{ name }, share] of ranked(parameters, 0.8, 4)) {
			for (const [form, likely] of ranked(forms, 0.88)) {
				yield insertBefore(node, `${name} = ${form.replace('%', name)}${end}`, scene, share * likely);
			}
		}
	},
};

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

export const guards: readonly Template[] = [guard, fileGuard, normalised, conditioned];
