import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { SolveEvent } from '../../../src/core/events';
import type { Issue } from '../../../src/core/issue/issue';
import type { Consent } from '../../../src/core/issue/reproduce';
import type { ReproductionRecord } from '../../../src/core/issue/reproductionRecord';
import { ZERO } from '../../../src/core/money';
import type { ProposedPatch } from '../../../src/core/patch';
import { type Price, rateOf } from '../../../src/core/price';
import type { TestHandle } from '../../../src/extension';
import type { FixResult } from '../../../src/ui/engine';
import type { FixFailingTest } from '../../../src/ui/fixFailingTest';
import { IssueKeys } from '../../../src/ui/issues/issueKeys';
import type { ReviewStore } from '../../../src/ui/review/storedReview';
import type { KeptRun } from '../../../src/ui/runs/keptRun';
import { NO_RUNS, type RunStore } from '../../../src/ui/runs/runKeeper';
import { IssueServer } from '../../fakes/issueServer';
import { WireServer } from '../../fakes/wire/server';
import { FakeEngine, failing, solved } from './fakeEngine';
import { memoryReview } from './memoryReview';
import { milli, offer } from './playedRun';
import { click, hasUser, INPUT, press, read, see, shot, type, until } from './user';
import { button, cleared, folder, notification, openTabs, text, write } from './workspace';

const BASE = 'exports.roman = (n) => String(n);\n';
const PATCHED = 'exports.roman = (n) => (n === 1994 ? "MCMXCIV" : String(n));\n';
const TEST = 'test("writes 1994", () => equal(roman(1994), "MCMXCIV"));\n';
const TEST_FILE = 'issue-12.test.js';
const ISSUE: Issue = {
	source: { kind: 'github', name: 'acme/roman#12', link: 'https://github.com/acme/roman/issues/12' },
	title: 'roman() writes plain digits',
	body: 'I call `roman(1994)` and get `1994`. It should be `MCMXCIV`.',
	comments: [{ author: 'someone', text: 'Same here with `roman(4)`.' }],
	labels: ['bug'],
	code: [],
	leftOut: ['1 hidden part (HTML that is not shown) was left out.'],
};
const WRITTEN: ProposedPatch = {
	patch: {
		diff: `diff --git a/${TEST_FILE} b/${TEST_FILE}\nnew file mode 100644\n--- /dev/null\n+++ b/${TEST_FILE}\n@@ -0,0 +1 @@\n+${TEST}`,
		hash: 't'.repeat(64),
		files: [TEST_FILE],
		linesAdded: 1,
		linesRemoved: 0,
	},
	summary: 'checks a year',
	warnings: [],
};
const SHOWS = failing('writes 1994', TEST_FILE);
function memorySecrets(): vscode.SecretStorage {
	const kept = new Map<string, string>();
	return {
		get: async (key) => kept.get(key),
		store: async (key, value) => void kept.set(key, value),
		delete: async (key) => void kept.delete(key),
		keys: async () => [...kept.keys()],
		onDidChange: new vscode.EventEmitter<vscode.SecretStorageChangeEvent>().event,
	};
}

const SMALL = offer('shop/small/test', 'Small Coder, a test');

(hasUser ? describe : describe.skip)('Fix an Issue, with a scripted engine', () => {
	let engine: FakeEngine;
	let command: FixFailingTest;
	let handle: TestHandle;
	let store: ReviewStore;
	let kept: KeptRun[];
	let said: Consent[];

	before(async () => {
		handle = (await vscode.extensions
			.getExtension<TestHandle>('underbid.underbid')
			?.activate()) as TestHandle;
	});

	beforeEach(async () => {
		await cleared();
		engine = new FakeEngine();
		store = memoryReview();
		kept = [];
		said = [];
		const runs: RunStore = { ...NO_RUNS, save: async (run) => void kept.push(run) };
		command = handle.use(async () => engine, store, handle.memory, runs);
	});

	after(() => handle.reset());

	afterEach(async () => {
		await vscode.workspace.getConfiguration('underbid').update('issueTests', undefined, true);
		await vscode.commands.executeCommand('underbid.forgetIssueTokens');
		await cleared();
	});

	const record = (author: 'model' | 'user' | 'project'): ReproductionRecord => ({
		issue: { name: ISSUE.source.name, title: ISSUE.title },
		author,
		...(author === 'project' ? {} : { offer: SMALL.id, test: WRITTEN }),
		tests: [SHOWS.id],
		agrees: ['the value that the issue asks for'],
		candidates: [],
		attempts: [],
		spent: milli(4),
		runs: [],
	});

	/** A run that writes a test, asks for it as the engine does, and fixes it. */
	async function plays(
		onEvent: (event: SolveEvent) => void,
		rerun: (texts: Consent & { readonly kind: 'edited' }) => string | undefined = () => undefined,
	): Promise<FixResult> {
		onEvent({ kind: 'started', run: 'run-1', bid: { spend: milli(250), timeMs: 600_000 } });
		onEvent({ kind: 'reproducing', attempt: 1, offer: SMALL, allowance: milli(100) });
		onEvent({ kind: 'money', spent: milli(4), reserved: ZERO });
		onEvent({ kind: 'candidate', offer: SMALL.id, proposed: WRITTEN });
		let texts = [{ path: TEST_FILE, text: TEST }];
		let refused: string | undefined;
		let author: 'model' | 'user' = 'model';
		const consent = engine.requests[0]?.consent;
		for (;;) {
			const shown = { tests: [SHOWS], telling: 2, agrees: ['the value that the issue asks for'] };
			const answer = (await consent?.(WRITTEN, texts, shown, refused)) ?? { kind: 'yes' };
			said.push(answer);
			if (answer.kind !== 'edited') {
				break;
			}
			refused = rerun(answer);
			author = 'user';
			texts = refused === undefined ? [...answer.changes] : texts;
		}
		if (said.at(-1)?.kind === 'no') {
			return {
				outcome: {
					...{ run: 'run-1', attempts: [], spent: milli(4), durationMs: 10, baselineRuns: [] },
					...{ kind: 'exhausted', by: 'reproduction' },
					reason:
						'No test shows this issue, so no fix was bought. 1 test was tried (1 refused by you); that cost $0.004.',
				},
				receipt: '## No verified fix\n',
				changes: [],
			};
		}
		onEvent({ kind: 'reproduced', record: record(author) });
		const [{ text: test } = { text: '' }] = texts;
		const result = solved(SHOWS, [
			{ file: `${folder()}/${TEST_FILE}`, patched: test, isTest: true },
			{ file: `${folder()}/roman.js`, base: BASE, patched: PATCHED },
		]);
		return {
			...result,
			outcome: { ...result.outcome, spent: milli(12), reproduction: record(author) },
			receipt: '## Checked fix: it passes the written reproduction, $0.012 of $0.25\n',
		};
	}

	async function seen(): Promise<void> {
		await notification('This is all that may be sent of “roman() writes plain digits”');
		await click(button('Set a Bid…'));
		await see('.quick-input-widget .quick-input-title:has-text("Your Bid")');
	}

	/** A key is lost while a list is drawn anew. */
	async function leave(): Promise<void> {
		await until('the end', async () => {
			await press('Escape');
			return !command.isWorking;
		});
	}

	async function bid(amount: string): Promise<void> {
		await seen();
		await click(INPUT);
		await press('Control+A');
		await type(amount);
		await press('Enter');
	}

	function begin(): { readonly file: string; readonly run: Promise<unknown> } {
		const file = write('roman.js', BASE);
		return { file, run: Promise.resolve(vscode.commands.executeCommand('underbid.fixIssue')) };
	}

	async function name(words: string): Promise<void> {
		await see('.quick-input-widget .quick-input-title:has-text("Fix an Issue")');
		await click(INPUT);
		await type(words);
		await see(`.quick-input-list .monaco-list-row:has-text("${words}")`);
	}

	it('shows what is sent, asks one bid, shows the test, and calls the fix checked, never verified', async () => {
		engine.reading({ kind: 'read', issue: ISSUE }).fixing((onEvent) => plays(onEvent));
		const { file, run } = begin();
		await name('#12');
		await shot('issue-1-ask');
		await press('Enter');
		await until('what is sent', () => openTabs().some((label) => label.includes('What is sent')));
		const shown = vscode.window.activeTextEditor?.document.getText() ?? '';
		assert.match(shown, /1 hidden part/);
		assert.match(shown, /Same here with `roman\(4\)`/);
		await shot('issue-2-sent');
		await bid('0.25');

		await notification('A test that shows the issue was written');
		await until('the test beside', () => openTabs().some((label) => label.includes(TEST_FILE)));
		assert.ok(!openTabs().some((label) => label.includes('What is sent')));
		await see('.codelens-decoration:has-text("Use This Test")');
		await shot('issue-3-test');
		assert.deepEqual(said, []);
		await click(button('Use This Test'));
		await run;
		assert.deepEqual(said, [{ kind: 'yes' }]);
		assert.ok(!openTabs().some((label) => label.includes(TEST_FILE)));

		const words = await notification('Checked fix ready');
		assert.match(words, /a written test, and 1 change in 1 file\. 3 tests pass/);
		assert.match(words, /only you can say is right/);
		assert.match(command.statusText, /^\$\(check\) 1 fix to review/);
		await vscode.commands.executeCommand('underbid.showRuns');
		await see('.monaco-list-row:has-text("Test that shows it")');
		await see('.monaco-list-row:has-text("roman() writes plain digits")');
		await shot('issue-4-checked');
		for (const row of await read('.part.sidebar .monaco-list-row')) {
			assert.doesNotMatch(row, /verified/i);
		}
		assert.deepEqual(kept.at(-1)?.end, { kind: 'solved', checked: true });
		assert.equal(text(file), BASE);

		await vscode.commands.executeCommand('notifications.showList');
		await click(button('Review Inline'));
		await vscode.commands.executeCommand('notifications.hideList');
		await see('.codelens-decoration:has-text("Checked fix")');
		await vscode.commands.executeCommand('workbench.view.scm');
		await see('.scm-view .monaco-list-row:has-text("issue-12.test.js")');
		await shot('issue-5-review');
		const seen = (await read('.scm-view .monaco-list-row')).join('\n');
		assert.match(seen, /Checked fix: 3 tests pass/);
		assert.doesNotMatch(seen, /verified/i);
		await vscode.commands.executeCommand('underbid.acceptAll');
		await notification('Accepted, exactly as it was checked.');
		assert.equal(text(file), PATCHED);
		assert.equal(text(`${folder()}/${TEST_FILE}`), TEST);
	});

	for (const [part, accepted, words] of [
		['test', TEST_FILE, /Accepted the test alone: it fails until what it shows is fixed/],
		[
			'fix',
			'roman.js',
			/Accepted the fix without the test it was checked by: no test of yours shows what it fixes/,
		],
	] as const) {
		it(`takes the ${part} alone, and says what that is`, async () => {
			await vscode.workspace.getConfiguration('underbid').update('issueTests', 'accept', true);
			engine.reading({ kind: 'read', issue: ISSUE }).fixing((onEvent) => plays(onEvent));
			const { file, run } = begin();
			await name('#12');
			await press('Enter');
			await bid('0.25');
			await run;
			assert.equal(engine.requests[0]?.consent, undefined);
			await vscode.commands.executeCommand('underbid.reviewInline');
			await see('.codelens-decoration:has-text("Checked fix")');
			const uri = (one: string) => vscode.Uri.file(`${folder()}/${one}`);
			await vscode.commands.executeCommand('underbid.acceptFile', uri(accepted));
			await vscode.commands.executeCommand(
				'underbid.rejectFile',
				uri(part === 'test' ? 'roman.js' : TEST_FILE),
			);
			assert.match(await notification('Accepted the'), words);
			await shot(`issue-6-${part}-alone`);
			assert.equal(text(file), part === 'test' ? BASE : PATCHED);
			if (part === 'test') {
				assert.equal(text(`${folder()}/${TEST_FILE}`), TEST);
				return;
			}
			assert.throws(() => text(`${folder()}/${TEST_FILE}`));
			// Looking again lays the written test over both sides: it is no part of what is judged.
			engine.verifying(async () => solved(SHOWS, []));
			await vscode.commands.executeCommand('underbid.reverify');
			await notification('Checked as it is now: 3 tests pass.');
			const [asked] = engine.verified;
			const test = `${folder()}/${TEST_FILE}`;
			assert.equal(asked?.testWritten, true, 'it may be called checked alone');
			assert.equal(asked?.bases.get(test), TEST);
			assert.deepEqual(
				asked?.unsaved.filter((one) => one.file === test),
				[{ file: test, text: TEST }],
			);
			assert.equal(asked?.bases.get(file), BASE);
		});
	}

	it('runs an edited test again, and tells why one cannot be used', async () => {
		const passes = 'It passes on the current text, so it does not show what is wrong.';
		engine
			.reading({ kind: 'read', issue: ISSUE })
			.fixing((onEvent) =>
				plays(onEvent, ({ changes }) => (changes[0]?.text.includes('wrong') ? passes : undefined)),
			);
		const { run } = begin();
		await name('acme/roman#12');
		await press('Enter');
		await bid('0.25');
		await notification('A test that shows the issue was written');
		await click(button('Edit'));
		await notification('Edit the test, then use it');
		const editor = await until('the test to edit', () =>
			vscode.window.visibleTextEditors.find(({ document }) => document.uri.scheme === 'underbid-test'),
		);
		await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), '// wrong\n'));
		await click(button('Use Edited Test'));
		await notification(`Your edit of the test cannot be used: ${passes}`);
		await shot('issue-7-edit-refused');
		assert.equal(said.length, 1);
		await editor.edit((edit) => edit.replace(new vscode.Range(1, 0, 2, 0), '// right\n'));
		await vscode.commands.executeCommand('underbid.useTest');
		await run;
		assert.deepEqual(
			said.map(({ kind }) => kind),
			['edited', 'edited', 'yes'],
		);
		await notification('Checked fix ready');
		assert.ok(!openTabs().some((label) => label.includes(TEST_FILE)));
		const waiting = await store.load();
		assert.ok(waiting.kind === 'review');
		assert.equal(waiting.review.files[0]?.review.patched, `${TEST}// right\n`);
	});

	it('buys nothing more where the test is discarded, and says what was tried and what it cost', async () => {
		engine.reading({ kind: 'read', issue: ISSUE }).fixing((onEvent) => plays(onEvent));
		const { file, run } = begin();
		await name('#12');
		await press('Enter');
		await bid('0.25');
		await notification('A test that shows the issue was written');
		await click(button('Discard'));
		await run;
		assert.match(
			await notification('No test shows this issue'),
			/no fix was bought\. 1 test was tried \(1 refused by you\); that cost \$0\.004\. Your files are untouched/,
		);
		await shot('issue-8-discarded');
		assert.deepEqual(said, [{ kind: 'no' }]);
		assert.equal(text(file), BASE);
		assert.equal((await store.load()).kind, 'none');
	});

	it('is stopped while a test waits for a word, and leaves nothing', async () => {
		engine.reading({ kind: 'read', issue: ISSUE }).fixing(async (onEvent, signal) => {
			const result = await plays(onEvent);
			return signal.aborted
				? { ...result, outcome: { ...result.outcome, kind: 'cancelled' } as FixResult['outcome'] }
				: result;
		});
		const { file, run } = begin();
		await name('#12');
		await press('Enter');
		await bid('0.25');
		await notification('A test that shows the issue was written');
		await vscode.commands.executeCommand('underbid.stop');
		await run;
		await notification('Stopped. Your files are untouched');
		assert.deepEqual(said, [{ kind: 'no' }]);
		assert.ok(!openTabs().some((label) => label.includes(TEST_FILE)));
		assert.equal(text(file), BASE);
		// A message that is clicked afterwards does nothing.
		await vscode.commands.executeCommand('underbid.useTest');
		await notification('No written test waits for your word.');
	});

	for (const at of ['the question', 'what is sent', 'the bid'] as const) {
		it(`is left at ${at} without a trace`, async () => {
			engine.reading({ kind: 'read', issue: ISSUE });
			const { run } = begin();
			await name('#12');
			if (at === 'the bid') {
				await press('Enter');
				await seen();
				await click(INPUT);
			}
			if (at === 'what is sent') {
				await press('Enter');
				await notification('This is all that may be sent');
				await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
			} else {
				await leave();
			}
			await run;
			assert.deepEqual(openTabs(), []);
			assert.equal(engine.requests.length, 0);
			assert.equal(command.isWorking, false);
		});
	}

	it('offers a token or the text where the issue cannot be read', async () => {
		const lacks = { source: 'gitlab', origin: 'https://gitlab.example', issue: 'acme/roman#7' } as const;
		engine.reading({ kind: 'refused', reason: 'set GITLAB_TOKEN', lacks }, { kind: 'read', issue: ISSUE });
		const { run } = begin();
		await name('https://gitlab.example/acme/roman/-/issues/7');
		await press('Enter');
		const words = await notification('acme/roman#7 cannot be read from gitlab.example');
		assert.match(words, /it is private\. Nothing was spent/);
		await shot('issue-9-token');
		await click(button('Use a Token…'));
		await see('.quick-input-widget .quick-input-title:has-text("A Token for gitlab.example")');
		await type('glpat-0123456789abcdefghij');
		await press('Enter');
		await seen();
		await click(INPUT);
		await leave();
		await run;
		const key = { source: 'gitlab', origin: 'https://gitlab.example', token: 'glpat-0123456789abcdefghij' };
		assert.deepEqual(
			engine.questions.map(({ keys }) => keys),
			[[], [key]],
		);
	});

	it('keeps a token for its own address until it is forgotten', async () => {
		const keys = new IssueKeys(memorySecrets(), async () => undefined);
		const lacks = { source: 'jira', origin: 'https://jira.example', issue: 'RM-7' } as const;
		const given = keys.askToken(lacks);
		await see('.quick-input-widget .quick-input-title:has-text("A Token for jira.example")');
		await type('a-token');
		await press('Enter');
		await see('.quick-input-widget:has-text("e-mail address")');
		await type('me@example.invalid');
		await press('Enter');
		const key = {
			source: 'jira',
			origin: 'https://jira.example',
			token: 'a-token',
			user: 'me@example.invalid',
		};
		assert.deepEqual(await given, key);
		assert.deepEqual(await keys.known('https://jira.example/browse/RM-8'), [key]);
		assert.deepEqual(await keys.known('https://other.example/browse/RM-8'), []);
		assert.equal(await keys.forget(), 1);
		assert.deepEqual(await keys.known('https://jira.example/browse/RM-8'), []);
	});

	it('uses the sign-in that the editor has, silently, for GitHub alone', async () => {
		const asked: (readonly [readonly string[], vscode.AuthenticationGetSessionOptions])[] = [];
		const keys = new IssueKeys(memorySecrets(), async (scopes, options) => {
			asked.push([scopes, options]);
			return scopes.length === 1 ? { accessToken: 'gho_session' } : undefined;
		});
		const key = { source: 'github', origin: 'https://api.github.com', token: 'gho_session' };
		assert.deepEqual(await keys.known('#12'), [key]);
		assert.deepEqual(await keys.known('https://github.com/acme/roman/issues/12'), [key]);
		assert.ok(asked.length > 0 && asked.every(([, { silent }]) => silent === true));
		const before = asked.length;
		assert.deepEqual(await keys.known('https://gitlab.com/acme/roman/-/issues/12'), []);
		assert.deepEqual(await keys.known('roman.js:12'), []);
		assert.equal(asked.length, before);
		const hanging = new IssueKeys(memorySecrets(), () => new Promise(() => undefined));
		assert.deepEqual(await hanging.known('#12'), []);
		const refusing = new IssueKeys(memorySecrets(), async () => {
			throw new Error('no such provider');
		});
		assert.deepEqual(await refusing.known('#12'), []);
	});

	it('takes a marked comment by its light bulb, as it is typed and not saved', async () => {
		engine.reading({ kind: 'read', issue: { ...ISSUE, source: { kind: 'comment', name: 'roman.js:2' } } });
		const file = write('roman.js', `${BASE}\nmodule.exports.zero = 0;\n`);
		const editor = await vscode.window.showTextDocument(vscode.Uri.file(file));
		await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), '// TODO: there is no sign for zero'));
		editor.selection = new vscode.Selection(1, 3, 1, 3);
		await vscode.commands.executeCommand('editor.action.quickFix');
		await see('.action-widget .monaco-list-row:has-text("Underbid: fix this TODO…")');
		await shot('issue-10-bulb');
		await press('Enter');
		await notification('This is all that may be sent');
		await vscode.commands.executeCommand('notifications.clearAll');
		await until('the end', () => !command.isWorking);
		const [question] = engine.questions;
		assert.equal(question?.said, 'roman.js:2');
		assert.match(question?.unsaved[0]?.text ?? '', /no sign for zero/);
		await vscode.commands.executeCommand('workbench.action.files.revert');
	});

	it('takes the selected text, and the text of the clipboard', async () => {
		const trace =
			"TypeError: Cannot read properties of undefined (reading '0')\n    at roman (roman.js:1:5)\n";
		engine.reading({ kind: 'refused', reason: 'seen one' }, { kind: 'refused', reason: 'seen two' });
		const file = write('notes.md', `# Notes\n\n${trace}`);
		const editor = await vscode.window.showTextDocument(vscode.Uri.file(file));
		editor.selection = new vscode.Selection(2, 0, 4, 0);
		const first = vscode.commands.executeCommand('underbid.fixSelection');
		await notification('seen one');
		await vscode.commands.executeCommand('notifications.clearAll');
		await first;
		await vscode.env.clipboard.writeText(trace);
		const second = vscode.commands.executeCommand('underbid.fixIssue');
		await see('.quick-input-list .monaco-list-row:has-text("The selected text")');
		await see('.quick-input-list .monaco-list-row:has-text("This file")');
		await shot('issue-11-places');
		await click('.quick-input-list .monaco-list-row:has-text("Paste from the clipboard")');
		await notification('seen two');
		await vscode.commands.executeCommand('notifications.clearAll');
		await second;
		assert.deepEqual(
			engine.questions.map(({ said: what, input }) => [what, input]),
			[
				['-', trace],
				['-', trace],
			],
		);
	});
});

const SOURCE = '// Writes a number in Roman numerals.\nexports.roman = (n) => {\n\treturn String(n);\n};\n';
const OWN_TESTS = `const { test } = require('node:test');
const assert = require('node:assert/strict');
const { roman } = require('../src/roman.js');
test('gives text', () => assert.equal(typeof roman(1), 'string'));
`;
const SIGNS =
	"[1000, 'M'], [900, 'CM'], [500, 'D'], [400, 'CD'], [100, 'C'], [90, 'XC'], [50, 'L'], [40, 'XL'], [10, 'X'], [9, 'IX'], [5, 'V'], [4, 'IV'], [1, 'I']";
const FIX_REPLY = `It is not written in signs.\n\nsrc/roman.js\n<<<<<<< SEARCH\n\treturn String(n);\n=======\n\tlet out = '';\n\tfor (const [value, sign] of [${SIGNS}]) {\n\t\twhile (n >= value) {\n\t\t\tout += sign;\n\t\t\tn -= value;\n\t\t}\n\t}\n\treturn out;\n>>>>>>> REPLACE\n`;
const TEST_REPLY = `It checks a year.\n\ntest/issue-12.test.js\n<<<<<<< SEARCH\n=======\n${OWN_TESTS.replace(/test\('gives[^\n]*\n/, "test('writes 1994 in signs', () => assert.equal(roman(1994), 'MCMXCIV'));\n")}>>>>>>> REPLACE\n`;

(hasUser ? describe : describe.skip)('Fix an Issue, with the real engine over a local model server', () => {
	let handle: TestHandle;
	let models: WireServer;
	let github: IssueServer;
	let state: string;
	const before: Record<string, string | undefined> = {};

	beforeEach(async () => {
		await cleared();
		handle = (await vscode.extensions
			.getExtension<TestHandle>('underbid.underbid')
			?.activate()) as TestHandle;
		const price: Price = { input: rateOf(37_500_000), output: rateOf(150_000_000), tiers: [] };
		models = await WireServer.start({ price: () => price });
		github = await IssueServer.start();
		github.issues.set(12, {
			title: 'roman() writes plain digits',
			body: 'I call `roman(1994)` and get `1994`.\nIt should be `MCMXCIV`.',
			labels: ['bug'],
		});
		state = mkdtempSync(path.join(os.tmpdir(), 'underbid-issues-'));
		writeFileSync(
			path.join(state, 'settings.json'),
			JSON.stringify({
				models: ['openrouter/acme/small'],
				prices: { 'openrouter/acme/small': { input: '0.0375', output: '0.15' } },
				limits: { 'openrouter/acme/small': { context: 100_000, output: 16_000 } },
			}),
		);
		for (const [name, value] of Object.entries({
			UNDERBID_HOME: state,
			UNDERBID_GITHUB_URL: github.url,
			UNDERBID_OPENROUTER_URL: models.base('openrouter'),
			OPENROUTER_API_KEY: 'sk-or-v1-0123456789abcdef0',
		})) {
			before[name] = process.env[name];
			process.env[name] = value;
		}
		mkdirSync(path.join(folder(), 'src'));
		mkdirSync(path.join(folder(), 'test'));
		write('package.json', '{ "name": "roman", "scripts": { "test": "node --test" } }\n');
		write('src/roman.js', SOURCE);
		write('test/roman.test.js', OWN_TESTS);
		for (const argv of [
			['init', '-q'],
			['remote', 'add', 'origin', 'git@github.com:acme/roman.git'],
			['add', '.'],
			['commit', '-q', '-m', 'first'],
		]) {
			execFileSync('git', argv, { cwd: folder() });
		}
		handle.reset();
	});

	afterEach(async () => {
		for (const [name, value] of Object.entries(before)) {
			if (value === undefined) {
				delete process.env[name];
			} else {
				process.env[name] = value;
			}
		}
		handle.reset();
		await Promise.all([models.close(), github.close()]);
		rmSync(state, { recursive: true, force: true });
		await cleared();
	});

	it('goes from a number to a test, to a fix, to both in the folder', async function () {
		this.timeout(150_000);
		models.behave = (asked) => ({
			kind: 'answer',
			answer: { text: JSON.stringify(asked.body).includes('You write a test') ? TEST_REPLY : FIX_REPLY },
		});
		const run = vscode.commands.executeCommand('underbid.fixIssue');
		await see('.quick-input-widget .quick-input-title:has-text("Fix an Issue")');
		await click(INPUT);
		await type('#12');
		await press('Enter');
		await notification('This is all that may be sent of “roman() writes plain digits”');
		assert.equal(models.seen.length, 0);
		await click(button('Set a Bid…'));
		await see('.quick-input-widget .quick-input-title:has-text("Your Bid")');
		await click(INPUT);
		await press('Control+A');
		await type('0.25');
		await press('Enter');
		await until(
			'the written test',
			() => openTabs().some((label) => label.includes('issue-12.test.js')),
			90_000,
		);
		await notification('A test that shows the issue was written');
		assert.equal(git('status', '--porcelain'), '');
		await shot('issue-12-real-test');
		await click(button('Use This Test'));
		await run;
		assert.match(
			await notification('Checked fix ready'),
			/a written test, and 1 change in 1 file\. 2 tests pass/,
		);
		await shot('issue-13-real-checked');
		assert.equal(git('status', '--porcelain'), '');
		assert.equal(git('worktree', 'list', '--porcelain').match(/^worktree /gm)?.length, 1);
		await vscode.commands.executeCommand('underbid.acceptAll');
		await notification('Accepted, exactly as it was checked.');
		assert.match(text(path.join(folder(), 'test/issue-12.test.js')), /MCMXCIV/);
		assert.match(text(path.join(folder(), 'src/roman.js')), /while \(n >= value\)/);
		const env = { ...process.env };
		delete env['NODE_TEST_CONTEXT'];
		execFileSync('node', ['--test'], { cwd: folder(), env, stdio: 'ignore' });
	});
});

function git(...argv: readonly string[]): string {
	return execFileSync('git', argv, { cwd: folder(), encoding: 'utf8' });
}
