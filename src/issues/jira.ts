// Issues of Jira and what speaks like it, by URL: `https://name.atlassian.net/browse/KEY-12`.
import * as z from 'zod';
import { baseUrlOf } from '../core/endpoint';
import { type IssueSource, type Reach, type ReadIssue, refused } from './source';

const author = z.object({ displayName: z.string() }).loose().nullish();
const issueShape = z.object({
	key: z.string(),
	fields: z.object({
		summary: z.string(),
		description: z.string().nullish(),
		labels: z.array(z.string()).default([]),
		comment: z
			.object({ comments: z.array(z.object({ body: z.string().nullish(), author })).default([]) })
			.loose()
			.nullish(),
	}),
});

export const jira: IssueSource = {
	match(said, reach) {
		const url = URL.canParse(said.trim()) ? new URL(said.trim()) : undefined;
		const [, folder, key] =
			/^(.*)\/browse\/([A-Z][A-Z0-9_]{1,30}-\d{1,9})\/?$/.exec(url?.pathname ?? '') ?? [];
		return url === undefined || key === undefined
			? undefined
			: (signal) => read(url, folder ?? '', key, reach, signal);
	},
};

async function read(
	url: URL,
	folder: string,
	key: string,
	reach: Reach,
	signal: AbortSignal,
): Promise<ReadIssue> {
	const base = baseUrlOf(`${url.origin}${folder}`);
	if (base.kind === 'refused') {
		return refused(`The address of the issue: ${base.reason}`);
	}
	const { environment } = reach;
	const own = environment['UNDERBID_JIRA_URL'];
	const trusted = own !== undefined && URL.canParse(own) && new URL(own).origin === url.origin;
	const token = environment['JIRA_TOKEN'] ?? '';
	const user = environment['JIRA_USER'] ?? '';
	const key64 =
		user === '' ? `Bearer ${token}` : `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`;
	const headers: Record<string, string> = {
		accept: 'application/json',
		...(trusted && token !== '' ? { authorization: key64 } : {}),
	};
	// Version 2 gives texts as text; version 3 as a tree.
	const at = `${base.url}/rest/api/2/issue/${key}?fields=summary,description,labels,comment`;
	const got = await reach.get({ url: new URL(at), headers, shape: issueShape }, signal);
	if (got.kind === 'failed') {
		const closed = got.status === 401 || got.status === 403 || got.status === 404;
		return refused(
			closed
				? `The issue ${key} cannot be read: there is none, or it needs a sign-in: then set UNDERBID_JIRA_URL to ${url.origin}, JIRA_TOKEN, and JIRA_USER where the token belongs to an e-mail address.`
				: `The issue ${key} cannot be read: ${url.host} ${got.reason}.`,
			closed ? { source: 'jira', origin: url.origin, issue: key } : undefined,
		);
	}
	const { summary, description, labels, comment } = got.value.fields;
	return {
		kind: 'read',
		issue: {
			...{ kind: 'jira', name: key, link: `${url.origin}${url.pathname}`, title: summary, labels, lacks: [] },
			body: fenced(description ?? ''),
			comments: (comment?.comments ?? []).map((one) => ({
				...(one.author ? { author: one.author.displayName } : {}),
				text: fenced(one.body ?? ''),
			})),
		},
	};
}

/** Jira's own marks for code and for pictures, as Markdown has them. */
export function fenced(text: string): string {
	return text
		.replace(/\r\n?/g, '\n')
		.replace(
			/\{(code|noformat)(?::([^}\n]*))?\}\n?([\s\S]*?)\n?\{\1\}/g,
			(_, _kind: string, about: string | undefined, code: string) => {
				const language = /^[a-z+#]+(?=\||$)/i.exec(about ?? '')?.[0] ?? '';
				return `\n\`\`\`${language}\n${code}\n\`\`\`\n`;
			},
		)
		.replace(/\{\{([^}\n]+)\}\}/g, '`$1`')
		.replace(/!([\w .-]+\.(?:png|jpe?g|gif|svg))(?:\|[^!\n]*)?!/gi, '![$1]()');
}
