// The documented workflow, read as GitHub reads it; its scripts run as they stand, over a stand-in for `gh` and a model
// that bills by a meter of its own. Two pull requests in a month share the books.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { NANO_PER_USD } from '../../src/core/money';
import { rateOf } from '../../src/core/price';
import { type FixOutput, fixOutputSchema } from '../../src/terminal/fixOutput';
import { WireServer } from '../fakes/wire/server';
import { FixtureRepository } from './repo/fixtureRepository';

const root = path.join(__dirname, '../..');
const step = z.strictObject({
	name: z.string().optional(),
	if: z.string().optional(),
	uses: z.string().optional(),
	with: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
	env: z.record(z.string(), z.string()).optional(),
	run: z.string().optional(),
	'working-directory': z.string().optional(),
});
const job = z.strictObject({
	'runs-on': z.string(),
	needs: z.string().optional(),
	if: z.string().optional(),
	'timeout-minutes': z.number().optional(),
	permissions: z.record(z.string(), z.string()).optional(),
	concurrency: z.strictObject({ group: z.string(), 'cancel-in-progress': z.boolean() }).optional(),
	env: z.record(z.string(), z.string()).optional(),
	steps: z.array(step),
});
const workflow = z
	.strictObject({
		name: z.string(),
		on: z.unknown(),
		permissions: z.record(z.string(), z.string()),
		jobs: z.strictObject({ test: job, underbid: job }),
	})
	.parse(parse(readFileSync(path.join(root, 'docs/ci/underbid.yml'), 'utf8')));
const { test: tests, underbid } = workflow.jobs;
const steps = [...tests.steps, ...underbid.steps];
const scripts = steps.flatMap(({ run }) => (run === undefined ? [] : [run]));
const missing = ['bash', 'jq', 'unzip', 'zip'].filter(
	(name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).error !== undefined,
);

describe('the documented workflow', () => {
	it('runs on pull requests as their own code, with the rights to read code and to comment', () => {
		assert.equal(workflow.on, 'pull_request', 'never pull_request_target, which hands secrets to strangers');
		assert.deepEqual(workflow.permissions, { contents: 'read' });
		assert.equal(tests.permissions, undefined);
		assert.deepEqual(underbid.permissions, { contents: 'read', 'pull-requests': 'write', actions: 'read' });
		for (const { uses, with: given } of steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'))) {
			assert.equal(given?.['persist-credentials'], false, uses);
		}
		assert.ok(scripts.every((one) => !/git\s+push|gh\s+(?!api\b)|--apply|-X|--method|--field/.test(one)));
	});

	it('gives forks no key, and a key to no step but the one that buys', () => {
		assert.match(
			underbid.if ?? '',
			/^failure\(\) && github\.event\.pull_request\.head\.repo\.full_name == github\.repository$/,
		);
		const holding = steps.filter((one) => JSON.stringify(one).includes('secrets.'));
		assert.deepEqual(
			holding.map(({ name }) => name),
			['Look for a fix'],
		);
		assert.ok(!JSON.stringify([underbid.env, tests.env, tests.if]).includes('secrets.'));
	});

	it('puts nothing of a pull request into a script, be it a title or the name of a branch', () => {
		assert.deepEqual(
			scripts.filter((one) => one.includes('${{')),
			[],
		);
		const spoken = steps.flatMap(({ env, with: given }) => Object.values({ ...env, ...given }).map(String));
		assert.deepEqual(
			spoken.filter((one) => one.includes('github.event') || one.includes('head_ref')),
			['${{ github.event.pull_request.number }}'],
		);
	});

	it('hands its books on by paths that may be uploaded, also when a run is tried again', () => {
		const uploads = steps.filter(({ uses }) => uses?.startsWith('actions/upload-artifact@'));
		assert.equal(uploads.length, 2);
		for (const { with: given } of uploads) {
			assert.ok(!String(given?.['path']).includes('..'), 'the action refuses such a path');
			assert.equal(given?.['overwrite'], true, 'else a second attempt of a run loses its books');
		}
		assert.deepEqual(underbid.concurrency, { group: 'underbid-books', 'cancel-in-progress': false });
		assert.ok(Number(uploads[0]?.with?.['retention-days']) > 31, 'longer than any month');
	});
});

(missing.length > 0 ? describe.skip : describe)(
	`the documented workflow's scripts${missing.length > 0 ? ` (skipped: no ${missing.join(', ')} here)` : ''}`,
	function () {
		this.timeout(180_000);
		const KEY = 'sk-or-v1-0123456789abcdef0';
		const CAP = 3_000_000;
		let home: string;
		let models: WireServer;
		let github: Server;
		let comments: string[];
		let asked: string[];
		let fixture: FixtureRepository;
		let artifacts: {
			id: number;
			expired: boolean;
			workflow_run: { repository_id: number; head_repository_id: number };
		}[];

		before(() => assert.ok(existsSync(path.join(root, 'dist/cli.js')), 'node esbuild.js first'));
		beforeEach(async () => {
			home = mkdtempSync(path.join(os.tmpdir(), 'workflow-'));
			artifacts = [];
			[comments, asked] = [[], []];
			github = createServer((request, response) => {
				asked.push(`${request.method} ${request.url}`);
				let body = '';
				request.on('data', (piece: Buffer) => {
					body += piece.toString();
				});
				request.on('end', () => {
					if (request.method !== 'GET') {
						comments.push((JSON.parse(body) as { body: string }).body);
					}
					response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
				});
			});
			await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve));
			const cheap = rateOf(NANO_PER_USD / 100);
			models = await WireServer.start({ price: () => ({ input: cheap, output: cheap, tiers: [] }) });
			models.behave = () => ({
				kind: 'answer',
				answer: { text: `I cannot tell. ${'It may be anything. '.repeat(400)}` },
			});
			fixture = new FixtureRepository();
			fixture.commit({
				'package.json': '{"name":"roman","scripts":{"test":"node --test"}}\n',
				'src/roman.js': 'exports.roman = (n) => String(n);\n',
				'test/roman.test.js':
					"const test = require('node:test');\nconst assert = require('node:assert');\nconst { roman } = require('../src/roman');\ntest('writes signs', () => assert.equal(roman(4), 'IV'));\n",
			});
			mkdirSync(path.join(home, 'bin'));
			mkdirSync(path.join(home, 'zips'));
			// Reads as `gh api [--paginate] PATH [--jq FILTER]` does.
			const gh = path.join(home, 'bin/gh');
			writeFileSync(
				gh,
				`#!/bin/bash
set -e
[ "$GH_TOKEN" = token ] && [ "$1" = api ] || exit 9
case "$*" in
	*/zip) id=\${2%/zip}; cat "${home}/zips/\${id##*/}.zip" ;;
	*name=underbid-books*) [ ! -e "${home}/down" ] || exit 1; jq -r "\${@: -1}" < "${home}/artifacts.json" ;;
	*) exit 9 ;;
esac
`,
			);
			chmodSync(gh, 0o755);
		});
		afterEach(async () => {
			await models.close();
			github.closeAllConnections();
			await new Promise((resolve) => github.close(resolve));
			await fixture.remove();
			rmSync(home, { recursive: true, force: true });
		});

		const metered = () => Number(models.meter.total(KEY));

		/** One job, as a runner goes through it, but for what installs. `lost`: nobody hands its books on. */
		async function runJob(
			name: string,
			{ lost = false } = {},
		): Promise<{ failed: string | undefined; said: FixOutput | undefined }> {
			writeFileSync(path.join(home, 'artifacts.json'), JSON.stringify({ artifacts }));
			const temp = path.join(home, name, 'temp');
			const workspace = fixture.root;
			mkdirSync(temp, { recursive: true });
			const beside = path.join(workspace, '../underbid');
			if (!existsSync(beside)) {
				symlinkSync(root, beside);
			}
			const exported = path.join(temp, 'env');
			writeFileSync(exported, '');
			const values: Record<string, string> = {
				'github.token': 'token',
				'secrets.OPENROUTER_API_KEY': KEY,
				'github.event.pull_request.number': '12',
			};
			const filled = (env: Readonly<Record<string, string>> = {}) =>
				Object.fromEntries(
					Object.entries(env).map(([key, text]) => [
						key,
						text.replace(/\$\{\{ ([\w.]+) \}\}/g, (_, of: string) => {
							const value = values[of];
							assert.ok(value !== undefined, of);
							return value;
						}),
					]),
				);
			let failed: string | undefined;
			for (const one of underbid.steps) {
				if (one.run === undefined || one.run.startsWith('npm ci') || failed !== undefined) {
					continue;
				}
				const passed = Object.fromEntries(
					readFileSync(exported, 'utf8')
						.trim()
						.split('\n')
						.filter((line) => line !== '')
						.map((line) => line.split('=') as [string, string]),
				);
				const status = await bash(one.run, workspace, {
					PATH: `${path.join(home, 'bin')}:${process.env['PATH']}`,
					HOME: home,
					TMPDIR: temp,
					RUNNER_TEMP: temp,
					GITHUB_WORKSPACE: workspace,
					GITHUB_REPOSITORY: 'acme/roman',
					GITHUB_API_URL: `http://127.0.0.1:${(github.address() as AddressInfo).port}`,
					GITHUB_ENV: exported,
					UNDERBID_OPENROUTER_URL: models.base('openrouter'),
					...filled(underbid.env),
					MOST_MONTH: String(CAP / NANO_PER_USD),
					...passed,
					...filled(one.env),
				});
				failed = status === 0 ? undefined : one.name;
			}
			const books = path.join(temp, 'underbid-home/spend.jsonl');
			if (existsSync(books) && !lost) {
				const id = 1 + Math.max(0, ...artifacts.map((one) => one.id));
				spawnSync('zip', ['-q', '-j', path.join(home, 'zips', `${id}.zip`), books]);
				artifacts.push({ id, expired: false, workflow_run: { repository_id: 1, head_repository_id: 1 } });
			}
			const out = path.join(temp, 'fix.json');
			return {
				failed,
				said: existsSync(out) ? fixOutputSchema.parse(JSON.parse(readFileSync(out, 'utf8'))) : undefined,
			};
		}

		it('keep the cap of the month over two pull requests, and a fork’s books change nothing', async () => {
			const first = await runJob('first');
			assert.equal(first.failed, undefined);
			assert.ok(metered() > 0, JSON.stringify(first.said));
			assert.equal(first.said?.outcome.by, 'cap', JSON.stringify(first.said?.outcome));
			assert.ok(metered() <= CAP, `${metered()}`);
			assert.deepEqual(asked, [
				'GET /repos/acme/roman/issues/12/comments?per_page=100',
				'POST /repos/acme/roman/issues/12/comments',
			]);
			assert.match(comments[0] ?? '', /no verified fix[\s\S]*\| spent \| \$0\.\d+ of \$0\.25 \|/);
			const spent = metered();
			// A stranger's pull request leaves empty books of the same name, newer than ours.
			writeFileSync(path.join(home, 'spend.jsonl'), '');
			spawnSync('zip', ['-q', '-j', path.join(home, 'zips/7.zip'), path.join(home, 'spend.jsonl')]);
			artifacts.push({ id: 7, expired: false, workflow_run: { repository_id: 1, head_repository_id: 666 } });
			const second = await runJob('second', { lost: true });
			assert.equal(second.failed, undefined);
			assert.equal(second.said?.outcome.by, 'cap', JSON.stringify(second.said?.outcome));
			assert.match(second.said?.outcome.reason ?? '', /month/);
			assert.ok(metered() <= CAP, `${metered()} after ${spent}`);
			// What holds it are the books: without them it is a new month.
			const two = metered();
			artifacts.length = 0;
			await runJob('third');
			assert.ok(metered() - two > two - spent, 'else the cap was not what ended the second run');
			assert.equal(fixture.git('status', '--porcelain'), '');
			assert.equal(fixture.git('log', '--oneline', '--all').trim().split('\n').length, 1);
		});

		it('put the patch and the receipt of a free fix into a comment', async () => {
			fixture.commit({
				'src/add.js': 'exports.add = (a, b) => {\n\treturn a - b;\n};\n',
				'test/roman.test.js':
					"const test = require('node:test');\nconst assert = require('node:assert');\nconst { add } = require('../src/add');\ntest('adds', () => assert.equal(add(2, 3), 5));\n",
			});
			const { said } = await runJob('first');
			assert.deepEqual([said?.verified, said?.money.spent, models.seen.length], [true, 0, 0]);
			assert.match(comments[0] ?? '', /a verified fix[\s\S]*```diff[\s\S]*\+\treturn a \+ b;/);
			assert.equal(fixture.git('status', '--porcelain'), '');
		});

		it('begin nothing where the books cannot be fetched', async () => {
			writeFileSync(path.join(home, 'down'), '');
			assert.match((await runJob('first')).failed ?? '', /books/);
			rmSync(path.join(home, 'down'));
			artifacts.push({ id: 3, expired: false, workflow_run: { repository_id: 1, head_repository_id: 1 } });
			assert.match((await runJob('second')).failed ?? '', /books/);
			writeFileSync(path.join(home, 'zips/3.zip'), 'no zip');
			assert.match((await runJob('third')).failed ?? '', /books/);
			assert.equal(models.seen.length, 0);
		});
	},
);

function bash(script: string, cwd: string, env: Record<string, string>): Promise<number> {
	return new Promise((resolve) => {
		// As GitHub starts a step without a shell of its own.
		const child = spawn('bash', ['-e', '-c', script], { cwd, env, stdio: 'ignore' });
		child.on('exit', (code) => resolve(code ?? 1));
	});
}
