// The script of the documented workflow: the JSON of a real run of the built program goes into one comment, over HTTP in
// GitHub's format, and nothing but comments is ever asked for.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { FixtureRepository } from './repo/fixtureRepository';

const root = path.join(__dirname, '../..');
const cli = path.join(root, 'dist/cli.js');
const script = path.join(root, 'docs/ci/comment.mjs');

describe('the comment on a failing pull request', function () {
	this.timeout(60_000);
	let home: string;
	let http: Server;
	let url: string;
	let comments: { id: number; user: { type: string; login: string }; body: string }[];
	let asked: string[];

	before(() => assert.ok(existsSync(cli), 'node esbuild.js first'));
	beforeEach(async () => {
		home = mkdtempSync(path.join(os.tmpdir(), 'ci-'));
		[comments, asked] = [[], []];
		http = createServer((request, response) => {
			let text = '';
			request.on('data', (piece: Buffer) => {
				text += piece.toString('utf8');
			});
			request.on('end', () => {
				asked.push(`${request.method} ${request.url}`);
				const id = Number(/comments\/(\d+)$/.exec(request.url ?? '')?.[1] ?? 0);
				if (request.method === 'POST') {
					const { body } = JSON.parse(text) as { body: string };
					comments.push({
						id: comments.length + 1,
						user: { type: 'Bot', login: 'github-actions[bot]' },
						body,
					});
				} else if (request.method === 'PATCH') {
					const { body } = JSON.parse(text) as { body: string };
					comments = comments.map((one) => (one.id === id ? { ...one, body } : one));
				}
				response.writeHead(request.method === 'POST' ? 201 : 200, { 'content-type': 'application/json' });
				response.end(JSON.stringify(request.method === 'GET' ? comments : {}));
			});
		});
		await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
		url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
	});
	afterEach(async () => {
		http.closeAllConnections();
		await new Promise((resolve) => http.close(resolve));
		rmSync(home, { recursive: true, force: true });
	});

	const run = (argv: readonly string[], cwd: string, env: Record<string, string>) =>
		new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
			execFile(
				process.execPath,
				[...argv],
				{ cwd, env: { ...process.env, ...env } },
				(error, stdout, stderr) =>
					resolve({
						status: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1,
						stdout,
						stderr,
					}),
			);
		});
	const comment = (said: string) => {
		writeFileSync(path.join(home, 'fix.json'), said);
		return run([script, path.join(home, 'fix.json'), '12'], home, {
			GITHUB_TOKEN: 'token',
			GITHUB_REPOSITORY: 'acme/sums',
			GITHUB_API_URL: url,
		});
	};

	it('a real run becomes one comment, which the next run brings up to date', async () => {
		const fixture = new FixtureRepository();
		try {
			fixture.commit({
				'package.json': '{"name":"sums","scripts":{"test":"node --test"}}\n',
				'src/add.js': 'exports.add = (a, b) => {\n\treturn a - b;\n};\n',
				'test/add.test.js':
					"const test = require('node:test');\nconst assert = require('node:assert');\nconst { add } = require('../src/add');\ntest('adds @everyone | `x`', () => assert.equal(add(2, 3), 5));\n",
			});
			mkdirSync(path.join(home, 'state'));
			const { stdout } = await run([cli, 'fix', '--json', '--max-spend', '0'], fixture.root, {
				UNDERBID_HOME: path.join(home, 'state'),
			});
			const first = await comment(stdout);
			assert.equal(first.status, 0, first.stderr);
			await comment(stdout);
			assert.equal(comments.length, 1);
			const body = comments[0]?.body ?? '';
			assert.match(body, /### Underbid: a verified fix/);
			assert.match(body, /```diff\ndiff --git a\/src\/add\.js[\s\S]*\+\treturn a \+ b;[\s\S]*\n```/);
			assert.match(body, /`` [^|\n]*adds @everyone ¦ `x` ``/);
			assert.match(body, /\$0\.00 of \$0\.00/);
			assert.equal(fixture.git('status', '--porcelain'), '');
			assert.deepEqual(asked, [
				'GET /repos/acme/sums/issues/12/comments?per_page=100',
				'POST /repos/acme/sums/issues/12/comments',
				'GET /repos/acme/sums/issues/12/comments?per_page=100',
				'PATCH /repos/acme/sums/issues/comments/1',
			]);
		} finally {
			await fixture.remove();
		}
	});

	it('what ended without a fix, or before it began, is told; a stranger with our mark is left alone', async () => {
		comments.push({
			id: 9,
			user: { type: 'User', login: 'x' },
			body: '<!-- underbid: one comment, kept up to date -->\nhi',
		});
		const said = {
			...{ version: 1, verified: false, checked: false, alternatives: [], target: [], attempts: [] },
			outcome: { kind: 'blocked', reason: '```\n<img src=x> @admin | no tests' },
			...{ money: { bid: 250_000_000, spent: 0 }, timings: { totalMs: 1, testRunsMs: 0, proposeMs: 0 } },
		};
		assert.equal((await comment(JSON.stringify(said))).status, 0);
		assert.equal(comments[0]?.body.endsWith('hi'), true);
		assert.match(
			comments[1]?.body ?? '',
			/no verified fix[\s\S]*\| why it ended \| ```` ``` <img src=x> @admin ¦ no tests ```` \|/,
		);
	});

	it('a diff cannot close its fence, and one that is too long is not pasted', async () => {
		const patch = (diff: string) => ({
			diff,
			sha256: 'a'.repeat(64),
			files: ['a'],
			linesAdded: 1,
			linesRemoved: 0,
			summary: '',
			warnings: [],
		});
		const said = (diff: string) =>
			JSON.stringify({
				...{
					version: 1,
					verified: true,
					checked: false,
					alternatives: [],
					target: [],
					attempts: [],
					outcome: { kind: 'solved' },
				},
				...{ money: { bid: 1, spent: 0 }, timings: {}, patch: patch(diff) },
			});
		await comment(said('+```\n+</details>\n'));
		assert.match(comments[0]?.body ?? '', /````diff\n\+```\n\+<\/details>\n````/);
		await comment(said('+x\n'.repeat(50_000)));
		assert.ok((comments[0]?.body.length ?? 0) < 5_000);
	});
});
