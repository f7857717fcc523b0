// What goes wrong only in JavaScript: absent values, asynchrony, bindings, iteration.

import { operand } from '../spelling';
import { fieldOf, namedChildren } from '../syntax';
import type { Change, Template } from '../template';
import { insert, ranked, replace } from '../template';

const optional: Template = {
	name: 'optional chaining',
	on: ['member', 'subscript', 'call'],
	*changes(node, scene): Generator<Change> {
		const { text } = scene;
		const assigned = node.field === 'left' && /assignment/.test(node.parent?.type ?? '');
		const target = node.children[0];
		if (
			!target ||
			assigned ||
			/^(this|super|Math|JSON|Object|Array|module|exports|process|console)$/.test(target.text)
		) {
			return;
		}
		const rest = text.slice(target.end, node.end);
		if (rest.startsWith('?.')) {
			yield replace(
				{ start: target.end, end: target.end + 2 },
				rest.charAt(2) === '(' || rest.charAt(2) === '[' ? '' : '.',
				0.1,
			);
		} else if (scene.dialect.member(node)) {
			yield insert(target.end, '?', 1);
			if (/^[\w$.]+$/.test(target.text) && scene.dialect.isExpression(node)) {
				const called = node.parent && scene.dialect.call(node.parent)?.callee === node ? node.parent : node;
				if (called.parent?.type !== 'member_expression') {
					yield replace(called, `(${target.text} && ${called.text})`, 0.5);
				}
			}
		} else {
			yield insert(target.end, '?.', 0.5);
		}
	},
};

const defaulted: Template = {
	name: 'default value',
	on: ['declarator', 'assignment', 'parameters'],
	*changes(node, scene) {
		const { dialect } = scene;
		if (dialect.kindOf(node) === 'parameters') {
			for (const parameter of namedChildren(node)) {
				const name = parameter.type === 'required_parameter' ? fieldOf(parameter, 'pattern') : parameter;
				if (
					name &&
					/^(identifier|object_pattern|array_pattern)$/.test(name.type) &&
					!fieldOf(parameter, 'value')
				) {
					const values =
						name.type === 'object_pattern'
							? ['{}']
							: name.type === 'array_pattern'
								? ['[]']
								: ['{}', '[]', "''", '0', '1', 'true', 'false', 'null'];
					for (const [value, share] of ranked(values, 0.8)) {
						yield insert(parameter.end, ` = ${value}`, share);
					}
				}
				const old = fieldOf(parameter, 'right') ?? fieldOf(parameter, 'value');
				for (const [value, share] of ranked(
					old ? ['{}', '[]', "''", '0', '1', 'true', 'false', 'null', 'undefined'] : [],
					0.85,
				)) {
					if (old && value !== old.text) {
						yield replace(old, value, 0.5 * share);
					}
				}
			}
			return;
		}
		const value = dialect.assignment(node)?.value;
		if (value && ['identifier', 'member', 'call', 'subscript'].includes(dialect.kindOf(value))) {
			for (const [fallback, share] of ranked(['{}', '[]', "''", '0', 'false', 'null', '1'], 0.8)) {
				yield insert(value.end, ` || ${fallback}`, share);
			}
		}
	},
};

const asynchrony: Template = {
	name: 'await',
	on: ['call', 'await', 'function', 'identifier'],
	*changes(node, scene) {
		const kind = scene.dialect.kindOf(node);
		const owner = scene.functionOf(node);
		if (kind === 'await') {
			const inner = namedChildren(node)[0];
			if (inner) {
				yield replace(node, inner.text, 0.2);
			}
		} else if (
			kind === 'call' &&
			owner &&
			/^(static )?async\b/.test(owner.text) &&
			node.parent &&
			scene.dialect.kindOf(node.parent) !== 'await'
		) {
			yield replace(
				node,
				node.parent.type === 'member_expression' ? `(await ${node.text})` : `await ${node.text}`,
			);
		} else if (kind === 'function' && /arrow|function/.test(node.type) && !node.text.startsWith('async')) {
			yield insert(node.start, 'async ', 0.2);
		}
	},
};

const instance: Template = {
	name: 'new',
	on: ['call', 'new'],
	*changes(node, scene) {
		const callee = scene.dialect.call(node)?.callee;
		if (scene.dialect.kindOf(node) === 'new' && callee) {
			yield replace({ start: node.start, end: callee.start }, '', 0.3);
		} else if (
			callee &&
			/(^|\.)[A-Z]\w*$/.test(callee.text) &&
			!/^(String|Number|Boolean|Symbol|BigInt|Object|Array)$/.test(callee.text)
		) {
			yield insert(node.start, 'new ');
		}
	},
};

const spread: Template = {
	name: 'spread',
	on: ['identifier', 'member', 'call', 'other'],
	*changes(node, scene) {
		const list = node.parent;
		if (node.type === 'spread_element') {
			const inner = namedChildren(node)[0];
			if (inner && list?.type !== 'object') {
				yield replace(node, inner.text);
			}
		} else if (
			list &&
			(list.type === 'arguments' || list.type === 'array') &&
			scene.dialect.isExpression(node)
		) {
			yield insert(node.start, '...', list.type === 'array' ? 0.6 : 1);
		} else if (node.type === 'rest_pattern' && list?.type === 'formal_parameters') {
			yield replace({ start: node.start, end: node.start + 3 }, '', 0.3);
		}
	},
};

const iteration: Template = {
	name: 'iteration',
	on: ['loop', 'other'],
	*changes(node) {
		const operator = node.type === 'for_in_statement' ? fieldOf(node, 'operator') : undefined;
		if (operator) {
			yield replace(operator, operator.text === 'in' ? 'of' : 'in');
		}
		const kind = fieldOf(node, 'kind');
		if (kind && /^(var|const|let)$/.test(kind.text)) {
			yield replace(kind, kind.text === 'let' ? 'var' : 'let', 0.4);
		}
	},
};

const typeName: Template = {
	name: 'type name',
	on: ['string'],
	*changes(node, { dialect }) {
		const types = ['string', 'number', 'boolean', 'object', 'function', 'undefined', 'symbol', 'bigint'];
		const parts = node.parent && dialect.binary(node.parent);
		const other = parts && (parts.left === node ? parts.right : parts.left);
		if (other && /^typeof\b/.test(other.text)) {
			for (const type of types) {
				if (node.text.slice(1, -1) !== type) {
					yield replace(node, `${node.text.charAt(0)}${type}${node.text.charAt(0)}`);
				}
			}
		}
	},
};

const template: Template = {
	name: 'template part',
	on: ['template'],
	*changes(node, scene) {
		const parts = node.children.filter((child) => child.type === 'template_substitution');
		for (const [index, part] of parts.entries()) {
			yield replace(part, '', 0.3);
			const next = parts[index + 1];
			if (next && next.text !== part.text) {
				yield replace(
					{ start: part.start, end: next.end },
					next.text + scene.text.slice(part.end, next.start) + part.text,
				);
			}
		}
	},
};

const ownProperty: Template = {
	name: 'own property',
	on: ['binary', 'loop'],
	*changes(node, { dialect }) {
		const parts = dialect.binary(node);
		if (parts?.operator.text === 'in') {
			yield replace(node, `Object.prototype.hasOwnProperty.call(${parts.right.text}, ${parts.left.text})`);
			yield replace(node, `${operand(parts.right, dialect)}[${parts.left.text}] !== undefined`, 0.4);
		}
		const body =
			node.type === 'for_in_statement' && fieldOf(node, 'operator')?.text === 'in'
				? fieldOf(node, 'body')
				: undefined;
		const key = fieldOf(node, 'left');
		const collection = fieldOf(node, 'right');
		if (body?.type === 'statement_block' && key && collection) {
			yield insert(
				body.start + 1,
				` if (!Object.prototype.hasOwnProperty.call(${collection.text}, ${key.text})) continue;`,
			);
			yield insert(
				body.start + 1,
				` if (${key.text} === '__proto__' || ${key.text} === 'constructor') continue;`,
				0.3,
			);
		}
	},
};

const passedOn: Template = {
	name: 'property passed on',
	on: ['object'],
	*changes(node, scene) {
		const pairs = namedChildren(node);
		const last = pairs[pairs.length - 1];
		if (!last) {
			return;
		}
		const taken = new Set(pairs.map((pair) => fieldOf(pair, 'key')?.text ?? pair.text));
		for (const pair of pairs) {
			const value = fieldOf(pair, 'value');
			const member = value && scene.dialect.member(value);
			if (value && member && member.property.text === fieldOf(pair, 'key')?.text) {
				for (const [other, share] of ranked(scene.file.members.get(member.object.text) ?? [], 0.85, 6)) {
					if (!taken.has(other)) {
						yield insert(last.end, `, ${other}: ${member.object.text}.${other}`, share);
					}
				}
				break;
			}
		}
		for (const [name, share] of ranked(scene.variables(node), 0.8, 6)) {
			if (!taken.has(name.name)) {
				yield insert(last.end, `, ${name.name}`, 0.6 * share);
			}
		}
	},
};

const handler: Template = {
	name: 'function for expression',
	on: ['binary', 'call'],
	*changes(node, scene) {
		// A mistyped arrow: `filter(x > y)`; and a function called where it should be passed.
		const parts = scene.dialect.binary(node);
		if (
			parts &&
			node.parent?.type === 'arguments' &&
			/^>=?$/.test(parts.operator.text) &&
			scene.dialect.kindOf(parts.left) === 'identifier'
		) {
			yield replace(parts.operator, '=>');
		}
		const call = scene.dialect.call(node);
		if (call && node.parent?.type === 'arguments' && scene.dialect.kindOf(node) === 'call') {
			yield replace(node, `() => ${node.text}`, 0.3);
			if (call.arguments.length === 0) {
				yield replace(node, call.callee.text, 0.4);
			}
		}
	},
};

export const javascriptTemplates: readonly Template[] = [
	optional,
	defaulted,
	asynchrony,
	instance,
	spread,
	iteration,
	typeName,
	template,
	ownProperty,
	passedOn,
	handler,
];
