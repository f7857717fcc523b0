// What is known of the file around a node: the names in scope, and what the enclosing function and the file
// already contain, for templates that reuse it. Computed when first asked for, once a function.
import type { SyntaxNode } from '../grammars';
import type { Dialect, Name } from './dialect';
import { ancestors, descendants } from './syntax';

/** Functions longer than this are not taken whole as the place to reuse code from. UTF-16 units. */
const homeSize = 5000;

/** How a name is used in its function: what it may be mistaken for is used alike. */
export type Trait = 'called' | 'indexed' | 'member' | 'number' | 'compared' | 'index' | 'tested' | 'text';

/** What a function (or file) contains, each text once, in the order of first appearance. */
export interface Inventory {
	readonly expressions: ReadonlyMap<string, SyntaxNode>;
	readonly conditions: ReadonlyMap<string, SyntaxNode>;
	readonly returned: ReadonlyMap<string, SyntaxNode>;
	readonly numbers: ReadonlyMap<string, SyntaxNode>;
	readonly strings: ReadonlyMap<string, SyntaxNode>;
	readonly statements: ReadonlyMap<string, SyntaxNode>;
	readonly calls: readonly SyntaxNode[];
	/** What is called, as written: `a.b`. */
	readonly callees: ReadonlySet<string>;
	/** By the text of the object. */
	readonly members: ReadonlyMap<string, ReadonlySet<string>>;
	readonly properties: ReadonlyMap<string, number>;
	readonly traits: ReadonlyMap<string, ReadonlySet<Trait>>;
}

export class Scene {
	private readonly inventories = new Map<SyntaxNode, Inventory>();
	private readonly declared = new Map<SyntaxNode, readonly Name[]>();
	private readonly homes = new Map<SyntaxNode, SyntaxNode>();
	private readonly scopes = new Map<SyntaxNode, readonly Name[]>();

	constructor(
		readonly text: string,
		readonly root: SyntaxNode,
		readonly dialect: Dialect,
		/** Literals of the failing test's source, as written there. */
		readonly literals: readonly string[],
	) {}

	/** The enclosing function to reuse code from: the outermost that is not too long, or the file's statement. */
	home(node: SyntaxNode): SyntaxNode {
		const known = this.homes.get(node);
		if (known) {
			return known;
		}
		let home: SyntaxNode | undefined;
		let statement = node;
		for (const outer of ancestors(node)) {
			if (this.dialect.kindOf(outer) === 'function' && (!home || outer.end - outer.start <= homeSize)) {
				home = outer;
			}
			if (outer.parent) {
				statement = outer;
			}
		}
		const found = home ?? statement;
		this.homes.set(node, found);
		return found;
	}

	/** The innermost function around the node; undefined at the top level. */
	functionOf(node: SyntaxNode): SyntaxNode | undefined {
		for (const outer of ancestors(node)) {
			if (this.dialect.kindOf(outer) === 'function') {
				return outer;
			}
		}
		return undefined;
	}

	statementOf(node: SyntaxNode): SyntaxNode | undefined {
		let at: SyntaxNode | undefined = node;
		while (at && !this.dialect.isStatement(at)) {
			at = at.parent;
		}
		return at;
	}

	near(node: SyntaxNode): Inventory {
		return this.inventory(this.home(node));
	}

	get file(): Inventory {
		return this.inventory(this.root);
	}

	/** Names usable at the node: the innermost function's first, in each the latest declared first. */
	inScope(node: SyntaxNode): readonly Name[] {
		const statement = this.statementOf(node) ?? node;
		const owner = this.functionOf(node) ?? this.root;
		const key = statement.start >= owner.start && statement !== this.root ? statement : owner;
		const known = this.scopes.get(key);
		const all = known ?? this.namesAt(node);
		if (!known) {
			this.scopes.set(key, all);
		}
		return all.filter((name) => name.from <= node.start && node.end <= name.to);
	}

	/** The same, without functions, classes and imports. */
	variables(node: SyntaxNode): readonly Name[] {
		return this.inScope(node).filter((name) => !name.callable);
	}

	private namesAt(node: SyntaxNode): readonly Name[] {
		const seen = new Set<string>();
		const found: Name[] = [];
		const take = (scope: SyntaxNode) => {
			for (const name of [...this.namesOf(scope)].sort((a, b) => b.at - a.at)) {
				if (name.from <= node.start && node.end <= name.to && !seen.has(name.name)) {
					seen.add(name.name);
					found.push(name);
				}
			}
		};
		for (const outer of [node, ...ancestors(node)]) {
			if (this.dialect.kindOf(outer) === 'function' || outer === this.root) {
				take(outer);
			}
		}
		return found;
	}

	private namesOf(scope: SyntaxNode): readonly Name[] {
		const known = this.declared.get(scope);
		if (known) {
			return known;
		}
		const names = this.dialect.names(scope);
		this.declared.set(scope, names);
		return names;
	}

	private inventory(scope: SyntaxNode): Inventory {
		const known = this.inventories.get(scope);
		if (known) {
			return known;
		}
		const taken = inventoryOf(scope, this.dialect);
		this.inventories.set(scope, taken);
		return taken;
	}
}

/** Longer expressions are not worth repeating elsewhere. UTF-16 units. */
const expressionSize = 80;
const statementSize = 200;

function inventoryOf(scope: SyntaxNode, dialect: Dialect): Inventory {
	const expressions = new Map<string, SyntaxNode>();
	const conditions = new Map<string, SyntaxNode>();
	const returned = new Map<string, SyntaxNode>();
	const numbers = new Map<string, SyntaxNode>();
	const strings = new Map<string, SyntaxNode>();
	const statements = new Map<string, SyntaxNode>();
	const calls: SyntaxNode[] = [];
	const callees = new Set<string>();
	const members = new Map<string, Set<string>>();
	const properties = new Map<string, number>();
	const traits = new Map<string, Set<Trait>>();
	const once = (map: Map<string, SyntaxNode>, node: SyntaxNode, most: number) => {
		const text = node.end - node.start <= most ? node.text : undefined;
		if (text !== undefined && !map.has(text)) {
			map.set(text, node);
		}
	};
	for (const node of descendants(scope)) {
		const kind = dialect.kindOf(node);
		if (kind === 'identifier' || kind === 'member') {
			noteTrait(node, dialect, traits);
		}
		if (dialect.isExpression(node)) {
			once(expressions, node, expressionSize);
		}
		if (dialect.isStatement(node)) {
			once(statements, node, statementSize);
		}
		const condition = dialect.condition(node);
		if (condition) {
			once(conditions, condition, expressionSize);
		}
		const value = kind === 'return' ? node.children.find((child) => child.named) : undefined;
		if (value) {
			once(returned, value, expressionSize);
		}
		if (kind === 'number') {
			once(numbers, node, expressionSize);
		} else if (kind === 'string') {
			once(strings, node, expressionSize);
		} else if (kind === 'call') {
			calls.push(node);
			const callee = dialect.call(node)?.callee;
			if (callee && callee.end - callee.start <= expressionSize) {
				callees.add(callee.text);
			}
		}
		const member = dialect.member(node);
		if (member && member.object.end - member.object.start <= expressionSize) {
			const { object, property } = member;
			const seen = members.get(object.text) ?? new Set<string>();
			members.set(object.text, seen.add(property.text));
			properties.set(property.text, (properties.get(property.text) ?? 0) + 1);
		}
	}
	return {
		expressions,
		conditions,
		returned,
		numbers,
		strings,
		statements,
		calls,
		callees,
		members,
		properties,
		traits,
	};
}

function noteTrait(node: SyntaxNode, dialect: Dialect, traits: Map<string, Set<Trait>>): void {
	const trait = traitOf(node, dialect);
	if (trait) {
		const name = node.text;
		const known = traits.get(name) ?? new Set<Trait>();
		traits.set(name, known.add(trait));
	}
}

function traitOf(node: SyntaxNode, dialect: Dialect): Trait | undefined {
	const parent = node.parent;
	if (!parent) {
		return undefined;
	}
	switch (dialect.kindOf(parent)) {
		case 'call':
			return dialect.call(parent)?.callee === node ? 'called' : undefined;
		case 'member':
			return dialect.member(parent)?.object === node ? 'member' : undefined;
		case 'subscript':
			return parent.children[0] === node ? 'indexed' : 'index';
		case 'binary': {
			const parts = dialect.binary(parent);
			const operator = parts?.operator.text ?? '';
			if (dialect.spelling.logical.includes(operator)) {
				return 'tested';
			}
			const other = parts?.left === node ? parts.right : parts?.left;
			if (other && /string|template/.test(other.type)) {
				return 'text';
			}
			return /^[<>]=?$|^[-*/%]/.test(operator) ? 'number' : 'compared';
		}
		case 'update':
		case 'augmented':
			return 'number';
		case 'if':
		case 'unary':
		case 'ternary':
			return 'tested';
		default:
			return undefined;
	}
}
