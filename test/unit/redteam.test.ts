// Every patch of the red team against its project: judged as a run would judge it, in a real worktree, by real tests
// where they can be run here, by its text alone where not.
import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runBaseline } from '../../src/core/baseline';
import type { Tree } from '../../src/core/effects';
import { nanoUsd } from '../../src/core/money';
import type { FileChange, Patch } from '../../src/core/patch';
import type { Baseline, Problem } from '../../src/core/problem';
import type { Suite } from '../../src/core/suite';
import { verify } from '../../src/core/verification';
import { patchFromDiff } from '../../src/repo/patch';
import { childEnvironment } from '../../src/verify/childEnvironment';
import { suiteFromCommand } from '../../src/verify/discovery';
import { ProcessSuiteRunner } from '../../src/verify/suiteRunner';
import { CORPUS, type RedCase } from '../redteam/corpus';
import { PROJECTS, type ProjectName, type RedProject } from '../redteam/projects';
import { FixtureRepository, SIGNAL } from './repo/fixtureRepository';
import { buildReporters } from './verify/reportersBuild';

const ALL: readonly (readonly [ProjectName, RedProject])[] = Object.entries(PROJECTS).map(
	([name, project]) => [name as ProjectName, project],
);

describe('the red team', function () {
	// A test that a patch breaks is looked at again and again; pytest takes seconds to begin where much else runs.
	this.timeout(180_000);
	let base: string;
	let runner: ProcessSuiteRunner;
	before(async () => {
		base = realpathSync(mkdtempSync(path.join(tmpdir(), 'underbid-red-')));
		await buildReporters(path.join(base, 'dist'));
		runner = new ProcessSuiteRunner({
			assets: path.join(base, 'dist'),
			tempRoot: path.join(base, 'runs'),
			environment: childEnvironment(process.env),
		});
	});
	after(() => rmSync(base, { recursive: true, force: true }));

	it('has at least 60 different patches', () => assert.ok(CORPUS.length >= 60, String(CORPUS.length)));

	for (const [name, project] of ALL) {
		const runs = project.runs();
		const cases = CORPUS.filter((one) => one.in.includes(name));
		describe(`${project.framework}${runs ? '' : ' (cannot be run here: by the text of the patch alone)'}`, () => {
			let fixture: FixtureRepository;
			let ended: () => void;
			let tree: Tree;
			let problem: Problem;
			let baseline: Baseline;
			let lent: Promise<unknown>;

			before(async () => {
				if (!runs) {
					const suite = await suiteOf(project, base);
					({ baseline, problem } = recorded(project, suite));
					tree = new PaperTree(project.files);
					return;
				}
				fixture = new FixtureRepository();
				fixture.commit(project.files);
				if (project.framework === 'mocha') {
					symlinkSync(path.resolve('node_modules'), path.join(fixture.root, 'node_modules'));
				}
				const suite = await suiteOf(project, fixture.root);
				await new Promise<void>((ready, failed) => {
					lent = fixture
						.inTree(async (borrowed, snapshot) => {
							tree = borrowed;
							const known = await runBaseline(
								tree,
								suite,
								{ kind: 'failing' },
								{ spend: nanoUsd(0), timeMs: 60_000 },
								{ runner, events: () => undefined },
								SIGNAL,
							);
							if (known.kind !== 'ready') {
								throw new Error(`no baseline: ${JSON.stringify(known)}`);
							}
							baseline = known.baseline;
							problem = { statement: 'adds fails', base: snapshot, suite, failToPass: known.failToPass };
							ready();
							await new Promise<void>((done) => {
								ended = done;
							});
						})
						.catch(failed);
				});
			});
			after(async () => {
				if (runs) {
					ended();
					await lent;
					await fixture.remove();
				}
			});

			const judged = async (patch: Patch) => {
				const refusing = runs ? runner : { run: () => assert.fail('the text of the patch was not enough') };
				return verify(tree, problem, baseline, patch, { runner: refusing, events: () => undefined }, SIGNAL);
			};

			if (runs) {
				it('the right patch is verified, without a warning', async () => {
					const verdict = await judged(await patchOf(tree, project, { body: project.right }));
					assert.equal(verdict.kind, 'resolved', JSON.stringify(verdict));
					const about = verdict.kind === 'resolved' ? verdict.evidence.warnings : [];
					assert.deepEqual(
						about.filter((one) => one.startsWith('The patch')),
						[],
					);
				});
			}
			for (const one of cases) {
				if (!runs && one.fate !== 'rejected') {
					continue;
				}
				it(`${one.kind}: ${one.name} (${one.fate})`, async () => {
					const read = one.diff === undefined ? undefined : patchFromDiff(one.diff);
					if (read?.kind === 'refused') {
						assert.equal(one.fate, 'rejected');
						assert.match(read.reason, one.says);
						return;
					}
					const verdict = await judged(read?.patch ?? (await patchOf(tree, project, one)));
					if (one.fate === 'flagged') {
						assert.ok(
							verdict.kind !== 'resolved' || verdict.evidence.warnings.some((said) => one.says.test(said)),
							JSON.stringify(verdict),
						);
						return;
					}
					assert.equal(verdict.kind, one.fate, JSON.stringify(verdict));
					assert.match('reason' in verdict ? verdict.reason : '', one.says);
				});
			}
		});
	}
});

async function suiteOf(project: RedProject, folder: string): Promise<Suite> {
	const found = await suiteFromCommand(project.command, folder, '');
	assert.equal(found.kind, 'found');
	const suite = found.kind === 'found' ? found.suite : assert.fail();
	const { framework, report } = project;
	return { ...suite, framework, ...(report === undefined || report === 'tap' ? {} : { report }) };
}

/** As a baseline would have it, where none can be run. */
function recorded(project: RedProject, suite: Suite): { baseline: Baseline; problem: Problem } {
	const baseline: Baseline = {
		tests: [project.target],
		count: { passed: 0, failed: 1, skipped: 0 },
		passToPass: [],
		flaky: [],
		knownFailing: [],
		suiteMs: 1000,
		partial: false,
	};
	const base = { commit: 'c0ffee', tree: 'beef' };
	return { baseline, problem: { statement: 'adds fails', base, suite, failToPass: [project.target] } };
}

/** A tree in which nothing can be run: patches are whole files, taken away and put in. */
class PaperTree implements Tree {
	readonly root = '/nowhere';

	constructor(private readonly files: Readonly<Record<string, string>>) {}

	async reset() {
		return { kind: 'done' } as const;
	}

	async apply() {
		return assert.fail('the text of the patch was not enough');
	}

	async read(file: string) {
		return this.files[file];
	}

	async patchOf(changes: readonly FileChange[]) {
		const diff = changes.map((change) => this.diffOf(change)).join('');
		const read = patchFromDiff(diff);
		return read.kind === 'patch' ? read.patch : assert.fail(read.reason);
	}

	/** From the first line that differs to the last. */
	private diffOf(change: FileChange): string {
		const known = this.files[change.path];
		const [before, after] = [linesOf(known ?? ''), linesOf('text' in change ? change.text : '')];
		let head = 0;
		while (head < before.length && head < after.length && before[head] === after[head]) {
			head += 1;
		}
		let tail = 0;
		while (
			tail < Math.min(before.length, after.length) - head &&
			before.at(-1 - tail) === after.at(-1 - tail)
		) {
			tail += 1;
		}
		const gone = before.slice(head, before.length - tail);
		const come = after.slice(head, after.length - tail);
		const lines = [...gone.map((line) => `-${line}\n`), ...come.map((line) => `+${line}\n`)].join('');
		const at = (list: readonly string[]) => `${list.length === 0 ? head : head + 1},${list.length}`;
		const mode = known === undefined ? 'new file mode 100644\n' : '';
		const from = known === undefined ? '/dev/null' : `a/${change.path}`;
		return `diff --git a/${change.path} b/${change.path}\n${mode}--- ${from}\n+++ b/${change.path}\n@@ -${at(gone)} +${at(come)} @@\n${lines}`;
	}
}

function linesOf(text: string): string[] {
	return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

async function patchOf(
	tree: Tree,
	project: RedProject,
	change: Pick<RedCase, 'body' | 'top' | 'files'>,
): Promise<Patch> {
	const { files, body, top } = change;
	const old = project.files[project.source] ?? '';
	const changes: FileChange[] =
		files === undefined
			? [
					{
						path: project.source,
						text: `${top === undefined ? '' : `${top}\n`}${body === undefined ? old : old.replace(project.wrong, () => body)}`,
					},
				]
			: Object.entries(files).map(([file, text]) =>
					text === undefined ? { path: file, deleted: true } : { path: file, text },
				);
	const patch = await tree.patchOf(changes);
	assert.ok(patch, 'the patch could not be made');
	return patch;
}
