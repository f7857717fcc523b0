// Values that may be absent: something else instead of what is read from them.

import { inSlot } from '../spelling';
import type { Change, Template } from '../template';
import { ranked, replace } from '../template';

/** `x.y` → `x ? x.y : null`. */
const absent: Template = {
	name: 'guarded value',
	on: ['member', 'call', 'subscript'],
	*changes(node, scene): Generator<Change> {
		const { dialect } = scene;
		const parent = node.parent;
		const member =
			dialect.member(dialect.call(node)?.callee ?? node) ??
			(dialect.kindOf(node) === 'subscript' ? { object: node.children[0] } : undefined);
		const object = member?.object;
		const plain =
			object &&
			/^[\w$.]{1,40}$/.test(object.text) &&
			!/^(this|self|super|Math|JSON|Object|Array|module|exports|process)$/.test(object.text);
		const assigned = node.field === 'left' && /assignment/.test(parent?.type ?? '');
		if (
			!parent ||
			!object ||
			!plain ||
			assigned ||
			!dialect.isExpression(node) ||
			dialect.call(parent)?.callee === node ||
			node.end - node.start > 100
		) {
			return;
		}
		if (dialect.kindOf(parent) === 'member') {
			return;
		}
		const python = dialect.family === 'python';
		const fallbacks = python
			? ['None', "''", '[]', '0', '{}']
			: ['undefined', 'null', "''", '[]', '0', '{}', 'NaN'];
		for (const [fallback, share] of ranked(fallbacks, 0.75)) {
			const written = python
				? `${node.text} if ${object.text} else ${fallback}`
				: `${object.text} ? ${node.text} : ${fallback}`;
			yield replace(node, inSlot(node, written, dialect), share);
		}
	},
};

/** `a || c` → `a || b || c`: another source for a value, before or after the others. */
const source: Template = {
	name: 'another source',
	on: ['binary'],
	*changes(node, scene) {
		const { dialect } = scene;
		const parts = dialect.binary(node);
		if (
			!parts ||
			!['||', '??', 'or'].includes(parts.operator.text) ||
			(node.parent && dialect.condition(node.parent) === node)
		) {
			return;
		}
		const member = dialect.member(parts.left);
		const same = member
			? [...(scene.file.members.get(member.object.text) ?? [])].map((name) => `${member.object.text}.${name}`)
			: [];
		const names = scene
			.variables(node)
			.slice(0, 5)
			.map((name) => name.name);
		for (const [other, share] of ranked(
			[...same, ...names].filter((text) => !node.text.includes(text)),
			0.85,
			10,
		)) {
			yield replace(parts.left, `${parts.left.text} ${parts.operator.text} ${other}`, share);
		}
	},
};

export const fallbacks: readonly Template[] = [absent, source];
