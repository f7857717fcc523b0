import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Progress, Proposal } from '../../../../src/core/offer';
import { AgentProposer } from '../../../../src/propose/model/agent';
import type { CourseLimits } from '../../../../src/propose/model/agentCourse';
import { childEnvironment } from '../../../../src/verify/childEnvironment';
import { ProcessSuiteRunner } from '../../../../src/verify/suiteRunner';
import { buildReporters } from '../../verify/reportersBuild';
import { shippedGrammars } from '../free/shippedGrammars';
import {
	type Bed,
	type BedWishes,
	BROKEN,
	CLOCK,
	GREEN,
	inBed,
	OTHER,
	RED,
	SIGNAL,
	SUITE,
} from './tools/agentBed';
import { call, calls, PRICE, type Reply, ScriptedModel } from './tools/scriptedModel';

const RIGHT = { path: 'src/add.js', search: 'a - b', replace: 'a + b' };
const GREEN_ALONE = GREEN.tests.slice(0, 1);
const WRONG = { path: 'src/add.js', search: 'a - b', replace: 'a * b' };

describe('agent', () => {
	const grammars = shippedGrammars();

	const play = async (
		model: ScriptedModel,
		bed: Bed,
		limits: Partial<CourseLimits> = {},
		signal: AbortSignal = SIGNAL,
	): Promise<{ proposal: Proposal; stages: string[] }> => {
		const stages: string[] = [];
		const agent = new AgentProposer(model, { grammars: grammars(), clock: CLOCK, limits });
		const proposal = await agent.propose(bed.task, ({ stage }: Progress) => stages.push(stage), signal);
		assert.ok(bed.purse.spent.billed + bed.purse.spent.estimated <= bed.task.allowance.spend);
		assertApproved(model, bed);
		return { proposal, stages };
	};
	/** Passes once the source says so; nothing is started. */
	const bySource: NonNullable<BedWishes['run']> = (_scope, tree) =>
		readFileSync(path.join(tree.root, 'src/add.js'), 'utf8').includes('a + b') ? GREEN : RED;

	describe('with real tests', () => {
		let base: string;
		let runner: ProcessSuiteRunner;
		before(async () => {
			base = realpathSync(mkdtempSync(path.join(tmpdir(), 'underbid-agent-')));
			await buildReporters(path.join(base, 'dist'));
			runner = new ProcessSuiteRunner({
				assets: path.join(base, 'dist'),
				tempRoot: path.join(base, 'runs'),
				environment: childEnvironment(process.env),
			});
		});
		after(() => rmSync(base, { recursive: true, force: true }));

		it('searches, reads, edits wrongly, sees it, edits rightly, and is asked nothing more', async () => {
			let tests: BedWishes['tests'];
			await inBed({}, async ({ tree }) => {
				const run = await runner.run(tree.root, SUITE, { kind: 'all' }, 30_000, SIGNAL);
				tests = run.kind === 'finished' ? run.tests : assert.fail(run.kind);
			});
			assert.deepEqual(
				tests?.map(({ id, status }) => `${status} ${id}`),
				['failed test/add.test.js::adds', 'passed test/other.test.js::is there'],
			);
			const failing = tests?.filter(({ status }) => status === 'failed') ?? [];
			const run: BedWishes['run'] = (scope, tree, signal) =>
				runner.run(
					tree.root,
					SUITE,
					scope === 'all' ? { kind: 'all' } : { kind: 'tests', tests: failing },
					30_000,
					signal,
				);
			await inBed({ tests: tests ?? [], run }, async (bed) => {
				const model = new ScriptedModel([
					calls('I look for it.', call('search', { text: 'exports.add' })),
					calls('', call('read_file', { path: 'src/add.js' })),
					calls('It must multiply.', call('edit_file', WRONG)),
					calls('It subtracts where it must add.', call('edit_file', { ...RIGHT, search: 'a * b' })),
				]);
				const { proposal, stages } = await play(model, bed);
				assert.equal(proposal.kind, 'patches');
				const [only, more] = proposal.kind === 'patches' ? proposal.patches : [];
				assert.equal(more, undefined);
				assert.match(only?.patch.diff ?? '', /-\treturn a - b;\n\+\treturn a \+ b;/);
				assert.equal(only?.summary, 'It subtracts where it must add.');
				assert.deepEqual(only?.warnings, []);
				assert.equal(proposal.tried, 2);
				assert.deepEqual(bed.runs, ['target', 'target', 'all']);
				assert.deepEqual(stages, [
					'reading the code around the failure',
					'asking Some Model (step 1)',
					'searching for exports.add',
					'asking Some Model (step 2)',
					'reading src/add.js',
					'asking Some Model (step 3)',
					'editing src/add.js',
					'running the tests',
					'asking Some Model (step 4)',
					'editing src/add.js',
					'running the tests (2nd time)',
					'running the tests (3rd time)',
				]);
				const results = model.sent.slice(1).map((request) => resultsOf(request.messages.at(-1)));
				assert.match(results[0] ?? '', /src\/add\.js:1: exports\.add = /);
				assert.match(results[1] ?? '', /2\t\treturn a - b;/);
				assert.match(
					results[2] ?? '',
					/Edited "src\/add\.js"\.[^]*1 of 1 target test still fails[^]*6 !== 5|expected: 5/,
				);
				assert.equal((await bed.tree.apply(only?.patch ?? assert.fail())).kind, 'refused');
				assert.deepEqual(await bed.tree.reset(), { kind: 'done' });
				assert.deepEqual(await bed.tree.apply(only?.patch ?? assert.fail()), { kind: 'done' });
			});
		});
	});

	it('sends a beginning that never changes, and says that it comes again', async () => {
		await inBed({ run: bySource }, async (bed) => {
			const model = new ScriptedModel([
				calls('', call('list_files', {})),
				calls('', call('read_file', { path: 'src/sub.js' })),
				calls('', call('edit_file', RIGHT)),
			]);
			const { proposal } = await play(model, bed);
			assert.equal(proposal.kind, 'patches');
			for (const [index, request] of model.sent.entries()) {
				assert.equal(request.cacheUpTo, request.messages.length - 1);
				const before = model.sent[index - 1]?.messages ?? [];
				assert.deepEqual(request.messages.slice(0, before.length), before);
				assert.deepEqual([request.system, request.tools], [model.sent[0]?.system, model.sent[0]?.tools]);
			}
		});
	});

	it('goes on where the edit breaks other tests, and mends that', async () => {
		const broken = { ...OTHER, status: 'failed', failure: { message: 'gone' } } as const;
		const run: BedWishes['run'] = (scope, tree) => {
			const text = readFileSync(path.join(tree.root, 'src/add.js'), 'utf8');
			const [target] = GREEN.tests;
			const passes = text.includes('a + b');
			return scope === 'all' && passes && !text.includes('// kept')
				? { ...GREEN, tests: [target ?? assert.fail(), broken] }
				: passes
					? GREEN
					: RED;
		};
		await inBed({ run }, async (bed) => {
			const model = new ScriptedModel([
				calls('', call('edit_file', RIGHT)),
				calls('', call('edit_file', { path: 'src/add.js', search: 'a + b;', replace: 'a + b; // kept' })),
			]);
			const { proposal } = await play(model, bed);
			assert.equal(proposal.kind, 'patches');
			assert.deepEqual(bed.runs, ['target', 'all', 'target', 'all']);
			assert.match(resultsOf(model.sent[1]?.messages.at(-1)), /1 that passed before fails now[^]*is there/);
		});
		await inBed({ run }, async (bed) => {
			const model = new ScriptedModel([
				calls('', call('edit_file', RIGHT)),
				calls('I stop.'),
				calls('I stop.'),
			]);
			const { proposal } = await play(model, bed);
			assert.deepEqual(proposal.kind === 'patches' && proposal.patches[0].warnings, [
				"1 other test failed with it in the proposer's own run.",
			]);
		});
	});

	describe('stops', () => {
		interface Story {
			readonly name: string;
			readonly wishes?: BedWishes;
			readonly limits?: Partial<CourseLimits>;
			readonly replies: Reply[] | ((turn: number) => Reply);
			readonly kind: Proposal['kind'];
			readonly reason?: RegExp;
			readonly sent?: number;
		}
		const read = (turn: number) =>
			calls('', call('read_file', { path: 'src/add.js', from: 1, to: turn + 1 }));
		const stories: readonly Story[] = [
			{
				name: 'when the prompt is not approved',
				wishes: { approve: () => false },
				replies: [],
				kind: 'none',
				reason: /not allowed/,
				sent: 0,
			},
			{
				name: 'when a later prompt is not approved',
				wishes: { approve: (prompt) => prompt.includes('# System') },
				replies: [calls('', call('list_files', {}))],
				kind: 'none',
				reason: /not allowed/,
				sent: 1,
			},
			{
				name: 'when the first call cannot be paid',
				wishes: { spend: 1_000_000 },
				replies: [],
				kind: 'unaffordable',
				sent: 0,
			},
			{
				name: 'when a later call cannot be paid, which is none',
				wishes: { spend: 25_000_000 },
				limits: { idleSteps: 30 },
				replies: read,
				kind: 'none',
				reason: /does not fit/,
			},
			{
				name: 'after its last step',
				limits: { steps: 3, idleSteps: 9 },
				replies: read,
				kind: 'none',
				reason: /3 steps without/,
				sent: 3,
			},
			{
				name: 'when it only reads',
				limits: { steps: 12, idleSteps: 3 },
				replies: read,
				kind: 'none',
				reason: /changed nothing for 6 steps/,
				sent: 6,
			},
			{
				name: 'when it asks the same again and again',
				replies: () => calls('', call('read_file', { path: 'src/add.js' })),
				kind: 'none',
				reason: /same call 3 times/,
				sent: 3,
			},
			{
				name: 'when it turns in a circle',
				replies: (turn) => {
					const [search, replace] = turn % 2 === 0 ? ['a - b', 'a * b'] : ['a * b', 'a - b'];
					return calls('', call('edit_file', { path: 'src/add.js', search, replace, turn }));
				},
				kind: 'none',
				reason: /same files 3 times/,
				sent: 4,
			},
			{
				name: 'when nothing it says can be done',
				replies: (turn) => calls('', call('shell', { command: `echo ${turn}` })),
				kind: 'none',
				reason: /Nothing could be done with 4/,
				sent: 4,
			},
			{
				name: 'when it says twice that it is ready and the target does not pass',
				replies: [calls('Done.'), calls('I cannot find it,\nsorry.')],
				kind: 'none',
				reason: /^It gave up: I cannot find it, sorry\.$/,
				sent: 2,
			},
			{
				name: 'with the trouble of its provider',
				replies: [
					calls('', call('list_files', {})),
					{ kind: 'failed', trouble: 'busy', reason: 'Somebody is overloaded.' },
				],
				kind: 'failed',
				reason: /overloaded/,
				sent: 2,
			},
			{
				name: 'with what it has when its provider fails after an edit that breaks another test',
				wishes: { run: (scope) => (scope === 'all' ? { ...GREEN, tests: GREEN_ALONE } : GREEN) },
				replies: [
					calls('', call('edit_file', RIGHT)),
					{ kind: 'failed', trouble: 'down', reason: 'Nobody answers.' },
				],
				kind: 'patches',
				sent: 2,
			},
			{
				name: 'when nothing may be bought any more',
				replies: [{ kind: 'closed', reason: 'The limit for the day is reached.' }],
				kind: 'none',
				reason: /limit for the day/,
				sent: 1,
			},
			{
				name: 'at its deadline',
				wishes: { timeMs: 1_500 },
				replies: [
					async () => {
						await new Promise((resolve) => setTimeout(resolve, 1_600));
						return { kind: 'cancelled' };
					},
				],
				kind: 'none',
				reason: /time was over/,
				sent: 1,
			},
			{
				name: 'at its deadline with an edit that nobody had time to test',
				wishes: {
					timeMs: 1_500,
					run: async () => {
						await new Promise((resolve) => setTimeout(resolve, 1_600));
						return { argv: [], durationMs: 1, output: '', kind: 'cancelled' };
					},
				},
				replies: [calls('', call('edit_file', RIGHT))],
				kind: 'patches',
				sent: 1,
			},
		];
		for (const { name, wishes = {}, limits, replies, kind, reason, sent } of stories) {
			it(name, async () => {
				await inBed(wishes, async (bed) => {
					const model = new ScriptedModel(replies);
					const { proposal } = await play(model, bed, limits);
					assert.equal(proposal.kind, kind, JSON.stringify(proposal));
					if (sent === undefined) {
						assert.ok(model.sent.length > 1);
					} else {
						assert.equal(model.sent.length, sent);
					}
					if (reason !== undefined) {
						assert.match('reason' in proposal ? proposal.reason : '', reason);
					}
				});
			});
		}

		it('at once when the user cancels', async () => {
			await inBed({}, async (bed) => {
				const user = new AbortController();
				const model = new ScriptedModel([
					() => {
						user.abort();
						return calls('', call('edit_file', RIGHT));
					},
				]);
				const { proposal } = await play(model, bed, {}, user.signal);
				assert.equal(proposal.kind, 'cancelled');
				assert.deepEqual(bed.runs, []);
				assert.match(readFileSync(path.join(bed.tree.root, 'src/add.js'), 'utf8'), /a - b/);
			});
		});
	});

	it('cuts older results when the talk becomes long, and the answers stay in their places', async () => {
		const line = `${'word '.repeat(20)}\n`;
		const files = { ...BROKEN, 'src/long.js': line.repeat(1_000) };
		await inBed({ files, run: bySource, spend: 10_000_000_000 }, async (bed) => {
			const model = new ScriptedModel((turn) =>
				turn < 9
					? calls('', call('read_file', { path: 'src/long.js', from: turn * 100 + 1, to: turn * 100 + 100 }))
					: calls('', call('edit_file', RIGHT)),
			);
			const { proposal } = await play(model, bed);
			assert.equal(proposal.kind, 'patches');
			const sizes = model.sent.map((request) => Buffer.byteLength(JSON.stringify(request)));
			assert.ok(Math.max(...sizes) < 110_000, `${Math.max(...sizes)}`);
			const last = model.sent.at(-1)?.messages ?? [];
			const asked = last.flatMap((message) =>
				message.role === 'assistant' ? message.toolCalls.map(({ id }) => id) : [],
			);
			const told = last.flatMap((message) =>
				message.role === 'tool' ? message.results.map(({ callId }) => callId) : [],
			);
			assert.deepEqual(told, asked);
			assert.match(resultsOf(last[2]), /left out/);
		});
	});

	it('cuts older results rather than end when money is short', async () => {
		const files = { ...BROKEN, 'src/long.js': `${'word '.repeat(20)}\n`.repeat(400) };
		await inBed({ files, run: bySource, spend: 56_000_000 }, async (bed) => {
			const model = new ScriptedModel((turn) =>
				turn < 3
					? calls('', call('read_file', { path: 'src/long.js', from: turn * 90 + 1, to: turn * 90 + 90 }))
					: calls('', call('edit_file', RIGHT)),
			);
			const { proposal } = await play(model, bed);
			assert.equal(proposal.kind, 'patches', JSON.stringify(proposal));
		});
	});

	it('puts a smaller problem where there is little money', async () => {
		const files = {
			...BROKEN,
			'src/add.js': `${String(BROKEN['src/add.js'])}${'// a long story about sums\n'.repeat(2_000)}`,
		};
		const size = (spend: number) =>
			inBed({ files, spend }, async (bed) => {
				const model = new ScriptedModel([calls('no'), calls('no')]);
				await play(model, bed);
				const [first] = model.sent[0]?.messages ?? [];
				return first?.role === 'user' ? Buffer.byteLength(first.text) : 0;
			});
		assert.ok((await size(60_000_000)) < (await size(1_000_000_000)));
	});

	it('has no offer for models that cannot do it', async () => {
		const { agentOffer } = await import('../../../../src/propose/model/agentOffer');
		assert.equal(agentOffer(new ScriptedModel([], PRICE, 100_000, 16_000, false)), undefined);
		assert.equal(agentOffer(new ScriptedModel([], PRICE, 8_000)), undefined);
		const offer = agentOffer(new ScriptedModel([]));
		assert.deepEqual(offer, {
			id: 'somebody/some-model/agent',
			provider: 'somebody',
			model: 'somebody/some-model',
			label: 'Some Model, step by step',
			// 24,000 in and 1,000 out, and two smaller calls before.
			leastSpend: 28_000_000 + 2 * 8_000_000,
			expectedSpend: 6 * 14_000_000,
			mostAttempts: 1,
		});
	});
});

function resultsOf(message: ScriptedModel['sent'][number]['messages'][number] | undefined): string {
	return message?.role === 'tool' ? message.results.map(({ text }) => text).join('\n') : '';
}

/** Every word of ours that was sent had been approved before, but for the marks of what was cut. */
function assertApproved(model: ScriptedModel, { approved }: Bed): void {
	assert.ok(model.sent.length <= approved.length);
	for (const [index, request] of model.sent.entries()) {
		const known = approved.slice(0, index + 1).join('\n');
		const texts = request.messages.flatMap((message) =>
			message.role === 'tool' ? message.results.map(({ text }) => text) : [message.text],
		);
		for (const text of [request.system, ...texts].flatMap((one) =>
			one.split(/\n\[\d+ characters left out\]\n/),
		)) {
			assert.ok(known.includes(text), `not approved: ${text.slice(0, 200)}`);
		}
	}
}
