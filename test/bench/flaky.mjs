#!/usr/bin/env node
// A suite with one test that fails by chance (20 % of the time unless told otherwise), judged again and again: the
// right patch must be called verified, the one that breaks another test must not, and the flaky test must be named
// whenever it was seen to waver. Prints what was wrong.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
	options: {
		runs: { type: 'string', default: '200' },
		rate: { type: 'string', default: '0.2' },
		jobs: { type: 'string', default: '1' },
		/** Leave the target unnamed: whatever fails. */
		unnamed: { type: 'boolean', default: false },
		underbid: { type: 'string', default: path.join(import.meta.dirname, '../../dist/cli.js') },
	},
});
const RIGHT = ['return a - b;', 'return a + b;'];
const SOURCE = `exports.add = (a, b) => { return a - b; };\nexports.label = (n) => 'sum ' + n;\n`;
const TESTS = `const { it } = require('node:test');
const assert = require('node:assert');
const { add, label } = require('./sums.js');
it('adds', () => assert.equal(add(17, 25), 42));
it('labels', () => assert.equal(label('a'), 'sum a'));
it('wavers', () => assert.ok(Math.random() >= ${Number(options.rate)}));
${Array.from({ length: 20 }, (_, n) => `it('counts ${n}', () => assert.equal(label(${n}), 'sum ${n}'));`).join('\n')}
`;

const work = mkdtempSync(path.join(tmpdir(), 'bench-flaky-'));
const project = path.join(work, 'project');
for (const name of ['project', 'temp', 'state']) {
	mkdirSync(path.join(work, name));
}
for (const [name, text] of Object.entries({ 'sums.js': SOURCE, 'sums.test.js': TESTS })) {
	writeFileSync(path.join(project, name), text);
}
for (const argv of [
	['init', '-q'],
	['add', '.'],
	['-c', 'user.name=b', '-c', 'user.email=b@b', 'commit', '-qm', 'base'],
]) {
	spawnSync('git', argv, { cwd: project });
}
const patchOf = (name, text) => {
	writeFileSync(path.join(project, 'sums.js'), text);
	const { stdout } = spawnSync('git', ['diff'], { cwd: project, encoding: 'utf8' });
	writeFileSync(path.join(project, 'sums.js'), SOURCE);
	writeFileSync(path.join(work, name), stdout);
	return path.join(work, name);
};
const right = patchOf('right.patch', SOURCE.replace(...RIGHT));
const breaking = patchOf('breaking.patch', SOURCE.replace(...RIGHT).replace("'sum ' + n", "'Sum ' + n"));

const tally = { runs: 0, wrong: 0, seen: 0, named: 0 };
const numbers = Array.from({ length: Number(options.runs) }, (_, number) => number);
try {
	await Promise.all(
		Array.from({ length: Number(options.jobs) }, async () => {
			for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
				await judge(number);
			}
		}),
	);
} finally {
	rmSync(work, { recursive: true, force: true, maxRetries: 5 });
}
process.stdout.write(
	`${tally.runs} runs: wrong verdicts ${tally.wrong}; the flaky test wavered in ${tally.seen} and was named in ${tally.named} of them\n`,
);
process.exitCode = tally.wrong === 0 && tally.named === tally.seen ? 0 : 1;

async function judge(number) {
	const good = number % 2 === 0;
	const argv = [
		'verify',
		'--patch',
		good ? right : breaking,
		'--json',
		'--test-command',
		'node sums.test.js',
	];
	const { stdout, ms } = await underbid([...argv, ...(options.unnamed ? [] : ['--test', 'adds'])]);
	const said = JSON.parse(stdout);
	tally.runs += 1;
	const verdict = said.attempts.at(-1)?.verdicts.at(-1);
	const fits = good
		? said.verified
		: said.verified === false && verdict?.kind === 'unresolved' && /labels|counts/.test(verdict.reason);
	if (!fits) {
		tally.wrong += 1;
		process.stdout.write(
			`run ${number} (${good ? 'right' : 'breaking'}): ${JSON.stringify(verdict ?? said.outcome)}\n`,
		);
	}
	if (good && said.verified) {
		const { flaky, knownFailing, runs, after } = said.receipt;
		// One that fails on the base and with the patch was not seen to waver.
		const wavered = flaky.length > 0 || knownFailing.length > 0 !== after.failed > 0;
		tally.seen += wavered ? 1 : 0;
		tally.named += flaky.some((id) => id.endsWith('wavers')) ? 1 : 0;
		process.stderr.write(`${number} ${ms} ms, ${runs.length} runs, flaky: ${flaky.join()}\n`);
	}
}

function underbid(argv) {
	const began = performance.now();
	return new Promise((resolve) => {
		const child = spawn(process.execPath, [path.resolve(options.underbid), ...argv], {
			cwd: project,
			env: { ...process.env, TMPDIR: path.join(work, 'temp'), XDG_STATE_HOME: path.join(work, 'state') },
			stdio: ['ignore', 'pipe', 'ignore'],
		});
		let stdout = '';
		child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
		child.on('close', () => resolve({ stdout, ms: Math.round(performance.now() - began) }));
	});
}
