// A call or suffix too many, or one missing.
import { inSlot, operand } from '../spelling';
import type { Change, Template } from '../template';
import { ranked, replace } from '../template';

/** Written around an expression, `%` is the expression. */
const wrappers = {
	javascript: [
		'Math.abs(%)',
		'Math.floor(%)',
		'Math.round(%)',
		'Math.ceil(%)',
		'String(%)',
		'Number(%)',
		'parseInt(%)',
		'-%',
		'!%',
		'[...%]',
		'[%]',
		'Boolean(%)',
		'new Set(%)',
		'Array.from(%)',
		'Object.keys(%)',
		'Math.sqrt(%)',
		'Math.trunc(%)',
		'[...new Set(%)]',
		'new Date(%)',
		'encodeURIComponent(%)',
		'JSON.stringify(%)',
		'Math.max(%, 0)',
		'Math.max(0, %)',
		'Math.min(%, 1)',
		'Object.assign({}, %)',
		'{ ...% }',
		'(% || [])',
		'(% || {})',
		"(% || '')",
	],
	python: [
		'abs(%)',
		'int(%)',
		'str(%)',
		'list(%)',
		'set(%)',
		'sorted(%)',
		'len(%)',
		'sum(%)',
		'float(%)',
		'tuple(%)',
		'reversed(%)',
		'-%',
		'bool(%)',
		'[%]',
		'enumerate(%)',
		'round(%)',
		'dict(%)',
		'max(%, 0)',
		'min(%, 1)',
		'iter(%)',
		'any(%)',
		'all(%)',
		'range(%)',
		'range(len(%))',
		'sorted(%, key=len)',
		'sorted(%, reverse=True)',
		'bin(%)',
		'math.ceil(%)',
		'math.floor(%)',
		'math.sqrt(%)',
		'(% or [])',
	],
} as const;

const suffixes = {
	javascript: [
		'.length',
		'.toLowerCase()',
		'.toUpperCase()',
		'.trim()',
		'.slice()',
		'.slice(1)',
		'.slice(0, -1)',
		'.sort()',
		'.toString()',
		'.reverse()',
		'.filter(Boolean)',
		'[0]',
		'.pop()',
		".split('')",
		".join('')",
		'.concat()',
		'.flat()',
		'.call(this)',
		'.value',
		'.name',
		'.slice(-1)',
		'.sort((a, b) => a - b)',
		'.keys()',
		'.values()',
		'.size',
		' || []',
		" || ''",
		' || {}',
		' || 0',
		' ?? null',
	],
	python: [
		'[0]',
		'[1:]',
		'[:-1]',
		'[::-1]',
		'[:]',
		'[-1]',
		'.copy()',
		'.lower()',
		'.upper()',
		'.strip()',
		'.split()',
		'.items()',
		'.keys()',
		'.values()',
		'()',
		'.encode()',
		'.swapcase()',
		'.reverse()',
		'.sort()',
		'.next',
		' or []',
		" or ''",
		' or 0',
		' or {}',
	],
} as const;

const wrappable = new Set([
	'identifier',
	'unary',
	'member',
	'call',
	'subscript',
	'binary',
	'this',
	'string',
	'array',
	'new',
	'template',
	'ternary',
]);

function isWrappable(
	node: Parameters<Template['changes']>[0],
	scene: Parameters<Template['changes']>[1],
): boolean {
	const parent = node.parent;
	if (
		!parent ||
		!scene.dialect.isExpression(node) ||
		!(wrappable.has(scene.dialect.kindOf(node)) || /comprehension$|generator_expression/.test(node.type))
	) {
		return false;
	}
	if (node.field === 'left' && /assignment/.test(parent.type)) {
		return false;
	}
	const size = node.end - node.start;
	return size <= 80 && scene.dialect.call(parent)?.callee !== node && parent.type !== 'update_expression';
}

const wrap: Template = {
	name: 'wrap',
	on: ['expression'],
	*changes(node, scene): Generator<Change> {
		if (!isWrappable(node, scene) || node.parent?.type === 'expression_statement') {
			return;
		}
		const { dialect } = scene;
		const kind = dialect.kindOf(node);
		const place = {
			return: 1,
			declarator: 0.8,
			assignment: 0.8,
			other: 0.9,
			binary: 0.6,
			call: 0.9,
		} as Record<string, number>;
		const weight =
			(place[dialect.kindOf(node.parent ?? node)] ?? 0.5) * (kind === 'string' || kind === 'array' ? 0.3 : 1);
		// First the one-argument functions that the enclosing function, then the file, calls.
		const seen = new Map<string, number>();
		for (const [index, inventory] of [scene.near(node), scene.file].entries()) {
			for (const found of inventory.calls) {
				const call = dialect.call(found);
				const name = call?.callee.text ?? '';
				if (
					call?.arguments.length === 1 &&
					name.length < 40 &&
					/^((this|self|[A-Z]\w*|path|math|util)\.)?[\w$]+$/.test(name) &&
					dialect.kindOf(found) === 'call' &&
					!seen.has(name)
				) {
					seen.set(name, index === 0 ? 1 : 0.3);
				}
			}
		}
		for (const [[name, nearness], share] of ranked(seen, 0.9, 10)) {
			yield replace(node, `${name}(${node.text})`, weight * share * nearness);
		}
		for (const [pattern, share] of ranked(wrappers[dialect.family], 0.93, 32)) {
			const unary = /^[-!]/.test(pattern);
			yield replace(
				node,
				pattern.replace('%', () => (unary || pattern.startsWith('(') ? operand(node, dialect) : node.text)),
				0.5 * weight * share,
			);
		}
	},
};

const suffix: Template = {
	name: 'missing suffix',
	on: ['expression'],
	*changes(node, scene) {
		if (!isWrappable(node, scene)) {
			return;
		}
		const { dialect } = scene;
		const kind = dialect.kindOf(node);
		const weight = kind === 'call' || kind === 'new' ? 1 : kind === 'binary' ? 0.3 : 0.6;
		const seen = new Set<string>();
		for (const found of scene.near(node).calls) {
			const call = dialect.call(found);
			const member = call && dialect.member(call.callee);
			const written = member && call ? `.${member.property.text}${call.list.text}` : '';
			if (member && written.length < 40 && !node.text.endsWith(written)) {
				seen.add(written);
			}
		}
		for (const [written, share] of ranked(seen, 0.85, 8)) {
			yield replace(node, operand(node, dialect) + written, weight * share);
		}
		const pythonic = dialect.family === 'python';
		for (const [{ name }, share] of ranked(
			kind === 'identifier' || kind === 'member' || kind === 'call' ? scene.variables(node) : [],
			0.75,
			4,
		)) {
			if (name !== node.text) {
				const cuts = pythonic ? [`[${name}:]`, `[:${name}]`] : [`.slice(${name})`, `.slice(0, ${name})`];
				for (const cut of cuts) {
					yield replace(node, operand(node, dialect) + cut, 0.7 * weight * share);
				}
			}
		}
		const maps =
			kind === 'call' && !pythonic
				? scene.variables(node).filter(({ name }) => scene.near(node).traits.get(name)?.has('indexed'))
				: [];
		for (const [{ name }, share] of ranked(maps, 0.75, 3)) {
			yield replace(node, `${node.text}.sort((a, b) => ${name}[a] - ${name}[b])`, 0.5 * weight * share);
		}
		const useless = node.parent?.type === 'expression_statement';
		for (const [written, share] of ranked(suffixes[dialect.family], 0.93, 32)) {
			if (useless && !written.endsWith(')')) {
				continue;
			}
			const logical = written.startsWith(' ');
			yield replace(
				node,
				logical ? inSlot(node, node.text + written, dialect) : operand(node, dialect) + written,
				0.6 * weight * share,
			);
		}
	},
};

const callDropped: Template = {
	name: 'dropped call',
	on: ['call', 'new', 'unary', 'await'],
	*changes(node, scene) {
		const { dialect } = scene;
		const call = dialect.call(node);
		if (!call) {
			const inner = node.children.find((child) => child.named);
			if (inner && !/^(!|not|typeof|delete|void)/.test(node.text)) {
				yield replace(node, inner.text, 0.8);
			}
			return;
		}
		const only = call.arguments[0];
		if (only && dialect.isExpression(only) && call.arguments.length <= 2) {
			yield replace(node, only.text, call.arguments.length === 1 ? 1 : 0.4);
		}
		const member = dialect.member(call.callee);
		if (
			member &&
			!/^(Math|JSON|Object|Array|Number|String|self|this|super|math|re)$/.test(member.object.text)
		) {
			yield replace(node, member.object.text, 1);
		}
	},
};

export const wraps: readonly Template[] = [wrap, suffix, callDropped];
