import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Journal } from '../../../src/core/effects';
import { type JournalEntry, Ledger } from '../../../src/core/ledger';
import type { ChatRequest, Model } from '../../../src/core/model';
import { nanoUsd } from '../../../src/core/money';
import { AttemptPurse } from '../../../src/core/purse';
import type { TestHandle } from '../../../src/extension';
import { CallsLeft } from '../../../src/ui/models/callsLeft';
import { EditorModel } from '../../../src/ui/models/editorModel';
import type { Models } from '../../../src/ui/models/models';
import { WireServer } from '../../fakes/wire/server';
import { makeShop } from '../shop.mjs';
import { click, hasUser, INPUT, press, read, see, shot, type, until } from './user';
import { cleared, folder, notification } from './workspace';

type Report = (part: string | { id: string; name: string; input: object }) => void;

interface Lender {
	models: string[];
	readonly seen: {
		messages: readonly vscode.LanguageModelChatRequestMessage[];
		options: vscode.ProvideLanguageModelChatResponseOptions;
	}[];
	behave: (
		messages: readonly vscode.LanguageModelChatRequestMessage[],
		report: Report,
		token: vscode.CancellationToken,
	) => Promise<void>;
	changed(): void;
}

const KEY = 'sk-test-3f9a1c77d04e4b6fb1';
const NEVER = new AbortController().signal;

function request(more: Partial<ChatRequest> = {}): ChatRequest {
	return {
		system: 'Mend the test.',
		messages: [{ role: 'user', text: 'It is red.' }],
		tools: [],
		outputTokens: 500,
		leastOutputTokens: 10,
		effort: 'low',
		timeMs: 10_000,
		...more,
	};
}

/** A purse of one attempt, with what was written into its journal. */
function purseOf(usd: number): { purse: AttemptPurse; entries: JournalEntry[] } {
	const entries: JournalEntry[] = [];
	const journal: Journal = {
		append: async (entry) => {
			entries.push(entry);
			return { kind: 'done' };
		},
		reserve: async (entry) => {
			entries.push(entry);
			return { kind: 'done' };
		},
	};
	const bid = nanoUsd(usd * 1_000_000_000);
	const of = { run: 'r', attempt: 1, offer: 'editor/lender/small/edit' };
	return { purse: new AttemptPurse(new Ledger(bid, 'r'), journal, of, bid), entries };
}

async function setting(name: string, value: unknown): Promise<void> {
	await vscode.workspace.getConfiguration('underbid').update(name, value, vscode.ConfigurationTarget.Global);
}

(hasUser ? describe : describe.skip)('Models in the editor', () => {
	let handle: TestHandle;
	let models: Models;
	let lender: Lender;
	let server: WireServer;

	before(async () => {
		handle = (await vscode.extensions
			.getExtension<TestHandle>('underbid.underbid')
			?.activate()) as TestHandle;
		models = handle.models;
		lender = (await vscode.extensions.getExtension<Lender>('underbid-tests.lender')?.activate()) as Lender;
		server = await WireServer.start();
		server.get['/v1/models'] = JSON.stringify({ data: [{ id: 'gpt-6-luna' }, { id: 'local-coder' }] });
		process.env['UNDERBID_OPENAI_URL'] = server.base('openai-compatible');
		handle.reset();
		await setting('editorModelPrices', {
			'editor/lender/small': { input: '0.5', output: '2' },
			'editor/lender/large': { input: '3', output: '15' },
		});
		await setting('editorModels', 'on');
	});

	after(async () => {
		for (const name of [
			'editorModelPrices',
			'editorModels',
			'editorModelCalls',
			'pool',
			'poolOrder',
			'localModels',
		]) {
			await setting(name, undefined);
		}
		delete process.env['UNDERBID_OPENAI_URL'];
		await server.close();
		handle.reset();
	});

	beforeEach(() => {
		lender.seen.length = 0;
		lender.behave = async (_messages, report) => report('Nothing was asked of me.');
	});

	afterEach(() => cleared());

	async function lent(bid = 1): Promise<readonly Model[]> {
		return until('the lent models', async () => {
			const found = await models.editor.lent(nanoUsd(bid * 1_000_000_000), NEVER);
			return found.length === 2 ? found : undefined;
		});
	}

	describe('lent by the editor', () => {
		it('are offers at the price that the user gave, called estimated, and none at a bid of nothing', async () => {
			const found = await lent();
			assert.deepEqual(
				found.map(({ id, label, provider }) => [id, label, provider]),
				[
					['editor/lender/small', 'Lent small (lender, cost estimated)', 'editor/lender'],
					['editor/lender/large', 'Lent large (lender, cost estimated)', 'editor/lender'],
				],
			);
			assert.deepEqual(await models.editor.lent(nanoUsd(0), NEVER), []);
			await setting('editorModels', 'off');
			assert.deepEqual(await models.editor.lent(nanoUsd(1_000_000_000), NEVER), []);
			await setting('editorModels', 'on');
		});

		it('without a price are no offer, and say why', async () => {
			lender.models = ['small', 'large', 'nameless'];
			lender.changed();
			const one = await until('the new model', async () =>
				(await models.editor.list()).find(({ id }) => id === 'editor/lender/nameless'),
			);
			assert.equal(one.usable, false);
			assert.match(one.why ?? '', /none is published under its name/);
			lender.models = ['small', 'large'];
			lender.changed();
			await until('the old models', async () => (await models.editor.list()).length === 2);
		});

		it('answer in text, with our words before the first message, settled as estimated', async () => {
			const [model] = await lent();
			assert.ok(model);
			lender.behave = async (_messages, report) => {
				report('It is ');
				report('the sign.');
			};
			const { purse, entries } = purseOf(1);
			let told = '';
			const sending = model.send(request(), purse, (text) => (told += text), NEVER);
			await shot('models-consent');
			const reply = await sending;
			assert.deepEqual(reply, { kind: 'replied', text: 'It is the sign.', toolCalls: [], finish: 'stop' });
			assert.equal(told, 'It is the sign.');
			assert.deepEqual(
				lender.seen[0]?.messages.map(({ role, content }) => [role, textsOf(content)]),
				[[vscode.LanguageModelChatMessageRole.User, ['Mend the test.\n\nIt is red.']]],
			);
			const [put, settled] = entries;
			assert.ok(put?.kind === 'reserve' && settled?.kind === 'settle');
			assert.equal(settled.cost.basis, 'estimated');
			assert.ok(settled.cost.amount > 0 && settled.cost.amount < put.amount);
			assert.equal(purse.spent.billed, 0);
		});

		it('call tools, and read what the tools said', async () => {
			const [model] = await lent();
			assert.ok(model);
			lender.behave = async (_messages, report) =>
				report({ id: 'c2', name: 'read', input: { path: 'a.js' } });
			const { purse } = purseOf(1);
			const reply = await model.send(
				request({
					messages: [
						{ role: 'user', text: 'It is red.' },
						{
							role: 'assistant',
							text: '',
							toolCalls: [{ id: 'c1', name: 'list', arguments: '{"under":"src"}' }],
						},
						{ role: 'tool', results: [{ callId: 'c1', name: 'list', text: 'a.js' }] },
					],
					tools: [
						{ name: 'read', description: 'Reads a file.', parameters: { type: 'object', properties: {} } },
					],
				}),
				purse,
				() => undefined,
				NEVER,
			);
			assert.deepEqual(reply, {
				kind: 'replied',
				text: '',
				toolCalls: [{ id: 'c2', name: 'read', arguments: '{"path":"a.js"}' }],
				finish: 'tools',
			});
			const [seen] = lender.seen;
			assert.deepEqual(
				seen?.options.tools?.map(({ name }) => name),
				['read'],
			);
			const [, called, result] = seen?.messages ?? [];
			const [call] = called?.content ?? [];
			assert.ok(call instanceof vscode.LanguageModelToolCallPart);
			assert.deepEqual([call.callId, call.name, call.input], ['c1', 'list', { under: 'src' }]);
			const [answer] = result?.content ?? [];
			assert.ok(answer instanceof vscode.LanguageModelToolResultPart);
			assert.deepEqual([answer.callId, textsOf(answer.content)], ['c1', ['a.js']]);
		});

		it('stop when the user cancels, and count at the worst', async () => {
			const [model] = await lent();
			assert.ok(model);
			let stopped = false;
			lender.behave = (_messages, report, token) => {
				report('I am ');
				return new Promise((resolve) =>
					token.onCancellationRequested(() => {
						stopped = true;
						resolve();
					}),
				);
			};
			const { purse, entries } = purseOf(1);
			const stop = new AbortController();
			const reply = await model.send(request(), purse, () => stop.abort(), stop.signal);
			assert.deepEqual(reply, { kind: 'cancelled' });
			const [put, settled] = entries;
			assert.ok(put?.kind === 'reserve' && settled?.kind === 'settle');
			assert.equal(settled.cost.amount, put.amount);
			await until('the cancelled request', () => stopped);
		});

		it('are cut when they write on and on, and when they say nothing for too long', async () => {
			const [model] = await lent();
			assert.ok(model);
			lender.behave = async (_messages, report) => {
				for (let n = 0; n < 200; n += 1) {
					report('x'.repeat(100));
				}
			};
			const { purse } = purseOf(1);
			const long = await model.send(request(), purse, () => undefined, NEVER);
			assert.ok(long.kind === 'replied' && long.finish === 'length' && long.text.length < 3_000);
			lender.behave = (_messages, _report, token) =>
				new Promise((resolve) => token.onCancellationRequested(() => resolve()));
			const silent = await model.send(request({ timeMs: 400 }), purse, () => undefined, NEVER);
			assert.equal(silent.kind, 'timedOut');
		});

		it('are not asked where the worst case does not fit, nor more often than a run may', async () => {
			await setting('editorModelCalls', 2);
			const [model, other] = await lent();
			assert.ok(model && other);
			const poor = await model.send(request(), purseOf(0.0001).purse, () => undefined, NEVER);
			assert.equal(poor.kind, 'unaffordable');
			assert.equal(lender.seen.length, 0);
			const { purse, entries } = purseOf(1);
			const kinds: string[] = [];
			for (const one of [model, other, model]) {
				const reply = await one.send(request(), purse, () => undefined, NEVER);
				kinds.push(reply.kind === 'failed' ? reply.reason : reply.kind);
			}
			assert.deepEqual(kinds, [
				'replied',
				'replied',
				"The 2 calls that one run may make to the editor's own models are used up (underbid.editorModelCalls).",
			]);
			assert.equal(lender.seen.length, 2);
			assert.equal(entries.at(-1)?.kind, 'release');
			await setting('editorModelCalls', undefined);
		});

		for (const [error, trouble] of [
			[vscode.LanguageModelError.NoPermissions('no'), 'key'],
			[vscode.LanguageModelError.Blocked('quota'), 'busy'],
			[vscode.LanguageModelError.NotFound('who'), 'gone'],
			[new Error('400 model_not_supported'), 'gone'],
			[new Error('the network is down'), 'down'],
		] as const) {
			it(`${error.message}: ${trouble}, and what was not done costs nothing`, async () => {
				const [chat] = await until('the models', async () => {
					const found = await vscode.lm.selectChatModels({ vendor: 'lender', id: 'small' });
					return found.length === 1 && found;
				});
				assert.ok(chat);
				const gone: string[] = [];
				const model = new EditorModel({
					chat: {
						...chat,
						countTokens: (text) => chat.countTokens(text),
						sendRequest: () => Promise.reject(error),
					},
					price: (await lent())[0]?.price ?? assert.fail(),
					outputLimit: 4_000,
					callsTools: true,
					calls: new CallsLeft(5),
					onGone: (id) => gone.push(id),
				});
				const { purse, entries } = purseOf(1);
				const reply = await model.send(request(), purse, () => undefined, NEVER);
				assert.ok(reply.kind === 'failed');
				assert.equal(reply.trouble, trouble);
				assert.equal(entries.at(-1)?.kind, trouble === 'down' ? 'settle' : 'release');
				assert.deepEqual(gone, trouble === 'gone' ? ['editor/lender/small'] : []);
			});
		}

		it('that fail in the middle are told of, and settled at the worst', async () => {
			const [model] = await lent();
			assert.ok(model);
			lender.behave = async (_messages, report) => {
				report('half an ans');
				throw new Error('the vendor fell over');
			};
			const { purse, entries } = purseOf(1);
			const reply = await model.send(request(), purse, () => undefined, NEVER);
			assert.ok(reply.kind === 'failed' && reply.trouble === 'down', JSON.stringify(reply));
			assert.equal(entries.at(-1)?.kind, 'settle');
		});

		it('are asked for first, unless the user said otherwise', async () => {
			await setting('editorModels', 'ask');
			const asking = models.editor.lent(nanoUsd(1_000_000_000), NEVER);
			await see('.quick-input-list >> text=Use them for this fix');
			await shot('models-1-ask');
			await press('Enter');
			assert.equal((await asking).length, 2);
			const stop = new AbortController();
			const cancelled = models.editor.lent(nanoUsd(1_000_000_000), stop.signal);
			await see('.quick-input-list >> text=Never use them');
			stop.abort();
			assert.deepEqual(await cancelled, []);
			await setting('pool', ['editor/lender/large']);
			assert.deepEqual(
				(await models.editor.lent(nanoUsd(1_000_000_000), NEVER)).map(({ id }) => id),
				['editor/lender/large'],
			);
			await setting('pool', undefined);
			await setting('editorModels', 'on');
		});
	});

	it('a fix is bought from a lent model, verified, and its cost is called estimated', async function () {
		this.timeout(120_000);
		makeShop(folder());
		lender.behave = async (_messages, report) =>
			report(
				'The sign is wrong.\n\npricing.js\n<<<<<<< SEARCH\n\treturn price + (price * percent) / 100;\n=======\n\treturn price - (price * percent) / 100;\n>>>>>>> REPLACE\n',
			);
		const engine = await handle.engine();
		const { outcome } = await engine.fix(
			{
				folder: folder(),
				unsaved: [],
				bid: { spend: nanoUsd(500_000_000), timeMs: 60_000 },
				target: { kind: 'failing' },
				proposers: ['editor/lender/small/edit'],
			},
			() => undefined,
			NEVER,
		);
		assert.equal(outcome.kind, 'solved', 'reason' in outcome ? outcome.reason : '');
		const [attempt] = outcome.attempts;
		assert.equal(attempt?.cost.billed, 0);
		assert.ok((attempt?.cost.estimated ?? 0) > 0);
		assert.equal(lender.seen.length, 1);
	});

	describe('keys', () => {
		it('are checked, kept in the secret storage alone, used, and removed', async () => {
			const adding = vscode.commands.executeCommand('underbid.addKey');
			await see('.quick-input-list >> text=OpenRouter');
			await shot('models-2-providers');
			await click(INPUT);
			await type('OpenAI');
			await press('Enter');
			await see('.quick-input-title >> text=Add a Key: OpenAI');
			await type('two words');
			await see('.quick-input-message >> text=A key is one word');
			await press('Control+A');
			await type(KEY);
			await shot('models-3-key');
			await press('Enter');
			await adding;
			assert.match(
				await notification('OpenAI answers'),
				/OpenAI answers and lists 2 models\. The key is kept in the editor’s secret storage\./,
			);
			await shot('models-4-kept');
			assert.equal(models.keys.of('openai'), KEY);
			const all = JSON.stringify(vscode.workspace.getConfiguration('underbid'));
			assert.ok(!all.includes(KEY));

			await vscode.commands.executeCommand('notifications.clearAll');
			const removing = vscode.commands.executeCommand('underbid.removeKey');
			await see('.quick-input-list >> text=OpenAI');
			await press('Enter');
			await removing;
			await notification('The key of OpenAI is removed');
			assert.equal(models.keys.of('openai'), undefined);
			await vscode.commands.executeCommand('underbid.removeKey');
			await notification('No key is kept');
		});

		it('that the provider refuses are not kept', async () => {
			server.getStatus = 401;
			const adding = vscode.commands.executeCommand('underbid.addKey', 'openai');
			await see('.quick-input-title >> text=Add a Key: OpenAI');
			await type(KEY);
			await press('Enter');
			const words = await notification('was not kept');
			assert.ok(!words.includes(KEY), words);
			await shot('models-5-refused');
			server.getStatus = undefined;
			await vscode.commands.executeCommand('notifications.clearAll');
			await adding;
			assert.equal(models.keys.of('openai'), undefined);
		});

		it('reach the provider in a fix, and no child process, no log and no file of ours', async function () {
			this.timeout(120_000);
			await models.keys.keep('openai', KEY);
			makeShop(folder());
			// In a sandbox no test could write down what it sees.
			await setting('sandbox', 'off');
			const dump = path.join(path.dirname(folder()), 'environments');
			mkdirSync(dump, { recursive: true });
			// Every process of a test run writes its environment down.
			writeFileSync(
				path.join(folder(), 'pricing.test.js'),
				`import { writeFileSync } from 'node:fs';
writeFileSync(${JSON.stringify(dump)} + '/' + process.pid, JSON.stringify([process.env, process.argv]));
${readFileSync(path.join(folder(), 'pricing.test.js'), 'utf8')}`,
			);
			execFileSync('git', ['commit', '-qam', 'watched'], { cwd: folder() });
			const engine = await handle.engine();
			const result = await engine.fix(
				{
					folder: folder(),
					unsaved: [],
					bid: { spend: nanoUsd(500_000_000), timeMs: 60_000 },
					target: { kind: 'failing' },
					proposers: ['openai/gpt-6-luna/edit'],
				},
				() => undefined,
				NEVER,
			);
			assert.ok(result.outcome.attempts.length > 0, JSON.stringify(result.outcome));
			assert.ok(server.seen.length > 0);
			assert.deepEqual([...new Set(server.seen.map(({ key }) => key))], [KEY]);
			assert.ok(readdirSync(dump).length > 0);
			assert.deepEqual(holding(dump), []);
			assert.deepEqual(holding(process.env['UNDERBID_HOME'] ?? assert.fail()), []);
			assert.deepEqual(holding(handle.logs), []);
			assert.ok(!JSON.stringify(result).includes(KEY));
			rmSync(dump, { recursive: true });
			await setting('sandbox', undefined);
			await models.keys.remove('openai');
		});
	});

	describe('the list', () => {
		it('shows what is ready and what is missing, and keeps the choice for the person, not the workspace', async () => {
			process.env['UNDERBID_OLLAMA_URL'] = server.base('openai-compatible');
			await models.keys.keep('openai', KEY);
			const choosing = vscode.commands.executeCommand('underbid.chooseModels');
			await see('.quick-input-list >> text=Ready to use');
			await until('the list', async () => (await read('.quick-input-list .monaco-list-row')).length > 3);
			await shot('models-6-list');
			await click(INPUT);
			await type('local-coder');
			await see('.quick-input-list >> text=not used until you say that it costs nothing');
			await shot('models-7-local');
			// What can be done shows on the row that has the focus.
			await press('ArrowDown');
			await click('.quick-input-list .monaco-list-row [aria-label="Use at $0"]');
			await until('the word', () => models.settings.localFree);
			await see('.quick-input-list >> text=free by your word');
			await shot('models-8-free');
			await click('.quick-input-list .monaco-list-row [aria-label="Test This Model (Free)"]');
			await notification('Ollama answers and lists 2 models, local-coder among them');
			await vscode.commands.executeCommand('notifications.hideList');
			await see('.quick-input-widget >> text=8 Selected');
			await click(INPUT);
			await shot('models-9-chosen');
			await press('Enter');
			await choosing;
			const pool = await until('the choice', () => models.settings.pool);
			assert.ok(
				pool.some((id) => id.startsWith('ollama/') && id.endsWith('local-coder')),
				JSON.stringify(pool),
			);
			await notification('A fix may buy from');
			const inspected = vscode.workspace.getConfiguration('underbid').inspect('pool');
			assert.equal(inspected?.workspaceValue, undefined);
			await setting('pool', undefined);
			await setting('localModels', undefined);
			await models.keys.remove('openai');
			delete process.env['UNDERBID_OLLAMA_URL'];
		});

		it('puts the pool into an order by hand, and gives it back to the odds', async () => {
			await models.keys.keep('openai', KEY);
			await setting('pool', ['openai/gpt-6-luna', 'editor/lender/large', 'editor/lender/small']);
			const rows = '.quick-input-list .monaco-list-row';
			const opened = async (): Promise<{ readonly closed: Thenable<unknown> }> => {
				const closed = vscode.commands.executeCommand('underbid.chooseModels');
				await see('.quick-input-widget >> text=3 Selected');
				await click(INPUT);
				return { closed };
			};
			const first = await opened();
			await type('gpt-6-luna');
			await press('ArrowDown');
			await click(`${rows}.focused [aria-label^="Try Later"]`);
			await see(`${rows} >> text=2. `);
			await click(INPUT);
			await press('Alt+ArrowUp');
			await see(`${rows}.focused >> text=1. `);
			await press('Alt+ArrowDown');
			await see(`${rows}.focused >> text=2. `);
			await press('Alt+ArrowDown');
			await see(`${rows}.focused >> text=3. `);
			await click(INPUT);
			await press('Control+A');
			await press('Delete');
			await see('.quick-input-list >> text=Tried in this order');
			await shot('models-10-order');
			await press('Enter');
			await first.closed;
			await notification('A fix may buy from 3 models, tried in your order');
			await until('the order', () => models.settings.inOrder);
			const { pool = [] } = models.settings;
			assert.deepEqual([...pool].sort(), ['editor/lender/large', 'editor/lender/small', 'openai/gpt-6-luna']);
			assert.equal(pool.at(-1), 'openai/gpt-6-luna');
			assert.deepEqual(models.options.order?.(), pool);
			const inspected = vscode.workspace.getConfiguration('underbid').inspect('poolOrder');
			assert.equal(inspected?.workspaceValue, undefined);

			const second = await opened();
			await see(`${rows} >> text=1. `);
			await click('.quick-input-titlebar [aria-label="Order by Odds and Price Again"]');
			await see('.quick-input-list >> text=Ready to use');
			await click(INPUT);
			await press('Enter');
			await second.closed;
			await until('the odds', () => !models.settings.inOrder);
			assert.equal(models.options.order?.(), undefined);
			await setting('pool', undefined);
			await models.keys.remove('openai');
		});

		it('tests a model without buying anything', async () => {
			const before = server.seen.length;
			await models.keys.keep('openai', KEY);
			await vscode.commands.executeCommand('underbid.testModel', 'openai/gpt-6-luna');
			await notification('OpenAI answers and lists 2 models, gpt-6-luna among them');
			await vscode.commands.executeCommand('underbid.testModel', 'editor/lender/small');
			await notification('is there and counts tokens');
			await vscode.commands.executeCommand('underbid.testModel', 'nobody/none');
			await notification('There is no model called nobody/none');
			assert.equal(server.seen.length, before);
			assert.equal(lender.seen.length, 0);
			await models.keys.remove('openai');
		});
	});
});

/** Files below a folder that hold the key. */
function holding(under: string): readonly string[] {
	return existsSync(under)
		? readdirSync(under, { recursive: true, withFileTypes: true })
				.filter((entry) => entry.isFile())
				.map((entry) => path.join(entry.parentPath, entry.name))
				.filter((file) => readFileSync(file).includes(KEY))
		: [];
}

function textsOf(content: readonly unknown[]): readonly unknown[] {
	return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : part));
}
