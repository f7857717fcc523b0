import assert from 'node:assert/strict';
import { applied, BASE, judge, type Truth } from './shop';

/** Known true edits: text that is there once, and what it becomes. */
const EDITS: readonly {
	readonly path: string;
	readonly language: string;
	readonly from: string;
	readonly to: string;
}[] = [
	{
		path: 'src/cart.js',
		language: 'javascript',
		from: '    return round(sum * rates.tax);',
		to: '    return round(sum * (1 + rates.tax));',
	},
	{
		path: 'src/store.ts',
		language: 'typescript',
		from: '\t\tif (entry.expires > this.now()) {',
		to: '\t\tif (entry.expires <= this.now()) {',
	},
	{
		path: 'lib/parse.py',
		language: 'python',
		from: '            value = value % size',
		to: '            value %= size\n            if value == 0:\n                break',
	},
	{
		path: 'pkg/queue.go',
		language: 'go',
		from: '\titem := q.items[len(q.items)-1]\n',
		to: '\titem := q.items[0]\n',
	},
	{
		path: 'src/Account.java',
		language: 'java',
		from: '        if (amount.compareTo(balance) < 0) {\n',
		to: '        if (amount.compareTo(balance) > 0) {\n',
	},
	{ path: 'src/ring.rs', language: 'rust', from: '            self.head += 1;\n', to: '' },
];

interface Hunk {
	readonly path: string;
	readonly language: string;
	readonly before: readonly string[];
	readonly after: readonly string[];
	/** 1-based. */
	readonly line: number;
	readonly whole: string;
}

/** The true edit with so many lines of context. */
function hunkOf({ path, language, from, to }: (typeof EDITS)[number], context: number): Hunk {
	const base = BASE.get(path) ?? '';
	const at = base.indexOf(from);
	const whole = base.slice(0, at) + to + base.slice(at + from.length);
	const [old, now] = [base.split('\n'), whole.split('\n')];
	let head = 0;
	while (old[head] === now[head]) {
		head += 1;
	}
	let tail = 0;
	while (old.at(-1 - tail) === now.at(-1 - tail)) {
		tail += 1;
	}
	const first = Math.max(0, head - context);
	const rest = Math.max(0, tail - context);
	return {
		path,
		language,
		before: old.slice(first, old.length - rest),
		after: now.slice(first, now.length - rest),
		line: first + 1,
		whole,
	};
}

function diffOf(hunk: Hunk, head: string): string {
	const { before, after } = hunk;
	let top = 0;
	while (top < before.length && before[top] === after[top]) {
		top += 1;
	}
	let end = 0;
	while (
		before.length - end > top &&
		after.length - end > top &&
		before.at(-1 - end) === after.at(-1 - end)
	) {
		end += 1;
	}
	return [
		head,
		...before.slice(0, top).map((line) => ` ${line}`),
		...before.slice(top, before.length - end).map((line) => `-${line}`),
		...after.slice(top, after.length - end).map((line) => `+${line}`),
		...before.slice(before.length - end).map((line) => ` ${line}`),
	].join('\n');
}

function block({ before, after }: Hunk, mark = 7): string {
	return [
		`${'<'.repeat(mark)} SEARCH`,
		...before,
		'='.repeat(mark),
		...after,
		`${'>'.repeat(mark)} REPLACE`,
	].join('\n');
}

const fenced = (text: string, info: string) => `\`\`\`${info}\n${text}\n\`\`\``;
const indented = (lines: readonly string[], by: string) =>
	lines.map((line) => (line === '' ? line : by + line));
const dedented = (hunk: Hunk): Hunk => {
	const indents = [...hunk.before, ...hunk.after]
		.filter((line) => line.trim() !== '')
		.map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0);
	const least = Math.min(...indents);
	return {
		...hunk,
		before: hunk.before.map((line) => line.slice(least)),
		after: hunk.after.map((line) => line.slice(least)),
	};
};

const SHAPES: Readonly<Record<string, (hunk: Hunk) => string>> = {
	'block in a fence': (hunk) => `${hunk.path}\n${fenced(block(hunk), hunk.language)}`,
	'block, path in the fence': (hunk) => fenced(`${hunk.path}\n${block(hunk)}`, ''),
	'block with prose': (hunk) =>
		`The cause is plain.\n\nFile: \`${hunk.path}\`\n\n${fenced(block(hunk, 5), hunk.language)}\n\nThis makes the test pass, since the rest is right.`,
	'block dedented': (hunk) => `${hunk.path}\n${block(dedented(hunk))}`,
	'block indented': (hunk) =>
		`${hunk.path}\n${block({ ...hunk, before: indented(hunk.before, '  '), after: indented(hunk.after, '  ') })}`,
	'block with trailing blanks': (hunk) =>
		`${hunk.path}\n${block({ ...hunk, before: hunk.before.map((line) => `${line} `), after: hunk.after.map((line) => (hunk.before.includes(line) ? `${line} ` : line)) })}`,
	'block in CRLF': (hunk) => `${hunk.path}\n${block(hunk)}`.replaceAll('\n', '\r\n'),
	diff: (hunk) =>
		fenced(
			`--- a/${hunk.path}\n+++ b/${hunk.path}\n${diffOf(hunk, `@@ -${hunk.line},${hunk.before.length} +${hunk.line},${hunk.after.length} @@`)}`,
			'diff',
		),
	'diff, wrong numbers': (hunk) =>
		fenced(`--- a/${hunk.path}\n+++ b/${hunk.path}\n${diffOf(hunk, '@@ -1,99 +1,98 @@')}`, 'diff'),
	'diff, no numbers': (hunk) => `diff --git a/${hunk.path} b/${hunk.path}\n${diffOf(hunk, '@@ @@')}`,
	apply_patch: (hunk) =>
		`*** Begin Patch\n*** Update File: ${hunk.path}\n${diffOf(hunk, '@@')}\n*** End Patch`,
	json: (hunk) =>
		JSON.stringify({
			edits: [
				{
					path: hunk.path,
					search: `${hunk.before.join('\n')}\n`,
					replace: hunk.after.map((line) => `${line}\n`).join(''),
				},
			],
		}),
	tags: (hunk) =>
		`<path>${hunk.path}</path>\n<search>\n${hunk.before.join('\n')}\n</search>\n<replace>\n${hunk.after.map((line) => `${line}\n`).join('')}</replace>`,
	'whole file': (hunk) => `**${hunk.path}**\n${fenced(hunk.whole.replace(/\n$/, ''), hunk.language)}`,
	'whole file in JSON': (hunk) => JSON.stringify({ [hunk.path]: hunk.whole }),
};

const CONTEXTS = [0, 1, 3];

describe('true edits in every shape', () => {
	for (const edit of EDITS) {
		for (const context of CONTEXTS) {
			const hunk = hunkOf(edit, context);
			const text = hunk.before.join('\n');
			const isOnce = (BASE.get(edit.path) ?? '').split(`${text}\n`).length === 2;
			for (const [shape, write] of Object.entries(SHAPES)) {
				it(`${edit.path}, ${context} lines of context, ${shape}`, async () => {
					const truth: Truth = { changes: [edit], created: new Map(), deleted: [] };
					assert.ok(isOnce, 'the hunk must be there once');
					judge(await applied(write(hunk), BASE), truth, BASE, (same) => same);
				});
			}
		}
	}
});
