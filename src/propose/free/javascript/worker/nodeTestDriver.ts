// Files of `node --test`: each is loaded afresh, as node gives each a process of its own.
import path from 'node:path';
import type { Driver, Recorder, Selection, Workbench } from './driver';
import { filesBelow } from './files';
import { NodeModule } from './nodeModule';
import { failureOf } from './sandbox';
import type { TestTree } from './testTree';

const now = performance.now.bind(performance);

export class NodeTestDriver implements Driver {
	constructor(
		private readonly bench: Workbench,
		private readonly tree: TestTree,
	) {}

	async prepare(): Promise<string | undefined> {
		return undefined;
	}

	/** Files that look like tests the way node looks for them; named files and folders of the command first. */
	async testFiles(): Promise<readonly string[]> {
		const { folder } = this.bench.preparation;
		const isTest = (file: string): boolean =>
			/(?:^|[\\/])test[\\/].*\.[cm]?[jt]s$|(?:^|[\\/])test(?:-[^\\/]+)?\.[cm]?[jt]s$|[.\-_]test\.[cm]?[jt]sx?$/.test(
				file,
			);
		return filesBelow(folder)
			.filter((file) => isTest(path.relative(folder, file)) && !file.endsWith('.d.ts'))
			.sort();
	}

	async run(selection: Selection, recorder: Recorder, limitMs: number): Promise<void> {
		const end = now() + limitMs;
		const { modules, sandbox, preparation } = this.bench;
		sandbox.onException = (error) => this.tree.surface(error);
		sandbox.onRejection = sandbox.onException;
		let failed = false;
		const watched: Recorder = {
			...recorder,
			ended: (outcome) => {
				failed ||= !outcome.passed;
				recorder.ended(outcome);
			},
		};
		for (const file of selection.files) {
			const name = path.relative(preparation.root, file).split(path.sep).join('/');
			modules.purge();
			process.argv = [process.execPath, file];
			this.tree.begin(`${name}::`, selection, watched);
			try {
				NodeModule._load(file, null, true);
				await (this.tree.hasTests ? this.tree.run() : this.runProgram(name, watched, end - now()));
			} catch (error) {
				watched.ended({ id: name, passed: false, ...failureOf(error) });
			}
			if (failed && selection.failFast) {
				return;
			}
		}
	}

	/** A file without tests is one test: it passes when it ends well. */
	private async runProgram(name: string, recorder: Recorder, limitMs: number): Promise<void> {
		const { sandbox } = this.bench;
		await sandbox.settled(limitMs);
		await sandbox.leave(limitMs);
		const [error] = sandbox.events.uncaught;
		const code = sandbox.events.exitCode ?? Number(process.exitCode ?? 0);
		recorder.ended(
			error === undefined && code === 0
				? { id: name, passed: true }
				: { id: name, passed: false, ...failureOf(error ?? new Error(`exit status ${code}`)) },
		);
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
