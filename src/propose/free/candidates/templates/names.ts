// The wrong variable, the wrong property.
import type { SyntaxNode } from '../../grammars';
import type { Scene, Trait } from '../scene';
import type { Change, Template } from '../template';
import { ranked, replace } from '../template';

/** How alike two names are used: 1 alike, less when nothing is known, least when used otherwise. */
function likeness(traits: ReadonlyMap<string, ReadonlySet<Trait>>, one: string, other: string): number {
	const [a, b] = [traits.get(one), traits.get(other)];
	if (!a || !b) {
		return 0.6;
	}
	return [...a].some((trait) => b.has(trait)) ? 1 : 0.35;
}

function byShare<T extends readonly [unknown, number]>(items: readonly T[]): readonly T[] {
	return [...items].sort((a, b) => b[1] - a[1]);
}

function isCallee(node: SyntaxNode, scene: Scene): boolean {
	return node.parent !== undefined && scene.dialect.call(node.parent)?.callee === node;
}

const variable: Template = {
	name: 'variable',
	on: ['identifier'],
	*changes(node, scene): Generator<Change> {
		const assigned = node.field === 'left' && /assignment/.test(node.parent?.type ?? '');
		if (!assigned && node.parent?.type !== 'update_expression' && !scene.dialect.isExpression(node)) {
			return;
		}
		const callee = isCallee(node, scene);
		const { traits } = scene.near(node);
		const all = scene.inScope(node);
		const own = all.find((name) => name.name === node.text)?.callable ?? callee;
		const names = all.filter(
			(name) => name.name !== node.text && (name.callable === own || name.callable === callee),
		);
		const scored = names.map((name, index) => {
			const near = 0.93 ** index;
			const local =
				scene.near(node).expressions.has(name.name) || name.at >= scene.home(node).start ? 1 : 0.25;
			return [name.name, likeness(traits, node.text, name.name) * near * local] as const;
		});
		for (const [name, share] of byShare(scored).slice(0, 14)) {
			yield replace(node, name, share);
		}
	},
};

const variableToMember: Template = {
	name: 'member of a variable',
	on: ['identifier'],
	*changes(node, scene) {
		if (!scene.dialect.isExpression(node) || isCallee(node, scene)) {
			return;
		}
		const seen = [...(scene.near(node).members.get(node.text) ?? [])];
		const known = scene.dialect.family === 'javascript' ? [...new Set([...seen, 'length'])] : seen;
		for (const [property, share] of ranked(known, 0.8, 8)) {
			if (!calledAs(node.text, property, scene)) {
				yield replace(node, `${node.text}.${property}`, share);
			}
		}
	},
};

function calledAs(object: string, property: string, scene: Scene): boolean {
	return scene.file.callees.has(`${object}.${property}`);
}

const memberDropped: Template = {
	name: 'dropped member',
	on: ['member', 'subscript'],
	*changes(node) {
		const object = node.children[0];
		if (object && !/^(this|super|self|Math|JSON|Object|Array|String|Number)$/.test(object.text)) {
			yield replace(node, object.text);
		}
	},
};

const property: Template = {
	name: 'property',
	on: ['member'],
	*changes(node, scene) {
		const member = scene.dialect.member(node);
		if (!member) {
			return;
		}
		const called = isCallee(node, scene);
		const name = member.property.text;
		const same = [...(scene.file.members.get(member.object.text) ?? [])].filter((other) => other !== name);
		const all = [...scene.file.properties.keys()].filter((other) => other !== name && !same.includes(other));
		const alike = all.filter((other) => isAlike(name, other));
		const far = all.filter((other) => !alike.includes(other));
		const useOf = (other: string) => (calledAs(member.object.text, other, scene) === called ? 1 : 0.4);
		for (const [others, weight, most] of [
			[same, 1, 12],
			[alike, 0.7, 8],
			[far, 0.15, 10],
		] as const) {
			for (const [other, share] of ranked(others, 0.93, most)) {
				yield replace(member.property, other, weight * share * useOf(other));
			}
		}
	},
};

/** Shares a word: `maxAge` and `maxTime`, `startIndex` and `endIndex`, `file` and `files`. */
function isAlike(one: string, other: string): boolean {
	const words = (name: string) =>
		new Set(name.split(/(?=[A-Z])|_/).map((word) => word.toLowerCase().replace(/s$/, '')));
	const known = words(one);
	return [...words(other)].some((word) => word.length > 2 && known.has(word));
}

const object: Template = {
	name: 'object of a member',
	on: ['member', 'subscript'],
	*changes(node, scene) {
		const target = node.children[0];
		const rest = target ? scene.text.slice(target.end, node.end) : '';
		if (!target || scene.dialect.kindOf(target) === 'identifier') {
			return;
		}
		// a.b.c → x.c for what else has `.c` here.
		for (const [other, share] of ranked(scene.near(node).members.keys(), 0.85, 8)) {
			if (other !== target.text && scene.text.includes(`${other}${rest}`)) {
				yield replace(target, other, share);
			}
		}
	},
};

const fromOwner: Template = {
	name: 'owner of a name',
	on: ['identifier', 'member'],
	*changes(node, scene) {
		const owner = scene.dialect.family === 'python' ? 'self' : 'this';
		const member = scene.dialect.member(node);
		if (member?.object.text === owner) {
			yield replace(
				node,
				member.property.text,
				scene.inScope(node).some((name) => name.name === member.property.text) ? 1 : 0.1,
			);
			return;
		}
		const used = scene.file.members.get(owner);
		if (!member && used && scene.dialect.isExpression(node)) {
			if (used.has(node.text)) {
				yield replace(node, `${owner}.${node.text}`);
			}
			for (const [name, share] of ranked(used, 0.85, 6)) {
				if (name !== node.text && isCallee(node, scene) === calledAs(owner, name, scene)) {
					yield replace(node, `${owner}.${name}`, 0.3 * share);
				}
			}
		}
		if (member && used?.has(member.object.text) && scene.dialect.kindOf(member.object) === 'identifier') {
			yield replace(member.object, `${owner}.${member.object.text}`, 0.5);
		}
	},
};

export const names: readonly Template[] = [
	variable,
	variableToMember,
	memberDropped,
	property,
	object,
	fromOwner,
];
