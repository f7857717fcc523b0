import * as z from 'zod';
import type { Desk } from './desk';
import { globOf } from './glob';
import { timed } from './timed';
import { type ToolAnswer, toolOf } from './tool';

const MOST_HITS = 60;
const MOST_HITS_IN_FILE = 10;
const MOST_LINE = 200;
/** Of all files together: enough for the sources of a large repository. */
const MOST_BYTES = 64 * 1024 * 1024;
const READ_AT_ONCE = 16;
const SEARCH_MS = 10_000;
/** Of one file. Matching blocks everything else meanwhile. */
const MATCH_MS = 300;

export const searchFiles = toolOf({
	name: 'search',
	description: `Finds lines that hold a text, as path:line: text, at most ${MOST_HITS}. The text is taken literally unless regex is true (JavaScript syntax, line by line).`,
	form: z.object({
		text: z.string().min(1).max(300).describe('What to look for; one line.'),
		regex: z.boolean().optional(),
		ignoreCase: z.boolean().optional(),
		glob: z.string().max(200).optional().describe('Only in such files, for instance src/**/*.py'),
	}),
	doing: ({ text }) => `searching for ${text}`,
	run: search,
});

interface Search {
	readonly text: string;
	readonly regex?: boolean | undefined;
	readonly ignoreCase?: boolean | undefined;
	readonly glob?: string | undefined;
}

async function search(wanted: Search, desk: Desk, signal: AbortSignal): Promise<ToolAnswer> {
	if (/[\r\n]/.test(wanted.text)) {
		return { kind: 'refused', says: 'The search goes line by line; search for one line of the text.' };
	}
	const matches = matcherOf(wanted);
	const fits = globOf(wanted.glob === undefined || wanted.glob === '' ? '**' : wanted.glob);
	if (matches === undefined || fits === undefined) {
		return {
			kind: 'refused',
			says: matches === undefined ? 'The pattern is not a valid one.' : 'The glob has too many alternatives.',
		};
	}
	const paths = await desk.files.list(signal);
	const chosen = timed(() => paths.filter(fits), MATCH_MS);
	if (chosen.kind === 'tooSlow') {
		return { kind: 'refused', says: 'The glob takes too long; use a simpler one.' };
	}
	const endMs = performance.now() + SEARCH_MS;
	const hits: string[] = [];
	let bytes = 0;
	let more = 0;
	let searched = 0;
	let reading: ReturnType<Desk['read']>[] = [];
	for (const [index, path] of chosen.value.entries()) {
		if (signal.aborted || performance.now() > endMs || bytes > MOST_BYTES) {
			break;
		}
		searched += 1;
		if (index % READ_AT_ONCE === 0) {
			reading = chosen.value.slice(index, index + READ_AT_ONCE).map((one) => desk.read(one));
		}
		const file = await reading[index % READ_AT_ONCE];
		if (file === undefined || file.kind === 'refused') {
			continue;
		}
		bytes += file.text.length;
		const timedHits = (text: string) => {
			if (wanted.regex !== true) {
				return hitsIn(text, matches);
			}
			const found = timed(() => hitsIn(text, matches), MATCH_MS);
			return found.kind === 'tooSlow' ? undefined : found.value;
		};
		const raw = timedHits(file.text);
		// Redacted as a whole: a line of a key does not look like one by itself.
		const isShown = raw !== undefined && raw.length > 0 && hits.length < MOST_HITS;
		const found = isShown ? timedHits(desk.shown(file.text)) : raw;
		if (found === undefined) {
			return { kind: 'refused', says: 'The pattern takes too long to match; use a simpler one.' };
		}
		const shown = found.slice(0, Math.max(0, Math.min(MOST_HITS_IN_FILE, MOST_HITS - hits.length)));
		more += found.length - shown.length;
		hits.push(...shown.map(({ number, line }) => `${path}:${number}: ${line}`));
	}
	const unread = chosen.value.length - searched;
	const note = unread > 0 ? ` ${unread} files were not searched; narrow it with a glob.` : '';
	if (hits.length === 0) {
		return { kind: 'done', says: `Nothing found in ${searched} files.${note}` };
	}
	const rest = more > 0 ? ` ${more} more are not shown; narrow the search.` : '';
	return {
		kind: 'done',
		says: `${hits.length} ${hits.length === 1 ? 'line' : 'lines'}.${rest}${note}`,
		data: hits.join('\n'),
	};
}

function matcherOf({ text, regex, ignoreCase }: Search): ((line: string) => boolean) | undefined {
	if (regex !== true) {
		const literal = ignoreCase === true ? text.toLowerCase() : text;
		return (line) => (ignoreCase === true ? line.toLowerCase() : line).includes(literal);
	}
	try {
		const pattern = new RegExp(text, ignoreCase === true ? 'i' : '');
		return (line) => pattern.test(line);
	} catch {
		return undefined;
	}
}

function hitsIn(
	text: string,
	matches: (line: string) => boolean,
): readonly { readonly number: number; readonly line: string }[] {
	return text
		.split(/\r?\n/)
		.flatMap((line, index) =>
			matches(line)
				? [{ number: index + 1, line: line.length > MOST_LINE ? `${line.slice(0, MOST_LINE)}…` : line }]
				: [],
		);
}
