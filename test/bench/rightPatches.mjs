#!/usr/bin/env node
// Runs the projects' own fixes of real bugs through `underbid verify --patch`: whatever is not called verified is
// either a rule that is too broad or a case to explain. Manifests as of cases.mjs, with truePatch.
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { random } from './figures.mjs';

const { values: options } = parseArgs({
	options: {
		manifest: { type: 'string', multiple: true, default: [] },
		filter: { type: 'string', default: '' },
		limit: { type: 'string' },
		shuffle: { type: 'string' },
		jobs: { type: 'string', default: '1' },
		time: { type: 'string', default: '2' },
		underbid: { type: 'string', default: path.join(import.meta.dirname, '../../dist/cli.js') },
		out: { type: 'string' },
	},
});

const wanted = new RegExp(options.filter);
const cases = options.manifest.flatMap((manifest) => {
	const all = readFileSync(manifest, 'utf8')
		.split('\n')
		.filter((text) => text.trim() !== '')
		.map((text) => JSON.parse(text))
		.map((one) => ({ ...one, dir: path.resolve(path.dirname(manifest), one.dir) }))
		.filter((one) => one.truePatch !== undefined && wanted.test(one.id));
	const ordered =
		options.shuffle === undefined
			? all
			: all.sort((a, b) => random(`${options.shuffle} ${a.id}`) - random(`${options.shuffle} ${b.id}`));
	return ordered.slice(0, options.limit === undefined ? undefined : Number(options.limit));
});
const results = [];
const queue = [...cases];
await Promise.all(
	Array.from({ length: Number(options.jobs) }, async () => {
		for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
			const result = await judge(one);
			results.push(result);
			if (options.out !== undefined) {
				appendFileSync(options.out, `${JSON.stringify(result)}\n`);
			}
			const warned = result.warnings.length === 0 ? '' : ` (look twice: ${result.warnings.join(' ')})`;
			process.stdout.write(
				`${result.id.padEnd(36)} ${result.verified ? 'verified' : `${result.outcome}: ${result.why}`}${warned}\n`.replace(
					/[ \t]*\n(?=.)/g,
					' ',
				),
			);
		}
	}),
);
const verified = results.filter((one) => one.verified).length;
process.stdout.write(`\n${verified} of ${results.length} right patches are called verified\n`);

async function judge(one) {
	const work = mkdtempSync(path.join(tmpdir(), 'bench-right-'));
	try {
		const copy = path.join(work, 'copy');
		const patch = path.join(work, 'right.patch');
		spawnSync('cp', ['-a', one.dir, copy]);
		mkdirSync(path.join(work, 'temp'));
		mkdirSync(path.join(work, 'state'));
		writeFileSync(patch, one.truePatch);
		const named = (one.failingTests ?? []).flatMap((name) => ['--test', name]);
		const argv = ['verify', '--patch', patch, '--json', '--time', options.time];
		const child = spawn(
			process.execPath,
			[path.resolve(options.underbid), ...argv, '--test-command', one.testCommand, ...named],
			{
				cwd: copy,
				env: {
					...process.env,
					TMPDIR: path.join(work, 'temp'),
					XDG_STATE_HOME: path.join(work, 'state'),
				},
				stdio: ['ignore', 'pipe', 'pipe'],
			},
		);
		let stdout = '';
		let stderr = '';
		child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
		child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
		await new Promise((resolve) => child.on('close', resolve));
		const said = parsed(stdout);
		const last = said?.attempts?.at(-1)?.verdicts?.at(-1);
		return {
			id: one.id,
			verified: said?.verified ?? false,
			outcome: last?.kind ?? said?.outcome?.kind ?? 'crashed',
			why: last?.reason ?? said?.outcome?.reason ?? stderr.slice(-300),
			warnings: said?.receipt?.warnings ?? said?.patch?.warnings ?? [],
		};
	} finally {
		rmSync(work, { recursive: true, force: true, maxRetries: 5 });
	}
}

function parsed(text) {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
