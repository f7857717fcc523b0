// From the words that name an issue to the issue itself: found at its source, cleaned of what nobody sees, cut to a
// size, with the lines of this repository that it links to.
import type { Issue } from '../core/issue/issue';
import { cleaned } from './clean';
import { github, repositoryOf } from './github';
import { gitlab } from './gitlab';
import { jira } from './jira';
import type { IssueSource, LackedKey, RawIssue, Reach } from './source';
import { comment, file, input } from './text';

export type FoundIssue =
	| { readonly kind: 'read'; readonly issue: Issue }
	| { readonly kind: 'refused'; readonly reason: string; readonly lacks?: LackedKey };

export interface ReadReach extends Reach {
	/** Lines of a file of the repository that may be shown, 1-based, `to` included; undefined when there are none. */
	readonly linesOf: (path: string, from: number, to: number) => Promise<string | undefined>;
}

/** In the order in which they are asked. */
const SOURCES: readonly IssueSource[] = [input, github, gitlab, jira, comment, file];

const MOST_SAID = 2_000;

/** Never rejects. */
export async function readIssue(said: string, reach: ReadReach, signal: AbortSignal): Promise<FoundIssue> {
	if (said.trim() === '' || said.length > MOST_SAID) {
		return { kind: 'refused', reason: 'Name the issue by a number, a URL, a file, or - for standard input.' };
	}
	for (const source of SOURCES) {
		const read = source.match(said, reach);
		if (read !== undefined) {
			const found = await read(signal);
			return found.kind === 'refused' ? found : { kind: 'read', issue: await tidied(found.issue, reach) };
		}
	}
	return {
		kind: 'refused',
		reason: `The address ${said.trim().slice(0, 200)} is none that an issue is read from: GitHub, GitLab and Jira are. Its text can be given with --issue -.`,
	};
}

const MOST = {
	title: 300,
	body: 30_000,
	comment: 6_000,
	comments: 20_000,
	count: 30,
	labels: 20,
	label: 60,
	links: 6,
	lines: 60,
};

async function tidied(raw: RawIssue, reach: ReadReach): Promise<Issue> {
	const leftOut: string[] = [...raw.lacks];
	let [hidden, unseen] = [0, 0];
	const clean = (text: string, most: number, what?: string): string => {
		const made = cleaned(text, most);
		hidden += made.hidden;
		unseen += made.unseen;
		if (made.cut && what !== undefined) {
			leftOut.push(`${what} is long and was cut.`);
		}
		return made.text;
	};
	const body = clean(raw.body, MOST.body, 'Its text');
	const comments: { author?: string; text: string }[] = [];
	let room = MOST.comments;
	for (const one of raw.comments.slice(0, MOST.count)) {
		const text = clean(one.text, Math.min(MOST.comment, room), 'A comment');
		if (text !== '' && room > 0) {
			comments.push({ ...(one.author === undefined ? {} : { author: line(one.author, 60) }), text });
			room -= text.length;
		}
	}
	const missing = raw.comments.filter(({ text }) => text.trim() !== '').length - comments.length;
	if (missing > 0) {
		leftOut.push(`${missing} ${missing === 1 ? 'comment was' : 'comments were'} left out.`);
	}
	const title = line(clean(raw.title, MOST.title), MOST.title);
	const labels = raw.labels.slice(0, MOST.labels).map((label) => line(clean(label, MOST.label), MOST.label));
	if (hidden > 0) {
		leftOut.push(
			`${hidden} hidden ${hidden === 1 ? 'part' : 'parts'} (HTML that is not shown) ${hidden === 1 ? 'was' : 'were'} left out.`,
		);
	}
	if (unseen > 0) {
		leftOut.push(
			`${unseen} ${unseen === 1 ? 'sign' : 'signs'} that nobody sees ${unseen === 1 ? 'was' : 'were'} taken out.`,
		);
	}
	const { kind, name, link } = raw;
	return {
		source: { kind, name: line(name, 200), ...(link === undefined ? {} : { link }) },
		...{ title, body, comments, leftOut },
		labels: labels.filter((label) => label !== ''),
		code: await linked([raw.body, ...raw.comments.map(({ text }) => text)].join('\n'), raw, reach),
	};
}

const PERMALINK =
	/https?:\/\/[\w.:-]+\/([\w.-]+\/[\w.-]+)\/(?:-\/)?blob\/[\w./-]*?([0-9a-f]{7,40}|main|master|develop|trunk)\/([\w@./ -]+?)(?:\?[^#\s)]*)?#L(\d{1,7})(?:C\d+)?(?:-L?(\d{1,7}))?/g;

/** The lines of this repository that links in the issue name, as they are now. */
async function linked(text: string, raw: RawIssue, reach: ReadReach): Promise<Issue['code']> {
	const home = repositoryOf(reach.remote, reach.environment);
	const own = new Set([
		...(home === undefined ? [] : [`${home.owner}/${home.name}`.toLowerCase()]),
		...(raw.kind === 'github' || raw.kind === 'gitlab' ? [raw.name.replace(/#\d+$/, '').toLowerCase()] : []),
	]);
	const code = new Map<string, Issue['code'][number]>();
	for (const [, repository = '', , path = '', first, last] of text.slice(0, 200_000).matchAll(PERMALINK)) {
		const from = Number(first);
		const to = Math.min(Math.max(from, Number(last ?? first)), from + MOST.lines);
		if (!own.has(repository.toLowerCase()) || code.size >= MOST.links || code.has(`${path}:${from}`)) {
			continue;
		}
		const lines = await reach.linesOf(path, from, to);
		if (lines !== undefined) {
			code.set(`${path}:${from}`, { path, from, to, text: lines });
		}
	}
	return [...code.values()];
}

function line(text: string, most: number): string {
	const plain = text.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
	return plain.length > most ? `${plain.slice(0, most - 1)}…` : plain;
}
