// Regular expressions that are too narrow or too wide.
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
	*changes(node): Generator<Change> {
		const body = node.children.find((child) => child.field === 'pattern');
		const flags = node.children.find((child) => child.field === 'flags');
		if (!body) {
			return;
		}
		const text = body.text;
		yield text.startsWith('^')
			? replace({ start: body.start, end: body.start + 1 }, '')
			: replace({ start: body.start, end: body.start }, '^');
		yield text.endsWith('$')
			? replace({ start: body.end - 1, end: body.end }, '')
			: replace({ start: body.end, end: body.end }, '$');
		const set = flags?.text ?? '';
		for (const [flag, share] of ranked(['g', 'i', 'm', 's', 'u', 'y'], 0.7)) {
			const next = set.includes(flag) ? set.replace(flag, '') : set + flag;
			yield replace({ start: body.end + 1, end: node.end }, next, share);
		}
		for (const [expression, replacements] of slips) {
			for (const match of [...text.matchAll(expression)].slice(0, 6)) {
				const at = body.start + match.index;
				for (const [other, share] of ranked(replacements, 0.7)) {
					const written = other.replace(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? '');
					yield replace({ start: at, end: at + match[0].length }, written, 0.7 * share);
				}
			}
		}
		yield* widenedSets(text, body.start);
		yield* alternatives(text, body.start);
	},
};

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

/** An alternative dropped. */
function* alternatives(text: string, start: number): Generator<Change> {
	for (const match of [...text.matchAll(/\|[\w\\-]+|[\w\\-]+\|/g)].slice(0, 8)) {
		yield { start: start + match.index, end: start + match.index + match[0].length, text: '', share: 0.3 };
	}
}

export const regexes: readonly Template[] = [pattern];
