import assert from 'node:assert/strict';
import { cleaned } from '../../../src/issues/clean';
import { repositoryOf } from '../../../src/issues/github';
import { guardedGet } from '../../../src/issues/guardedGet';
import { fenced } from '../../../src/issues/jira';
import { type ReadReach, readIssue } from '../../../src/issues/read';
import { networkFault } from '../../../src/models/networkFault';
import { IssueServer } from '../../fakes/issueServer';

const SIGNAL = new AbortController().signal;
const TOKEN = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';

describe('reading issues', () => {
	let server: IssueServer;
	before(async () => {
		server = await IssueServer.start();
	});
	after(() => server.close());
	beforeEach(() => {
		server.asked.length = 0;
		server.raw.clear();
		server.issues.clear();
	});

	const reach = (environment: Record<string, string> = {}, more: Partial<ReadReach> = {}): ReadReach => ({
		get: guardedGet(
			(input, init) => globalThis.fetch(input, init),
			(error) => networkFault(error).reason,
		),
		environment: { UNDERBID_GITHUB_URL: server.url, ...environment },
		remote: 'https://github.com/acme/sums.git',
		readFile: async () => undefined,
		readInput: async () => '',
		linesOf: async (path, from, to) => (path === 'src/a.js' ? `lines ${from} to ${to}` : undefined),
		...more,
	});
	const read = async (said: string, at: ReadReach = reach()) => {
		const found = await readIssue(said, at, SIGNAL);
		return found.kind === 'read' ? found.issue : assert.fail(found.reason);
	};
	const refusal = async (said: string, at: ReadReach = reach()) => {
		const found = await readIssue(said, at, SIGNAL);
		return found.kind === 'refused' ? found.reason : assert.fail(JSON.stringify(found.issue));
	};

	for (const said of [
		'7',
		'#7',
		'acme/sums#7',
		'https://github.com/acme/sums/issues/7',
		'https://github.com/acme/sums/pull/7#issuecomment-1',
	]) {
		it(`GitHub, as ${said}`, async () => {
			server.issues.set(7, {
				title: 'It\u200b is\nwrong',
				body: null,
				labels: ['bug'],
				comments: [{ login: 'me', body: 'yes' }],
			});
			const issue = await read(said, reach({ GITHUB_TOKEN: TOKEN }));
			assert.deepEqual(
				[issue.source.name, issue.source.link, issue.title, issue.body, issue.labels, issue.comments],
				[
					'acme/sums#7',
					'https://github.com/acme/sums/issues/7',
					'It is wrong',
					'',
					['bug'],
					[{ author: 'me', text: 'yes' }],
				],
			);
			assert.ok(server.asked.every(({ headers }) => headers['authorization'] === `Bearer ${TOKEN}`));
		});
	}

	it('GitLab: system notes are none; its key goes only where the user said', async () => {
		const at = '/api/v4/projects/group%2Fsub%2Fsums/issues/3';
		server.raw.set(at, {
			status: 200,
			body: JSON.stringify({
				id: 1,
				iid: 3,
				title: 'wrong',
				description: 'text',
				labels: ['bug'],
				user_notes_count: 2,
				state: 'opened',
			}),
		});
		server.raw.set(`${at}/notes`, {
			status: 200,
			body: JSON.stringify([
				{ id: 1, body: 'added label', system: true, author: { username: 'x' } },
				{ id: 2, body: 'me too', system: false, author: { username: 'y', id: 2 } },
			]),
		});
		const url = `${server.url}/group/sub/sums/-/issues/3`;
		const issue = await read(url, reach({ GITLAB_TOKEN: TOKEN }));
		assert.deepEqual(issue.comments, [{ author: 'y', text: 'me too' }]);
		assert.ok(server.asked.every(({ headers }) => headers['private-token'] === undefined));
		await read(url, reach({ GITLAB_TOKEN: TOKEN, UNDERBID_GITLAB_URL: server.url }));
		assert.equal(server.asked.at(-1)?.headers['private-token'], TOKEN);
	});

	it('Jira: its own marks for code become fences; its key goes only where the user said', async () => {
		server.raw.set('/rest/api/2/issue/SUM-4', {
			status: 200,
			body: JSON.stringify({
				...{ id: '1', key: 'SUM-4', self: 'x' },
				fields: {
					...{
						summary: 'wrong',
						description: 'See {{add}}:\r\n{code:js|title=x}\nadd(1)\n{code}\n!shot.png|thumbnail!',
					},
					...{
						labels: ['bug'],
						comment: { total: 1, comments: [{ body: 'yes', author: { displayName: 'Jo' } }] },
					},
				},
			}),
		});
		const url = `${server.url}/browse/SUM-4`;
		const issue = await read(url, reach({ JIRA_TOKEN: TOKEN, JIRA_USER: 'a@b.example' }));
		assert.match(issue.body, /See `add`:\n\n```js\nadd\(1\)\n```\n\n\[picture: shot\.png\]/);
		assert.equal(server.asked[0]?.headers['authorization'], undefined);
		await read(url, reach({ JIRA_TOKEN: TOKEN, UNDERBID_JIRA_URL: server.url }));
		assert.equal(server.asked.at(-1)?.headers['authorization'], `Bearer ${TOKEN}`);
		assert.equal(fenced('{noformat}\na\n{noformat}').trim(), '```\na\n```');
	});

	it('lines of this repository that it links to, and of no other', async () => {
		const sha = 'a'.repeat(40);
		server.issues.set(7, {
			title: 'x',
			body: `https://github.com/acme/sums/blob/${sha}/src/a.js#L3-L5 https://github.com/other/x/blob/${sha}/src/a.js#L3 https://github.com/acme/sums/blob/main/src/a.js#L9`,
		});
		const { code } = await read('7');
		assert.deepEqual(
			code.map(({ path, from, to }) => [path, from, to]),
			[
				['src/a.js', 3, 5],
				['src/a.js', 9, 9],
			],
		);
	});

	it('a place in the source: the comment that stands there', async () => {
		const text = 'a();\n// TODO: this is wrong for\n// negative numbers\nb();\n';
		const at = reach({}, { readFile: async () => text });
		const issue = await read('src/x.js:2', at);
		assert.equal(issue.title, 'TODO: this is wrong for negative numbers');
		assert.match(issue.body, /b\(\);/);
		assert.match(await refusal('src/x.js:1', at), /holds no TODO/);
		assert.match(await refusal('src/x.js:99', at), /has 5 lines/);
	});

	it('a log: the line that names the error is the title', async () => {
		const text = '12:01 start\nTypeError: x is not iterable\n    at f (/app/src/f.js:10:3)\n';
		const issue = await read('-', reach({}, { readInput: async () => text }));
		assert.deepEqual([issue.title, issue.source.kind], ['TypeError: x is not iterable', 'text']);
		assert.match(issue.body, /^```text\n12:01/);
	});

	it('what cannot be read is told in a sentence', async () => {
		const path = '/repos/acme/sums/issues/7';
		assert.match(
			await refusal('7'),
			/acme\/sums#7 cannot be read: there is none, or it is private: then set GITHUB_TOKEN/,
		);
		server.raw.set(path, { status: 403, body: '{}', headers: { 'x-ratelimit-remaining': '0' } });
		assert.match(await refusal('7'), /limit of requests without a token is used up; set GITHUB_TOKEN/);
		server.raw.set(path, { status: 401, body: '{}' });
		assert.match(await refusal('7', reach({ GITHUB_TOKEN: TOKEN })), /refuses the token/);
		server.raw.set(path, { status: 301, body: '', headers: { location: 'https://evil.example/' } });
		assert.match(
			await refusal('7', reach({ GITHUB_TOKEN: TOKEN })),
			/redirects elsewhere, which is not followed/,
		);
		server.raw.set(path, { status: 200, body: '[1, 2' });
		assert.match(await refusal('7'), /not in the format of an issue/);
		server.raw.set(path, { status: 200, body: `"${'x'.repeat(9 * 1024 * 1024)}"` });
		assert.match(await refusal('7'), /more than an issue can hold/);
		assert.match(await refusal('7', reach({}, { remote: undefined })), /remote "origin"/);
		assert.match(
			await refusal('7', reach({ UNDERBID_GITHUB_URL: 'http://example.com' })),
			/UNDERBID_GITHUB_URL: write https/,
		);
		assert.match(
			await refusal('7', reach({ UNDERBID_GITHUB_URL: 'http://127.0.0.1:1' })),
			/cannot be reached|port/,
		);
		assert.match(await refusal('https://example.com/x'), /none that an issue is read from/);
		assert.match(await refusal('nothing.md'), /is no issue/);
		assert.match(await refusal('-'), /empty/);
		assert.match(
			await refusal('https://github.com/acme/sums/wiki'),
			/is no issue; an issue's URL looks like/,
		);
	});

	it('what is long is cut, and it is said', async () => {
		const comments = Array.from({ length: 60 }, () => ({ login: 'x', body: 'y'.repeat(7_000) }));
		server.issues.set(7, {
			title: 'x'.repeat(1_000),
			body: 'z'.repeat(100_000),
			labels: Array.from({ length: 99 }, (_, at) => `l${at}`),
			comments,
		});
		const issue = await read('7');
		assert.ok(issue.title.length <= 300 && issue.body.length <= 30_001 && issue.labels.length === 20);
		assert.ok(issue.comments.reduce((sum, { text }) => sum + text.length, 0) <= 20_010);
		assert.ok(
			issue.leftOut.includes('Its text is long and was cut.') &&
				issue.leftOut.some((one) => /comments were left out/.test(one)),
		);
	});

	for (const [remote, found] of [
		['git@github.com:acme/sums.git', 'acme/sums'],
		['https://github.com/acme/sums', 'acme/sums'],
		['https://user:pw@github.com/acme/sums.git', 'acme/sums'],
		['ssh://git@github.com/acme/sums.git', 'acme/sums'],
		['https://gitlab.com/acme/sums.git', undefined],
		['https://evil.example/github.com/acme/sums', undefined],
		['/home/me/sums', undefined],
		[undefined, undefined],
	] as const) {
		it(`the repository of ${remote ?? 'no remote'}`, () => {
			const at = repositoryOf(remote, {});
			assert.equal(at && `${at.owner}/${at.name}`, found);
		});
	}

	for (const [name, text, clean] of [
		['comments that are not shown', 'a<!-- b -->c', 'ac'],
		['comments without an end', 'a <!-- b', 'a'],
		['definitions of links as comments', 'a\n[//]: # (b)\nc', 'a\n\nc'],
		[
			'pictures',
			'![what it shows](http://x/y.png "t") and <img alt="more" src=x>',
			'[picture: what it shows] and [picture: more]',
		],
		['tags', '<details><summary>a</summary>b</details>', 'ab'],
		['scripts', 'a<script>b</script>c', 'ac'],
		['signs nobody sees', 'a\u200bb\u202ec\u{e0041}d\u00ade', 'abcde'],
		['code stays', '```html\n<!-- b -->\n<p>\n```', '```html\n<!-- b -->\n<p>\n```'],
		['comparisons stay', 'a < b && c > d', 'a < b && c > d'],
		['line ends', 'a\r\nb\rc', 'a\nb\nc'],
	] as const) {
		it(`cleans: ${name}`, () => assert.equal(cleaned(text, 1_000).text, clean));
	}
});
