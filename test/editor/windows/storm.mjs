// A storm over the review of a real run: random actions by seed in real windows that are reloaded, opened and closed, held
// against a model of every text.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { actions, layouts } from '../../unit/ui/review/reviewModel.ts';
import { lives, until } from './desk.mjs';
import { makeProject } from './market.mjs';
import { WindowsModel } from './windowsModel.ts';

/** `act`: so many random actions. Windows are called 0, 1 and 2; in both of two, whichever the seed says acts. */
const COURSE = [
	{ act: 5 },
	{ reload: 0, how: 'command' },
	{ act: 4 },
	{ reload: 0, how: 'page' },
	{ act: 2 },
	{ open: 1 },
	{ act: 8 },
	{ reload: 1, how: 'command' },
	{ act: 5 },
	{ shut: 1 },
	{ act: 2 },
	{ reload: 0, how: 'command' },
	{ act: 3 },
	{ open: 2 },
	{ act: 6 },
	{ shut: 0 },
	{ act: 2 },
	{ reload: 2, how: 'page' },
	{ act: 4 },
];
const WAIT_MS = 20_000;

export class Storm {
	windows = new Map();
	trace = [];
	acted = 0;
	reloads = 0;
	seconds = 0;

	constructor(desk, market, folder, seed) {
		Object.assign(this, { desk, market, folder, seed });
		const [layout] = fc.sample(layouts, { seed, numRuns: 1 });
		// No file is empty.
		this.model = new WindowsModel({ files: layout.files.map((file) => ({ ...file, tail: file.tail + 1 })) });
		this.steps = fc
			.sample(actions(120), { seed, numRuns: 20 })
			.flat()
			.filter((step) => !['autoSave', 'reload', 'moves'].includes(step.do));
	}

	get names() {
		return this.model.files.map(({ path: name }) => this.pathOf(name));
	}

	pathOf(name) {
		return path.join(this.folder, name);
	}

	async run() {
		const { review } = this.model;
		const files = this.model.files.map((file) => ({
			name: file.path,
			base: review.baseOf(file),
			patched: review.patchedOf(file),
		}));
		const text = makeProject(this.folder, files, this.market.env);
		this.market.server.behave = () => ({ kind: 'answer', answer: { text } });
		const window = await this.desk.window(this.folder);
		this.windows.set(0, window);
		this.model.make({ do: 'open', window: 0 });
		await window.fixRedTest();
		await window.message('Verified fix ready').waitFor();
		await window.shot('windows-ready');
		await window.message('Verified fix ready').getByRole('button', { name: 'Review Inline' }).click();
		await until('the fix in the file', async () => (await this.reviewOf()).stage === 'inline');
		this.model.make({ do: 'step', step: { do: 'bringIn', window: 0 } });
		await this.check('the fix is brought in');
		for (const turn of COURSE) {
			await this.go(turn);
		}
		await this.end();
		return { actions: this.acted, reloads: this.reloads, seconds: this.seconds };
	}

	async go(turn) {
		if ('act' in turn) {
			for (let left = turn.act; left > 0; ) {
				const step = this.steps.shift();
				assert.ok(step !== undefined, 'too few actions');
				const done = await this.act(step);
				left -= done ? 1 : 0;
				this.acted += done ? 1 : 0;
			}
		} else if ('reload' in turn) {
			// Unsaved text outlives the only window by itself.
			await (this.windows.size > 1 ? this.meet() : undefined);
			await this.turnTo(turn.reload);
			this.trace.push(`reload ${turn.reload} by ${turn.how}`);
			this.reloads += 1;
			const goneMs = await this.windows.get(turn.reload).reload(turn.how);
			assert.ok(goneMs < 5000, `the extension host took ${goneMs} ms to end`);
			this.model.make({ do: 'reload', window: turn.reload });
			await this.check('reload');
		} else if ('open' in turn) {
			await this.meet();
			this.trace.push(`open ${turn.open}`);
			this.seconds += 1;
			this.windows.set(turn.open, await this.desk.window(this.folder));
			this.model.make({ do: 'open', window: turn.open });
			await this.check('open');
		} else {
			await this.meet();
			this.trace.push(`close ${turn.shut}`);
			await this.windows.get(turn.shut).close();
			this.windows.delete(turn.shut);
			this.model.make({ do: 'shut', window: turn.shut });
			await this.turnTo([...this.windows.keys()][0]);
			await this.check('close');
		}
	}

	async turnTo(id) {
		if (this.model.window !== id) {
			this.trace.push(`turn to ${id}`);
			this.model.make({ do: 'turn', window: id });
			await this.desk.turnTo(this.windows.get(id));
		}
	}

	/** Each text is saved in one window, and edits of it in the other are given up. */
	async meet() {
		for (const [index, file] of this.model.files.entries()) {
			const unsaved = this.model.windows.filter((id) => this.model.isUnsaved(file, id));
			for (const [at, id] of unsaved.entries()) {
				await this.turnTo(id);
				const step = { do: at === unsaved.length - 1 ? 'save' : 'close', file: index };
				if (this.model.wouldEnd({ do: 'step', step })) {
					continue;
				}
				await this.make(step);
			}
		}
	}

	/** False when the action is none here, or would end the review. */
	async act(step) {
		const ids = [...this.windows.keys()];
		const { model } = this;
		const id = ids[(step.window ?? step.at ?? step.file ?? 0) % ids.length];
		const fits = () => {
			switch (step.do) {
				case 'bringIn':
					return model.isQuiet;
				case 'save':
					// Where another window has edits of its own, the editor asks which ones are meant.
					return model.windows.every(
						(one) => one === id || !model.isUnsaved(model.review.fileAt(step.file), one),
					);
				default:
					return true;
			}
		};
		const back = model.window;
		model.make({ do: 'turn', window: id });
		const ends = !fits() || model.wouldEnd({ do: 'step', step });
		model.make({ do: 'turn', window: back });
		if (ends) {
			return false;
		}
		await this.turnTo(id);
		return this.make(step);
	}

	async make(step) {
		const { model } = this;
		const window = this.windows.get(model.window);
		const file = 'file' in step ? model.review.fileAt(step.file) : undefined;
		const name = file && this.pathOf(file.path);
		if (step.do === 'type') {
			const before = model.textIn(model.window, file);
			this.trace.push(`${model.window}: ${JSON.stringify(step)}`);
			assert.ok(
				await window.do('type', { file: name, from: before, to: model.typed(step) }),
				this.told('typing'),
			);
			await this.check(step.do);
			return true;
		}
		const open = 'pick' in step ? model.review.ids(step) : [];
		const outcome = model.make({ do: 'step', step });
		if (outcome === 'nothing') {
			return false;
		}
		this.trace.push(`${model.window}: ${JSON.stringify(step)} → ${outcome}`);
		switch (step.do) {
			case 'bringIn':
				await window.run('underbid.reviewInline');
				break;
			case 'accept':
			case 'reject': {
				const [first] = open;
				const commands = {
					one: ['Hunk', first],
					file: ['File', { file: this.pathOf(first.split('#')[0]) }],
					all: ['All'],
				};
				const [what, argument] = commands[step.pick.of];
				const command = step.pick.of === 'all' && step.do === 'reject' ? 'discardAll' : `${step.do}${what}`;
				await window.run(`underbid.${command}`, ...(argument === undefined ? [] : [argument]));
				await this.answer(window, step, outcome);
				break;
			}
			case 'undo':
			case 'redo':
				await window.do('show', { file: name });
				await window.run(step.do);
				break;
			case 'save':
				assert.ok(await window.do('save', { file: name }), this.told('saving'));
				break;
			case 'close':
				await window.do('show', { file: name });
				await window.run('workbench.action.revertAndCloseActiveEditor');
				break;
		}
		await this.check(step.do);
		return true;
	}

	/** Edited changes are asked about. */
	async answer(window, step, outcome) {
		const asked = window.message('take your edits too');
		if (outcome === 'edited') {
			await asked.first().waitFor();
			await window.run('notifications.clearAll');
		} else if (step.do === 'reject' && step.keep) {
			const keep = asked.getByRole('button', { name: 'Keep My Edits' });
			if (
				await until(
					'an answer',
					async () => (await asked.count()) > 0 || (await this.isDecided()),
					WAIT_MS,
				).then(() => asked.count())
			) {
				await keep.first().click();
			}
		}
	}

	async isDecided() {
		try {
			this.same(await this.reviewOf());
			return true;
		} catch {
			return false;
		}
	}

	/** What is kept on disk of the review; undefined: nothing. */
	async reviewOf() {
		const kept = path.join(
			this.desk.workbench.home,
			'data/data/User/globalStorage/underbid.underbid/workspaces',
		);
		for (const name of readdirSync(kept)) {
			try {
				const review = JSON.parse(readFileSync(path.join(kept, name, 'review.json'), 'utf8'));
				if (review.folder === this.folder) {
					return review;
				}
			} catch {
				// None there, or of another folder.
			}
		}
		return undefined;
	}

	same(kept) {
		assert.deepEqual(
			kept?.files.map(({ review }) => review.hunks.map(({ decision }) => decision)),
			this.model.files.map(({ hunks }) => hunks.map(({ decision }) => decision)),
		);
	}

	/** Every window, the disk, the decisions and the lenses are as the model has them. */
	async check(after) {
		const { model } = this;
		const told = this.told(after);
		const soon = async (what, look) => {
			let fault;
			await until(
				what,
				async () => {
					try {
						await look();
						return true;
					} catch (error) {
						fault = error;
						return false;
					}
				},
				WAIT_MS,
			).catch(() => {
				throw new Error(`${what}: ${fault?.message}\n${told}`);
			});
		};
		const shown = this.names;
		for (const [id, window] of this.windows) {
			await soon(`the texts of window ${id}`, async () =>
				assert.deepEqual(
					await window.do('look', { files: shown }),
					model.files.map((file) => ({ text: model.textIn(id, file), unsaved: model.isUnsaved(file, id) })),
				),
			);
		}
		await soon('the disk', () =>
			assert.deepEqual(
				shown.map((file) => readFileSync(file, 'utf8')),
				model.files.map((file) => model.diskOf(file)),
			),
		);
		if (model.review.ended !== undefined) {
			return;
		}
		await soon('the decisions', async () => this.same(await this.reviewOf()));
		await soon('the lenses', async () =>
			assert.deepEqual(
				(await this.windows.get(model.window).do('lenses', { files: shown })).map((titles) =>
					titles.map((title) =>
						title.includes('not in the file')
							? 'undone'
							: title.includes('edited by you')
								? 'edited'
								: 'there',
					),
				),
				model.isQuiet ? shown.map(() => []) : model.review.states().map(([, open]) => open),
			),
		);
	}

	/** All that is open is accepted or rejected; nothing is stuck. */
	async end() {
		await this.meet();
		const [[id, window]] = this.windows;
		await this.turnTo(id);
		const step =
			this.seed % 2 === 0
				? { do: 'accept', window: 0, pick: { of: 'all' } }
				: { do: 'reject', window: 0, pick: { of: 'all' }, keep: true };
		const { review } = this.model;
		const outcome = this.model.make({ do: 'step', step });
		review.settle();
		this.trace.push(`end: ${JSON.stringify(step)} → ${outcome}, ${review.ended}`);
		await window.run(step.do === 'accept' ? 'underbid.acceptAll' : 'underbid.discardAll');
		await this.answer(window, step, outcome);
		for (const [index, file] of this.model.files.entries()) {
			if (this.model.isUnsaved(file)) {
				this.model.make({ do: 'step', step: { do: 'save', file: index } });
			}
		}
		await this.check('the end');
		await until('the end of the review', async () => {
			const kept = await this.reviewOf();
			return review.ended === 'changed' ? kept?.stage === 'accepted' : kept === undefined;
		});
		await window.run('notifications.clearAll');
		await window.run('underbid.acceptAll');
		await window.message('No verified fix waits').waitFor();
		await window.close();
		assert.ok(!lives(window.hand.pid));
	}

	told(after) {
		return `seed ${this.seed}, after ${after}; all of it:\n${JSON.stringify(this.model.files.map((file) => this.model.review.baseOf(file)))}\n${this.trace.join('\n')}`;
	}
}
