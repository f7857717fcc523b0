import type { SyntaxNode } from '../../grammars';
import type { Name } from '../dialect';
import { fieldOf, namedChildren } from '../syntax';

const functions = new Set(
	`arrow_function function_declaration function_expression generator_function generator_function_declaration
	method_definition`.split(/\s+/),
);

/** Names that the function (or program) declares: parameters, variables by their block, functions, classes. */
export function declaredNames(scope: SyntaxNode): readonly Name[] {
	const names: Name[] = [];
	const add = (pattern: SyntaxNode | undefined, within: SyntaxNode, extra: Partial<Name> = {}) => {
		for (const leaf of pattern ? bound(pattern) : []) {
			names.push({
				name: leaf.name,
				at: leaf.at,
				from: within.start,
				to: within.end,
				parameter: false,
				callable: false,
				...extra,
			});
		}
	};
	add(fieldOf(scope, 'parameters') ?? fieldOf(scope, 'parameter'), scope, { parameter: true });
	if (scope.type === 'function_expression') {
		add(fieldOf(scope, 'name'), scope, { callable: true });
	}
	const visit = (node: SyntaxNode, block: SyntaxNode) => {
		for (const child of node.children) {
			switch (child.type) {
				case 'function_declaration':
				case 'generator_function_declaration':
				case 'class_declaration':
					add(fieldOf(child, 'name'), block, { callable: true });
					if (child.type !== 'class_declaration') {
						continue;
					}
					break;
				case 'import_statement':
					add(child, scope, { callable: true });
					continue;
				case 'variable_declarator': {
					const value = fieldOf(child, 'value');
					const hoisted = node.type === 'variable_declaration';
					const callable = value !== undefined && (functions.has(value.type) || /^class$/.test(value.type));
					add(fieldOf(child, 'name'), hoisted ? scope : block, { callable });
					break;
				}
				case 'catch_clause':
					add(fieldOf(child, 'parameter'), child);
					break;
				case 'for_in_statement':
					add(fieldOf(child, 'left'), child);
					break;
				default:
					if (functions.has(child.type)) {
						continue;
					}
			}
			visit(
				child,
				/^(statement_block|for_statement|for_in_statement|switch_body)$/.test(child.type) ? child : block,
			);
		}
	};
	visit(scope, scope);
	return names;
}

/** The identifiers that a pattern (or an import) binds. */
function bound(pattern: SyntaxNode): { readonly name: string; readonly at: number }[] {
	switch (pattern.type) {
		case 'identifier':
		case 'shorthand_property_identifier_pattern':
			return [{ name: pattern.text, at: pattern.start }];
		case 'pair_pattern': {
			const value = fieldOf(pattern, 'value');
			return value ? bound(value) : [];
		}
		case 'assignment_pattern':
		case 'object_assignment_pattern': {
			const left = fieldOf(pattern, 'left');
			return left ? bound(left) : [];
		}
		case 'required_parameter':
		case 'optional_parameter': {
			const inner = fieldOf(pattern, 'pattern');
			return inner ? bound(inner) : [];
		}
		case 'import_specifier': {
			const name = fieldOf(pattern, 'alias') ?? fieldOf(pattern, 'name');
			return name ? bound(name) : [];
		}
		case 'member_expression':
		case 'subscript_expression':
		case 'type_annotation':
			return [];
		default:
			return namedChildren(pattern).flatMap(bound);
	}
}
