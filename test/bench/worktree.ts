// What a worktree costs in a repository of many files: the first one, snapshot included, against `git worktree add`, and
// a warm one, with a patch of the run before still in it: at once after the tree was made, and after a test run. Run by
// tsx; prints the best and the median of some rounds, and the machine's load, without which the figures say little.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Tree } from '../../src/core/effects';
import { openRepository } from '../../src/repo/repository';
import { takeSnapshot } from '../../src/repo/snapshot';
import { Workshop } from '../../src/repo/workshop';
import { Worktrees } from '../../src/repo/worktrees';

const { values: options } = parseArgs({
	options: { files: { type: 'string', default: '50000' }, rounds: { type: 'string', default: '3' } },
});
/** What the shortest test run in so large a repository takes. */
const RUN_MS = 1_500;
/** Warm ones in each round. */
const RUNS = 5;
const SIGNAL = new AbortController().signal;
const home = mkdtempSync(path.join(tmpdir(), 'bench-worktree-'));
const project = path.join(home, 'project');

async function main(): Promise<void> {
	const git = (...argv: string[]) => execFileSync('git', argv, { cwd: project, stdio: 'pipe' });
	for (let file = 0; file < Number(options.files); file++) {
		const folder = path.join(project, `part${file % 20}`, `of${Math.floor(file / 20) % 25}`);
		mkdirSync(folder, { recursive: true });
		writeFileSync(path.join(folder, `file${file}.js`), `exports.value = ${file};\n`.repeat(20));
	}
	mkdirSync(project, { recursive: true });
	git('init', '-q');
	git('add', '.');
	git('-c', 'user.name=b', '-c', 'user.email=b@b', 'commit', '-qm', 'base');
	const [byHand, first, atOnce, warm, again]: number[][] = [[], [], [], [], []];
	for (let round = 0; round < Number(options.rounds); round++) {
		const beside = path.join(home, `hand${round}`);
		byHand?.push(await timed(async () => void git('worktree', 'add', '--detach', '-q', beside)));
		git('worktree', 'remove', '--force', beside);
		const opened = await openRepository(project);
		if (opened.kind === 'refused') {
			throw new Error(opened.reason);
		}
		const workshop = new Workshop({
			repository: opened.repository,
			home: path.join(home, 'trees'),
			ownerId: `bench${round}`,
		});
		const trees = new Worktrees(workshop);
		const borrow = async (use: (tree: Tree) => Promise<void>): Promise<void> => {
			const taken = await takeSnapshot(workshop, [], SIGNAL);
			if (taken.kind === 'failed') {
				throw new Error(taken.reason);
			}
			const used = await trees.borrow(taken.snapshot, use, SIGNAL);
			if (used.kind === 'failed') {
				throw new Error(used.reason);
			}
		};
		first?.push(await timed(() => borrow(async () => undefined)));
		const taken = await takeSnapshot(workshop, [], SIGNAL);
		if (taken.kind === 'failed') {
			throw new Error(taken.reason);
		}
		const { snapshot } = taken;
		const spoil = async (tree: Tree): Promise<void> =>
			writeFileSync(path.join(tree.root, 'part0/of0/file0.js'), 'changed\n');
		const borrowed = (use: (tree: Tree) => Promise<void>) =>
			timed(async () => void (await trees.borrow(snapshot, use, SIGNAL)));
		await borrowed(spoil);
		atOnce?.push(await borrowed(async () => undefined));
		await new Promise((resolve) => setTimeout(resolve, RUN_MS));
		for (let run = 0; run < RUNS; run++) {
			await borrowed(spoil);
			warm?.push(await borrowed(async () => undefined));
		}
		again?.push(await borrowed(async (tree) => void (await tree.reset())));
		await trees.close();
	}
	const [hand, one] = [best(byHand), best(first)];
	process.stdout.write(
		`${options.files} files; load ${loadavg()
			.map((load) => load.toFixed(1))
			.join(' ')}
git worktree add      ${words(byHand)}
first, with snapshot  ${words(first)}: ${(one / hand).toFixed(2)} × git worktree add
warm, at once         ${words(atOnce)}
warm, after a run     ${words(warm)}
warm, and a reset     ${words(again)}
`,
	);
}

async function timed(work: () => Promise<void>): Promise<number> {
	const began = performance.now();
	await work();
	return performance.now() - began;
}

function best(all: readonly number[] = []): number {
	return Math.min(...all);
}

function words(all: readonly number[] = []): string {
	const median = [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
	return `${Math.round(best(all))} ms (median ${Math.round(median)})`;
}

void main().finally(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
