// The storm of test/unit/ui/review/reviewStorm.test.ts in the real editor, against the same model.
import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import * as vscode from 'vscode';
import type { TestHandle } from '../../../src/extension';
import { EditorFiles } from '../../../src/ui/review/documents';
import { ReviewSession } from '../../../src/ui/review/reviewSession';
import { type Action, actions, layouts, Model, type ModelFile } from '../../unit/ui/review/reviewModel';
import { FakeEngine } from './fakeEngine';
import { opened, run, Stage, setting } from './reviewStage';
import { hasUser, until } from './user';
import { cleared, folder, text, write } from './workspace';

const ACTIONS = Number(process.env['UNDERBID_STORM_ACTIONS'] ?? 200);
const SEED = Number(process.env['UNDERBID_STORM_SEED'] ?? 1);

(hasUser ? describe : describe.skip)('A storm over a pending review', () => {
	let handle: TestHandle;
	let stage: Stage;

	before(async () => {
		handle = (await vscode.extensions
			.getExtension<TestHandle>('underbid.underbid')
			?.activate()) as TestHandle;
		stage = new Stage(handle, new FakeEngine());
	});
	after(async () => {
		stage.store.kept = undefined;
		await stage.reload();
		await setting('files', 'autoSave', undefined);
		await vscode.commands.executeCommand('workbench.action.files.saveAll');
		await cleared();
		handle.reset();
	});

	it(`leaves exactly the texts that the model has (${ACTIONS} actions, seed ${SEED})`, async function () {
		this.timeout(240_000);
		let left = ACTIONS;
		for (let round = 0; left > 0; round += 1) {
			const seed = SEED * 1000 + round;
			const [layout] = fc.sample(layouts, { seed, numRuns: 1 });
			const [steps] = fc.sample(actions(80), { seed, numRuns: 1 });
			assert.ok(layout && steps);
			left -= await storm(new Model(layout, true), round, steps.slice(0, left));
			await vscode.commands.executeCommand('workbench.action.files.saveAll');
			await cleared();
		}
	});

	/** How many actions were done until the review ended. */
	async function storm(model: Model, round: number, steps: readonly Action[]): Promise<number> {
		const fileOf = (file: Pick<ModelFile, 'path'>) => path.join(folder(), `r${round}-${file.path}`);
		const idOf = (id: string) => `r${round}-${id}`;
		await setting('files', 'autoSave', 'off');
		for (const file of model.files) {
			write(path.basename(fileOf(file)), model.baseOf(file));
		}
		const documents = new Map<string, vscode.TextDocument>();
		const show = async (file: ModelFile) => {
			const { document } = await opened(fileOf(file));
			documents.set(file.path, document);
			return document;
		};
		for (const file of model.files) {
			await show(file);
		}
		await stage.waits(
			model.files.map((file) => ({
				file: fileOf(file),
				base: model.baseOf(file),
				patched: model.patchedOf(file),
			})),
		);
		const other = () => {
			assert.ok(stage.store.kept);
			return new ReviewSession(stage.store.kept, stage.store, new EditorFiles(), {
				finished: () => undefined,
				trouble: () => undefined,
			});
		};
		let second = other();
		const trace: string[] = [];
		for (const [index, step] of steps.entries()) {
			trace.push(JSON.stringify(step));
			if (step.do === 'moves') {
				continue;
			}
			const outcome = model.expect(step);
			switch (step.do) {
				case 'bringIn':
					if (index === 0) {
						await run('reviewInline');
					} else {
						await second.bringIn();
					}
					break;
				case 'accept':
				case 'reject': {
					const ids = model.ids(step).map(idOf);
					const keep = step.do === 'reject' && step.keep;
					if (step.window === 1 || step.pick.of === 'all' || keep) {
						await (step.do === 'accept' ? second.accept(ids) : second.reject(ids, keep));
					} else if (step.pick.of === 'file') {
						await run(`${step.do}File`, vscode.Uri.file(fileOf(model.fileAt(step.pick.at))));
					} else {
						await run(`${step.do}Hunk`, ids[0]);
					}
					break;
				}
				case 'type': {
					const { file, text: next } = model.typed(step);
					const found = model.files.find((one) => one.path === file) as ModelFile;
					const document = documents.get(file) as vscode.TextDocument;
					const from = document.getText();
					assert.ok(
						await new EditorFiles().apply([{ kind: 'turn', file: fileOf(found), from, to: next }]),
						'typing',
					);
					break;
				}
				case 'undo':
				case 'redo':
					if (outcome === 'done') {
						await show(model.fileAt(step.file));
						await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
						await vscode.commands.executeCommand(step.do);
					}
					break;
				case 'save':
					await documents.get(model.fileAt(step.file).path)?.save();
					break;
				case 'close': {
					const file = model.fileAt(step.file);
					const document = await show(file);
					await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
					await until(
						'what is on disk',
						() => text(fileOf(file)) === document.getText() || document.isClosed,
					);
					await show(file);
					break;
				}
				case 'autoSave':
					await setting('files', 'autoSaveDelay', 50);
					await setting('files', 'autoSave', step.on ? 'afterDelay' : 'off');
					if (step.on) {
						await vscode.commands.executeCommand('workbench.action.files.saveAll');
					}
					break;
				case 'reload':
					await stage.reload();
					second = other();
					break;
			}
			await second.settle();
			model.settle();
			const told = `seed ${SEED}, round ${round}, after\n${JSON.stringify(model.files.map((file) => model.baseOf(file)))}\n${trace.join('\n')}`;
			for (const file of model.files) {
				const document = documents.get(file.path) as vscode.TextDocument;
				await until('the text', () => document.getText() === model.textOf(file)).catch(() =>
					assert.equal(document.getText(), model.textOf(file), `${file.path}, ${told}`),
				);
				if (model.autoSaves) {
					await until('auto-save', () => text(fileOf(file)) === document.getText());
				}
			}
			const { kept } = stage.store;
			if (model.ended !== undefined) {
				assert.equal(kept?.stage, model.ended === 'changed' ? 'accepted' : undefined, told);
				// The window that did not end it lets go as well.
				await run('acceptAll');
				return index + 1;
			}
			assert.deepEqual(
				kept?.files.map(({ review }) => review.hunks.map(({ decision }) => decision)),
				model.files.map(({ hunks }) => hunks.map(({ decision }) => decision)),
				told,
			);
		}
		await second.reject(await second.ids(), true);
		const { kept } = stage.store;
		assert.ok(kept === undefined || kept.stage === 'accepted', `stuck: seed ${SEED}, round ${round}`);
		return Math.max(1, steps.length);
	}
});
