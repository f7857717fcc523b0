import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Temper } from '../../../src/core/cascade/options';
import type { Quote } from '../../../src/core/cascade/quote';
import { type NanoUsd, nanoUsd } from '../../../src/core/money';
import type { TestHandle } from '../../../src/extension';
import type { DeskMemory } from '../../../src/ui/bid/bidDesk';
import type { Engine } from '../../../src/ui/engine';
import type { FixFailingTest } from '../../../src/ui/fixFailingTest';
import { FakeEngine, failing, solved } from './fakeEngine';
import { memoryReview } from './memoryReview';
import { click, hasUser, INPUT, press, read, see, shot, type, until } from './user';
import { button, cleared, folder, notification, text, write } from './workspace';

const BASE = 'export const discounted = (price) => price + price / 10;\n';
const PATCHED = 'export const discounted = (price) => price - price / 10;\n';
const TEST = failing('takes ten percent off');
const ROWS = '.quick-input-list .monaco-list-row';

(hasUser ? describe : describe.skip)('The bid', () => {
	let engine: FakeEngine;
	let command: FixFailingTest;
	let handle: TestHandle;
	let memory: DeskMemory;

	before(async () => {
		handle = (await vscode.extensions
			.getExtension<TestHandle>('underbid.underbid')
			?.activate()) as TestHandle;
	});

	beforeEach(() => {
		engine = new FakeEngine();
		memory = { workspace: memento(), person: memento() };
		command = handle.use(async () => engine, memoryReview(), memory);
	});

	afterEach(async () => {
		for (const name of ['defaultLimit', 'askForLimit', 'timeLimitMinutes', 'testCommand', 'saveOnAccept']) {
			await set(name, undefined);
		}
		await cleared();
	});

	after(() => handle.reset());

	/** The first time's questions, both with Enter. */
	async function agree(): Promise<void> {
		if ((await vscode.commands.getCommands(true)).includes('underbid.addKey')) {
			await title('Where Do Fixes Come From');
			await shot('bid-0-sources');
			await press('Enter');
		}
		await title('How Its Tests Are Run');
		await shot('bid-1-command');
		await press('Enter');
	}

	async function title(part: string): Promise<void> {
		await until(part, async () => (await read('.quick-input-title')).some((one) => one.includes(part)));
		// What was open before may take the focus back when it closes.
		await click(INPUT);
	}

	it('asks the first time where fixes come from and how tests are run, and never again', async () => {
		engine.finds();
		const run = command.run();
		await agree();
		await title('Your Bid');
		await press('Enter');
		await run;
		await notification('No test fails');
		await vscode.commands.executeCommand('notifications.clearAll');

		engine.finds();
		const again = command.run();
		await title('Your Bid');
		await press('Escape');
		await again;
		assert.equal(engine.places.length, 2);
	});

	it('runs nothing before the command was agreed to', async () => {
		const run = command.run();
		await until('a question', async () => (await read('.quick-input-title')).join('').includes('First Time'));
		await press('Escape');
		await run;
		assert.deepEqual(engine.places, []);
		assert.deepEqual(engine.requests, []);
	});

	it('begins to look for failing tests while the bid is asked', async () => {
		await memory.workspace.update(key(), { agreed: 'npm test', setting: '' });
		engine.finds();
		const run = command.run();
		await title('Your Bid');
		await until('the search', () => engine.places.length === 1);
		await press('Escape');
		await run;
	});

	it('from a red test to an applied verified fix, the second time: 4 clicks and keys', async () => {
		await memory.workspace.update(key(), { agreed: 'npm test', setting: '' });
		await memory.workspace.update('underbid.lastBid', 250_000_000);
		const file = write('pricing.js', BASE);
		engine.finds(TEST).fixing(async () => solved(TEST, [{ file, base: BASE, patched: PATCHED }]));
		let gestures = 0;
		const gesture = async (work: Promise<unknown>): Promise<void> => {
			gestures += 1;
			await work;
		};
		// What the button at the failure runs.
		const run = vscode.commands.executeCommand('underbid.fixFailingTest');
		await gesture(title('Your Bid'));
		assert.match((await read(ROWS))[0] ?? '', /\$0\.25.*last used/s);
		await shot('bid-2-second-time');
		await gesture(press('Enter'));
		await run;
		assert.equal(engine.requests[0]?.bid.spend, nanoUsd(250_000_000));
		await notification('Verified fix ready');
		await gesture(click(button('Review Inline')));
		await vscode.commands.executeCommand('notifications.hideList');
		await see('.peekview-widget .line-insert');
		await gesture(click('.peekview-widget [aria-label^="Accept This Change"]'));
		await notification('Accepted, exactly as it was verified');
		assert.equal(text(file), PATCHED);
		assert.ok(gestures <= 4, `${gestures} gestures`);
		console.log(`      clicks and keys: ${gestures}`);
	});

	it('says the odds of each price, of one that is typed too, and survives an engine that cannot say', async () => {
		await memory.workspace.update(key(), { agreed: 'npm test', setting: '' });
		engine.finds();
		const asked: NanoUsd[][] = [];
		const tempers = new Set<Temper | undefined>();
		const quoting: Engine = Object.assign(engine, {
			quote: async (place: { readonly temper?: Temper }, bids: readonly NanoUsd[]): Promise<Quote> => {
				asked.push([...bids]);
				tempers.add(place.temper);
				if (bids.length === 1) {
					throw new Error('the odds broke');
				}
				return {
					kind: 'quoted',
					basis: 'measured',
					points: bids.map((bid) => ({
						bid,
						chance: { mean: bid === 0 ? 0.318 : place.temper === 'thrifty' ? 0.5 : 0.849, low: 0, high: 1 },
						spend: { mean: bid / 1e10, low: 0, high: 1 },
						minutes: { mean: 1, low: 0, high: 2 },
						first: undefined,
					})),
				};
			},
		});
		assert.equal(quoting, engine);
		const run = command.run();
		await title('Your Bid');
		await until('odds', async () => (await read(ROWS)).some((row) => row.includes('about 84% likely')));
		assert.match((await read(ROWS))[0] ?? '', /\$0\.00.*about 31% likely to be fixed/s);
		await shot('bid-3-odds');
		await type('temper');
		await see('.quick-input-list .focused >> text=Change Temper');
		await press('Enter');
		await title('Temper of This Run');
		await type('thrifty');
		await see('.quick-input-list .focused >> text=thrifty');
		await press('Enter');
		await title('Your Bid');
		await until('other odds', async () => (await read(ROWS)).some((row) => row.includes('about 50% likely')));
		assert.deepEqual([...tempers], ['balanced', 'thrifty']);
		await type('0.35');
		await until('the typed row', async () => /\$0\.35.*no estimate yet/s.test((await read(ROWS)).join()));
		assert.equal((await read(ROWS)).length, 1);
		await shot('bid-4-typed');
		await press('Escape');
		await run;
		assert.deepEqual(
			asked.at(-1)?.map((bid) => bid / 1e9),
			[0.35],
		);
	});

	it('takes another time limit and another test command on the way, and looks anew with it', async () => {
		await memory.workspace.update(key(), { agreed: 'npm test', setting: '' });
		engine.searching(async (_see, signal) => {
			await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
			return { kind: 'cancelled' };
		});
		engine.finds(TEST).fixing(async () => solved(TEST, []));
		const run = command.run();
		await title('Your Bid');
		await type('time');
		await see('.quick-input-list .focused >> text=Change Time Limit');
		await press('Enter');
		await title('Time Limit');
		await press('Control+A');
		await type('300');
		await see('.quick-input-widget >> text=Write minutes between');
		await press('Control+A');
		await type('3');
		await press('Enter');
		await title('Your Bid');
		await type('test command');
		await see('.quick-input-list .focused >> text=Change Test Command');
		await press('Enter');
		await title('Test Command of');
		await press('Control+A');
		await type('make check');
		await press('Enter');
		await title('Your Bid');
		await type('temper');
		await see('.quick-input-list .focused >> text=Change Temper');
		await press('Enter');
		await title('Temper of This Run');
		await type('determined');
		await see('.quick-input-list .focused >> text=determined');
		await press('Enter');
		await title('Your Bid');
		assert.match((await read(ROWS)).join(), /3 minutes.*determined: .*make check/s);
		await shot('bid-5-changed');
		await type('0.05');
		await press('Enter');
		await run;
		assert.deepEqual(
			engine.places.map(({ testCommand }) => testCommand),
			[undefined, 'make check'],
		);
		const { bid, testCommand, temper } = engine.requests[0] ?? {};
		assert.deepEqual(bid, { spend: nanoUsd(50_000_000), timeMs: 180_000 });
		assert.deepEqual([testCommand, temper], ['make check', 'determined']);
		await vscode.commands.executeCommand('underbid.discardAll');
	});

	it('lets a run change tests when the user says so, for that run alone', async () => {
		await memory.workspace.update(key(), { agreed: 'npm test', setting: '' });
		engine.finds(TEST).fixing(async () => solved(TEST, []));
		engine.finds(TEST);
		const run = command.run();
		await title('Your Bid');
		assert.match((await read(ROWS)).join(), /code alone; tests stay as they are/);
		await type('may be');
		await see('.quick-input-list .focused >> text=Change What May Be Changed');
		await press('Enter');
		await title('What May Be Changed in This Run');
		await shot('bid-6-may-change');
		await type('either');
		await see('.quick-input-list .focused >> text=either');
		await press('Enter');
		await title('Your Bid');
		assert.match((await read(ROWS)).join(), /code or tests, by your word/);
		await shot('bid-7-may-change-chosen');
		await type('0.05');
		await press('Enter');
		await run;
		assert.equal(engine.requests[0]?.mayChange, 'either');
		await vscode.commands.executeCommand('underbid.discardAll');

		const next = command.run();
		await title('Your Bid');
		assert.match((await read(ROWS)).join(), /code alone; tests stay as they are/);
		await press('Escape');
		await next;
	});

	it('goes by the settings: default limit, unasked, time limit', async () => {
		await memory.workspace.update(key(), { agreed: 'npm test', setting: '' });
		await set('defaultLimit', 0.4);
		await set('askForLimit', 'never');
		await set('timeLimitMinutes', 2);
		engine.finds(TEST).fixing(async () => solved(TEST, []));
		await command.run();
		assert.deepEqual(engine.requests[0]?.bid, { spend: nanoUsd(400_000_000), timeMs: 120_000 });
		await vscode.commands.executeCommand('underbid.discardAll');
	});

	it('asks about a test command that a workspace sets before it runs', async () => {
		await memory.workspace.update(key(), { agreed: 'npm test', setting: '' });
		await set('testCommand', 'make evil', vscode.ConfigurationTarget.Workspace);
		try {
			const run = command.run();
			await agree();
			await title('Your Bid');
			await press('Escape');
			await run;
			assert.equal(engine.places[0]?.testCommand, 'make evil');
		} finally {
			await set('testCommand', undefined, vscode.ConfigurationTarget.Workspace);
		}
	});

	it('leaves an accepted fix unsaved where the user wants that', async () => {
		await memory.workspace.update(key(), { agreed: 'npm test', setting: '' });
		await set('saveOnAccept', false);
		const file = write('left.js', BASE);
		engine.finds(TEST).fixing(async () => solved(TEST, [{ file, base: BASE, patched: PATCHED }]));
		const run = command.run();
		await title('Your Bid');
		await press('Enter');
		await run;
		await vscode.commands.executeCommand('underbid.acceptAll');
		await notification('Not saved yet: left.js');
		assert.equal(text(file), BASE);
		const document = await vscode.workspace.openTextDocument(file);
		assert.equal(document.getText(), PATCHED);
		await vscode.window.showTextDocument(document);
		await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
	});
});

function key(): string {
	return `underbid.suite:${vscode.Uri.file(folder()).toString()}`;
}

async function set(name: string, value: unknown, target = vscode.ConfigurationTarget.Global): Promise<void> {
	try {
		await vscode.workspace.getConfiguration('underbid').update(name, value, target);
	} catch (error) {
		// Clearing what cannot be set there.
		assert.equal(value, undefined, String(error));
	}
}

function memento(): vscode.Memento {
	const kept = new Map<string, unknown>();
	return {
		keys: () => [...kept.keys()],
		get: <T>(name: string, otherwise?: T) => (kept.get(name) ?? otherwise) as T,
		update: async (name: string, value: unknown) => {
			kept.set(name, value);
		},
	};
}
