import assert from 'node:assert/strict';
import * as z from 'zod';
import type { GetJson } from '../../../src/issues/guardedGet';
import { type IssueKey, withKeys } from '../../../src/issues/keys';
import { readIssue } from '../../../src/issues/read';

const KEYS: readonly IssueKey[] = [
	{ source: 'github', origin: 'https://api.github.com', token: 'gho_editor' },
	{ source: 'gitlab', origin: 'https://gitlab.com', token: 'glpat_editor' },
	{ source: 'jira', origin: 'https://jira.example', token: 'jira_editor', user: 'me@example.invalid' },
];

async function sentFor(said: string, environment: Record<string, string>) {
	const sent: { readonly host: string; readonly headers: string }[] = [];
	const get: GetJson = async ({ url, headers }) => {
		sent.push({ host: url.host, headers: JSON.stringify(headers) });
		return { kind: 'failed', status: 404, reason: 'answered with 404' };
	};
	const found = await readIssue(
		said,
		{
			get,
			environment: withKeys(environment, KEYS),
			remote: undefined,
			readFile: async () => undefined,
			readInput: async () => '',
			linesOf: async () => undefined,
		},
		new AbortController().signal,
	);
	return { sent, found };
}

describe('tokens for issues', () => {
	for (const [said, host, token, environment] of [
		['acme/a#1', 'api.github.com', 'gho_editor', {}],
		['acme/a#1', 'api.github.com', 'gho_editor', { GITHUB_TOKEN: 'ghp_environment' }],
		['https://gitlab.com/acme/a/-/issues/1', 'gitlab.com', 'glpat_editor', {}],
		[
			'https://jira.example/browse/RM-1',
			'jira.example',
			Buffer.from('me@example.invalid:jira_editor').toString('base64'),
			{},
		],
		// Addresses that the tokens are not for.
		['acme/a#1', 'ghe.example', undefined, { UNDERBID_GITHUB_URL: 'https://ghe.example/api/v3' }],
		['https://gitlab.example/acme/a/-/issues/1', 'gitlab.example', undefined, {}],
		['https://jira.other/browse/RM-1', 'jira.other', undefined, {}],
	] as const) {
		it(`${said} at ${host} is asked for ${token === undefined ? 'without a token' : 'with its token'}`, async () => {
			const { sent, found } = await sentFor(said, environment);
			assert.ok(sent.length > 0);
			for (const one of sent) {
				assert.equal(one.host, host);
				assert.equal(/editor/.test(one.headers) || /basic/i.test(one.headers), token !== undefined);
				assert.ok(token === undefined || one.headers.includes(token));
			}
			assert.equal(found.kind, 'refused');
			const lacks = z.object({ lacks: z.object({ origin: z.string(), issue: z.string() }) }).parse(found);
			assert.equal(new URL(lacks.lacks.origin).host, host);
		});
	}

	it('keeps a token of the environment for an address that the editor has none for', () => {
		const environment = { UNDERBID_GITHUB_URL: 'https://ghe.example/api/v3', GITHUB_TOKEN: 'ghp_enterprise' };
		assert.equal(withKeys(environment, KEYS)['GITHUB_TOKEN'], 'ghp_enterprise');
	});
});
