import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ChatReply } from '../../../../src/core/model';
import type { Progress, Proposal } from '../../../../src/core/offer';
import { worstCase } from '../../../../src/core/price';
import { EditProposer } from '../../../../src/propose/model/edit';
import { editOffer } from '../../../../src/propose/model/editOffer';
import { editSystem } from '../../../../src/propose/model/editPrompt';
import type { ProblemText } from '../../../../src/propose/model/problemText';
import {
	type Bed,
	type BedWishes,
	BROKEN,
	CLOCK,
	finished,
	GREEN,
	inBed,
	OTHER,
	RED,
	SIGNAL,
	TARGET,
} from './tools/agentBed';
import { PRICE, type Reply, ScriptedModel } from './tools/scriptedModel';

function block(file: string, search: string, replace: string): string {
	return `${file}\n<<<<<<< SEARCH\n${search}\n=======\n${replace}\n>>>>>>> REPLACE`;
}

function says(text: string, finish: 'stop' | 'length' = 'stop'): ChatReply {
	return { kind: 'replied', text, toolCalls: [], finish };
}

const RIGHT = `It subtracts where it must add.\n\n${block('src/add.js', '\treturn a - b;', '\treturn a + b;')}`;
const WRONG = `It must multiply.\n\n${block('src/add.js', '\treturn a - b;', '\treturn a * b;')}`;
const UNFIT = block('src/add.js', '\treturn a - c;', '\treturn a + b;');

const source = (bed: Pick<Bed, 'tree'>) => readFileSync(path.join(bed.tree.root, 'src/add.js'), 'utf8');
const ANEW = finished({ ...TARGET, failure: { message: '6 !== 5', expected: '5', actual: '6' } }, OTHER);
/** Passes once the source says so; multiplying fails in a way of its own. */
const bySource: NonNullable<BedWishes['run']> = (_scope, tree) =>
	source({ tree }).includes('a + b') ? GREEN : source({ tree }).includes('a * b') ? ANEW : RED;

interface Played {
	readonly proposal: Proposal;
	readonly stages: readonly string[];
	readonly sizes: readonly number[];
}

async function play(model: ScriptedModel, bed: Bed, signal: AbortSignal = SIGNAL): Promise<Played> {
	const stages: string[] = [];
	const sizes: number[] = [];
	const proposer = new EditProposer(model, {
		grammars: { parse: () => Promise.reject(new Error('not asked')) },
		clock: CLOCK,
		literals: ['hunter2hunter2'],
		problemText: async (_task, _files, _services, mostBytes): Promise<ProblemText> => {
			sizes.push(mostBytes);
			return { text: 'adds fails: -1 !== 5'.padEnd(mostBytes, ' '), files: ['src/add.js'] };
		},
	});
	const proposal = await proposer.propose(bed.task, ({ stage }: Progress) => stages.push(stage), signal);
	assert.ok(bed.purse.spent.billed + bed.purse.spent.estimated <= bed.task.allowance.spend);
	assert.equal(bed.approved.length >= model.sent.length, true);
	return { proposal, stages, sizes };
}

async function reasonOf(replies: Reply[], wishes: BedWishes = {}): Promise<string> {
	return inBed({ run: bySource, ...wishes }, async (bed) => {
		const { proposal } = await play(new ScriptedModel(replies), bed);
		assert.equal(proposal.kind, 'none', JSON.stringify(proposal));
		return proposal.kind === 'none' ? proposal.reason : '';
	});
}

describe('edit', () => {
	it('applies the edits of one answer and has seen the target pass', async () => {
		await inBed({ run: bySource }, async (bed) => {
			const model = new ScriptedModel([says(RIGHT)]);
			const { proposal, stages } = await play(model, bed);
			assert.equal(proposal.kind, 'patches');
			const [only] = proposal.kind === 'patches' ? proposal.patches : [];
			assert.match(only?.patch.diff ?? '', /-\treturn a - b;\n\+\treturn a \+ b;/);
			assert.equal(only?.summary, 'It subtracts where it must add.');
			assert.equal(proposal.tried, 1);
			assert.deepEqual(stages, ['reading the failing code', 'asking Some Model', 'trying its edit']);
			assert.deepEqual(bed.runs, ['target']);
			assert.equal(model.sent[0]?.system, editSystem('code'));
			assert.ok(bed.approved[0]?.startsWith(`${editSystem('code')}\n\nadds fails`));
		});
	});

	it('asks once more where the edits do not apply, and says what is there', async () => {
		await inBed({ run: bySource }, async (bed) => {
			const model = new ScriptedModel([says(UNFIT), says(RIGHT)]);
			const { proposal, stages } = await play(model, bed);
			assert.equal(proposal.kind, 'patches');
			assert.deepEqual(stages.slice(2), ['asking once more', 'trying its edit']);
			const second = model.sent[1]?.messages ?? [];
			assert.deepEqual(second.slice(0, 1), model.sent[0]?.messages);
			assert.equal(second[1]?.role === 'assistant' && second[1].text, UNFIT);
			const told = second[2]?.role === 'user' ? second[2].text : '';
			assert.match(told, /could not be applied[^]*not in the file[^]*return a - b;/);
			assert.equal(bed.approved[1], told);
		});
	});

	it('asks once more where the target fails in a new way, from the base again', async () => {
		await inBed({ run: bySource }, async (bed) => {
			const model = new ScriptedModel([says(WRONG), says(RIGHT)]);
			const { proposal } = await play(model, bed);
			assert.equal(proposal.kind, 'patches');
			assert.match(JSON.stringify(model.sent[1]?.messages.at(-1)), /fail in another way now[^]*6 !== 5/);
			const [only] = proposal.kind === 'patches' ? proposal.patches : [];
			assert.deepEqual(await bed.tree.reset(), { kind: 'done' });
			assert.deepEqual(await bed.tree.apply(only?.patch ?? assert.fail()), { kind: 'done' });
			assert.equal(source(bed), 'exports.add = (a, b) => {\n\treturn a + b;\n};\n');
		});
	});

	it('takes a second answer that is written against the first', async () => {
		await inBed({ run: bySource }, async (bed) => {
			const second = block('src/add.js', '\treturn a * b;', '\treturn a + b;');
			const { proposal } = await play(new ScriptedModel([says(WRONG), says(second)]), bed);
			const [only] = proposal.kind === 'patches' ? proposal.patches : [];
			assert.match(only?.patch.diff ?? '', /-\treturn a - b;\n\+\treturn a \+ b;/);
		});
	});

	it('makes and deletes files', async () => {
		await inBed({ run: () => GREEN }, async (bed) => {
			const answer = `It is in the wrong file.\n\nsrc/sum.js\n<<<<<<< SEARCH\n=======\nexports.sum = 1;\n>>>>>>> REPLACE\n\nDelete file: src/sub.js`;
			const { proposal } = await play(new ScriptedModel([says(answer)]), bed);
			const [only] = proposal.kind === 'patches' ? proposal.patches : [];
			assert.deepEqual(only?.patch.files, ['src/sub.js', 'src/sum.js']);
			assert.deepEqual(await bed.tree.reset(), { kind: 'done' });
			assert.deepEqual(await bed.tree.apply(only?.patch ?? assert.fail()), { kind: 'done' });
			assert.throws(() => readFileSync(path.join(bed.tree.root, 'src/sub.js')), /ENOENT/);
		});
	});

	it('does not go on where the target fails just as before', async () => {
		const useless = block('src/add.js', '\treturn a - b;', '\treturn a - b - 0;');
		assert.equal(await reasonOf([says(useless)]), 'With its edit the target fails just as before.');
	});

	it('offers no patch that is known to fail', async () => {
		assert.match(await reasonOf([says(WRONG), says(WRONG)]), /still fails/);
		assert.match(await reasonOf([says('No idea.'), says('Still none.')]), /holds no edit/);
	});

	it('lets no answer change a test', async () => {
		const forged = block(
			'test/add.test.js',
			"test('adds', () => assert.equal(add(2, 3), 5));",
			"test('adds', () => {});",
		);
		await inBed({ run: bySource }, async (bed) => {
			const model = new ScriptedModel([says(forged), says(RIGHT)]);
			assert.equal((await play(model, bed)).proposal.kind, 'patches');
			assert.match(JSON.stringify(model.sent[1]?.messages.at(-1)), /what judges the code may not be changed/);
			assert.deepEqual(bed.runs, ['target']);
		});
	});

	for (const target of [
		'../outside.js',
		'/etc/outside.js',
		'.git/hooks/post-checkout',
		'.env',
		'node_modules/x/x.js',
	]) {
		it(`writes nothing to ${target}`, async () => {
			const answer = `${target}\n<<<<<<< SEARCH\n=======\nx\n>>>>>>> REPLACE`;
			assert.match(await reasonOf([says(answer), says(answer)]), /could not be applied/);
		});
	}

	it('takes an answer that was cut as not applicable', async () => {
		const cut = RIGHT.slice(0, RIGHT.indexOf('>>>>>>>'));
		await inBed({ run: bySource }, async (bed) => {
			const model = new ScriptedModel([says(cut, 'length'), says(RIGHT)]);
			assert.equal((await play(model, bed)).proposal.kind, 'patches');
			assert.match(JSON.stringify(model.sent[1]?.messages.at(-1)), /cut by its limit/);
		});
	});

	it('sends nothing that was withheld', async () => {
		await inBed({ approve: () => false }, async (bed) => {
			const model = new ScriptedModel([]);
			const { proposal } = await play(model, bed);
			assert.deepEqual(proposal, { kind: 'none', reason: 'Not sent: you withheld the prompt.', tried: 0 });
			assert.equal(model.sent.length, 0);
		});
	});

	it('takes a smaller problem before it gives up for money', async () => {
		const spend = worstCase(PRICE, 9_000 + 3_000, 3_000);
		await inBed({ run: bySource, spend }, async (bed) => {
			const { proposal, sizes } = await play(new ScriptedModel([says(RIGHT)]), bed);
			assert.equal(proposal.kind, 'patches');
			assert.ok((sizes[0] ?? 0) < 24_000 && (sizes[0] ?? 0) >= 4_000, String(sizes));
		});
	});

	it('says what the smallest call needs where it does not fit', async () => {
		await inBed({ spend: 1_000_000 }, async (bed) => {
			const model = new ScriptedModel([says(RIGHT)]);
			const { proposal } = await play(model, bed);
			assert.equal(proposal.kind, 'unaffordable');
			assert.ok(proposal.kind === 'unaffordable' && proposal.needs > 1_000_000);
			assert.equal(model.sent.length, 0);
		});
	});

	it('starts on its least spend', async () => {
		const model = new ScriptedModel([says(RIGHT)]);
		await inBed({ run: bySource, spend: editOffer(model).leastSpend }, async (bed) => {
			const { proposal } = await play(model, bed);
			assert.equal(proposal.kind, 'patches', JSON.stringify(proposal));
		});
	});

	it('ends without a patch where the second call does not fit', async () => {
		const spend = worstCase(PRICE, 8_000, 1_100);
		const reason = await reasonOf([says(UNFIT), { kind: 'unaffordable', needs: 5, reason: 'x' }], { spend });
		assert.match(reason, /too little left to ask once more/);
	});

	const troubles: readonly (readonly [ChatReply, Proposal['kind']])[] = [
		[{ kind: 'failed', trouble: 'busy', reason: 'Busy.' }, 'failed'],
		[{ kind: 'timedOut', reason: 'Slow.' }, 'failed'],
		[{ kind: 'closed', reason: 'The cap.' }, 'none'],
	];
	for (const [reply, kind] of troubles) {
		it(`${reply.kind} ends as ${kind}`, async () => {
			await inBed({}, async (bed) => {
				assert.equal((await play(new ScriptedModel([reply]), bed)).proposal.kind, kind);
			});
		});
	}

	it('is cancelled by the user while the tests run', async () => {
		const user = new AbortController();
		const run: BedWishes['run'] = () => {
			user.abort();
			return { kind: 'cancelled', argv: [], durationMs: 1, output: '' };
		};
		await inBed({ run }, async (bed) => {
			assert.equal(
				(await play(new ScriptedModel([says(RIGHT)]), bed, user.signal)).proposal.kind,
				'cancelled',
			);
		});
	});

	it('tells no secret of the files in its second turn', async () => {
		const files = {
			...BROKEN,
			'src/add.js': "exports.add = (a, b) => {\n\tconst key = 'hunter2hunter2';\n\treturn a - b;\n};\n",
		};
		await inBed({ files, run: bySource }, async (bed) => {
			const unfit = block('src/add.js', '\tconst key = 1;\n\treturn a - b;', '\treturn a + b;');
			const model = new ScriptedModel([says(unfit), says(RIGHT)]);
			assert.equal((await play(model, bed)).proposal.kind, 'patches');
			const told = JSON.stringify(model.sent);
			assert.match(told, /\[removed: /);
			assert.doesNotMatch(told, /hunter2hunter2/);
		});
	});
});
