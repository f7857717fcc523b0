// vitest's tests without vite: the project's own assertions and spies over a test tree that can run again. Tests
// that need more than that (module mocks, fake timers, snapshots, a DOM) are left to vitest itself.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Driver, type Recorder, type Selection, type Workbench } from './driver';
import { filesBelow } from './files';
import { asImported } from './interop';
import { NodeModule } from './nodeModule';
import { failureOf } from './sandbox';
import { readVitestConfig, type VitestConfig } from './vitestConfig';
import { type VitestStandIn, vitestStandIn } from './vitestModule';

const beyond =
	/\bvi(?:test)?\s*\.\s*(?:mock|doMock|unmock|importActual|importMock|useFakeTimers|resetModules|dynamicImportSettled)\b|\btoMatch(?:Inline|File)?Snapshot\b|\btoThrowErrorMatching|@vitest-environment|\bexpect\s*\.\s*poll\b|import\.meta\.glob\b/;
const testFile = /\.(?:test|spec)\.[cm]?[jt]sx?$/;

export class VitestDriver implements Driver {
	private standIn: VitestStandIn | undefined;
	private config: VitestConfig | undefined;

	constructor(private readonly bench: Workbench) {}

	async prepare(): Promise<string | undefined> {
		const { preparation, modules } = this.bench;
		Object.assign(process.env, { NODE_ENV: 'test', VITEST: 'true', TEST: 'true', VITEST_POOL_ID: '1' });
		this.config = await readVitestConfig(preparation.folder, preparation.args);
		if (this.config.unsupported !== undefined) {
			return this.config.unsupported;
		}
		for (const test of preparation.targets) {
			const found = test.file && beyond.exec(readFileSync(test.file, 'utf8'))?.[0];
			if (found) {
				return `the failing test needs vitest itself: ${found}`;
			}
		}
		this.standIn = await vitestStandIn(preparation.folder);
		const exports = asImported({ ...this.standIn.module }, false);
		Object.defineProperty(exports, '__esModule', { value: true });
		modules.substitutes.set('vitest', () => exports);
		modules.metaEnv = { MODE: 'test', DEV: true, PROD: false, SSR: true, BASE_URL: '/', VITEST: 'true' };
		modules.aliases = this.config.aliases;
		if (this.config.globals) {
			Object.assign(globalThis, this.standIn.module);
		}
		return undefined;
	}

	async testFiles(): Promise<readonly string[]> {
		return filesBelow(this.bench.preparation.folder)
			.filter((file) => testFile.test(file) && !beyond.test(readFileSync(file, 'utf8')))
			.sort();
	}

	async run(selection: Selection, recorder: Recorder): Promise<void> {
		const { modules, preparation, sandbox } = this.bench;
		const { standIn } = this;
		if (!standIn) {
			return;
		}
		sandbox.onException = (error) => standIn.tree.surface(error);
		sandbox.onRejection = sandbox.onException;
		let failed = false;
		const watched: Recorder = {
			...recorder,
			ended: (outcome, hits) => {
				failed ||= !outcome.passed;
				recorder.ended(outcome, hits);
			},
		};
		for (const file of selection.files) {
			const name = path.relative(preparation.root, file).split(path.sep).join('/');
			modules.purge();
			standIn.tree.begin(`${name}::`, selection, watched);
			try {
				for (const setUp of this.config?.setupFiles ?? []) {
					NodeModule._load(setUp, null, false);
				}
				NodeModule._load(file, null, false);
				await standIn.tree.run();
			} catch (error) {
				watched.ended({ id: name, passed: false, ...failureOf(error) });
			} finally {
				standIn.restore();
			}
			if (failed && selection.failFast) {
				return;
			}
		}
	}

	stop(): void {
		this.standIn?.tree.stop();
	}

	changed(): void {
		// Every run loads the project's files afresh.
	}

	async reset(): Promise<void> {
		// Likewise.
	}
}
