// Real installs of each kind, real verdicts: npx mocha test/bench/provisioning/provisioning.test.ts (after npm run
// build; needs the npm registry, and python3 with pytest, go and cargo for their projects).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { SandboxWish } from '../../../src/core/sandbox';
import { createEngine } from '../../../src/engine/engine';
import { takeSnapshot } from '../../../src/repo/snapshot';
import { Worktrees } from '../../../src/repo/worktrees';
import { contents, FixtureRepository, SIGNAL } from '../../unit/repo/fixtureRepository';
import { PROJECTS, type ProvisionedProject, type Tools, toolsIn } from './projects';

/** The bar: what making a tree may add to the project's own time. */
const MOST_MS = 1_000;

describe('provisioning, with real installs', function () {
	this.timeout(300_000);
	const dist = path.resolve(__dirname, '../../../dist');
	const rows: string[] = [];
	let folder: string;
	let tools: Tools;

	before(() => {
		folder = mkdtempSync(path.join(os.tmpdir(), 'provisioning-'));
		tools = toolsIn(path.join(folder, 'tools'));
	});
	after(() => {
		rmSync(folder, { recursive: true, force: true });
		console.log(
			[
				'',
				'project | first tree | warm | verdict, sandbox | verdict, none | test runs, sandbox',
				...rows,
			].join('\n      '),
		);
	});

	for (const project of PROJECTS) {
		const missing = project.needs.filter((program) => !isThere(program));
		const left = missing.length > 0 ? ` (left out: ${missing.join(', ')} is not installed here)` : '';
		it(`${project.name}${left}`, async function () {
			if (missing.length > 0) {
				this.skip();
			}
			const fixture = new FixtureRepository('a project');
			try {
				fixture.commit(project.files);
				project.install(fixture.root, tools);
				fixture.git('add', '-A');
				fixture.git('commit', '-q', '-m', 'lockfiles', '--allow-empty');
				fixture.git('status');
				const before = contents(fixture.root, { times: true });
				const [first, warm] = await treeTimes(fixture);
				const took: number[] = [];
				let runs = '';
				for (const wish of ['auto', 'off'] as const) {
					const since = performance.now();
					const each = await isVerified(project, fixture.root, path.join(fixture.parent, 'state'), wish);
					took.push(performance.now() - since);
					runs ||= each.map((ms) => (ms / 1000).toFixed(1)).join(' ');
				}
				assert.equal(contents(fixture.root, { times: true }), before, 'the user’s folder was written');
				rows.push(
					[
						project.name,
						`${first.toFixed(0)} ms`,
						`${warm.toFixed(0)} ms`,
						...took.map((ms) => `${(ms / 1000).toFixed(1)} s`),
						runs,
					].join(' | '),
				);
				assert.ok(first < MOST_MS && warm < MOST_MS, `a tree took ${first} ms, then ${warm} ms`);
			} finally {
				await fixture.remove();
			}
		});
	}

	async function treeTimes(fixture: FixtureRepository): Promise<readonly [number, number]> {
		const workshop = await fixture.workshop();
		const worktrees = new Worktrees(workshop);
		try {
			const taken = await takeSnapshot(workshop, [], SIGNAL);
			assert.ok(taken.kind === 'taken', JSON.stringify(taken));
			const times: number[] = [];
			for (let round = 0; round < 2; round += 1) {
				const since = performance.now();
				const used: { readonly kind: string } = await worktrees.borrow(
					taken.snapshot,
					async (tree) => {
						times.push(performance.now() - since);
						mkdirSync(path.join(tree.root, 'left-behind'));
						return undefined;
					},
					SIGNAL,
				);
				assert.equal(used.kind, 'used');
			}
			return [times[0] ?? Number.NaN, times[1] ?? Number.NaN];
		} finally {
			await worktrees.close();
		}
	}

	/** How long each run took, milliseconds. Red on the base, green with the fix in the sibling, red again without it. */
	async function isVerified(
		project: ProvisionedProject,
		root: string,
		state: string,
		wish: SandboxWish,
	): Promise<readonly number[]> {
		const engine = createEngine({ dist, environment: { ...process.env, UNDERBID_HOME: state } });
		const { path: file, from, to } = project.fix;
		const text = readFileSync(path.join(root, file), 'utf8');
		const fixed = text.replace(from, to);
		assert.notEqual(fixed, text);
		const report = await engine.verifyPatch(
			{
				folder: path.join(root, project.folder ?? ''),
				unsaved: [],
				target: { kind: 'failing' },
				testCommand: project.command,
				diff: diffOf(folder, file, text, fixed),
				timeMs: 240_000,
				sandbox: { wish },
			},
			() => undefined,
			SIGNAL,
		);
		await engine.close();
		assert.equal(report.outcome.kind, 'solved', `${wish}: ${report.receipt}`);
		assert.match(report.evidence.sandbox, wish === 'off' ? /^none/ : /./);
		assert.ok(report.evidence.failsWithout);
		assert.deepEqual([report.evidence.before?.failed, report.evidence.after?.failed], [1, 0]);
		return report.evidence.runs.map((run) => run.durationMs);
	}
});

function diffOf(scratch: string, file: string, from: string, to: string): string {
	writeFileSync(path.join(scratch, 'from'), from);
	writeFileSync(path.join(scratch, 'to'), to);
	const { stdout } = spawnSync('git', ['diff', '--no-index', '--no-color', 'from', 'to'], {
		cwd: scratch,
		encoding: 'utf8',
	});
	const hunks = stdout.slice(stdout.indexOf('@@'));
	return `diff --git a/${file} b/${file}\n--- a/${file}\n+++ b/${file}\n${hunks}`;
}

function isThere(program: string): boolean {
	const argv =
		program === 'pytest'
			? ['python3', '-m', 'pytest', '--version']
			: [program, program === 'go' ? 'version' : '--version'];
	return spawnSync(argv[0] ?? '', argv.slice(1)).status === 0;
}
