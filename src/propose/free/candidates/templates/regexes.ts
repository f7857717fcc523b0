// Regular expressions that are too narrow or too wide.
import type { Scene } from '../scene';
import type { Change, Template } from '../template';
import { ranked, replace } from '../template';

/** Same meaning slips: pattern text → what may have been meant, each as one change of the pattern. */
const slips: readonly (readonly [RegExp, readonly string[]])[] = [
	[/(?<!\\)\+(?!\?)/g, ['*', '+?', '', '?']],
	[/(?<![\\(*+])\*(?!\?)/g, ['+', '*?', '?']],
	[/(?<=[*+])\?/g, ['']],
	[/(?<![\\(*+?])\?(?![:=!<])/g, ['', '*', '+']],
	[/(?<!\\)\.(?![*+?{])/g, ['\\.', '[\\s\\S]', '.+', '.*']],
	[/(?<!\\)\.(?=[*+])/g, ['[\\s\\S]', '[^\\n]', '\\.']],
	[/\\\./g, ['.', '[.,]', '\\.?']],
	[/\\d/g, ['\\w', '[0-9a-f]', '\\D', '\\d+', '[\\d.]', '-?\\d']],
	[/\\w/g, ['\\d', '[\\w-]', '\\S', '[\\w$]', '[\\w.]', '[a-zA-Z]', '\\W', '\\w+']],
	[/\\s/g, [' ', '\\S', '\\s+', '\\s*', '[ \\t]', '']],
	[/\\S/g, ['\\s', '\\w', '.']],
	[/\\b/g, ['', '\\B']],
	[/a-z/g, ['a-zA-Z', 'a-z0-9', 'a-z-', 'a-z_', 'A-Z']],
	[/A-Z/g, ['a-zA-Z', 'A-Z0-9', 'a-z']],
	[/0-9/g, ['0-9a-f', '1-9', '0-9.', 'a-z0-9']],
	[/\[\^/g, ['[']],
	[/(?<!\\)\[(?!\^)/g, ['[^']],
	[/(?<!\\)\((?!\?)/g, ['(?:']],
	[/\(\?:/g, ['(']],
	[/\(\?=/g, ['(?!', '(?:']],
	[/\(\?!/g, ['(?=']],
	[/(?<!\\)\)(?![*+?{])/g, [')?', ')*', ')+']],
	[/(?<!\\)\|/g, ['']],
	[/(?<!\\)\{(\d+)\}/g, ['{$1,}', '{1,$1}']],
	[/(?<!\\)\{(\d+),(\d+)\}/g, ['{$1,}', '+']],
	[/(?<!\\)\{(\d+),\}/g, ['{$1}']],
	[/(?<=[a-zA-Z0-9])-(?=[a-zA-Z0-9])(?![^[]*\])/g, ['[-_]', '-?']],
	[/(?<!\\)\/|\\\//g, ['[\\\\/]', '\\/?', '\\/+']],
	[/(?<!\\)](?![*+?{])/g, [']+', ']*', ']?']],
	[/,/g, [',?', '[,;]']],
	[/ /g, [' ?', '\\s', '\\s*', ' *']],
];

const pattern: Template = {
	name: 'regular expression',
	on: ['regex'],
	*changes(node, scene): Generator<Change> {
		const body = node.children.find((child) => child.field === 'pattern');
		const flags = node.children.find((child) => child.field === 'flags');
		if (!body) {
			return;
		}
		const set = flags?.text ?? '';
		for (const [flag, share] of ranked(['g', 'i', 'm', 's', 'u', 'y'], 0.7)) {
			const next = set.includes(flag) ? set.replace(flag, '') : set + flag;
			yield replace({ start: body.end + 1, end: node.end }, next, share);
		}
		yield* patternChanges(body.text, body.start, scene);
	},
};

/** A text that is compiled to a pattern: `new RegExp('…')`, `re.compile(r'…')`. */
const compiled: Template = {
	name: 'regular expression',
	on: ['string'],
	*changes(node, scene) {
		const match = /^([rRbB]{0,2}(?:'''|"""|['"]))([\s\S]*?)(?:'''|"""|['"])$/.exec(node.text);
		const inner = match?.[2] ?? '';
		if (/\\[dwsbS]|\[[^\]]+\]|\(\?|\.[*+]|^\^|[)\w]\$$/.test(inner) && inner.length < 400) {
			yield* patternChanges(inner, node.start + (match?.[1]?.length ?? 0), scene);
		}
	},
};

function* patternChanges(text: string, start: number, scene: Scene): Generator<Change> {
	const end = start + text.length;
	yield text.startsWith('^') ? replace({ start, end: start + 1 }, '') : replace({ start, end: start }, '^');
	yield text.endsWith('$') ? replace({ start: end - 1, end }, '') : replace({ start: end, end }, '$');
	for (const [expression, replacements] of slips) {
		for (const match of [...text.matchAll(expression)].slice(0, 6)) {
			const at = start + match.index;
			for (const [other, share] of ranked(replacements, 0.7)) {
				const written = other.replace(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? '');
				yield replace({ start: at, end: at + match[0].length }, written, 0.7 * share);
			}
		}
	}
	yield* counts(text, start);
	yield* widenedSets(text, start);
	yield* alternatives(text, start, scene);
}

/** Repetitions and ends of ranges, one up or down: `{11}`, `{2,3}`, `[5-8]`. */
function* counts(text: string, start: number): Generator<Change> {
	for (const match of [...text.matchAll(/(?<=[{,])\d+(?=[,}])/g)].slice(0, 8)) {
		const at = { start: start + match.index, end: start + match.index + match[0].length };
		for (const [step, share] of ranked([1, -1, 2, 3, -2], 0.75)) {
			if (Number(match[0]) + step >= 0) {
				yield replace(at, String(Number(match[0]) + step), 0.7 * share);
			}
		}
	}
	for (const match of [...text.matchAll(/(?<=\[[^\]]*)(\d)-(\d)/g)].slice(0, 8)) {
		const [low, high] = [Number(match[1]), Number(match[2])];
		const at = { start: start + match.index, end: start + match.index + 3 };
		for (const [from, to] of [
			[low, high + 1],
			[low - 1, high],
			[low + 1, high],
			[low, high - 1],
			[0, 9],
			[1, 9],
			[low, 9],
		] as const) {
			if (from >= 0 && to <= 9 && from <= to) {
				yield replace(at, `${from}-${to}`, 0.4);
			}
		}
	}
	for (const match of [...text.matchAll(/\((?:\?:)?[^()]*\)(?![?*+{])/g)].slice(0, 6)) {
		yield replace(
			{ start: start + match.index, end: start + match.index + match[0].length },
			`${match[0]}?`,
			0.5,
		);
		yield replace(
			{ start: start + match.index + match[0].length - 1, end: start + match.index + match[0].length - 1 },
			'$',
			0.3,
		);
	}
}

/** One more character in a character class. */
function* widenedSets(text: string, start: number): Generator<Change> {
	for (const match of [...text.matchAll(/(?<!\\)\[\^?((?:\\.|[^\]\\])*)\]/g)].slice(0, 6)) {
		const end = start + match.index + match[0].length - 1;
		for (const [extra, share] of ranked(
			[
				'-',
				'_',
				'.',
				'\\s',
				'\\d',
				'0-9',
				'A-Z',
				'\\w',
				'$',
				'/',
				':',
				'@',
				"'",
				'"',
				'\\n',
				'\\r',
				',',
				'+',
				'\\\\',
				'\\]',
			],
			0.93,
			20,
		)) {
			if (!match[0].includes(extra)) {
				yield { start: end, end, text: extra, share: 0.4 * share };
			}
		}
		const members = [...(match[1] ?? '').matchAll(/\\.|[^\\]-[^\\]|[^\\]/g)];
		for (const member of members.length > 1 ? members.slice(0, 12) : []) {
			const at = start + match.index + match[0].indexOf(match[1] ?? '') + member.index;
			yield { start: at, end: at + member[0].length, text: '', share: 0.25 };
		}
	}
}

/** An alternative dropped; one of the test's words added. */
function* alternatives(text: string, start: number, scene: Scene): Generator<Change> {
	for (const match of [...text.matchAll(/\|[\w\\-]+|[\w\\-]+\|/g)].slice(0, 8)) {
		yield { start: start + match.index, end: start + match.index + match[0].length, text: '', share: 0.3 };
	}
	const words = [...scene.file.strings.keys()]
		.map((string) => string.slice(1, -1))
		.filter((word) => /^\w{1,12}$/.test(word) && !text.includes(word));
	for (const match of [...text.matchAll(/[\w\\-]+\|[\w\\-]+(?=\))/g)].slice(0, 3)) {
		const at = start + match.index + match[0].length;
		for (const [word, share] of ranked(words, 0.8, 5)) {
			yield { start: at, end: at, text: `|${word}`, share: 0.1 * share };
		}
	}
}

export const regexes: readonly Template[] = [pattern, compiled];
