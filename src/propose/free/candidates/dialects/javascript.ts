import type { SyntaxNode } from '../../grammars';
import type { Assignment, Binary, Branch, Call, Dialect, Kind, Member, Name } from '../dialect';
import { bare, fieldOf, namedChildren } from '../syntax';
import { declaredNames } from './javascriptNames';

const kinds: Readonly<Record<string, Kind>> = {
	array: 'array',
	arrow_function: 'function',
	assignment_expression: 'assignment',
	augmented_assignment_expression: 'augmented',
	await_expression: 'await',
	binary_expression: 'binary',
	break_statement: 'break',
	call_expression: 'call',
	continue_statement: 'continue',
	do_statement: 'loop',
	false: 'boolean',
	for_in_statement: 'loop',
	for_statement: 'loop',
	formal_parameters: 'parameters',
	function_declaration: 'function',
	function_expression: 'function',
	generator_function: 'function',
	generator_function_declaration: 'function',
	identifier: 'identifier',
	if_statement: 'if',
	member_expression: 'member',
	method_definition: 'function',
	new_expression: 'new',
	null: 'nothing',
	number: 'number',
	object: 'object',
	program: 'block',
	regex: 'regex',
	return_statement: 'return',
	statement_block: 'block',
	string: 'string',
	subscript_expression: 'subscript',
	switch_statement: 'switch',
	template_string: 'template',
	ternary_expression: 'ternary',
	this: 'this',
	throw_statement: 'throw',
	true: 'boolean',
	unary_expression: 'unary',
	undefined: 'nothing',
	update_expression: 'update',
	variable_declarator: 'declarator',
	while_statement: 'loop',
};

const statements = new Set(
	`break_statement class_declaration continue_statement do_statement expression_statement for_in_statement
	for_statement function_declaration generator_function_declaration if_statement lexical_declaration
	return_statement switch_statement throw_statement try_statement variable_declaration while_statement
	labeled_statement export_statement import_statement`.split(/\s+/),
);

const expressions = new Set(
	`array arrow_function assignment_expression await_expression binary_expression call_expression false
	function_expression identifier member_expression new_expression null number object parenthesized_expression
	regex string subscript_expression template_string ternary_expression this true unary_expression undefined
	update_expression as_expression non_null_expression`.split(/\s+/),
);

/** Fields and parents under which a node that looks like an expression is a name or a target. */
function isPattern(node: SyntaxNode): boolean {
	const parent = node.parent;
	if (!parent) {
		return true;
	}
	switch (parent.type) {
		case 'variable_declarator':
		case 'function_declaration':
		case 'function_expression':
		case 'generator_function':
		case 'generator_function_declaration':
		case 'class_declaration':
		case 'class':
		case 'required_parameter':
		case 'optional_parameter':
			return node.field === 'name' || node.field === 'pattern';
		case 'arrow_function':
			return node.field === 'parameter';
		case 'catch_clause':
			return node.field === 'parameter';
		case 'for_in_statement':
		case 'assignment_pattern':
			return node.field === 'left';
		case 'formal_parameters':
		case 'rest_pattern':
		case 'array_pattern':
		case 'object_pattern':
		case 'pair_pattern':
		case 'import_specifier':
		case 'import_clause':
		case 'namespace_import':
		case 'export_specifier':
		case 'labeled_statement':
		case 'expression_statement':
			return node.type === 'identifier' || node.type === 'string';
		case 'import_statement':
		case 'export_statement':
			return node.field === 'source';
		case 'assignment_expression':
		case 'augmented_assignment_expression':
			return node.field === 'left';
		case 'pair':
			return node.field === 'key';
		default:
			return parent.type.endsWith('_type') || parent.type === 'type_annotation';
	}
}

export const javascript: Dialect = {
	family: 'javascript',
	kindOf: (node) => (node.named ? (kinds[node.type] ?? 'other') : 'other'),
	isStatement: (node) =>
		statements.has(node.type) && node.parent?.type !== 'for_statement' && node.field !== 'declaration',
	isExpression: (node) => node.named && expressions.has(node.type) && !isPattern(node),

	binary(node): Binary | undefined {
		if (node.type !== 'binary_expression') {
			return undefined;
		}
		const [left, operator, right] = ['left', 'operator', 'right'].map((field) => fieldOf(node, field));
		return left && operator && right ? { left, operator, right } : undefined;
	},
	call(node): Call | undefined {
		const callee = fieldOf(node, node.type === 'new_expression' ? 'constructor' : 'function');
		const list = fieldOf(node, 'arguments');
		return (node.type === 'call_expression' || node.type === 'new_expression') &&
			callee &&
			list?.type === 'arguments'
			? { callee, list, arguments: namedChildren(list) }
			: undefined;
	},
	member(node): Member | undefined {
		const object = fieldOf(node, 'object');
		const property = fieldOf(node, 'property');
		return node.type === 'member_expression' && object && property ? { object, property } : undefined;
	},
	branch(node): Branch | undefined {
		const condition = fieldOf(node, 'condition');
		const then = fieldOf(node, 'consequence');
		const otherwise = fieldOf(node, 'alternative');
		if (!condition || !then) {
			return undefined;
		}
		const inner = otherwise?.type === 'else_clause' ? namedChildren(otherwise)[0] : otherwise;
		return { condition: bare(condition), then, otherwise: inner };
	},
	condition(node) {
		const condition = node.children.find((child) => child.field === 'condition' && child.named);
		return condition ? bare(condition) : undefined;
	},
	assignment(node): Assignment | undefined {
		const target = fieldOf(node, node.type === 'variable_declarator' ? 'name' : 'left');
		const value = fieldOf(node, node.type === 'variable_declarator' ? 'value' : 'right');
		return /assignment_expression$|^variable_declarator$/.test(node.type) && target && value
			? { target, value }
			: undefined;
	},
	body: (node) => fieldOf(node, 'body') ?? fieldOf(node, 'consequence'),
	names: (node): readonly Name[] => declaredNames(node),

	spelling: {
		nothing: ['null', 'undefined'],
		yes: 'true',
		no: 'false',
		and: '&&',
		or: '||',
		equal: '===',
		unequal: '!==',
		not: (text) => `!${text}`,
		isNothing: (text) => `${text} == null`,
		isSomething: (text) => `${text} != null`,
		length: (text) => `${text}.length`,
		isEmpty: (text) => `${text}.length === 0`,
		guard: (condition, statement) => `if (${condition}) ${statement}`,
		comparisons: ['<', '<=', '>', '>=', '===', '!==', '==', '!='],
		arithmetic: ['+', '-', '*', '/', '%', '**'],
		bitwise: ['&', '|', '^', '<<', '>>', '>>>'],
		logical: ['&&', '||', '??'],
		assignments: ['=', '+=', '-=', '*=', '/=', '%=', '|=', '&=', '^=', '<<=', '>>=', '||=', '??='],
		empties: ["''", '0', '[]', '{}', '1', 'null', '-1', 'undefined', 'Infinity', '-Infinity'],
		end: ';',
	},
};
