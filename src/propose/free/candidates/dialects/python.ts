import type { SyntaxNode } from '../../grammars';
import type { Assignment, Binary, Branch, Call, Dialect, Kind, Member, Name } from '../dialect';
import { bare, fieldOf, namedChildren } from '../syntax';

const kinds: Readonly<Record<string, Kind>> = {
	assignment: 'assignment',
	attribute: 'member',
	augmented_assignment: 'augmented',
	await: 'await',
	binary_operator: 'binary',
	block: 'block',
	boolean_operator: 'binary',
	break_statement: 'break',
	call: 'call',
	comparison_operator: 'binary',
	conditional_expression: 'ternary',
	continue_statement: 'continue',
	dictionary: 'object',
	elif_clause: 'if',
	expression_list: 'tuple',
	false: 'boolean',
	float: 'number',
	for_statement: 'loop',
	function_definition: 'function',
	identifier: 'identifier',
	if_statement: 'if',
	integer: 'number',
	lambda: 'function',
	list: 'array',
	module: 'block',
	none: 'nothing',
	not_operator: 'unary',
	parameters: 'parameters',
	raise_statement: 'throw',
	return_statement: 'return',
	set: 'array',
	slice: 'slice',
	string: 'string',
	subscript: 'subscript',
	true: 'boolean',
	tuple: 'tuple',
	unary_operator: 'unary',
	while_statement: 'loop',
};

const statements = new Set(
	`assert_statement break_statement class_definition continue_statement delete_statement expression_statement
	for_statement function_definition if_statement pass_statement raise_statement return_statement try_statement
	while_statement with_statement import_statement import_from_statement global_statement`.split(/\s+/),
);

const expressions = new Set(
	`attribute await binary_operator boolean_operator call comparison_operator conditional_expression dictionary
	dictionary_comprehension expression_list false float generator_expression identifier integer lambda list
	list_comprehension none not_operator parenthesized_expression set set_comprehension string subscript true tuple
	unary_operator yield`.split(/\s+/),
);

const patternParents = new Set(
	`parameters lambda_parameters dotted_name aliased_import list_splat_pattern dictionary_splat_pattern
	as_pattern_target pattern_list tuple_pattern global_statement nonlocal_statement type typed_parameter
	decorator`.split(/\s+/),
);

function isPattern(node: SyntaxNode): boolean {
	const parent = node.parent;
	if (!parent || patternParents.has(parent.type)) {
		return true;
	}
	switch (parent.type) {
		case 'function_definition':
		case 'class_definition':
		case 'default_parameter':
		case 'typed_default_parameter':
		case 'keyword_argument':
			return node.field === 'name';
		case 'attribute':
			return node.field === 'attribute';
		case 'assignment':
		case 'augmented_assignment':
			return node.field === 'left';
		case 'for_statement':
		case 'for_in_clause':
			return node.field === 'left';
		case 'expression_statement':
			return node.type === 'string';
		default:
			return false;
	}
}

export const python: Dialect = {
	family: 'python',
	kindOf: (node) => (node.named ? (kinds[node.type] ?? 'other') : 'other'),
	isStatement: (node) => statements.has(node.type),
	isExpression: (node) => node.named && expressions.has(node.type) && !isPattern(node),

	binary(node): Binary | undefined {
		if (node.type === 'comparison_operator') {
			const operands = namedChildren(node).filter((child) => child.field !== 'operators');
			const operators = node.children.filter((child) => child.field === 'operators');
			const [left, right] = operands;
			const [operator] = operators;
			return left && right && operator && operands.length === 2 ? { left, operator, right } : undefined;
		}
		const [left, operator, right] = ['left', 'operator', 'right'].map((field) => fieldOf(node, field));
		return /^(binary|boolean)_operator$/.test(node.type) && left && operator && right
			? { left, operator, right }
			: undefined;
	},
	call(node): Call | undefined {
		const callee = fieldOf(node, 'function');
		const list = fieldOf(node, 'arguments');
		return node.type === 'call' && callee && list?.type === 'argument_list'
			? { callee, list, arguments: namedChildren(list) }
			: undefined;
	},
	member(node): Member | undefined {
		const object = fieldOf(node, 'object');
		const property = fieldOf(node, 'attribute');
		return node.type === 'attribute' && object && property ? { object, property } : undefined;
	},
	branch(node): Branch | undefined {
		if (node.type === 'conditional_expression') {
			const [then, condition, otherwise] = namedChildren(node);
			return then && condition && otherwise ? { condition, then, otherwise } : undefined;
		}
		const condition = fieldOf(node, 'condition');
		const then = fieldOf(node, 'consequence');
		const otherwise = fieldOf(node, 'alternative');
		return condition && then
			? {
					condition: bare(condition),
					then,
					otherwise: (otherwise && fieldOf(otherwise, 'body')) ?? otherwise,
				}
			: undefined;
	},
	condition(node) {
		const condition =
			node.type === 'conditional_expression' ? namedChildren(node)[1] : fieldOf(node, 'condition');
		return condition ? bare(condition) : undefined;
	},
	assignment(node): Assignment | undefined {
		const target = fieldOf(node, 'left');
		const value = fieldOf(node, 'right');
		return /assignment$/.test(node.type) && target && value ? { target, value } : undefined;
	},
	body: (node) => fieldOf(node, 'body') ?? fieldOf(node, 'consequence'),
	names: declaredNames,

	spelling: {
		nothing: ['None'],
		yes: 'True',
		no: 'False',
		and: 'and',
		or: 'or',
		equal: '==',
		unequal: '!=',
		not: (text) => `not ${text}`,
		isNothing: (text) => `${text} is None`,
		isSomething: (text) => `${text} is not None`,
		length: (text) => `len(${text})`,
		isEmpty: (text) => `len(${text}) == 0`,
		guard: (condition, statement) => `if ${condition}: ${statement}`,
		comparisons: ['<', '<=', '>', '>=', '==', '!=', 'in', 'not in', 'is', 'is not'],
		arithmetic: ['+', '-', '*', '/', '//', '%', '**'],
		bitwise: ['&', '|', '^', '<<', '>>'],
		logical: ['and', 'or'],
		assignments: ['=', '+=', '-=', '*=', '/=', '//=', '%=', '|=', '&=', '^=', '**='],
		empties: ["''", '0', '[]', '{}', '1', 'None', '-1', '[[]]', 'set()', "float('inf')", "float('-inf')"],
		end: '',
	},
};

function declaredNames(scope: SyntaxNode): readonly Name[] {
	const names = new Map<string, Name>();
	const add = (leaf: SyntaxNode, extra: Partial<Name> = {}) => {
		if (!names.has(leaf.text)) {
			names.set(leaf.text, {
				name: leaf.text,
				at: leaf.start,
				from: scope.start,
				to: scope.end,
				parameter: false,
				callable: false,
				...extra,
			});
		}
	};
	const addAll = (pattern: SyntaxNode | undefined, extra: Partial<Name> = {}) => {
		for (const leaf of pattern ? leaves(pattern) : []) {
			add(leaf, extra);
		}
	};
	addAll(fieldOf(scope, 'parameters'), { parameter: true });
	const visit = (node: SyntaxNode) => {
		for (const child of node.children) {
			switch (child.type) {
				case 'function_definition':
				case 'class_definition':
					addAll(fieldOf(child, 'name'), { callable: true });
					continue;
				case 'lambda':
					continue;
				case 'import_statement':
				case 'import_from_statement':
					for (const imported of child.children.filter((part) => part.field === 'name')) {
						const alias = fieldOf(imported, 'alias') ?? imported;
						addAll(namedChildren(alias)[0] ?? alias, { callable: true });
					}
					continue;
				case 'assignment':
				case 'for_statement':
				case 'for_in_clause':
					addAll(fieldOf(child, 'left'));
					break;
				case 'as_pattern':
					addAll(fieldOf(child, 'alias'));
					break;
			}
			visit(child);
		}
	};
	visit(scope);
	return [...names.values()];
}

function leaves(pattern: SyntaxNode): readonly SyntaxNode[] {
	switch (pattern.type) {
		case 'identifier':
			return [pattern];
		case 'attribute':
		case 'subscript':
		case 'type':
			return [];
		case 'default_parameter':
		case 'typed_default_parameter': {
			const name = fieldOf(pattern, 'name');
			return name ? [name] : [];
		}
		default:
			return namedChildren(pattern).flatMap(leaves);
	}
}
