// Issues of GitHub and of GitHub Enterprise, by number, short name or URL, over the REST API.
import * as z from 'zod';
import { baseUrlOf } from '../core/endpoint';
import type { GetAnswer } from './guardedGet';
import { type IssueSource, type RawIssue, type Reach, type ReadIssue, refused } from './source';

const text = z.string().nullish();
const user = z.object({ login: z.string() }).loose().nullish();
const issueShape = z.object({
	number: z.int(),
	title: z.string(),
	body: text,
	html_url: z.string(),
	labels: z.array(z.union([z.string(), z.object({ name: text }).loose()])).default([]),
	comments: z.int().default(0),
	user,
});
const commentsShape = z.array(z.object({ body: text, user }));

const PER_PAGE = 100;
const WEB = 'https://github.com';
const API = 'https://api.github.com';

interface Wanted {
	readonly owner: string;
	readonly name: string;
	readonly number: number;
}

export const github: IssueSource = {
	match(said, reach) {
		const wanted = wantedIn(said.trim(), reach);
		if (wanted === undefined) {
			return undefined;
		}
		return typeof wanted === 'string' ? async () => refused(wanted) : (signal) => read(wanted, reach, signal);
	},
};

/** The repository in the address of a clone; undefined where it is not of this GitHub. */
export function repositoryOf(
	remote: string | undefined,
	environment: Reach['environment'],
): { readonly owner: string; readonly name: string } | undefined {
	const host = new URL(webOf(environment)).host;
	const found =
		/^(?:https?:\/\/|ssh:\/\/)(?:[^@/]*@)?([^/:]+(?::\d+)?)\/([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(
			remote ?? '',
		) ?? /^(?:[^@/]*@)?([^/:]+):([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(remote ?? '');
	const [, at, owner, name] = found ?? [];
	return at !== undefined &&
		owner !== undefined &&
		name !== undefined &&
		at.replace(/:\d+$/, '') === host.replace(/:\d+$/, '')
		? { owner, name }
		: undefined;
}

/** A sentence when it is meant for us and cannot be told. */
function wantedIn(said: string, { environment, remote }: Reach): Wanted | string | undefined {
	const short = /^(?:([\w.-]+)\/([\w.-]+))?#?(\d{1,9})$/.exec(said);
	if (short !== null && (short[1] !== undefined) === said.includes('/')) {
		const number = Number(short[3]);
		if (short[1] !== undefined && short[2] !== undefined) {
			return { owner: short[1], name: short[2], number };
		}
		const home = repositoryOf(remote, environment);
		return home === undefined
			? `The number ${said} names an issue only where the repository has a GitHub address as its remote "origin"; give owner/name#${number} or the issue's URL.`
			: { ...home, number };
	}
	const web = webOf(environment);
	const url = URL.canParse(said) ? new URL(said) : undefined;
	if (url === undefined || url.origin !== new URL(web).origin) {
		return undefined;
	}
	const [, owner, name, number] =
		/^\/([\w.-]+)\/([\w.-]+)\/(?:issues|pull)\/(\d{1,9})\/?$/.exec(url.pathname) ?? [];
	return owner === undefined || name === undefined
		? `${url.origin}${url.pathname} is no issue; an issue's URL looks like ${web}/owner/name/issues/12.`
		: { owner, name, number: Number(number) };
}

async function read({ owner, name, number }: Wanted, reach: Reach, signal: AbortSignal): Promise<ReadIssue> {
	const base = baseUrlOf(
		reach.environment['UNDERBID_GITHUB_URL'] ?? reach.environment['GITHUB_API_URL'] ?? API,
	);
	if (base.kind === 'refused') {
		return refused(`UNDERBID_GITHUB_URL: ${base.reason}`);
	}
	const token = reach.environment['GITHUB_TOKEN'] ?? reach.environment['GH_TOKEN'];
	const headers = {
		accept: 'application/vnd.github+json',
		'x-github-api-version': '2022-11-28',
		'user-agent': 'underbid',
		...(token === undefined || token === '' ? {} : { authorization: `Bearer ${token}` }),
	};
	const at = `${base.url}/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}/issues/${number}`;
	const label = `${owner}/${name}#${number}`;
	const got = await reach.get({ url: new URL(at), headers, shape: issueShape }, signal);
	if (got.kind === 'failed') {
		return refused(
			`The issue ${label} cannot be read: ${why(got, token !== undefined && token !== '')}`,
			[401, 403, 404, 410, 429].includes(got.status ?? 0)
				? { source: 'github', origin: new URL(base.url).origin, issue: label }
				: undefined,
		);
	}
	const lacks: string[] = [];
	const comments: { author?: string; text: string }[] = [];
	if (got.value.comments > 0) {
		const url = new URL(`${at}/comments?per_page=${PER_PAGE}`);
		const more = await reach.get({ url, headers, shape: commentsShape }, signal);
		if (more.kind === 'failed') {
			lacks.push(`Its comments could not be read: GitHub ${more.reason}.`);
		} else {
			comments.push(
				...more.value.map((one) => ({
					...(one.user ? { author: one.user.login } : {}),
					text: one.body ?? '',
				})),
			);
			if (got.value.comments > comments.length) {
				lacks.push(`Only its first ${comments.length} of ${got.value.comments} comments were read.`);
			}
		}
	}
	const issue: RawIssue = {
		...{ kind: 'github', name: label, title: got.value.title, body: got.value.body ?? '', comments, lacks },
		link: `${webOf(reach.environment)}/${owner}/${name}/issues/${number}`,
		labels: got.value.labels.flatMap((one) => (typeof one === 'string' ? one : (one.name ?? []))),
	};
	return { kind: 'read', issue };
}

function why(
	{ status, reason, headers }: GetAnswer<unknown> & { readonly kind: 'failed' },
	keyed: boolean,
): string {
	if ((status === 403 || status === 429) && headers?.get('x-ratelimit-remaining') === '0') {
		return keyed
			? "GitHub's limit of requests for this token is used up; wait, or paste its text to --issue -."
			: "GitHub's limit of requests without a token is used up; set GITHUB_TOKEN, or paste its text to --issue -.";
	}
	switch (status) {
		case 401:
			return 'GitHub refuses the token in GITHUB_TOKEN; make a new one that may read issues.';
		case 403:
		case 404:
		case 410:
			return keyed
				? 'there is none, or the token in GITHUB_TOKEN may not read it.'
				: 'there is none, or it is private: then set GITHUB_TOKEN to a token that may read issues.';
		default:
			return `GitHub ${reason}.`;
	}
}

function webOf(environment: Reach['environment']): string {
	const own = environment['GITHUB_SERVER_URL'];
	return own !== undefined && URL.canParse(own) ? new URL(own).origin : WEB;
}
