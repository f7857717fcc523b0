#!/usr/bin/env node
// Runs `underbid fix --json --max-spend 0` on a folder of real bugs and judges what it says, from outside.
// A manifest is one JSON line a case: id, dir (a git repository, relative to the manifest or absolute),
// testCommand, failingTests; optional: split ('dev' | 'held'), truePatch.
import { spawn, spawnSync } from 'node:child_process';
import {
	appendFileSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { random, table } from './figures.mjs';
import { fingerprint } from './fingerprint.mjs';
import { family, killed, marked, peakOf, processorMs } from './processes.mjs';

const HELP = `node test/bench/cases.mjs --manifest FILE [options]

  --manifest FILE     one JSON line a case: id, dir, testCommand, failingTests, …
  --filter RE         only cases whose id matches        --split dev|held   only this part
  --limit N           the first N (after --shuffle)      --shuffle SEED     in a seeded random order
  --time-limit SEC    for each case (default 60)         --jobs N           at once (default 1)
  --cancel-third      a seeded third gets SIGINT at a random moment (--seed N, --cancel-within SEC)
  --unnamed           do not name the failing tests; underbid finds them
  --discover          do not name the test command either
  --underbid FILE     the command line to measure (default dist/cli.js)
  --out FILE          one JSON line a result
  --keep              keep the private copies of the cases that went wrong

A case is copied; the copy's files, index, refs, stash and reflogs must be the same bytes afterwards. A patch
that is called verified is applied to a clean clone and the test command must then succeed. Memory is the high
water mark in /proc (Linux), sampled; times depend on the machine and on what else it does.`;

const { values: options } = parseArgs({
	options: {
		manifest: { type: 'string' },
		filter: { type: 'string' },
		split: { type: 'string' },
		limit: { type: 'string' },
		shuffle: { type: 'string' },
		'time-limit': { type: 'string', default: '60' },
		jobs: { type: 'string', default: '1' },
		'cancel-third': { type: 'boolean', default: false },
		'cancel-within': { type: 'string', default: '6' },
		seed: { type: 'string', default: '1' },
		unnamed: { type: 'boolean', default: false },
		discover: { type: 'boolean', default: false },
		underbid: { type: 'string', default: path.join(import.meta.dirname, '../../dist/cli.js') },
		out: { type: 'string' },
		keep: { type: 'boolean', default: false },
		help: { type: 'boolean', short: 'h', default: false },
	},
});
if (options.help || options.manifest === undefined) {
	process.stdout.write(`${HELP}\n`);
	process.exit(options.help ? 0 : 2);
}

const GRACE_MS = 30_000;
const limitMs = Number(options['time-limit']) * 1000;
const cases = chosenCases();
const results = [];
/** Work folders in use, so that an ended bench leaves neither them nor what runs in them. */
const works = new Set();
for (const signal of ['SIGINT', 'SIGTERM']) {
	process.on(signal, () => {
		for (const work of works) {
			killed(marked(`UNDERBID_BENCH=${path.basename(work)}`));
			rmSync(work, { recursive: true, force: true, maxRetries: 5 });
		}
		process.exit(130);
	});
}
if (options.out !== undefined) {
	writeFileSync(options.out, '');
}
const queue = [...cases];
await Promise.all(
	Array.from({ length: Number(options.jobs) }, async () => {
		for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
			const result = await measure(one);
			results.push(result);
			if (options.out !== undefined) {
				appendFileSync(options.out, `${JSON.stringify(result)}\n`);
			}
			process.stdout.write(`${line(result)}\n`);
		}
	}),
);
process.stdout.write(`\n${table(results)}\n`);

function chosenCases() {
	const folder = path.dirname(path.resolve(options.manifest));
	const wanted = new RegExp(options.filter ?? '');
	const all = readFileSync(options.manifest, 'utf8')
		.split('\n')
		.filter((text) => text.trim() !== '')
		.map((text) => JSON.parse(text))
		.map((one) => ({ ...one, dir: path.resolve(folder, one.dir) }))
		.filter((one) => wanted.test(one.id) && (options.split === undefined || one.split === options.split));
	const ordered =
		options.shuffle === undefined
			? all
			: all.sort((a, b) => random(`${options.shuffle} ${a.id}`) - random(`${options.shuffle} ${b.id}`));
	return ordered.slice(0, options.limit === undefined ? undefined : Number(options.limit));
}

async function measure(one) {
	const work = mkdtempSync(path.join(tmpdir(), 'bench-case-'));
	works.add(work);
	const copy = path.join(work, 'copy');
	let keep = false;
	try {
		must('cp', ['-a', one.dir, copy], work);
		for (const name of ['temp', 'state']) {
			mkdirSync(path.join(work, name));
		}
		const before = fingerprint(copy);
		const cancelAfterMs =
			options['cancel-third'] && random(`${options.seed} third ${one.id}`) < 1 / 3
				? Math.round(random(`${options.seed} moment ${one.id}`) * Number(options['cancel-within']) * 1000)
				: undefined;
		const ran = await run(one, copy, work, cancelAfterMs);
		const changed = before.differences(fingerprint(copy));
		const said = parsed(ran.stdout);
		const temp = entriesOf(path.join(work, 'temp'));
		const leftovers = [
			...changed.map((what) => `changed: ${what}`),
			...ran.processes.map((what) => `process: ${what}`),
			...temp.filter((name) => name.includes('underbid')).map((name) => `temp: ${name}`),
		];
		const judged =
			said?.verified === true && said.patch !== undefined
				? judge(one, copy, work, said.patch.diff)
				: undefined;
		const crashed =
			said === undefined || ran.overran || ![0, 1, 2, 130].includes(ran.status ?? -1)
				? `exit ${ran.status ?? ran.signal}${ran.overran ? ', overran its time' : ''}: ${ran.stderr.slice(-600)}`
				: undefined;
		const result = {
			id: one.id,
			status: ran.status,
			outcome: said?.outcome.kind ?? 'crashed',
			...(said?.outcome.by === undefined ? {} : { by: said.outcome.by }),
			...(said?.outcome.reason === undefined ? {} : { reason: said.outcome.reason }),
			verified: said?.verified ?? false,
			...(judged === undefined
				? {}
				: { holds: judged.holds, ...(judged.why === '' ? {} : { why: judged.why }) }),
			inconclusive: said?.attempts.flatMap((a) => a.verdicts).filter((v) => v.kind === 'inconclusive') ?? [],
			leftovers,
			otherTemp: temp.filter((name) => !name.includes('underbid')),
			...(crashed === undefined ? {} : { crashed }),
			...(cancelAfterMs === undefined
				? {}
				: {
						cancelAfterMs,
						...(ran.wallMs < cancelAfterMs ? {} : { endedAfterCancelMs: ran.wallMs - cancelAfterMs }),
					}),
			wallMs: ran.wallMs,
			cpuMs: ran.cpuMs,
			timings: said?.timings,
			overheadMs: said === undefined ? undefined : ran.wallMs - said.timings.testRunsMs,
			tried: said?.attempts.reduce((sum, attempt) => sum + (attempt.tried ?? 0), 0) ?? 0,
			summary: said?.patch?.summary,
			alternatives: said?.alternatives?.map(({ diff, summary }) => ({ diff, summary })) ?? [],
			engineKb: ran.engineKb,
			childKb: ran.child.kb,
			childCommand: ran.child.command,
			diff: said?.patch?.diff,
			warnings: said?.patch?.warnings,
			said,
		};
		keep = options.keep && (leftovers.length > 0 || crashed !== undefined || judged?.holds === false);
		return keep ? { ...result, kept: work } : result;
	} finally {
		works.delete(work);
		if (!keep) {
			rmSync(work, { recursive: true, force: true, maxRetries: 5 });
		}
	}
}

async function run(one, copy, work, cancelAfterMs) {
	const mark = path.basename(work);
	const argv = [
		path.resolve(options.underbid),
		'fix',
		'--json',
		'--max-spend',
		'0',
		'--time',
		`${limitMs / 60_000}`,
	];
	if (!options.discover) {
		argv.push('--test-command', one.testCommand);
	}
	if (!options.unnamed) {
		argv.push(...(one.failingTests ?? []).flatMap((name) => ['--test', name]));
	}
	const began = performance.now();
	const child = spawn(process.execPath, argv, {
		cwd: copy,
		env: {
			...process.env,
			TMPDIR: path.join(work, 'temp'),
			XDG_STATE_HOME: path.join(work, 'state'),
			UNDERBID_BENCH: mark,
		},
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let stdout = '';
	let stderr = '';
	child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
	child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
	let engineKb = 0;
	let cpuMs = 0;
	let largest = { kb: 0, command: '' };
	const sampling = setInterval(() => {
		engineKb = Math.max(engineKb, peakOf(child.pid).kb);
		cpuMs = Math.max(cpuMs, processorMs(child.pid));
		largest = family(child.pid)
			.map(peakOf)
			.reduce((a, b) => (b.kb > a.kb ? b : a), largest);
	}, 150);
	let overran = false;
	const stopping = setTimeout(() => {
		overran = true;
		child.kill('SIGKILL');
	}, limitMs + GRACE_MS);
	const cancelling =
		cancelAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGINT'), cancelAfterMs);
	const [status, signal] = await new Promise((resolve) => child.on('close', (...ended) => resolve(ended)));
	const wallMs = Math.round(performance.now() - began);
	clearInterval(sampling);
	clearTimeout(stopping);
	clearTimeout(cancelling);
	const processes = marked(`UNDERBID_BENCH=${mark}`);
	const names = processes.map((pid) => peakOf(pid).command);
	killed(processes);
	return {
		status,
		signal,
		stdout,
		stderr,
		wallMs,
		overran,
		engineKb,
		cpuMs,
		child: largest,
		processes: names,
	};
}

/** The patch on a clean clone: it must apply, and the project's own test command must succeed. */
function judge(one, copy, work, diff) {
	const clone = path.join(work, 'clone');
	must('git', ['clone', '-q', '--no-hardlinks', one.dir, clone], work);
	if (existsSync(path.join(copy, 'node_modules')) && !existsSync(path.join(clone, 'node_modules'))) {
		renameSync(path.join(copy, 'node_modules'), path.join(clone, 'node_modules'));
	}
	const applied = spawnSync('git', ['apply', '-'], { cwd: clone, input: diff, encoding: 'utf8' });
	if (applied.status !== 0) {
		return { holds: false, why: `does not apply: ${applied.stderr.slice(0, 300)}` };
	}
	// The command is the manifest's own text, as its author wrote it, so it needs a shell. Its process group ends with it.
	const ran = spawnSync(
		'timeout',
		['-k', '2', `${Math.max(60, limitMs / 1000)}`, 'sh', '-c', one.testCommand],
		{
			cwd: clone,
			encoding: 'utf8',
			maxBuffer: 1 << 28,
		},
	);
	return {
		holds: ran.status === 0,
		why: ran.status === 0 ? '' : `exit ${ran.status}: ${`${ran.stdout}${ran.stderr}`.slice(-400)}`,
	};
}

/** Every path left in the temp folder of a run, two levels deep at most: a swept home may stay, empty. */
function entriesOf(folder) {
	const found = spawnSync('find', ['.', '-mindepth', '1', '-maxdepth', '3'], {
		cwd: folder,
		encoding: 'utf8',
	});
	return found.stdout.split('\n').filter((name) => name !== '');
}

function parsed(text) {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function must(command, argv, cwd) {
	const ran = spawnSync(command, argv, { cwd, encoding: 'utf8' });
	if (ran.status !== 0) {
		throw new Error(`${command} ${argv.join(' ')}: ${ran.stderr}`);
	}
}

function line(result) {
	const end = result.verified ? (result.holds ? 'verified' : 'FALSE VERIFIED') : result.outcome;
	const flags = [
		result.crashed === undefined ? '' : `CRASHED ${result.crashed.slice(-200)}`,
		result.inconclusive.length > 0 ? `inconclusive: ${result.inconclusive[0].reason ?? ''}` : '',
		result.leftovers.length > 0 ? `LEFT ${result.leftovers.join('; ').slice(0, 300)}` : '',
		result.why ?? '',
		result.verified ? '' : (result.reason ?? ''),
	];
	const cancel = result.cancelAfterMs === undefined ? '' : `cancelled@${result.cancelAfterMs} `;
	const mb = Math.round(result.engineKb / 1024);
	return `${result.id.padEnd(34)} ${end.padEnd(10)} ${(result.wallMs / 1000).toFixed(1).padStart(6)} s ${String(result.tried).padStart(5)} tried ${mb} MB ${cancel}${flags.filter(Boolean).join(' | ').replace(/\s+/g, ' ')}`;
}
