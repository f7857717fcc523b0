// A test program that says by its exit status whether it passed: `node test.js`.
import path from 'node:path';
import type { Driver, Recorder, Selection, Workbench } from './driver';
import { NodeModule } from './nodeModule';
import { failureOf, isExit } from './sandbox';
import type { TestTree } from './testTree';

const now = performance.now.bind(performance);

export class ScriptDriver implements Driver {
	/** Ending the process is how a script ends. */
	readonly exits = true;

	constructor(
		private readonly bench: Workbench,
		private readonly tree: TestTree,
	) {}

	async prepare(): Promise<string | undefined> {
		return this.bench.preparation.script.length === 0 ? 'the command names no script' : undefined;
	}

	async testFiles(): Promise<readonly string[]> {
		return [];
	}

	async run(_selection: Selection, recorder: Recorder, limitMs: number): Promise<void> {
		const { modules, sandbox, preparation } = this.bench;
		const [script = '', ...args] = preparation.script;
		const id = preparation.targets[0]?.id ?? script;
		const end = now() + limitMs;
		const file = NodeModule._resolveFilename(path.resolve(preparation.folder, script), null);
		modules.purge();
		process.argv = [process.execPath, file, ...args];
		this.tree.begin('', { ids: undefined, failFast: false }, undefined);
		recorder.started();
		try {
			NodeModule._load(file, null, true);
		} catch (error) {
			if (!isExit(error)) {
				sandbox.events.uncaught.push(error);
			}
		}
		if (this.tree.hasTests) {
			await this.tree.run();
		}
		if (sandbox.events.uncaught.length === 0) {
			await sandbox.settled(end - now());
			await sandbox.leave(end - now());
		}
		const [error] = sandbox.events.uncaught;
		const code = sandbox.events.exitCode ?? Number(process.exitCode ?? 0);
		if (sandbox.events.uncaught.length > 0) {
			recorder.ended({ id, passed: false, ...failureOf(error) });
		} else if (code !== 0 || this.tree.failed) {
			recorder.ended({ id, passed: false, message: `exit status ${code || 1}` });
		} else {
			recorder.ended({ id, passed: true });
		}
	}

	stop(): void {
		this.tree.stop();
	}

	changed(): void {
		// Every run loads the project's files afresh.
	}

	async reset(): Promise<void> {
		// Likewise.
	}
}
