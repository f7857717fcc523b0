// Wrong numbers, texts and truth values.
import type { SyntaxNode } from '../../grammars';
import { inSlot } from '../spelling';
import type { Change, Template } from '../template';
import { ranked, replace } from '../template';

function isKey(node: SyntaxNode): boolean {
	return node.field === 'key';
}

const number: Template = {
	name: 'constant',
	on: ['number'],
	*changes(node, scene): Generator<Change> {
		const text = node.text.replace(/_/g, '');
		const value = Number(text);
		if (!Number.isFinite(value)) {
			return;
		}
		const parent = node.parent;
		const signed =
			parent && scene.dialect.kindOf(parent) === 'unary' && /^[-+]/.test(parent.text) ? parent : undefined;
		const whole = Number.isInteger(value) && !text.includes('.');
		const spelled = (next: number) => String(next);
		const near = whole
			? [value + 1, value - 1]
			: [value + 1, value - 1, value * 2, value / 2, value * 10, value / 10, 1 / value];
		const tried = [
			...near,
			0,
			1,
			2,
			...(whole ? [value + 2, value * 2, value * 10, value / 10, 10 ** text.length] : []),
		];
		for (const [next, share] of ranked(
			new Set(tried.filter((x) => x !== value && Number.isFinite(x))),
			0.8,
		)) {
			const odd = !Number.isInteger(next) && whole;
			if (!odd) {
				yield replace(node, next < 0 ? inSlot(node, spelled(next), scene.dialect) : spelled(next), share);
			}
		}
		yield signed
			? replace(signed, inSlot(signed, text, scene.dialect), 0.5)
			: value === 0
				? replace(node, inSlot(node, '-1', scene.dialect), 0.8)
				: replace(node, inSlot(node, `-${text}`, scene.dialect), 0.4);
		for (const [other, share] of ranked(scene.near(node).numbers.keys(), 0.85)) {
			yield replace(node, other, 0.6 * share);
		}
		for (const [known, share] of ranked(value > 2 ? wellKnown : [], 0.95, 24)) {
			yield replace(node, known, 0.2 * share);
		}
		for (const [variant, share] of ranked(digitChanges(text), 0.97, 24)) {
			yield replace(node, variant, 0.2 * share);
		}
	},
};

/** Numbers that programs are full of: bases, calendars, bytes, letters' codes. */
const wellKnown = [
	'10',
	'16',
	'24',
	'26',
	'60',
	'90',
	'91',
	'97',
	'100',
	'122',
	'123',
	'65',
	'48',
	'57',
	'255',
	'256',
	'365',
	'1000',
	'1024',
	'3',
	'4',
	'7',
	'12',
];

/** One digit dropped, doubled, swapped with the next or changed. */
function* digitChanges(text: string): Generator<string> {
	if (!/^[1-9]\d{1,5}$/.test(text)) {
		return;
	}
	for (let index = 1; index < text.length; index++) {
		yield text.slice(0, index - 1) + text.charAt(index) + text.charAt(index - 1) + text.slice(index + 1);
	}
	for (let index = text.length - 1; index >= 0; index--) {
		for (let digit = index === 0 ? 1 : 0; digit < 10; digit++) {
			yield text.slice(0, index) + String(digit) + text.slice(index + 1);
		}
	}
	yield text.slice(0, -1);
	yield `${text}0`;
}

const constantToVariable: Template = {
	name: 'constant to variable',
	on: ['number', 'string', 'nothing', 'boolean'],
	*changes(node, scene) {
		if (!scene.dialect.isExpression(node)) {
			return;
		}
		for (const [name, share] of ranked(scene.variables(node), 0.8, 10)) {
			yield replace(node, name.name, share);
		}
	},
};

/** `'text'` for `text`, `'null'` for `null`. */
const unquoted: Template = {
	name: 'unquoted',
	on: ['string'],
	*changes(node, scene) {
		const inner = node.text.slice(1, -1);
		const { nothing, yes, no } = scene.dialect.spelling;
		const known = [...nothing, yes, no, ...scene.inScope(node).map((name) => name.name)];
		if (scene.dialect.isExpression(node) && (known.includes(inner) || /^\d+$/.test(inner))) {
			yield replace(node, inner);
		}
	},
};

/** `text` for `'text'`. */
const quotedName: Template = {
	name: 'quoted',
	on: ['identifier', 'nothing', 'boolean', 'number'],
	*changes(node, scene) {
		if (scene.dialect.isExpression(node) && node.parent && scene.dialect.call(node.parent)?.callee !== node) {
			yield replace(node, `'${node.text}'`, scene.file.strings.has(`'${node.text}'`) ? 1 : 0.2);
		}
	},
};

const truth: Template = {
	name: 'boolean flip',
	on: ['boolean'],
	*changes(node, scene) {
		const { yes, no } = scene.dialect.spelling;
		yield replace(node, node.text === yes ? no : yes);
	},
};

const empties: Template = {
	name: 'initial value',
	on: ['nothing', 'number', 'string', 'array', 'object', 'boolean', 'unary', 'identifier'],
	*changes(node, scene) {
		const { empties: values } = scene.dialect.spelling;
		const text = node.text;
		if (
			!scene.dialect.isExpression(node) ||
			!(values.includes(text) || /^(""|true|false|True|False)$/.test(text))
		) {
			return;
		}
		for (const [value, share] of ranked(values, 0.9)) {
			if (value !== text) {
				yield replace(node, /^-/.test(value) ? inSlot(node, value, scene.dialect) : value, share);
			}
		}
		const iterated = scene.variables(node).filter((name) => name.parameter);
		for (const [name, share] of ranked(iterated, 0.7, 4)) {
			yield replace(node, `${name.name}[0]`, 0.5 * share);
		}
	},
};

const otherText: Template = {
	name: 'another string',
	on: ['string'],
	*changes(node, scene) {
		const near = [...scene.near(node).strings.keys()];
		const far = [...scene.file.strings.keys()].filter((text) => !near.includes(text));
		for (const [text, share] of ranked(near, 0.9, 16)) {
			yield replace(node, text, share);
		}
		for (const [text, share] of ranked(far, 0.9, 12)) {
			yield replace(node, text, 0.25 * share);
		}
	},
};

/** The quote and what is inside it; undefined for what has interpolations or a prefix other than none. */
function quoted(text: string): { readonly quote: string; readonly inner: string } | undefined {
	const match = /^('''|"""|['"`])([\s\S]*)\1$/.exec(text);
	return match && match[1] && !/\$\{/.test(text) ? { quote: match[1], inner: match[2] ?? '' } : undefined;
}

const tweakedText: Template = {
	name: 'string',
	on: ['string', 'template'],
	*changes(node) {
		const parts = quoted(node.text);
		if (!parts || node.text.length > 400) {
			return;
		}
		for (const [inner, share] of ranked(tweaks(parts.inner), 0.93, 40)) {
			if (inner !== parts.inner) {
				yield replace(node, `${parts.quote}${inner}${parts.quote}`, isKey(node) ? 0.5 * share : share);
			}
		}
	},
};

/** Texts one slip away: case, a space, a plural, punctuation, one character dropped. */
function* tweaks(inner: string): Generator<string> {
	if (inner === '') {
		yield* [' ', ',', ', ', '\\n', '-', '/', '.', '0', '_', '1'];
		return;
	}
	yield inner.toLowerCase();
	yield inner.toUpperCase();
	yield inner.charAt(0).toUpperCase() + inner.slice(1);
	yield inner.charAt(0).toLowerCase() + inner.slice(1);
	if (inner.length === 1) {
		yield* mirrored[inner] ?? [];
		yield '';
		yield* [' ', ',', '-', '_', '/', '.', '\\n', '0', '1'];
	} else {
		yield inner.trim();
		yield inner.slice(0, -1);
		yield inner.slice(1);
	}
	yield `${inner} `;
	yield ` ${inner}`;
	yield inner.endsWith('s') ? inner.slice(0, -1) : `${inner}s`;
	yield '';
	yield inner.replace(/ /g, '');
	yield inner + inner;
	yield inner.replace(/-/g, '_');
	yield inner.replace(/_/g, '-');
	yield inner + inner.toUpperCase();
	yield* ['.', ',', '/', '-', ':', '?', '!', '=', '\\n', '"'].map((mark) => inner + mark);
	if (inner.length <= 30 && inner.length > 2) {
		yield inner.charAt(inner.length - 1) + inner.slice(0, -1);
		for (let index = 1; index < inner.length - 1; index++) {
			yield inner.slice(0, index) + inner.slice(index + 1);
		}
	} else if (inner.length === 2) {
		yield inner.charAt(1) + inner.charAt(0);
	}
}

const mirrored: Readonly<Record<string, readonly string[]>> = {
	'(': [')', '[', '{'],
	')': ['(', ']', '}'],
	'[': [']', '(', '{'],
	']': ['[', ')', '}'],
	'{': ['}', '(', '['],
	'}': ['{', ')', ']'],
	'<': ['>', '<='],
	'>': ['<', '>='],
	'+': ['-', '*'],
	'-': ['+', '/'],
	'*': ['/', '+', '**'],
	'/': ['*', '\\\\'],
	'&': ['|', '&&'],
	'|': ['&', '||'],
	' ': ['', ',', '  '],
	',': [' ', ';', ', '],
	'0': ['1', ' '],
	'1': ['0', '2'],
};

const testLiteral: Template = {
	name: 'literal from the test',
	on: ['string', 'number'],
	*changes(node, scene) {
		const isText = scene.dialect.kindOf(node) === 'string';
		for (const [literal, share] of ranked(
			scene.literals.filter((text) => /^['"`]/.test(text) === isText),
			0.9,
			12,
		)) {
			yield replace(node, literal, share);
		}
	},
};

export const constants: readonly Template[] = [
	number,
	constantToVariable,
	truth,
	unquoted,
	quotedName,
	empties,
	otherText,
	tweakedText,
	testLiteral,
];
