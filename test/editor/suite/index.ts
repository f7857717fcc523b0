// The one entry point: called inside the extension host, by the bed and by @vscode/test-electron alike.
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';
import * as vscode from 'vscode';
import type { TestHandle } from '../../../src/extension';

export async function run(): Promise<void> {
	markLines();
	const grep = process.env['UNDERBID_GREP'];
	const only = process.env['UNDERBID_FILE'];
	const mocha = new Mocha({
		ui: 'bdd',
		timeout: 30_000,
		// Keys and clicks in a real window: on a busy machine one may come before what it is meant for.
		retries: Number(process.env['UNDERBID_RETRIES'] ?? 2),
		color: false,
		reporter: 'spec',
		forbidOnly: true,
		...(grep === undefined ? {} : { fgrep: grep }),
	});
	mocha.rootHooks({ beforeEach: agreed });
	ownFaultsOnly();
	for (const name of readdirSync(__dirname).filter(
		(one) => one.endsWith('.test.js') && (only === undefined || one === `${only}.test.js`),
	)) {
		mocha.addFile(path.join(__dirname, name));
	}
	const stats = await new Promise<{ passed: number; failed: number }>((resolve) => {
		let passed = 0;
		const runner = mocha.run((failed) => resolve({ passed, failed }));
		runner.on('pass', () => {
			passed += 1;
		});
		// A second try is no secret: what went wrong in the first is the only trace of it.
		runner.on('retry', (test: Mocha.Test, error: Error) =>
			console.log(`again: ${test.title}: ${error.stack ?? error.message}`),
		);
	});
	const results = process.env['UNDERBID_RESULTS'];
	if (results !== undefined) {
		writeFileSync(results, JSON.stringify(stats));
	}
	if (stats.failed > 0) {
		throw new Error(`${stats.failed} tests failed`);
	}
}

/**
 * Every extension of the window throws into this one process. What a built-in one does fails no test of ours. The host
 * wraps whatever listens for uncaught errors, and hands over its arguments as one array.
 */
function ownFaultsOnly(): void {
	const runner = Mocha.Runner.prototype as unknown as { _uncaught: (this: unknown, error: unknown) => void };
	const uncaught = runner._uncaught;
	runner._uncaught = function (this: unknown, thrown: unknown): void {
		const error: unknown = Array.isArray(thrown) ? thrown[0] : thrown;
		const where = error instanceof Error ? (error.stack ?? error.message) : String(error);
		console.log(`uncaught: ${where}`);
		if (!/[\\/]lib[\\/]vscode[\\/]extensions[\\/]/.test(where)) {
			uncaught.call(this, error);
		}
	};
}

/** As in a workspace that was used before: tests of the first time bring a memory of their own. */
async function agreed(): Promise<void> {
	const extension = vscode.extensions.getExtension<TestHandle>('underbid.underbid');
	const [folder] = vscode.workspace.workspaceFolders ?? [];
	if (extension?.isActive && folder !== undefined) {
		const { memory } = extension.exports;
		await memory.workspace.update(`underbid.suite:${folder.uri.toString()}`, {
			agreed: 'npm test',
			setting: '',
		});
	}
}

/** The launcher tells our lines from the workbench's by a mark. Console methods here cannot be assigned. */
function markLines(): void {
	const mark = process.env['UNDERBID_MARK'];
	if (mark === undefined) {
		return;
	}
	const real = console;
	const marked = (...parts: unknown[]): void => real.log(mark + format(...parts));
	const methods = ['log', 'info', 'warn', 'error', 'debug'].map((name) => [name, { value: marked }] as const);
	globalThis.console = Object.create(real, Object.fromEntries(methods)) as Console;
	Mocha.reporters.Base.consoleLog = marked;
}
