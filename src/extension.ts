// The composition root of the editor: builds one of each and registers it.
import { createRequire } from 'node:module';
import * as vscode from 'vscode';
import type { CreateEngine, Engine } from './ui/engine';
import { FIX_COMMAND, FixFailingTest, SHOW_COMMAND } from './ui/fixFailingTest';

let fixFailingTest: FixFailingTest | undefined;

export function activate(context: vscode.ExtensionContext): void {
	const log = vscode.window.createOutputChannel('Underbid', { log: true });
	const fix = new FixFailingTest(lazyEngine(), log);
	fixFailingTest = fix;
	context.subscriptions.push(
		log,
		fix,
		vscode.commands.registerCommand(FIX_COMMAND, () => fix.run()),
		vscode.commands.registerCommand(SHOW_COMMAND, () => fix.showWaiting()),
	);
}

export async function deactivate(): Promise<void> {
	await fixFailingTest?.end();
}

/** The engine is a bundle of its own, read on the first run: starting the editor does not wait for it. */
function lazyEngine(): () => Promise<Engine> {
	let engine: Promise<Engine> | undefined;
	return () => {
		engine ??= (async () => {
			const { createEngine } = createRequire(__filename)('./engine.js') as { createEngine: CreateEngine };
			return createEngine({ dist: __dirname });
		})();
		return engine;
	};
}
