// Wrong operators and operands.
import { inSlot, moved } from '../spelling';
import type { Change, Template } from '../template';
import { ranked, replace } from '../template';

const opposite: Readonly<Record<string, readonly string[]>> = {
	'<': ['<=', '>', '>='],
	'<=': ['<', '>=', '>'],
	'>': ['>=', '<', '<='],
	'>=': ['>', '<=', '<'],
	'==': ['!=', '<=', '>=', '<', '>'],
	'!=': ['==', '<', '>', '<=', '>='],
	'===': ['!==', '<=', '>=', '<', '>', '=='],
	'!==': ['===', '<', '>', '<=', '>=', '!='],
	in: ['not in', '=='],
	'not in': ['in', '!='],
	is: ['is not', '=='],
	'is not': ['is', '!='],
	'+': ['-', '*', '/', '%'],
	'-': ['+', '*', '/', '%'],
	'*': ['/', '+', '**', '-', '%'],
	'/': ['*', '%', '//', '-', '+'],
	'//': ['/', '%', '*', '-'],
	'%': ['/', '*', '//', '-'],
	'**': ['*', '^'],
	'&': ['|', '^', '&&'],
	'|': ['&', '^', '||'],
	'^': ['&', '|', '**'],
	'<<': ['>>', '>>>'],
	'>>': ['<<', '>>>', '/'],
	'>>>': ['>>', '<<'],
};

/** The operators of the same family, the likeliest first. */
function others(operator: string, family: readonly string[], allowed: readonly string[]): readonly string[] {
	const likely = (opposite[operator] ?? []).filter((other) => allowed.includes(other));
	return [...likely, ...family.filter((other) => other !== operator && !likely.includes(other))];
}

function operatorTemplate(
	name: string,
	family: 'comparisons' | 'arithmetic' | 'bitwise' | 'logical',
): Template {
	return {
		name,
		on: ['binary', 'other'],
		*changes(node, { dialect }) {
			const { spelling } = dialect;
			const all = [...spelling.comparisons, ...spelling.arithmetic, ...spelling.bitwise, ...spelling.logical];
			const operators =
				dialect.kindOf(node) === 'binary'
					? node.children.filter((child) => child.field === 'operator' || child.field === 'operators')
					: [];
			for (const operator of operators) {
				const text = operator.text.replace(/\s+/g, ' ');
				if (spelling[family].includes(text)) {
					for (const [other, share] of ranked(others(text, spelling[family], all), 0.85)) {
						yield replace(operator, other, share);
					}
				}
			}
		},
	};
}

/** `x === 0` → `x <= 1`: operator and bound are wrong together. */
const boundary: Template = {
	name: 'comparison bound',
	on: ['binary'],
	*changes(node, { dialect }) {
		const parts = dialect.binary(node);
		const value = parts && dialect.kindOf(parts.right) === 'number' ? Number(parts.right.text) : Number.NaN;
		if (!parts || !Number.isInteger(value) || !dialect.spelling.comparisons.includes(parts.operator.text)) {
			return;
		}
		const { equal, unequal } = dialect.spelling;
		for (const [sign, share] of ranked(['<=', '>=', '<', '>', equal, unequal], 0.85)) {
			for (const next of [value + 1, value - 1]) {
				if (next >= 0 && sign !== parts.operator.text) {
					yield replace({ start: parts.operator.start, end: parts.right.end }, `${sign} ${next}`, share);
				}
			}
		}
	},
};

const assignment: Template = {
	name: 'assignment operator',
	on: ['augmented', 'assignment'],
	*changes(node, { dialect }) {
		const target = node.children[0];
		const operator = node.children.find(
			(child, index) => index > 0 && dialect.spelling.assignments.includes(child.type),
		);
		if (!operator || !target) {
			return;
		}
		const text = operator.text;
		const bits = ['&=', '|=', '^=', '<<=', '>>=', '>>>='];
		const sums = ['=', '+=', '-=', '*=', '/=', '//=', '%='];
		const likely =
			text === '='
				? ['+=', '-=', '*=', '||=']
				: bits.includes(text)
					? [...bits, ...sums]
					: [...sums, ...bits];
		const allowed = likely.filter((other) => other !== text && dialect.spelling.assignments.includes(other));
		for (const [other, share] of ranked(
			text === '=' && /pattern|list|tuple/.test(target.type) ? [] : allowed,
			0.7,
		)) {
			yield replace(operator, other, share);
		}
	},
};

const update: Template = {
	name: 'update operator',
	on: ['update', 'augmented'],
	*changes(node, { dialect }) {
		const operator = node.children.find((child) => child.field === 'operator');
		const argument = node.children.find((child) => child.named);
		if (!operator || !argument) {
			return;
		}
		if (dialect.kindOf(node) === 'update') {
			yield replace(operator, operator.text === '++' ? '--' : '++');
			yield replace(node, `${argument.text} ${operator.text.charAt(0)}= 2`, 0.3);
			yield operator.start > argument.start
				? replace(node, `${operator.text}${argument.text}`, 0.2)
				: replace(node, `${argument.text}${operator.text}`, 0.2);
		}
	},
};

const operands: Template = {
	name: 'operand',
	on: ['binary'],
	*changes(node, { dialect }): Generator<Change> {
		const parts = dialect.binary(node);
		if (!parts) {
			return;
		}
		const { left, operator, right } = parts;
		yield replace(node, left.text, 1);
		yield replace(node, moved(right, node, dialect), 0.7);
		const symmetric =
			/^(===?|!==?|\+|\*|&|\||&&|\|\||and|or)$/.test(operator.text) && !/string/.test(left.type + right.type);
		yield replace(
			node,
			`${right.text} ${operator.text} ${left.text}`,
			symmetric && operator.text !== '+' && operator.text !== '&&' && operator.text !== '||' ? 0.05 : 0.6,
		);
		// x + y + y + x → x + y: several operands too many.
		for (let rest = dialect.binary(left)?.left; rest; rest = dialect.binary(rest)?.left) {
			yield replace(node, rest.text, 0.4);
		}
		// a - b + c: the middle operand dropped.
		const inner = dialect.binary(left);
		const families = [dialect.spelling.arithmetic, dialect.spelling.logical];
		if (inner && families.some((all) => [operator, inner.operator].every(({ text }) => all.includes(text)))) {
			yield replace(node, `${inner.left.text} ${operator.text} ${right.text}`, 0.8);
			yield replace(node, `${inner.left.text} ${inner.operator.text} ${right.text}`, 0.3);
		}
	},
};

const precedence: Template = {
	name: 'parentheses',
	on: ['binary'],
	*changes(node, { dialect, text }) {
		const parts = dialect.binary(node);
		if (!parts) {
			return;
		}
		const between = (from: number, to: number) => text.slice(from, to);
		const { left, right } = parts;
		const first = dialect.binary(left);
		if (first) {
			yield replace(
				node,
				`${between(left.start, first.right.start)}(${between(first.right.start, right.end)})`,
				1,
			);
		}
		const second = dialect.binary(right);
		if (second) {
			yield replace(
				node,
				`(${between(left.start, second.left.end)})${between(second.left.end, right.end)}`,
				1,
			);
		}
		for (const side of [left, right]) {
			const inner =
				side.type === 'parenthesized_expression' ? side.children.find((child) => child.named) : undefined;
			if (inner && dialect.binary(inner)) {
				yield replace(side, inner.text, 0.8);
			}
		}
	},
};

/** n → n + 1, n - 1, where numbers bound something: comparisons, indexes, arguments, returned lengths. */
const bounds: Template = {
	name: 'off by one',
	on: ['expression'],
	*changes(node, scene) {
		const { dialect } = scene;
		const kind = dialect.kindOf(node);
		const parent = node.parent;
		if (!parent || !['identifier', 'member', 'call', 'binary', 'subscript'].includes(kind)) {
			return;
		}
		const context = boundness(node, parent, scene);
		if (context === 0) {
			return;
		}
		const size = /length$|^len\(|size$|count$/.test(node.text) ? 1 : 0.85;
		if (kind === 'binary') {
			const operator = dialect.binary(node)?.operator.text ?? '';
			if (!dialect.spelling.arithmetic.includes(operator)) {
				return;
			}
		}
		const text = node.text;
		for (const [suffix, share] of ranked([' + 1', ' - 1'], 0.9)) {
			const written = inSlot(node, `${text}${suffix}`, dialect);
			yield replace(
				node,
				/^[*/%]/.test(operatorAround(parent, scene))
					? `(${text}${suffix})`
					: written.replace(/^\((.*)\)$/s, '$1'),
				share * size * context,
			);
		}
	},
};

function operatorAround(
	parent: Parameters<Template['changes']>[0],
	{ dialect }: Parameters<Template['changes']>[1],
): string {
	return dialect.binary(parent)?.operator.text ?? '';
}

/** How likely the place is a bound: 0 is not at all. */
function boundness(
	node: Parameters<Template['changes']>[0],
	parent: Parameters<Template['changes']>[0],
	scene: Parameters<Template['changes']>[1],
): number {
	const { dialect } = scene;
	switch (dialect.kindOf(parent)) {
		case 'binary': {
			const operator = operatorAround(parent, scene);
			return dialect.spelling.comparisons.includes(operator)
				? 1
				: dialect.spelling.arithmetic.includes(operator)
					? 0.5
					: 0;
		}
		case 'subscript':
			return parent.children[0] === node ? 0 : 1;
		case 'slice':
			return 1;
		case 'return':
		case 'declarator':
		case 'assignment':
		case 'augmented':
			return 0.5;
		case 'unary':
			return 0.3;
		default:
			return node.field === undefined && /arguments|argument_list/.test(parent.type) ? 0.7 : 0;
	}
}

export const operators: readonly Template[] = [
	operatorTemplate('relational operator', 'comparisons'),
	operatorTemplate('arithmetic operator', 'arithmetic'),
	operatorTemplate('bitwise operator', 'bitwise'),
	operatorTemplate('logical operator', 'logical'),
	boundary,
	assignment,
	update,
	operands,
	precedence,
	bounds,
];
