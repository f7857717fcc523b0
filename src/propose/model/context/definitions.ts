// Definitions of a parsed file: what can be shown by itself, and under which name it is used.
import type { SyntaxNode } from '../../free/grammars';
import type { Family } from './codeLanguage';

/** Lines are 1-based and inclusive. */
export interface Definition {
	/** As others name it; a method without its class. */
	readonly name: string;
	/** With the decorators and comments that belong to it. */
	readonly start: number;
	readonly end: number;
	/** Where its own first line is, below its comments. */
	readonly head: number;
	readonly parent: Definition | undefined;
	/** Has definitions within, which can be shown without the rest of it. */
	container: boolean;
}

const NAMED: Readonly<Record<Family, ReadonlySet<string>>> = {
	javascript: words(
		'function_declaration generator_function_declaration class_declaration abstract_class_declaration method_definition interface_declaration type_alias_declaration enum_declaration internal_module module variable_declarator public_field_definition field_definition pair function_signature method_signature',
	),
	python: words('function_definition class_definition'),
	go: words('function_declaration method_declaration type_spec const_spec var_spec'),
	rust: words(
		'function_item struct_item enum_item union_item trait_item mod_item const_item static_item type_item macro_definition impl_item',
	),
	java: words(
		'class_declaration interface_declaration enum_declaration record_declaration annotation_type_declaration method_declaration constructor_declaration field_declaration',
	),
	'c-sharp': words(
		'class_declaration struct_declaration interface_declaration record_declaration enum_declaration delegate_declaration method_declaration constructor_declaration property_declaration field_declaration local_function_statement operator_declaration indexer_declaration',
	),
	ruby: words('method singleton_method class module'),
	php: words(
		'function_definition class_declaration interface_declaration trait_declaration enum_declaration method_declaration const_declaration property_declaration',
	),
	other: new Set(),
};
/** A name bound to one of these is a definition at any depth; bound to anything else, only near the top. */
const FUNCTION_VALUES = words(
	'arrow_function function_expression function generator_function class lambda call_expression object',
);

function words(text: string): ReadonlySet<string> {
	return new Set(text.split(' '));
}

/** In the order of their lines; outer before inner. */
export function definitionsOf(
	root: SyntaxNode,
	family: Family,
	lines: readonly string[],
): readonly Definition[] {
	const found: Definition[] = [];
	const open: { node: SyntaxNode; parent: Definition | undefined }[] = [{ node: root, parent: undefined }];
	while (open.length > 0 && found.length < 5_000) {
		const step = open.pop();
		if (step === undefined) {
			break;
		}
		let { parent } = step;
		const name = step.node === root ? undefined : nameOf(step.node, family);
		if (name !== undefined) {
			const outer = outermost(step.node);
			const made: Definition = {
				name,
				start: above(lines, outer.line),
				end: Math.max(outer.line, lastLine(outer)),
				head: step.node.line,
				parent,
				container: false,
			};
			if (made.end > made.head || parent === undefined || !holdsLittle(step.node)) {
				if (parent !== undefined && made.end - made.start >= 2) {
					parent.container = true;
				}
				found.push(made);
				parent = made;
			}
		}
		for (let at = step.node.children.length - 1; at >= 0; at -= 1) {
			const child = step.node.children[at];
			if (child?.named === true) {
				open.push({ node: child, parent });
			}
		}
	}
	return found.sort((a, b) => a.start - b.start || b.end - a.end);
}

function nameOf(node: SyntaxNode, family: Family): string | undefined {
	if (
		family === 'javascript' &&
		(node.type === 'assignment_expression' || node.type === 'variable_declarator')
	) {
		return boundName(node);
	}
	if (family === 'javascript' && node.type === 'pair') {
		const value = fieldOf(node, 'value');
		const key = fieldOf(node, 'key');
		return value !== undefined && FUNCTION_VALUES.has(value.type) && value.type !== 'call_expression'
			? plainName(key)
			: undefined;
	}
	if ((family === 'python' || family === 'ruby') && node.type === 'assignment') {
		return depthOf(node) <= 3 || node.parent?.parent?.parent?.type.startsWith('class') === true
			? plainName(fieldOf(node, 'left'))
			: undefined;
	}
	if (!NAMED[family].has(node.type)) {
		return undefined;
	}
	if (family === 'rust' && node.type === 'impl_item') {
		return plainName(fieldOf(node, 'type'));
	}
	if (family === 'go' && depthOf(node) > 4) {
		return undefined;
	}
	const named = fieldOf(node, 'name');
	if (named !== undefined) {
		return plainName(named);
	}
	const inner = node.children
		.flatMap((child) => [child, ...child.children])
		.find((child) => /declarator$|element$/.test(child.type));
	return inner === undefined ? undefined : plainName(fieldOf(inner, 'name') ?? inner.children[0]);
}

/** `const a = …`, `exports.a = …`, `A.prototype.b = …`. */
function boundName(node: SyntaxNode): string | undefined {
	const declared = node.type === 'variable_declarator';
	const value = fieldOf(node, declared ? 'value' : 'right');
	const isFunction = value !== undefined && FUNCTION_VALUES.has(value.type);
	const near = depthOf(node) <= (declared ? 3 : 2);
	const left = fieldOf(node, declared ? 'name' : 'left');
	if (
		left === undefined ||
		!(near || (isFunction && value.type !== 'call_expression' && value.type !== 'object'))
	) {
		return undefined;
	}
	if (left.type === 'member_expression') {
		const property = plainName(fieldOf(left, 'property'));
		// `module.exports = function name() {}` goes by the function's own name.
		return property === 'exports' && value !== undefined
			? (plainName(fieldOf(value, 'name')) ?? property)
			: property;
	}
	return left.type === 'object_pattern' || left.type === 'array_pattern' ? undefined : plainName(left);
}

function fieldOf(node: SyntaxNode, field: string): SyntaxNode | undefined {
	return node.children.find((child) => child.field === field);
}

function plainName(node: SyntaxNode | undefined): string | undefined {
	return node === undefined ? undefined : /[\p{L}_$#@][\p{L}\p{N}_$?!]*/u.exec(node.text.slice(0, 200))?.[0];
}

function depthOf(node: SyntaxNode): number {
	let depth = 0;
	for (let above = node.parent; above !== undefined && depth < 20; above = above.parent) {
		depth += 1;
	}
	return depth;
}

/** A field or key on one line within something larger is no unit of its own. */
function holdsLittle(node: SyntaxNode): boolean {
	return /field|pair|property|declarator|spec|assignment|signature/.test(node.type);
}

/** What is around a definition and belongs to nothing else: `export`, decorators, `const` with one name. */
function outermost(node: SyntaxNode): SyntaxNode {
	let outer = node;
	while (
		outer.parent !== undefined &&
		/^(export_statement|decorated_definition|lexical_declaration|variable_declaration|expression_statement|ambient_declaration|type_declaration|const_declaration|var_declaration)$/.test(
			outer.parent.type,
		) &&
		outer.parent.children.filter((child) => child.named && /declarator$|spec$/.test(child.type)).length <= 1
	) {
		outer = outer.parent;
	}
	return outer;
}

function lastLine(node: SyntaxNode): number {
	let lines = 0;
	const { text } = node;
	for (let at = text.indexOf('\n'); at >= 0 && at < text.length - 1; at = text.indexOf('\n', at + 1)) {
		lines += 1;
	}
	return node.line + lines;
}

const MOST_LINES_ABOVE = 25;

/** Takes in the comments and attributes directly above. */
export function above(lines: readonly string[], line: number): number {
	let first = line;
	while (
		first > 1 &&
		line - first < MOST_LINES_ABOVE &&
		/^\s*(\/\/|\/?\*|#(?!include|if|endif|define|!)|@\w|\[\w+.*\]\s*$|--\s)/.test(lines[first - 2] ?? '')
	) {
		first -= 1;
	}
	return first;
}
