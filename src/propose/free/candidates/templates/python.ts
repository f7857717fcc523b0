// What goes wrong only in Python: ranges, slices, generators, comprehensions, tuples.
import { bare, fieldOf, namedChildren } from '../syntax';
import type { Change, Template } from '../template';
import { insert, ranked, replace } from '../template';

const range: Template = {
	name: 'range',
	on: ['call'],
	*changes(node, scene): Generator<Change> {
		const call = scene.dialect.call(node);
		if (!call || call.callee.text !== 'range') {
			return;
		}
		const [first, second] = call.arguments;
		if (first && !second) {
			for (const [start, share] of ranked(
				[
					'1',
					'2',
					...scene
						.variables(node)
						.slice(0, 3)
						.map((name) => name.name),
				],
				0.7,
			)) {
				yield insert(first.start, `${start}, `, share);
			}
		}
		if (first && second && call.arguments.length === 2) {
			yield replace(call.list, `(${second.text})`, 1);
			yield insert(second.end, ', -1', 0.3);
			yield insert(second.end, ', 2', 0.3);
			yield replace(call.list, `(${second.text}, ${first.text}, -1)`, 0.2);
		}
		const last = call.arguments[call.arguments.length - 1];
		if (last) {
			yield replace(last, `${last.text} + 1`, 1);
			yield replace(last, `${last.text} - 1`, 0.7);
			yield replace(last, `len(${last.text})`, 0.3);
		}
	},
};

const slice: Template = {
	name: 'slice',
	on: ['slice', 'subscript'],
	*changes(node, scene): Generator<Change> {
		if (scene.dialect.kindOf(node) === 'subscript') {
			const index = fieldOf(node, 'subscript');
			if (index && index.type !== 'slice') {
				yield replace(index, `${index.text}:`, 0.3);
				yield replace(index, `:${index.text}`, 0.3);
				yield replace(index, '-1', 0.5);
				yield replace(index, '0', 0.5);
			}
			return;
		}
		const [from, to] = node.text.split(':');
		if (node.text.split(':').length > 3) {
			return;
		}
		yield replace(node, `${to ?? ''}:${from ?? ''}`, 0.7);
		yield replace(node, `${from ?? ''}:`, 0.7);
		yield replace(node, `:${to ?? ''}`, 0.7);
		yield replace(node, '::-1', 0.4);
		yield replace(node, ':', 0.3);
		for (const [name, share] of ranked(scene.variables(node), 0.8, 5)) {
			if (!from) {
				yield insert(node.start, name.name, 0.5 * share);
			}
			if (!to && node.text.endsWith(':')) {
				yield insert(node.end, name.name, 0.5 * share);
				yield insert(node.end, `${name.name} + 1`, 0.3 * share);
			}
		}
		if (node.text.endsWith(':')) {
			yield insert(node.end, '-1', 0.6);
		}
		if (!from) {
			yield insert(node.start, '1', 0.7);
		}
	},
};

const generators: Template = {
	name: 'generator',
	on: ['other', 'return'],
	*changes(node, scene) {
		const value = namedChildren(node)[0];
		if (node.type === 'yield' && value) {
			yield node.children.some((child) => child.type === 'from')
				? replace(node, `yield ${value.text}`)
				: replace(node, `yield from ${value.text}`);
			if (node.parent?.type === 'expression_statement') {
				yield replace(node, `return ${value.text}`, 0.6);
			}
		}
		if (scene.dialect.kindOf(node) === 'return' && value) {
			yield replace(node, `yield ${value.text}`, 0.5);
			yield replace(node, `yield from ${value.text}`, 0.3);
		}
		if (node.type === 'generator_expression' || node.type === 'list_comprehension') {
			const inner = node.text.slice(1, -1);
			const [open, close] = node.type === 'generator_expression' ? ['[', ']'] : ['(', ')'];
			yield replace(node, `${open}${inner}${close}`, 0.5);
			yield replace(node, `{${inner}}`, 0.5);
		}
	},
};

const flattened: Template = {
	name: 'call to argument',
	on: ['other'],
	*changes(node, scene) {
		// `yield f(x)` → `yield x`.
		const value = node.type === 'yield' ? namedChildren(node)[0] : undefined;
		const only = value && scene.dialect.call(value)?.arguments[0];
		if (value && only) {
			yield replace(value, only.text);
		}
	},
};

const comprehension: Template = {
	name: 'comprehension condition',
	on: ['other'],
	*changes(node, scene) {
		if (!/comprehension$|generator_expression/.test(node.type)) {
			return;
		}
		const clauses = namedChildren(node);
		const last = clauses[clauses.length - 1];
		const loop = clauses.find((clause) => clause.type === 'for_in_clause');
		const target = loop && fieldOf(loop, 'left');
		const filter = clauses.find((clause) => clause.type === 'if_clause');
		if (filter) {
			yield replace({ start: filter.start - 1, end: filter.end }, '', 0.7);
			const condition = namedChildren(filter)[0];
			if (condition) {
				yield replace(condition, `not (${condition.text})`, 0.8);
				for (const [name, share] of ranked(scene.variables(node), 0.8, 4)) {
					yield insert(condition.end, ` and ${name.name}`, 0.3 * share);
				}
			}
		} else if (last && target) {
			for (const [text, share] of ranked(
				[
					`${target.text}`,
					`${target.text} > 0`,
					`${target.text} % 2 == 0`,
					`${target.text} is not None`,
					`${target.text} >= 0`,
					`${target.text} % 2 == 1`,
					...scene
						.variables(node)
						.slice(0, 3)
						.map((name) => `${target.text} != ${name.name}`),
				],
				0.85,
			)) {
				yield insert(last.end, ` if ${text}`, share);
			}
		}
	},
};

const tuples: Template = {
	name: 'tuple assignment',
	on: ['assignment'],
	*changes(node, { dialect, text }) {
		const parts = dialect.assignment(node);
		if (!parts) {
			return;
		}
		for (const side of [parts.target, parts.value]) {
			const items = /pattern_list|expression_list|tuple/.test(side.type) ? namedChildren(side) : [];
			const [one, other] = items;
			if (one && other && items.length === 2) {
				yield replace(
					{ start: one.start, end: other.end },
					other.text + text.slice(one.end, other.start) + one.text,
				);
			}
		}
	},
};

const identity: Template = {
	name: 'comparison kind',
	on: ['binary'],
	*changes(node, { dialect }) {
		const parts = dialect.binary(node);
		if (parts && parts.operator.text === 'in' && node.type === 'comparison_operator') {
			yield replace(node, `${parts.left.text} in ${parts.right.text}.values()`, 0.3);
		}
		if (parts && /^(==|is)$/.test(parts.operator.text) && parts.right.type === 'none') {
			yield replace(node, `not ${bare(parts.left).text}`, 0.6);
		}
	},
};

const access: Template = {
	name: 'absent key',
	on: ['subscript'],
	*changes(node) {
		const object = fieldOf(node, 'value');
		const key = fieldOf(node, 'subscript');
		const assigned = node.field === 'left' && /assignment/.test(node.parent?.type ?? '');
		if (object && key && key.type !== 'slice' && !assigned) {
			for (const [value, share] of ranked(
				['', ', 0', ', []', ", ''", ', None', ', {}', `, ${key.text}`],
				0.8,
			)) {
				yield replace(node, `${object.text}.get(${key.text}${value})`, share);
			}
		}
	},
};

const mutableDefault: Template = {
	name: 'mutable default',
	on: ['other'],
	*changes(node, scene) {
		const value = /default_parameter$/.test(node.type) ? fieldOf(node, 'value') : undefined;
		if (value) {
			for (const [text, share] of ranked(['None', '0', '1', '[]', '{}', "''", 'True', 'False', '()'], 0.85)) {
				if (text !== value.text) {
					yield replace(value, text, share);
				}
			}
			const owner = scene.functionOf(node);
			const body = owner && fieldOf(owner, 'body');
			const name = fieldOf(node, 'name');
			if (body && name && /^(\[\]|\{\}|set\(\)|dict\(\)|list\(\))$/.test(value.text)) {
				const indent = ' '.repeat(Math.max(0, body.start - scene.text.lastIndexOf('\n', body.start) - 1));
				yield replace(
					{ start: value.start, end: body.start },
					`None${scene.text.slice(value.end, body.start)}if ${name.text} is None:\n${indent}    ${name.text} = ${value.text}\n${indent}`,
				);
			}
		}
	},
};

const unpacking: Template = {
	name: 'unpacking',
	on: ['identifier', 'call', 'member', 'other'],
	*changes(node, scene) {
		if (node.type === 'list_splat') {
			yield replace(node, namedChildren(node)[0]?.text ?? node.text);
		} else if (node.parent?.type === 'argument_list' && scene.dialect.isExpression(node)) {
			yield insert(node.start, '*', 0.5);
			yield insert(node.start, '**', 0.1);
		}
	},
};

export const pythonTemplates: readonly Template[] = [
	range,
	slice,
	generators,
	flattened,
	comprehension,
	tuples,
	identity,
	access,
	mutableDefault,
	unpacking,
];
