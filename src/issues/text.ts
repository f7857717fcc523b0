// Issues that are text: from the standard input, a Markdown file, or a comment in the source.
import { MARK, markIn } from '../core/issue/markedComment';
import { type IssueSource, type RawIssue, type ReadIssue, refused } from './source';

const NONE = { comments: [], labels: [], lacks: [] } as const;

/** `-`: pasted text, an error from a log, a selection. */
export const input: IssueSource = {
	match: (said, reach) =>
		said.trim() === '-'
			? async () => ofText(await reach.readInput(), { kind: 'text', name: 'the given text' })
			: undefined,
};

/** `src/a.js:12`: the TODO, FIXME or BUG comment that stands there. */
export const comment: IssueSource = {
	match(said, reach) {
		const [, file, line] = /^(.+):(\d{1,7})$/.exec(said.trim()) ?? [];
		if (file === undefined || (URL.canParse(said.trim()) && /^[a-z]{2,}:\/\//i.test(said.trim()))) {
			return undefined;
		}
		return async () => {
			const text = await reach.readFile(file);
			return text === undefined
				? refused(`The file ${file} cannot be read as text.`)
				: ofComment(text, file, Number(line));
		};
	},
};

export const file: IssueSource = {
	match: (said, reach) =>
		/^[a-z][a-z+.-]+:\/\//i.test(said.trim())
			? undefined
			: async () => {
					const text = await reach.readFile(said.trim());
					return text === undefined
						? refused(
								`${JSON.stringify(said.trim().slice(0, 100))} is no issue: give a number, a URL, a text file, a place like src/a.js:12, or - to read the text from standard input.`,
							)
						: ofText(text, { kind: 'file', name: said.trim() });
				},
};

/** The first heading or line is the title; of a log, the line that names the error. */
export function ofText(text: string, about: Pick<RawIssue, 'kind' | 'name'>): ReadIssue {
	const plain = text.replace(/\r\n?/g, '\n').trim();
	if (plain === '') {
		return refused('The issue is empty.');
	}
	const lines = plain.split('\n');
	const error = lines.find((line) =>
		/^\s*(?:Uncaught )?[A-Z]\w*(?:Error|Exception)(?: \[\w+\])?: \S/.test(line),
	);
	const isTrace = lines.some((line) => /^\s+at \S.*:\d+:\d+\)?$|^\s*File ".+", line \d+/.test(line));
	const heading = lines.findIndex((line) => line.trim() !== '');
	const head = (lines[heading] ?? '').trim();
	if (isTrace && error !== undefined && !head.startsWith('#')) {
		return read({ ...about, ...NONE, title: error.trim(), body: inFence(plain) });
	}
	const title = head.replace(/^#+\s*/, '');
	return title.length > 200
		? read({ ...about, ...NONE, title: '', body: plain })
		: read({
				...about,
				...NONE,
				title,
				body: lines
					.slice(heading + 1)
					.join('\n')
					.trim(),
			});
}

function inFence(text: string): string {
	return text.includes('```') ? text : `\`\`\`text\n${text}\n\`\`\``;
}

const AROUND = 15;

function ofComment(text: string, name: string, line: number): ReadIssue {
	const lines = text.replace(/\r\n?/g, '\n').split('\n');
	const own = lines[line - 1];
	if (own === undefined) {
		return refused(`${name} has ${lines.length} lines, so none is line ${line}.`);
	}
	if (markIn(own) === undefined) {
		return refused(`Line ${line} of ${name} holds no TODO, FIXME or BUG comment.`);
	}
	let last = line;
	while (
		/^\s*(?:\/\/|#|\*(?!\/)|--)/.test(lines[last] ?? '') &&
		!MARK.test(lines[last] ?? '') &&
		last - line < 20
	) {
		last += 1;
	}
	const words = lines
		.slice(line - 1, last)
		.map((one) =>
			one
				.replace(/^.*?(?:\/\/+|#+|\/\*+|^\s*\*+|--)\s?/, '')
				.replace(/\*\/\s*$/, '')
				.trim(),
		)
		.join(' ')
		.trim();
	const from = Math.max(1, line - 3);
	const to = Math.min(lines.length, last + AROUND);
	return read({
		...{ kind: 'comment', name: `${name}:${line}`, ...NONE, title: words.slice(0, 200) },
		body: `${words}\n\nIt stands at ${name}, line ${line}:\n\n\`\`\`text\n${lines.slice(from - 1, to).join('\n')}\n\`\`\``,
	});
}

function read(issue: RawIssue): ReadIssue {
	return { kind: 'read', issue };
}
