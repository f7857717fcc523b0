#!/usr/bin/env node
// What a verdict costs beside the suite itself, on a made suite of 1,000 tests: `underbid verify --patch` with the right
// patch against one run of the suite by hand, and the verdict on a wrong one against the target alone by hand. Processor
// time is that of the shell's children (bash's `times`), so it holds on a machine that does other things too; the time on
// the clock needs two free processors, so the load is told.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
	options: {
		rounds: { type: 'string', default: '3' },
		/** Milliseconds of work in each of the 1,000 tests. */
		work: { type: 'string', default: '3' },
		underbid: { type: 'string', default: path.join(import.meta.dirname, '../../dist/cli.js') },
	},
});
const home = mkdtempSync(path.join(tmpdir(), 'bench-verify-'));
const project = path.join(home, 'project');
const SOURCE = 'exports.add = (a, b) => a - b;\nexports.twice = (a) => 2 * a;\n';
try {
	for (const name of ['project/test', 'temp', 'state']) {
		mkdirSync(path.join(home, name), { recursive: true });
	}
	const put = (name, text) => writeFileSync(path.join(project, name), text);
	put('.gitignore', 'node_modules\n');
	put('sums.js', SOURCE);
	for (let file = 0; file < 20; file++) {
		const tests = Array.from(
			{ length: 50 },
			(_, n) => `it('works ${n}', () => { work(); assert.equal(twice(${n}), ${2 * n}); });`,
		);
		put(
			`test/part${file}.js`,
			`const assert = require('assert');\nconst { add, twice } = require('../sums.js');\nconst work = () => { const end = performance.now() + ${Number(options.work)}; while (performance.now() < end); };\n${tests.join('\n')}\n${file === 0 ? "it('adds', () => assert.equal(add(17, 25), 42));\n" : ''}`,
		);
	}
	symlinkSync(path.join(import.meta.dirname, '../../node_modules'), path.join(project, 'node_modules'));
	const git = (...argv) => spawnSync('git', argv, { cwd: project, encoding: 'utf8' }).stdout;
	git('init', '-q');
	git('add', '.');
	git('-c', 'user.name=b', '-c', 'user.email=b@b', 'commit', '-qm', 'base');
	const patchOf = (name, to) => {
		put('sums.js', SOURCE.replace('a - b', to));
		writeFileSync(path.join(home, name), git('diff'));
		put('sums.js', SOURCE);
		return path.join(home, name);
	};
	const right = patchOf('right.patch', 'a + b');
	const wrong = patchOf('wrong.patch', 'b - a');
	const mocha = ['npx', 'mocha', 'test'];
	const verify = (patch) => [
		...[process.execPath, path.resolve(options.underbid), 'verify', '--json', '--test', 'adds'],
		...['--patch', patch, '--test-command', mocha.join(' ')],
	];
	const best = (argv) => {
		const all = Array.from({ length: Number(options.rounds) }, () => timed(argv));
		return all.reduce((a, b) => (b.cpu < a.cpu ? b : a));
	};
	const suite = best(mocha);
	const target = best([...mocha, '--grep', '^adds$']);
	const good = best(verify(right));
	const bad = best(verify(wrong));
	const saidGood = JSON.parse(good.stdout);
	const saidBad = JSON.parse(bad.stdout);
	const [attempt] = saidBad.receipt.attempts;
	process.stdout.write(
		`load ${loadavg()
			.map((load) => load.toFixed(1))
			.join(' ')}
suite by hand ${words(suite)}; target by hand ${words(target)}
right patch, ${saidGood.verified ? 'verified' : 'NOT VERIFIED'}: ${words(good)}; ${(good.cpu / suite.cpu).toFixed(2)} × the suite in processor time, ${(good.wall / suite.wall).toFixed(2)} × in time
wrong patch, ${saidBad.verified ? 'VERIFIED' : 'thrown out'} in ${(attempt.verifyMs / 1000).toFixed(2)} s: ${(attempt.verifyMs / 1000 / target.wall).toFixed(2)} × the target by hand
runs: ${saidGood.receipt.runs.map(({ what, durationMs }) => `${what} ${durationMs} ms`).join('; ')}
`,
	);
} finally {
	rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}

function timed(argv) {
	const began = performance.now();
	const { stdout, stderr } = spawnSync('bash', ['-c', '"$@" ; times >&2', 'bash', ...argv], {
		cwd: project,
		encoding: 'utf8',
		maxBuffer: 1 << 28,
		env: { ...process.env, TMPDIR: path.join(home, 'temp'), XDG_STATE_HOME: path.join(home, 'state') },
	});
	const last = stderr.trim().split('\n').at(-1) ?? '';
	const cpu = [...last.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
		(sum, [, m, s]) => sum + Number(m) * 60 + Number(s),
		0,
	);
	return { stdout, cpu, wall: (performance.now() - began) / 1000 };
}

function words({ cpu, wall }) {
	return `${wall.toFixed(2)} s (${cpu.toFixed(2)} s of processor time)`;
}
