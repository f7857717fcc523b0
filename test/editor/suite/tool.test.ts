// Agent mode's tool, called through the editor's own API: the user is asked with the sum each time, and the run is one
// like any other.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as vscode from 'vscode';
import { nanoUsd } from '../../../src/core/money';
import type { TestHandle } from '../../../src/extension';
import type { FixFailingTest } from '../../../src/ui/fixFailingTest';
import type { KeptRun } from '../../../src/ui/runs/keptRun';
import { makeShop } from '../shop.mjs';
import { FakeEngine, failing, solved, unsolved } from './fakeEngine';
import { memoryReview } from './memoryReview';
import { hasUser, shot, until } from './user';
import { cleared, folder, notification, text, write } from './workspace';

const TOOL = 'underbid_fix';
const NAME = 'takes ten percent off';
const PLUS = 'exports.off = (a, b) => a + b;\n';
const MINUS = 'exports.off = (a, b) => a - b;\n';

(hasUser ? describe : describe.skip)('The tool for agent mode', () => {
	let engine: FakeEngine;
	let command: FixFailingTest;
	let handle: TestHandle;
	let kept: Map<string, KeptRun>;

	before(async () => {
		handle = (await vscode.extensions
			.getExtension<TestHandle>('underbid.underbid')
			?.activate()) as TestHandle;
		await limit(0.25);
	});
	beforeEach(() => {
		engine = new FakeEngine();
		kept = new Map();
		command = handle.use(async () => engine, memoryReview(), undefined, {
			holdsRuns: () => kept.size > 0,
			holdsOpenRuns: async () => false,
			load: async () => ({ runs: [...kept.values()], elsewhere: [] }),
			save: async (run) => void kept.set(run.run, run),
			clear: async () => kept.clear(),
		});
	});
	after(async () => {
		await limit(undefined);
		handle.reset();
	});
	afterEach(() => cleared());

	const limit = (usd: number | undefined) =>
		vscode.workspace
			.getConfiguration('underbid')
			.update('defaultLimit', usd, vscode.ConfigurationTarget.Global);
	const call = async (input: object, token?: vscode.CancellationToken): Promise<string> => {
		const { content } = await vscode.lm.invokeTool(TOOL, { input, toolInvocationToken: undefined }, token);
		return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
	};
	/** What the user is shown first. Dialogs say yes by themselves in a window under test: agent.mjs answers real ones. */
	const question = (input: object): string => {
		const { confirmationMessages } = handle.tool.prepareInvocation({ input });
		const { value } = confirmationMessages?.message as vscode.MarkdownString;
		return `${confirmationMessages?.title} ${value.replaceAll('&nbsp;', ' ').replaceAll('\\', '')}`;
	};

	it('is there for models, with the words of the manifest', () => {
		const tool = vscode.lm.tools.find(({ name }) => name === TOOL);
		assert.match(tool?.description ?? '', /verif.*applies nothing/s);
		assert.deepEqual(Object.keys((tool?.inputSchema as { properties: object }).properties), [
			'test',
			'limit',
			'folder',
		]);
	});

	it('asks with the sum and the test, gives diff and receipt as text, and the fix waits for its review', async () => {
		const file = write('pricing.js', PLUS);
		const test = failing(NAME);
		engine.fixing(async (onEvent) => {
			const bid = { spend: nanoUsd(100_000_000), timeMs: 600_000 };
			onEvent({ kind: 'started', run: 'run-1', bid });
			const result = solved(test, [{ file, base: PLUS, patched: MINUS }]);
			onEvent({ kind: 'finished', outcome: result.outcome });
			return result;
		});
		const said = await call({ test: NAME, limit: 0.1 });
		assert.match(said, /^Verified fix\. \$0\.00 of at most \$0\.10 was spent\./);
		assert.match(said, /```diff[\s\S]*## Verified fix/);
		assert.equal(text(file), PLUS, 'nothing is applied');
		const [request] = engine.requests;
		assert.deepEqual(request?.target, { kind: 'named', names: [NAME] });
		assert.equal(request?.bid.spend, 100_000_000);
		assert.match(await notification('Verified fix ready'), /1 change in 1 file/);
		await until('the run to be kept', () => kept.get('run-1')?.end?.kind === 'solved');
		await vscode.commands.executeCommand('underbid.reviewInline');
		const document = await vscode.workspace.openTextDocument(file);
		await until('the change in the file', () => document.getText() === MINUS);
		await vscode.commands.executeCommand('underbid.discardAll');
		await until('the text as it was', () => document.getText() === PLUS);
	});

	it('always asks, with the sum, the test and how the tests are run', () => {
		const said = question({ test: NAME, limit: 0.1 });
		assert.match(said, /^Spend up to \$0\.10 on a verified fix\?/);
		assert.match(said, /to fix “takes ten percent off”\?.*never more than \$0\.10/);
		assert.match(said, /npm test/);
		assert.match(question({}), /^Spend up to \$0\.25 .*whatever test fails/);
		assert.match(question({ limit: 0 }), /^Spend up to \$0\.00 .*Nothing is bought/);
		assert.match(question({ limit: 5 }), /spend nothing.*more than the user allows/);
		// Markdown of a caller stays text.
		const prepared = handle.tool.prepareInvocation({ input: { test: '[free](command:x)' } });
		const { value, isTrusted } = prepared.confirmationMessages?.message as vscode.MarkdownString;
		assert.ok(value.includes('\\[free\\]') && isTrusted !== true, value);
	});

	for (const [input, reason] of [
		[{ limit: 5 }, /\$5\.00 is more than the user allows here \(\$0\.25\)/],
		[{ limit: 0.2500001 }, /more than the user allows here/],
		[{ test: ' ' }, /it is empty/],
		[{ folder: '/etc' }, /name of one of the folders that are open/],
	] as const) {
		it(`refuses ${JSON.stringify(input)} in a sentence`, async () => {
			assert.match(question(input), /spend nothing/);
			assert.match(await call(input), reason);
			assert.deepEqual(engine.requests, []);
		});
	}

	it('ends the run when the caller gives up, and says so when the window is at work', async () => {
		let aborted = false;
		let begun = false;
		engine.fixing(async (_, signal) => {
			begun = true;
			await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
			aborted = true;
			return unsolved({ kind: 'cancelled' });
		});
		const source = new vscode.CancellationTokenSource();
		const calling = call({ test: NAME }, source.token).catch((error: unknown) => String(error));
		await until('the run', () => begun);
		assert.match(await call({ test: NAME }), /at work in this window already/);
		source.cancel();
		assert.match(await calling, /ancel/);
		await until('the end of the run', () => aborted && !command.isWorking);
	});

	it('does not begin before the user has said how the tests are run', async () => {
		const key = `underbid.suite:${vscode.workspace.workspaceFolders?.[0]?.uri.toString()}`;
		await handle.memory.workspace.update(key, undefined);
		assert.match(
			await call({ test: NAME, limit: 0.01 }),
			/has not yet said how the tests of this folder are run/,
		);
	});

	it('finds a fix with the real engine, at $0', async function () {
		this.timeout(120_000);
		const { file, base } = makeShop(folder());
		handle.reset();
		const said = await call({ limit: 0 });
		assert.match(said, /^Verified fix\. \$0\.00 of at most \$0\.00 was spent\./);
		assert.match(said, /\+.*price - \(price \* percent\) \/ 100/);
		assert.equal(text(file), base);
		assert.equal(
			execFileSync('git', ['worktree', 'list'], { cwd: folder(), encoding: 'utf8' }).trim().split('\n')
				.length,
			1,
		);
		await notification('Verified fix ready');
		await shot('tool-2-verified');
		await vscode.commands.executeCommand('underbid.discardAll');
	});
});
