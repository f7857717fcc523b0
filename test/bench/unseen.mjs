#!/usr/bin/env node
// Asks of patches that passed the tests: are they also right on inputs they never saw? Patched and true function
// get the same few hundred inputs, made from the arguments of the tests' own calls, and must answer the same.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { share } from './figures.mjs';

const HELP = `node test/bench/unseen.mjs --manifest FILE --results FILE [--inputs 600] [--filter RE] [--base]

For cases of one JavaScript module that exports one function: the manifest line needs dir, truePatch and source
(the module's file, like main.js); the results are those of cases.mjs --out. --base judges the unpatched base
instead, to see how many wrong functions the inputs tell from the true one. The same inputs every time.`;

const { values: options } = parseArgs({
	options: {
		manifest: { type: 'string' },
		results: { type: 'string' },
		inputs: { type: 'string', default: '600' },
		filter: { type: 'string', default: '' },
		base: { type: 'boolean', default: false },
		help: { type: 'boolean', short: 'h', default: false },
	},
});
if (options.help || options.manifest === undefined || (options.results === undefined && !options.base)) {
	process.stdout.write(`${HELP}\n`);
	process.exit(options.help ? 0 : 2);
}

const folder = path.dirname(path.resolve(options.manifest));
const wanted = new RegExp(options.filter);
const cases = new Map(lines(options.manifest).map((one) => [one.id, one]));
const asked = options.base
	? [...cases.values()].map(({ id }) => ({ id, diff: '' }))
	: lines(options.results).filter((result) => result.verified);
const answers = asked
	.filter(({ id }) => cases.has(id) && wanted.test(id))
	.map((result) => {
		const answer = judge(cases.get(result.id), result.diff);
		if (answer.kind !== 'same') {
			process.stdout.write(`${result.id.padEnd(14)} ${answer.kind} ${answer.detail ?? ''}\n`);
		}
		return answer;
	});
const known = answers.filter(({ kind }) => kind !== 'unjudged');
process.stdout.write(
	`right on inputs never seen: ${share(known.filter(({ kind }) => kind === 'same').length, known.length)}\n`,
);
if (known.length < answers.length) {
	process.stdout.write(`not judged: ${answers.length - known.length}\n`);
}

function judge(one, diff) {
	const work = mkdtempSync(path.join(tmpdir(), 'bench-unseen-'));
	try {
		const source = path.resolve(folder, one.dir);
		const trees = { right: one.truePatch, patched: diff };
		for (const [name, patch] of Object.entries(trees)) {
			cpSync(source, path.join(work, name), {
				recursive: true,
				filter: (file) => !/[\\/](\.git|node_modules)$/.test(file),
			});
			const applied = spawnSync('git', ['apply', '-'], {
				cwd: path.join(work, name),
				input: patch,
				encoding: 'utf8',
			});
			if (patch !== '' && applied.status !== 0) {
				return { kind: 'unjudged', detail: `the ${name} patch does not apply: ${applied.stderr}` };
			}
		}
		const right = path.join(work, 'right');
		const argv = [
			'compare',
			...Object.keys(trees).map((name) => path.join(work, name, one.source)),
			testFile(right),
		];
		const ran = spawnSync(
			process.execPath,
			['--stack-size=800', path.join(import.meta.dirname, 'sameAnswers.cjs'), ...argv, options.inputs],
			{ cwd: right, encoding: 'utf8', timeout: 120_000, killSignal: 'SIGKILL' },
		);
		const last = ran.stdout?.trim().split('\n').at(-1) ?? '';
		return last.startsWith('{') ? JSON.parse(last) : { kind: 'unjudged', detail: ran.stderr.slice(-300) };
	} finally {
		rmSync(work, { recursive: true, force: true });
	}
}

function testFile(root) {
	const inside = path.join(root, 'test');
	return existsSync(inside) ? path.join(inside, readdirSync(inside)[0]) : path.join(root, 'test.js');
}

function lines(file) {
	return readFileSync(file, 'utf8')
		.split('\n')
		.filter((text) => text.trim() !== '')
		.map((text) => JSON.parse(text));
}
