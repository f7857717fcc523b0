// Issues of GitLab, on gitlab.com or at an address of the user's own, by URL.
import * as z from 'zod';
import { baseUrlOf } from '../core/endpoint';
import { type IssueSource, type Reach, type ReadIssue, refused } from './source';

const issueShape = z.object({
	title: z.string(),
	description: z.string().nullish(),
	labels: z.array(z.string()).default([]),
	user_notes_count: z.int().default(0),
});
const notesShape = z.array(
	z.object({
		body: z.string().nullish(),
		system: z.boolean().default(false),
		author: z.object({ username: z.string() }).loose().nullish(),
	}),
);

export const gitlab: IssueSource = {
	match(said, reach) {
		const url = URL.canParse(said.trim()) ? new URL(said.trim()) : undefined;
		const [, project, number] =
			/^\/(.+?)\/-\/(?:issues|work_items)\/(\d{1,9})\/?$/.exec(url?.pathname ?? '') ?? [];
		return url === undefined || project === undefined
			? undefined
			: (signal) => read(url, decodeURIComponent(project), Number(number), reach, signal);
	},
};

async function read(
	url: URL,
	project: string,
	number: number,
	reach: Reach,
	signal: AbortSignal,
): Promise<ReadIssue> {
	const base = baseUrlOf(url.origin);
	if (base.kind === 'refused') {
		return refused(`The address of the issue: ${base.reason}`);
	}
	const own = reach.environment['UNDERBID_GITLAB_URL'] ?? 'https://gitlab.com';
	const token = reach.environment['GITLAB_TOKEN'];
	// A key goes to the host that the user named for it, never to whatever host a URL has.
	const trusted = URL.canParse(own) && new URL(own).origin === url.origin;
	const headers: Record<string, string> = {
		accept: 'application/json',
		...(trusted && token !== undefined && token !== '' ? { 'private-token': token } : {}),
	};
	const at = `${base.url}/api/v4/projects/${encodeURIComponent(project)}/issues/${number}`;
	const label = `${project}#${number}`;
	const got = await reach.get({ url: new URL(at), headers, shape: issueShape }, signal);
	if (got.kind === 'failed') {
		const closed = got.status === 401 || got.status === 403 || got.status === 404;
		return refused(
			closed
				? `The issue ${label} cannot be read: there is none, or it is private: then set GITLAB_TOKEN${trusted ? '' : ` and UNDERBID_GITLAB_URL to ${url.origin}`}.`
				: `The issue ${label} cannot be read: ${url.host} ${got.reason}.`,
			closed ? { source: 'gitlab', origin: url.origin, issue: label } : undefined,
		);
	}
	const notes = await reach.get(
		{ url: new URL(`${at}/notes?sort=asc&order_by=created_at&per_page=100`), headers, shape: notesShape },
		signal,
	);
	const comments =
		notes.kind === 'failed'
			? []
			: notes.value
					.filter((note) => !note.system)
					.map((note) => ({
						...(note.author ? { author: note.author.username } : {}),
						text: note.body ?? '',
					}));
	const { title, description, labels } = got.value;
	return {
		kind: 'read',
		issue: {
			...{
				kind: 'gitlab',
				name: label,
				link: `${url.origin}${url.pathname}`,
				title,
				body: description ?? '',
				comments,
				labels,
			},
			// Reading notes asks for a sign-in on some servers, also of public projects.
			lacks: notes.kind === 'failed' ? [`Its comments could not be read: ${url.host} ${notes.reason}.`] : [],
		},
	};
}
