import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applied, type Texts } from './shop';

const PATH = 'src/code.js';
/** Few words, so that lines come again, and near twins of lines. */
const WORDS = ['a', 'b', 'count', 'total', 'x', 'items'];
const word = fc.constantFrom(...WORDS);
const line = fc.oneof(
	fc.tuple(word, word).map(([one, other]) => `const ${one} = ${other} + 1;`),
	fc.tuple(word, word).map(([one, other]) => `if (${one} > ${other}) {`),
	fc.tuple(word, fc.nat(30)).map(([one, number]) => `call(${one}, ${number});`),
	fc.constant('}'),
	fc.constant(''),
	fc.tuple(word, fc.nat(9)).map(([one, number]) => `function ${one}${number}(value, other) {`),
	word.map((one) => `return ${one};`),
	word.map((one) => `// ${one} is what it is`),
);
const indent = fc.constantFrom('', '  ', '    ', '\t');
const fileLines = fc.array(
	fc.tuple(indent, line).map(([space, text]) => (text === '' ? '' : space + text)),
	{ minLength: 6, maxLength: 40 },
);

interface Drawn {
	readonly lines: readonly string[];
	readonly from: number;
	readonly to: number;
	readonly insert: readonly string[];
	readonly above: number;
	readonly below: number;
	/** A copy of a part of the file elsewhere in it. */
	readonly twin: boolean;
	readonly end: '\n' | '\r\n';
	readonly mark: boolean;
	readonly last: boolean;
}

const drawn: fc.Arbitrary<Drawn> = fc
	.record({
		lines: fileLines,
		at: fc.nat(30),
		count: fc.nat(3),
		insert: fc.array(
			fc.tuple(indent, line).map(([space, text]) => (text === '' ? '' : space + text)),
			{ maxLength: 3 },
		),
		above: fc.nat(4),
		below: fc.nat(4),
		twin: fc.boolean(),
		end: fc.constantFrom('\n' as const, '\r\n' as const),
		mark: fc.boolean(),
		last: fc.boolean(),
	})
	.map(({ lines, at, count, ...rest }) => {
		const whole = rest.twin ? [...lines, 'middle();', ...lines.slice(Math.floor(lines.length / 2))] : lines;
		const from = at % whole.length;
		return { ...rest, lines: whole, from, to: Math.min(whole.length, from + count) };
	});

interface Task {
	readonly texts: Texts;
	readonly truth: string;
	readonly before: readonly string[];
	readonly after: readonly string[];
	/** 1-based. */
	readonly line: number;
	readonly base: readonly string[];
	/** Lines that are taken out or put in. */
	readonly changed: readonly string[];
	readonly beside: readonly (string | undefined)[];
}

function taskOf({ lines, from, to, insert, above, below, end, mark, last }: Drawn): Task {
	const written = (all: readonly string[]) =>
		(mark ? '\uFEFF' : '') + all.join(end) + (last && all.length > 0 ? end : '');
	// A last line that is blank cannot be told from an end of line.
	const base = lines.at(-1) === '' ? [...lines, 'end();'] : lines;
	const changed = [...base.slice(0, from), ...insert, ...base.slice(to)];
	const [first, past] = [Math.max(0, from - above), Math.min(base.length, to + below)];
	return {
		texts: new Map([[PATH, written(base)]]),
		truth: written(changed),
		before: base.slice(first, past),
		after: [...base.slice(first, from), ...insert, ...base.slice(to, past)],
		line: first + 1,
		base,
		changed: [...base.slice(from, to), ...insert],
		beside: [base[from - 1], base[to]],
	};
}

type Shape = (task: Task) => string;

const block = (_task: Task, before: readonly string[], after: readonly string[]) =>
	[PATH, '<<<<<<< SEARCH', ...before, '=======', ...after, '>>>>>>> REPLACE'].join('\n');
const shift = (by: string) => (lines: readonly string[]) => lines.map((one) => (one === '' ? one : by + one));
const dedent = (task: Task): string => {
	const solid = [...task.before, ...task.after].filter((one) => one !== '');
	const spaces = solid.map((one) => /^\s*/.exec(one)?.[0] ?? '');
	const shortest = spaces.reduce((so, one) => (one.length < so.length ? one : so), spaces[0] ?? '');
	const least = spaces.every((one) => one.startsWith(shortest)) ? shortest.length : 0;
	const cut = (lines: readonly string[]) => lines.map((one) => one.slice(least));
	return block(task, cut(task.before), cut(task.after));
};
const tabbed = (lines: readonly string[]) =>
	lines.map((one) => one.replace(/^ +/, (space) => '\t'.repeat(space.length / 2)));
/** The first lines are context. */
const isKept = (task: Task, count: number) =>
	task.before.length > count && task.before.slice(0, count).every((one, at) => task.after[at] === one);
const diff = (task: Task, head: string) => {
	let top = 0;
	while (top < task.before.length && task.before[top] === task.after[top]) {
		top += 1;
	}
	let tail = 0;
	while (
		task.before.length - tail > top &&
		task.after.length - tail > top &&
		task.before.at(-1 - tail) === task.after.at(-1 - tail)
	) {
		tail += 1;
	}
	const hunk = [
		...task.before.slice(0, top).map((one) => ` ${one}`),
		...task.before.slice(top, task.before.length - tail).map((one) => `-${one}`),
		...task.after.slice(top, task.after.length - tail).map((one) => `+${one}`),
		...task.before.slice(task.before.length - tail).map((one) => ` ${one}`),
	];
	return ['```diff', `--- a/${PATH}`, `+++ b/${PATH}`, head, ...hunk, '```'].join('\n');
};

const EXACT: Readonly<Record<string, Shape>> = {
	plain: (task) => block(task, task.before, task.after),
	fenced: (task) => `Here:\n\n\`\`\`js\n${block(task, task.before, task.after)}\n\`\`\`\nDone.`,
	'in CRLF': (task) => block(task, task.before, task.after).replaceAll('\n', '\r\n'),
	'a diff without numbers': (task) => diff(task, '@@ ... @@'),
	'a diff with right numbers': (task) =>
		diff(task, `@@ -${task.line},${task.before.length} +${task.line},${task.after.length} @@`),
	'a diff with wrong numbers': (task) => diff(task, '@@ -1,77 +1,78 @@'),
	apply_patch: (task) =>
		diff(task, '@@')
			.replace(/^```diff\n.*\n.*\n/, `*** Begin Patch\n*** Update File: ${PATH}\n`)
			.replace(/```$/, '*** End Patch'),
	'in JSON': (task) =>
		JSON.stringify({
			path: PATH,
			search: task.before.map((one) => `${one}\n`).join(''),
			replace: task.after.map((one) => `${one}\n`).join(''),
		}),
};

const LENIENT: Readonly<Record<string, Shape>> = {
	dedented: dedent,
	indented: (task) => block(task, shift('  ')(task.before), shift('  ')(task.after)),
	'indented by a tab': (task) => block(task, shift('\t')(task.before), shift('\t')(task.after)),
	'trailing blanks': (task) =>
		block(
			task,
			task.before.map((one) => `${one} `),
			task.after,
		),
	'blank lines around': (task) => block(task, ['', ...task.before, ''], ['', ...task.after, '']),
	'blank lines lost': (task) => {
		const solid = (lines: readonly string[]) => lines.filter((one) => one !== '');
		const blanks = (lines: readonly string[]) => lines.length - solid(lines).length;
		const expresses =
			blanks(task.before) === blanks(task.after) && ![...task.changed, ...task.beside].includes('');
		return expresses
			? block(task, solid(task.before), solid(task.after))
			: block(task, task.before, task.after);
	},
	'tabs for spaces': (task) =>
		[...task.before, ...task.after].some((one) => one.includes('\t'))
			? dedent(task)
			: block(task, tabbed(task.before), tabbed(task.after)),
	'first line trimmed': (task) => {
		const trimmed = (lines: readonly string[]) => lines.map((one, at) => (at === 0 ? one.trimStart() : one));
		const depth = (one = '') => /^\s*/.exec(one)?.[0] ?? '';
		const first = depth(task.before[0]);
		return first === depth(task.after[0]) && task.after.every((one) => one === '' || one.startsWith(first))
			? block(task, trimmed(task.before), trimmed(task.after))
			: block(task, task.before, task.after);
	},
	'a stale line of context': (task) => {
		const stale = (lines: readonly string[]) =>
			lines.map((one, at) => (at === 1 ? one.replace(/total|count|items/, 'renamed') : one));
		return isKept(task, 2)
			? block(task, stale(task.before), stale(task.after))
			: block(task, task.before, task.after);
	},
	'an elision': (task) => {
		const middle = (lines: readonly string[]) => [
			lines[0] ?? '',
			'  // ... existing code ...',
			...lines.slice(2),
		];
		return isKept(task, 2)
			? block(task, middle(task.before), middle(task.after))
			: block(task, task.before, task.after);
	},
	'whole file': (task) => {
		const all = [
			...task.base.slice(0, task.line - 1),
			...task.after,
			...task.base.slice(task.line - 1 + task.before.length),
		];
		if (all.at(-1) === '') {
			return block(task, task.before, task.after);
		}
		return `${PATH}\n\`\`\`js\n${all.join('\n')}\n\`\`\``;
	},
	'a part as a whole file': (task) => `${PATH}\n\`\`\`js\n${task.after.join('\n')}\n\`\`\``,
};

function timesIn(base: readonly string[], part: readonly string[]): number {
	return base.filter((_, at) => part.every((one, offset) => base[at + offset] === one)).length;
}

async function outcome(task: Task, reply: string): Promise<'right' | 'refused' | 'wrong'> {
	const result = await applied(reply, task.texts);
	if (result.kind === 'refused') {
		return 'refused';
	}
	assert.deepEqual(result.deleted, []);
	const [only, more] = result.edits;
	return only?.path === PATH && more === undefined && only.text === task.truth ? 'right' : 'wrong';
}

/**
 * The answer's own lines are in the file, but for white space at their ends: it is taken at its word then, which need
 * not be what was meant.
 */
function isLiteral(task: Task, reply: string): boolean {
	const search = /<<<<<<< SEARCH\n([^]*?)\n?=======/.exec(reply)?.[1]?.split('\n') ?? [];
	const bare = search.slice(
		search.findIndex((one) => one.trim() !== ''),
		search.findLastIndex((one) => one.trim() !== '') + 1,
	);
	return (
		bare.length > 0 &&
		task.base.some((_, at) =>
			bare.every((one, offset) => task.base[at + offset]?.trimEnd() === one.trimEnd()),
		)
	);
}

/** The shapes that leave the file's own indentation as it is. */
const LITERAL = [
	'trailing blanks',
	'blank lines around',
	'blank lines lost',
	'a stale line of context',
	'an elision',
];

describe('edits, whatever the file', () => {
	const runs = Number(process.env['UNDERBID_PROPERTY_RUNS'] ?? 150);
	for (const [name, shape] of Object.entries(EXACT)) {
		it(`${name}: applied where the text is there once, and never anything else`, async () => {
			await fc.assert(
				fc.asyncProperty(drawn, async (draw) => {
					const task = taskOf(draw);
					const reply = shape(task);
					const seen = await outcome(task, reply);
					assert.notEqual(seen, 'wrong', reply);
					const isSolid = task.before.some((one) => one.trim() !== '');
					const changes = task.texts.get(PATH) !== task.truth;
					if (isSolid && changes && timesIn(task.base, task.before) === 1) {
						assert.equal(seen, 'right', `${reply}\n${JSON.stringify(await applied(reply, task.texts))}`);
					}
				}),
				{ numRuns: runs },
			);
		});
	}
	for (const [name, shape] of Object.entries(LENIENT)) {
		it(`${name}: right or refused`, async () => {
			let right = 0;
			await fc.assert(
				fc.asyncProperty(drawn, async (draw) => {
					const task = taskOf(draw);
					const reply = shape(task);
					fc.pre(name !== 'a part as a whole file' || task.before.length < task.base.length - 4);
					// With the blank lines it is another place's text, to the letter.
					fc.pre(name !== 'blank lines around' || timesIn(task.base, ['', ...task.before, '']) === 0);
					fc.pre(LITERAL.includes(name) || !isLiteral(task, reply));
					const seen = await outcome(task, reply);
					right += seen === 'right' ? 1 : 0;
					assert.notEqual(seen, 'wrong', reply);
				}),
				{ numRuns: runs },
			);
			assert.ok(right > 0 || name === 'a part as a whole file', 'no answer was ever applied');
		});
	}
});
