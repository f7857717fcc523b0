// Arguments that are swapped, missing, superfluous or taken from another place.
import type { Change, Template } from '../template';
import { insert, ranked, replace } from '../template';

const swapped: Template = {
	name: 'swapped arguments',
	on: ['call', 'new', 'array', 'tuple', 'parameters', 'subscript'],
	*changes(node, scene) {
		const { dialect, text } = scene;
		const call = dialect.call(node);
		const all = call?.arguments ?? node.children.filter((child) => child.named);
		const items =
			dialect.kindOf(node) === 'subscript' ? all.filter((item) => item.field === 'subscript') : all;
		if (items.length > 8) {
			return;
		}
		const share = call ? 1 : dialect.kindOf(node) === 'array' ? 0.4 : 0.7;
		for (const [index, one] of items.entries()) {
			for (const other of items.slice(index + 1, index + 3)) {
				if (one.text !== other.text && one.type !== 'keyword_argument') {
					const between = text.slice(one.end, other.start);
					yield replace({ start: one.start, end: other.end }, other.text + between + one.text, share);
				}
			}
		}
		// Receiver and argument: a.indexOf(b) → b.indexOf(a).
		const member = call && dialect.member(call.callee);
		const only = call?.arguments[0];
		if (
			member &&
			only &&
			call.arguments.length === 1 &&
			!/^[A-Z]/.test(member.object.text) &&
			dialect.kindOf(only) !== 'function'
		) {
			const between = text.slice(member.object.end, only.start);
			yield replace(
				{ start: member.object.start, end: only.end },
				only.text + between + member.object.text,
				0.8,
			);
		}
	},
};

const dropped: Template = {
	name: 'dropped item',
	on: ['call', 'new', 'array', 'object', 'tuple'],
	*changes(node, { dialect }) {
		const call = dialect.call(node);
		const items = call?.arguments ?? node.children.filter((child) => child.named);
		if (items.length > 24) {
			return;
		}
		for (const [index, item] of items.entries()) {
			const next = items[index + 1];
			const previous = items[index - 1];
			const range = next
				? { start: item.start, end: next.start }
				: previous
					? { start: previous.end, end: item.end }
					: item;
			const following = items[index + 1];
			if (previous && following && index + 2 === items.length && items.length > 3) {
				yield replace({ start: previous.end, end: following.end }, '', 0.2);
			}
			yield replace(range, '', call ? (index === items.length - 1 ? 1 : 0.6) : items.length > 1 ? 0.6 : 0.3);
		}
	},
};

const added: Template = {
	name: 'added argument',
	on: ['call', 'new', 'array'],
	*changes(node, scene): Generator<Change> {
		const { dialect } = scene;
		const call = dialect.call(node);
		const items = call?.arguments ?? node.children.filter((child) => child.named);
		const last = items[items.length - 1];
		const end = call ? call.list.end - 1 : node.end - 1;
		const at = last?.end ?? end;
		const comma = last ? ', ' : '';
		const names = scene.variables(node).map((name) => name.name);
		const extras = [
			...names.slice(0, 8),
			'1',
			'0',
			'10',
			'2',
			'true',
			"''",
			'-1',
			'null',
			'{}',
			...(dialect.family === 'javascript' ? ['this', 'undefined', 'arguments', '16'] : []),
		];
		const spelled =
			dialect.family === 'javascript' ? extras : extras.filter((text) => !/true|null/.test(text));
		const used = new Set(items.map((item) => item.text));
		for (const [extra, share] of ranked(spelled, 0.9, 18)) {
			if (!used.has(extra)) {
				yield insert(at, `${comma}${extra}`, call ? share : 0.3 * share);
			}
		}
		const first = items[0];
		for (const [name, share] of ranked(first ? names : [], 0.8, 4)) {
			if (first && !used.has(name)) {
				yield insert(first.start, `${name}, `, 0.4 * share);
			}
		}
	},
};

/** The whole list replaced by one or two names. */
const rewritten: Template = {
	name: 'arguments from scope',
	on: ['call', 'new'],
	*changes(node, scene) {
		const call = scene.dialect.call(node);
		if (!call || call.arguments.length > 2) {
			return;
		}
		const names = scene
			.variables(node)
			.slice(0, 4)
			.map((name) => name.name);
		for (const [index, one] of names.entries()) {
			for (const other of names) {
				if (one !== other) {
					yield replace(call.list, `(${one}, ${other})`, 0.85 ** index);
				}
			}
			yield replace(call.list, `(${one})`, 0.7 * 0.85 ** index);
		}
	},
};

/** Arguments of another call of the same function; keyword arguments of other calls. */
const borrowed: Template = {
	name: 'arguments of another call',
	on: ['call', 'new'],
	*changes(node, scene) {
		const { dialect } = scene;
		const call = dialect.call(node);
		if (!call) {
			return;
		}
		const name = dialect.member(call.callee)?.property.text ?? call.callee.text;
		const seen = new Set<string>();
		for (const inventory of [scene.near(node), scene.file]) {
			for (const other of inventory.calls) {
				const found = dialect.call(other);
				if (
					found &&
					(dialect.member(found.callee)?.property.text ?? found.callee.text) === name &&
					found.list.text.length < 120
				) {
					seen.add(found.list.text);
				}
			}
		}
		seen.delete(call.list.text);
		for (const [list, share] of ranked(seen, 0.8, 8)) {
			yield replace(call.list, list, share);
		}
	},
};

const comparators: Template = {
	name: 'sort order',
	on: ['call'],
	*changes(node, scene) {
		const { dialect } = scene;
		const call = dialect.call(node);
		const name = call && (dialect.member(call.callee)?.property.text ?? call.callee.text);
		if (!call || !/^(sort|sorted|toSorted|min|max)$/.test(name ?? '')) {
			return;
		}
		if (dialect.family === 'javascript' && name !== 'min' && name !== 'max') {
			for (const [text, share] of ranked(
				[
					'((a, b) => a - b)',
					'((a, b) => b - a)',
					'()',
					'((a, b) => a.length - b.length)',
					'((a, b) => (a < b ? -1 : a > b ? 1 : 0))',
					'((a, b) => a[0] - b[0])',
					...scene
						.variables(node)
						.slice(0, 4)
						.map(({ name }) => `((a, b) => ${name}[a] - ${name}[b])`),
				],
				0.7,
			)) {
				yield replace(call.list, text, share);
			}
		}
		if (dialect.family === 'python') {
			const last = call.arguments[call.arguments.length - 1];
			const at = last?.end ?? call.list.end - 1;
			for (const [text, share] of ranked(
				[
					'reverse=True',
					'key=len',
					'key=abs',
					'key=str',
					'key=lambda x: x[0]',
					'key=lambda x: x[1]',
					'key=lambda x: -x',
					'key=str.lower',
				],
				0.75,
			)) {
				if (!call.list.text.includes(text.split('=')[0] ?? '')) {
					yield insert(at, last ? `, ${text}` : text, share);
				}
			}
		}
	},
};

/** A text or number of this function added to a list, map or set of names. */
const listed: Template = {
	name: 'added entry',
	on: ['array', 'object'],
	*changes(node, scene) {
		const items = node.children.filter((child) => child.named);
		const last = items[items.length - 1];
		if (!last || items.length < 2) {
			return;
		}
		const kind = scene.dialect.kindOf(last);
		const taken = new Set(items.map((item) => item.text));
		const pool =
			kind === 'string' ? scene.file.strings : kind === 'number' ? scene.near(node).numbers : undefined;
		for (const [text, share] of ranked(pool?.keys() ?? [], 0.9, 10)) {
			if (!taken.has(text)) {
				yield insert(last.end, `, ${text}`, share);
			}
		}
	},
};

const listedFromTest: Template = {
	name: 'literal from the test',
	on: ['array', 'object'],
	*changes(node, scene) {
		const items = node.children.filter((child) => child.named);
		const last = items[items.length - 1];
		const value = last?.type === 'pair' ? last.children.find((child) => child.field === 'value') : undefined;
		if (!last || items.length < 2 || scene.literals.length === 0) {
			return;
		}
		const kind = scene.dialect.kindOf(last);
		for (const [literal, share] of ranked(scene.literals, 0.9, 10)) {
			const isText = /^['"`]/.test(literal);
			if (node.text.includes(literal)) {
				continue;
			}
			if (value && isText) {
				const values = new Set(
					items.map((item) => item.children.find((child) => child.field === 'value')?.text ?? ''),
				);
				for (const [written, likely] of ranked(
					[value.text, ...values].filter((one) => one !== '' && one.length < 40),
					0.6,
					5,
				)) {
					yield insert(last.end, `, ${literal}: ${written}`, 0.5 * share * likely);
				}
			} else if ((kind === 'string' && isText) || (kind === 'number' && !isText)) {
				yield insert(last.end, `, ${literal}`, share);
			}
		}
	},
};

export const calls: readonly Template[] = [
	swapped,
	dropped,
	added,
	rewritten,
	borrowed,
	comparators,
	listed,
	listedFromTest,
];
