// Every command that we contribute, without arguments, in every state a window can be in: right, or one sentence.
// UNDERBID_STATE names the state of a window of its own (test/editor/states.mjs); else this window takes on several.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { TestHandle } from '../../../src/extension';
import { makeShop } from '../shop.mjs';
import { FakeEngine, failing, unsolved } from './fakeEngine';
import { click, hasUser, press, read, see, shot, until } from './user';
import { button, cleared, folder, notification, write } from './workspace';

const OWN_STATE = process.env['UNDERBID_STATE'];
const ITEM = '.notifications-center .notification-list-item-message';
const QUESTION =
	'.quick-input-widget:not([style*="display: none"]) .quick-input-titlebar, .monaco-dialog-box';
/** What no person should ever be shown. */
const UNSPEAKABLE = /undefined|\[object|\bat .+\.js:\d|TypeError|ENOENT|EACCES|not found\b.*command|NaN/;
const PATIENCE_MS = 8_000;

interface State {
	readonly name: string;
	prepare(): void | Promise<void>;
	/** What "Fix a Failing Test…" says once every question is answered with Enter. */
	readonly says: RegExp;
	/** What the tool for agent mode answers; absent: that is tried elsewhere. */
	readonly tool?: RegExp;
	end?(): void | Promise<void>;
}

const WINDOWS: Readonly<Record<string, State>> = {
	none: {
		name: 'no workspace',
		prepare: () => undefined,
		says: /Open the folder of your project first/,
		tool: /No folder on disk is open/,
	},
	restricted: {
		name: 'restricted mode',
		prepare: () => undefined,
		says: /Underbid runs the tests of this folder, so it waits until you trust it/,
		tool: /waits until the user trusts it \(restricted mode\)/,
	},
};

const HERE: readonly State[] = [
	{ name: 'an empty folder', prepare: () => undefined, says: /git/ },
	{
		name: 'no git',
		prepare: () => void write('package.json', JSON.stringify({ scripts: { test: 'node --test' } })),
		says: /git/,
	},
	{ name: 'git and no tests', prepare: () => git('init', '-q'), says: /test|commit/ },
	{
		name: `a read-only folder${process.getuid?.() === 0 ? ' (root may write there all the same)' : ''}`,
		prepare: () => {
			makeShop(folder());
			chmodSync(folder(), 0o555);
		},
		end: () => chmodSync(folder(), 0o755),
		says: /Verified fix ready/,
	},
];

(hasUser ? describe : describe.skip)('Every command in the palette', () => {
	const unhandled: unknown[] = [];
	const note = (reason: unknown): void => void unhandled.push(reason);
	let handle: TestHandle;
	let commands: readonly string[];

	before(async () => {
		const extension = vscode.extensions.getExtension<TestHandle>('underbid.underbid');
		assert.ok(extension);
		handle = await extension.activate();
		const manifest = extension.packageJSON as { contributes: { commands: { command: string }[] } };
		commands = manifest.contributes.commands.map(({ command }) => command);
		assert.ok(commands.length > 10);
		process.on('unhandledRejection', note);
		await handle.memory.person.update('underbid.modelsAsked', true);
	});

	after(async () => {
		process.off('unhandledRejection', note);
		await handle.memory.person.update('underbid.modelsAsked', undefined);
		handle.reset();
	});

	const own = OWN_STATE === undefined ? undefined : WINDOWS[OWN_STATE];
	for (const state of own === undefined ? HERE : [own]) {
		describe(`with ${state.name}`, () => {
			before(async function () {
				this.timeout(60_000);
				handle.reset();
				await tidy();
				await state.prepare();
			});
			after(async () => {
				await state.end?.();
				await tidy();
			});

			it('is right, or says one sentence', async function () {
				this.timeout(150_000);
				for (const command of commands) {
					await tried(command);
				}
				assert.deepEqual(unhandled.map(String), []);
			});

			const { tool } = state;
			if (tool !== undefined) {
				it('the tool for agent mode answers in a sentence', async () => {
					const options = { input: {}, toolInvocationToken: undefined };
					const { content } = await vscode.lm.invokeTool('underbid_fix', options);
					const [said] = content;
					assert.match(said instanceof vscode.LanguageModelTextPart ? said.value : '', tool);
				});
			}

			it('“Fix a Failing Test…” says what is the matter', async function () {
				this.timeout(90_000);
				await forgotten();
				const run = vscode.commands.executeCommand('underbid.fixFailingTest');
				const ended = settled(run);
				await until('an end', async () => {
					if (!ended.is && (await read(QUESTION)).length > 0) {
						await press('Enter');
					}
					return ended.is;
				});
				await notification('');
				await until('the sentence', async () => (await sentences()).some((one) => state.says.test(one)));
				await shot(`state-${state.name.split(' (')[0]?.replaceAll(' ', '-')}`);
				await vscode.commands.executeCommand('underbid.discardAll');
				assert.deepEqual(unhandled.map(String), []);
			});
		});
	}

	if (own === undefined) {
		describe('while a run is on', () => {
			it('is right, or says one sentence, and the run goes on', async function () {
				this.timeout(150_000);
				await tidy();
				const engine = new FakeEngine();
				let stopped = false;
				engine.finds(failing('takes ten percent off')).fixing(async (_see, signal) => {
					await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
					stopped = true;
					return unsolved({ kind: 'cancelled' });
				});
				const command = handle.use(async () => engine, {
					load: async () => ({ kind: 'none' }) as const,
					save: async () => undefined,
				});
				const run = command.run();
				await see(QUESTION);
				await press('Enter');
				await until('the run', () => engine.requests.length === 1);
				for (const one of commands.filter((name) => !/\.(stop|cancel)/i.test(name))) {
					await tried(one);
				}
				assert.equal(stopped, false);
				await notification('Fixing');
				await click(button('Cancel'));
				await run;
				assert.deepEqual(unhandled.map(String), []);
				handle.reset();
				await tidy();
			});
		});
	}

	/** Runs one command, turns away from whatever it asks, and looks at what it said. */
	async function tried(command: string): Promise<void> {
		await vscode.commands.executeCommand('notifications.clearAll');
		const before = await sentences();
		const run = settled(vscode.commands.executeCommand(command));
		let asked = 0;
		const deadline = Date.now() + PATIENCE_MS;
		while (!run.is && Date.now() < deadline) {
			if ((await read(QUESTION)).length > 0) {
				asked += 1;
				await press('Escape');
			}
			await new Promise((resolve) => setTimeout(resolve, 40));
		}
		await new Promise((resolve) => setTimeout(resolve, 60));
		const said = (await sentences()).filter((one) => !before.includes(one) && !isProgress(one));
		// A message may be waited for.
		await vscode.commands.executeCommand('notifications.clearAll');
		await until(`the end of ${command}`, () => run.is);
		assert.equal(run.error, undefined, `${command}: ${String(run.error)}`);
		assert.ok(said.length <= 1, `${command} said ${JSON.stringify(said)}`);
		for (const sentence of said) {
			assert.doesNotMatch(sentence, UNSPEAKABLE, command);
		}
		if (process.env['UNDERBID_STATES_SHOW'] !== undefined) {
			console.log(`      ${command}: ${said[0] ?? (asked > 0 ? 'asked' : 'nothing said')}`);
		}
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
	}

	async function forgotten(): Promise<void> {
		for (const name of handle.memory.workspace.keys()) {
			await handle.memory.workspace.update(name, undefined);
		}
	}
});

async function sentences(): Promise<readonly string[]> {
	await vscode.commands.executeCommand('notifications.showList');
	// The editor closes the older of two that say the same, yet a row that is laid out anew stands twice for a moment.
	return [...new Set(await read(ITEM))];
}

/** The progress of the run that goes on meanwhile. */
function isProgress(sentence: string): boolean {
	return /^(Fixing|Looking for|Re-running)/.test(sentence);
}

function settled(run: Thenable<unknown>): { is: boolean; error: unknown } {
	const state: { is: boolean; error: unknown } = { is: false, error: undefined };
	run.then(
		() => {
			state.is = true;
		},
		(error: unknown) => {
			state.is = true;
			state.error = error ?? new Error('rejected');
		},
	);
	return state;
}

async function tidy(): Promise<void> {
	if (vscode.workspace.workspaceFolders === undefined) {
		await vscode.commands.executeCommand('notifications.clearAll');
		return;
	}
	await cleared();
	assert.ok(!existsSync(path.join(folder(), '.git')));
}

function git(...argv: readonly string[]): void {
	execFileSync('git', argv, { cwd: folder(), env: { ...process.env, HOME: os.homedir() } });
}
