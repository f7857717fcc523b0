// Statements that are superfluous or in the wrong place.
import { indentAt } from '../syntax';
import type { Change, Template } from '../template';
import { insert, replace } from '../template';
import { inBlock, isDeclaration, shift, siblings } from './place';

const deleted: Template = {
	name: 'deleted statement',
	on: ['statement'],
	*changes(node, scene) {
		if (isDeclaration(node) && !/lexical|variable/.test(node.type)) {
			return;
		}
		const { previous, next } = siblings(node);
		const listed = inBlock(node, scene) || /case|default/.test(node.parent?.type ?? '');
		const filler = scene.dialect.family === 'python' ? 'pass' : ';';
		const needed = scene.dialect.family === 'python' ? !(previous ?? next) : !listed;
		const empty = needed ? filler : '';
		const branch = scene.dialect.kindOf(node) === 'if' ? 0.9 : 1;
		yield replace(node, empty, (isDeclaration(node) ? 0.05 : 1) * branch);
	},
};

const swappedNeighbours: Template = {
	name: 'swapped statements',
	on: ['statement'],
	*changes(node, scene) {
		const { next } = siblings(node);
		if (
			next &&
			inBlock(node, scene) &&
			scene.dialect.isStatement(next) &&
			!isDeclaration(node) &&
			next.end - node.start < 600
		) {
			const between = scene.text.slice(node.end, next.start);
			yield replace({ start: node.start, end: next.end }, next.text + between + node.text);
		}
	},
};

/** Out of the block to behind or before it; the neighbour before or behind a block into it. */
const moved: Template = {
	name: 'moved statement',
	on: ['statement'],
	*changes(node, scene): Generator<Change> {
		const { dialect, text } = scene;
		const block = node.parent;
		const outer = block ? scene.statementOf(block) : undefined;
		if (
			!block ||
			!outer ||
			dialect.kindOf(block) !== 'block' ||
			isDeclaration(node) ||
			node.end - node.start > 200
		) {
			return;
		}
		const ofFunction = block.parent && dialect.kindOf(block.parent) === 'function';
		if (outer.end - outer.start > 1500 || ofFunction) {
			return;
		}
		const inside = block.children.filter((child) => child.named);
		const outerIndent = indentAt(text, outer.start);
		const innerIndent = indentAt(text, inside[0]?.start ?? node.start);
		const shifted = shift(node.text, indentAt(text, node.start), outerIndent);
		if (inside[inside.length - 1] === node && inside.length > 1) {
			const before = inside[inside.length - 2];
			if (before) {
				yield replace(
					{ start: before.end, end: outer.end },
					`${text.slice(node.end, outer.end)}\n${outerIndent}${shifted}`,
					1,
				);
			}
		}
		if (inside[0] === node && inside.length > 1) {
			const after = inside[1];
			if (after) {
				yield replace(
					{ start: outer.start, end: after.start },
					`${shifted}\n${outerIndent}${text.slice(outer.start, node.start)}`,
					0.8,
				);
			}
		}
		const last = inside[inside.length - 1];
		const { next } = siblings(outer);
		if (
			last === node &&
			next &&
			dialect.isStatement(next) &&
			inBlock(outer, scene) &&
			!isDeclaration(next) &&
			next.end - next.start <= 200
		) {
			const into = shift(next.text, outerIndent, innerIndent);
			yield replace(
				{ start: node.end, end: next.end },
				`\n${innerIndent}${into}${text.slice(node.end, outer.end)}`,
				0.8,
			);
		}
	},
};

/** `if … if …` ↔ `if … else if …`; what follows an `if` becomes its `else`. */
const chained: Template = {
	name: 'else',
	on: ['if'],
	*changes(node, scene) {
		const { dialect, text } = scene;
		const { next } = siblings(node);
		const branch = dialect.branch(node);
		if (!branch || !dialect.isStatement(node) || !inBlock(node, scene)) {
			return;
		}
		if (dialect.family === 'python') {
			if (
				next &&
				dialect.kindOf(next) === 'if' &&
				!node.children.some((child) => child.type === 'else_clause')
			) {
				yield insert(next.start, 'el');
			}
			for (const clause of node.children.filter((child) => child.type === 'elif_clause')) {
				yield replace({ start: clause.start, end: clause.start + 2 }, '', 0.6);
			}
			return;
		}
		if (next && dialect.isStatement(next) && !isDeclaration(next) && !branch.otherwise) {
			yield insert(next.start, 'else ', dialect.kindOf(next) === 'if' ? 1 : 0.5);
		}
		const clause = node.children.find((child) => child.type === 'else_clause');
		if (clause && branch.otherwise) {
			yield replace(
				{ start: clause.start, end: branch.otherwise.start },
				text.slice(clause.start - 1, clause.start) === '\n' ? '' : '\n',
				0.6,
			);
			yield replace({ start: branch.then.end, end: clause.end }, '', 0.6);
		}
	},
};

const clauses: Template = {
	name: 'dropped clause',
	on: ['if'],
	*changes(node) {
		for (const clause of node.children.filter((child) => /^(elif|else)_clause$/.test(child.type))) {
			yield replace(clause, '');
		}
		if (node.type === 'elif_clause') {
			yield replace(node, '');
		}
	},
};

/** `x.push(y)` for `x = y`, and the other way round. */
const assigned: Template = {
	name: 'assignment for call',
	on: ['call', 'assignment'],
	*changes(node, scene) {
		const { dialect } = scene;
		const { end } = dialect.spelling;
		if (node.parent?.type !== 'expression_statement') {
			return;
		}
		const call = dialect.call(node);
		const member = call && dialect.member(call.callee);
		const only = call?.arguments[0];
		if (member && only && call.arguments.length === 1) {
			yield replace(node, `${member.object.text} = ${only.text}`);
			yield replace(node, `${member.object.text} += ${only.text}`, 0.7);
			yield replace(node, `${member.object.text} = ${node.text}`, 0.7);
		} else if (call && !member) {
			const first = call.arguments[0];
			if (first && dialect.kindOf(first) === 'identifier') {
				yield replace(node, `${first.text} = ${node.text}`, 0.5);
			}
		} else if (member && call && call.arguments.length !== 1) {
			yield replace(node, `${member.object.text} = ${node.text}`, 0.7);
		}
		const parts = dialect.assignment(node);
		if (parts && dialect.kindOf(node) === 'assignment') {
			const name = dialect.family === 'python' ? 'append' : 'push';
			yield replace(node, `${parts.target.text}.${name}(${parts.value.text})`, 0.6);
		}
		// values.filter(f); return values → return values.filter(f)
		const statement = node.parent;
		const { next } = siblings(statement);
		if (
			call &&
			member &&
			next &&
			dialect.kindOf(next) === 'return' &&
			next.text.replace(/^return\s+|;$/g, '') === member.object.text
		) {
			yield replace({ start: statement.start, end: next.end }, `return ${node.text}${end}`);
		}
	},
};

export const statements: readonly Template[] = [
	deleted,
	swappedNeighbours,
	moved,
	chained,
	clauses,
	assigned,
];
