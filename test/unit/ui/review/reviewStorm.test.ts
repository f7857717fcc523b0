// Many random actions on a pending review, each checked against a model of its own: files as rows, and nothing of the
// code under test in it.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nanoUsd, ZERO } from '../../../../src/core/money';
import { fileReview } from '../../../../src/core/review/review';
import { type Finished, ReviewSession } from '../../../../src/ui/review/reviewSession';
import type { StoredReview } from '../../../../src/ui/review/storedReview';
import { FakeFiles, MemoryStore } from './fakeFiles';
import { type Action, actions, type Layout, layouts, Model } from './reviewModel';

describe('a storm over a pending review', () => {
	async function run(layout: Layout, steps: readonly Action[]): Promise<void> {
		const model = new Model(layout);
		const files = new FakeFiles();
		const store = new MemoryStore();
		const stored = storedOf(model);
		store.kept = stored;
		for (const file of model.files) {
			files.disk.set(file.path, model.baseOf(file));
		}
		let ended: Finished | undefined;
		const troubles: string[] = [];
		const open = (review: StoredReview) =>
			new ReviewSession(review, store, files, {
				finished: (end) => {
					ended = end;
				},
				trouble: (reason) => troubles.push(reason),
			});
		const sessions = [open(stored), open(stored)];
		const trace: string[] = [];
		for (const step of steps) {
			trace.push(JSON.stringify(step));
			const session = sessions['window' in step ? step.window : 0] as ReviewSession;
			const outcome = model.expect(step);
			switch (step.do) {
				case 'bringIn':
					assert.equal((await session.bringIn()).kind, outcome, trace.join('\n'));
					break;
				case 'accept':
					assert.equal((await session.accept(model.ids(step))).kind, outcome, trace.join('\n'));
					break;
				case 'reject':
					assert.equal((await session.reject(model.ids(step), step.keep)).kind, outcome, trace.join('\n'));
					break;
				case 'type': {
					const { file, text } = model.typed(step);
					files.edit(file, text);
					break;
				}
				case 'undo':
				case 'redo':
					assert.equal(files[step.do](model.fileAt(step.file).path), outcome === 'done');
					break;
				case 'save':
					await files.save(model.fileAt(step.file).path);
					break;
				case 'close':
					files.close(model.fileAt(step.file).path);
					break;
				case 'autoSave':
					files.autoSave = step.on;
					if (step.on) {
						files.saveAll();
					}
					break;
				case 'reload': {
					files.reload();
					const loaded = await store.load();
					sessions[0] =
						loaded.kind === 'review' && loaded.review.stage !== 'accepted' ? open(loaded.review) : session;
					break;
				}
				case 'moves':
					files.refusing = 1;
					break;
			}
			await Promise.all(sessions.map((one) => one.settle()));
			model.settle();
			for (const file of model.files) {
				assert.equal(files.text(file.path), model.textOf(file), `${file.path} after\n${trace.join('\n')}`);
			}
			assert.equal(ended !== undefined, model.ended !== undefined, `ended after\n${trace.join('\n')}`);
			if (model.ended !== undefined) {
				assert.equal(ended?.state, model.ended, trace.join('\n'));
				assert.equal(store.kept?.stage, model.ended === 'changed' ? 'accepted' : undefined);
				assert.equal((await (sessions[1] as ReviewSession).accept(['x'])).kind, 'gone');
				return;
			}
			const states = await (sessions[0] as ReviewSession).states();
			assert.deepEqual(
				states.map(({ review, located }) => [
					review.hunks.map(({ decision }) => decision),
					located.map(({ state }) => state),
				]),
				model.states(),
				`hunks after\n${trace.join('\n')}`,
			);
		}
		// Whatever happened, the review can be brought to its end.
		files.refusing = 0;
		const last = sessions[0] as ReviewSession;
		assert.equal((await last.reject(await last.ids(), true)).kind, 'done', trace.join('\n'));
		assert.ok(ended !== undefined, `stuck after\n${trace.join('\n')}`);
		assert.deepEqual(troubles, []);
	}

	it('leaves exactly the texts that the model has, whatever is done', async function () {
		this.timeout(60_000);
		await fc.assert(fc.asyncProperty(layouts, actions(60), run), {
			numRuns: Number(process.env['UNDERBID_STORM_RUNS'] ?? 150),
		});
	});
});

function storedOf(model: Model): StoredReview {
	return {
		run: 'r',
		revision: 1,
		folder: '/shop',
		title: 'Fixing',
		summary: 'changes',
		spent: ZERO,
		bid: nanoUsd(1),
		passed: 3,
		target: { kind: 'failing' },
		receipt: '',
		stage: 'waiting',
		alternatives: [],
		files: model.files.map((file) => ({
			file: file.path,
			unsaved: false,
			review: fileReview(file.path, model.baseOf(file), model.patchedOf(file)),
		})),
	};
}
