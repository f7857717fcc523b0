// Statements that are missing: one of the function's once more, a step, a collected value.
import type { SyntaxNode } from '../../grammars';
import type { Scene } from '../scene';
import type { Change, Template } from '../template';
import { insertAfter, insertBefore, ranked, replace } from '../template';
import { inBlock, siblings } from './place';
import { tested } from './tests';

/** A statement of the function written once more at another place, as it is or with one name changed. */
const repeated: Template = {
	name: 'statement from nearby',
	on: ['statement'],
	*changes(node, scene) {
		const { dialect } = scene;
		if (!inBlock(node, scene) || !scene.functionOf(node) || dialect.kindOf(node) === 'function') {
			return;
		}
		const simple = [...scene.near(node).statements.values()].filter(
			(other) =>
				/^(expression_statement|return_statement)$/.test(other.type) &&
				other.end - other.start < 100 &&
				other !== node,
		);
		const nearest = simple.sort((a, b) => Math.abs(a.line - node.line) - Math.abs(b.line - node.line));
		const { next } = siblings(node);
		const last = next === undefined;
		for (const [other, share] of ranked(nearest, 0.85, 8)) {
			const text = other.text;
			yield insertBefore(node, text, scene, 0.6 * share);
			if (last && dialect.kindOf(node) !== 'return') {
				yield insertAfter(node, text, scene, share);
			}
			if (node.type === other.type && node.text !== text) {
				yield replace(node, text, 0.5 * share);
			}
			for (const [variant, likely] of ranked(variants(other, node, scene), 0.85, 8)) {
				yield insertBefore(node, variant, scene, 0.25 * share * likely);
				if (last && dialect.kindOf(node) !== 'return') {
					yield insertAfter(node, variant, scene, 0.4 * share * likely);
				}
			}
		}
	},
};

/** The statement with one of its names replaced by another in scope, or an operator turned round. */
function* variants(statement: SyntaxNode, at: SyntaxNode, scene: Scene): Generator<string> {
	const own = tested(statement, scene).filter((name) => /^[\w$]+$/.test(name));
	for (const name of own) {
		for (const other of scene.variables(at).slice(0, 5)) {
			if (other.name !== name) {
				yield statement.text.replace(
					new RegExp(`(?<![\\w$.])${name.replace(/\$/g, '\\$')}(?![\\w$])`),
					() => other.name,
				);
			}
		}
	}
	if (/[+-]= /.test(statement.text)) {
		yield statement.text.replace(/([+-])= /, (_, sign: string) => `${sign === '+' ? '-' : '+'}= `);
	}
	if (/\+\+|--/.test(statement.text)) {
		yield statement.text.replace(/\+\+|--/, (sign) => (sign === '++' ? '--' : '++'));
	}
}

/** Simple statements on the variables of the place: a step, a reset, a copy, a collection filled. */
const effect: Template = {
	name: 'missing step',
	on: ['statement'],
	*changes(node, scene): Generator<Change> {
		const { dialect } = scene;
		const kind = dialect.kindOf(node);
		if (!inBlock(node, scene) || !scene.functionOf(node) || kind === 'function') {
			return;
		}
		const ends = ['return', 'break', 'continue', 'throw'].includes(kind);
		const last = siblings(node).next === undefined && !ends;
		for (const [text, share] of simpleSteps(node, scene)) {
			yield insertBefore(node, text, scene, (last ? 0.5 : 0.7) * share);
			if (last) {
				yield insertAfter(node, text, scene, share);
			}
		}
	},
};

function* simpleSteps(node: SyntaxNode, scene: Scene): Generator<readonly [string, number]> {
	const { dialect } = scene;
	const { end } = dialect.spelling;
	const { traits } = scene.near(node);
	const python = dialect.family === 'python';
	const owner = scene.functionOf(node)?.start ?? 0;
	const names = scene.variables(node).filter((name) => name.at >= owner);
	const methods = python
		? ['pop()', 'sort()', 'reverse()', 'pop(0)']
		: ['pop()', 'sort()', 'reverse()', 'shift()', 'sort((a, b) => a - b)'];
	for (const [{ name }, share] of ranked(names, 0.8, 6)) {
		const own = traits.get(name);
		const others = names.filter((other) => other.name !== name);
		if (!own || own.has('number') || own.has('index') || own.has('compared')) {
			yield [`${name} += 1${end}`, share];
			yield [`${name} -= 1${end}`, share];
			yield [`${name} = 0${end}`, 0.4 * share];
			yield [`${name} = 1${end}`, 0.4 * share];
		}
		for (const [other, likely] of ranked(others, 0.75, 4)) {
			yield [`${name} = ${other.name}${end}`, 0.4 * share * likely];
			if (!own || own.has('number') || own.has('text')) {
				yield [`${name} += ${other.name}${end}`, 0.4 * share * likely];
			}
			for (const third of own?.has('indexed') && traits.get(other.name)?.has('index')
				? names.slice(0, 4)
				: []) {
				if (third.name !== other.name && third.name !== name) {
					yield [`${name}[${other.name}] = ${third.name}${end}`, 0.3 * share * likely];
					yield [`${name}[${other.name}] = ${name}[${third.name}]${end}`, 0.3 * share * likely];
				}
			}
		}
		if (!own || own.has('member') || own.has('indexed') || own.has('compared')) {
			for (const method of methods) {
				yield [`${name}.${method}${end}`, 0.4 * share];
			}
			for (const [other, likely] of ranked(others, 0.75, 3)) {
				yield [`${name}.${python ? 'append' : 'push'}(${other.name})${end}`, 0.4 * share * likely];
				yield [`${name}.add(${other.name})${end}`, 0.4 * share * likely];
			}
		}
	}
}

export const steps: readonly Template[] = [repeated, effect];
