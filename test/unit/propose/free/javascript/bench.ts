// Builds the worker into a temp folder and opens runners on projects written there.
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import type { Framework, TestResult } from '../../../../../src/core/suite';
import { Grammars } from '../../../../../src/propose/free/grammars';
import { JavaScriptRunner } from '../../../../../src/propose/free/javascript/javascriptRunner';

const repository = path.resolve(__dirname, '../../../../..');

export interface Case {
	readonly framework: Framework;
	readonly argv: readonly string[];
	readonly files: Readonly<Record<string, string>>;
	/** Ids of the failing tests. */
	readonly failing: readonly string[];
	/** The project may load the packages of this repository. */
	readonly packages?: boolean;
	readonly folder?: string;
}

export class Bench {
	private constructor(private readonly root: string) {}

	private readonly runners: JavaScriptRunner[] = [];
	private cases = 0;

	static async make(): Promise<Bench> {
		const root = await mkdtemp(path.join(tmpdir(), 'underbid-worker-'));
		await build({
			absWorkingDir: repository,
			bundle: true,
			platform: 'node',
			target: 'node20',
			format: 'cjs',
			logLevel: 'silent',
			outfile: path.join(root, 'assets/javascriptWorker.js'),
			entryPoints: ['src/propose/free/javascript/worker/main.ts'],
		});
		await mkdir(path.join(root, 'assets/grammars'));
		const wasm = path.join(repository, 'node_modules/@vscode/tree-sitter-wasm/wasm');
		for (const name of ['', '-javascript', '-typescript', '-tsx']) {
			await cp(
				path.join(wasm, `tree-sitter${name}.wasm`),
				path.join(root, `assets/grammars/tree-sitter${name}.wasm`),
			);
		}
		return new Bench(root);
	}

	async open(what: Case): Promise<{ readonly runner: JavaScriptRunner; readonly root: string }> {
		const root = path.join(this.root, `case ${this.cases++}`);
		for (const [name, text] of Object.entries(what.files)) {
			await mkdir(path.dirname(path.join(root, name)), { recursive: true });
			await writeFile(path.join(root, name), text);
		}
		if (what.packages) {
			await symlink(path.join(repository, 'node_modules'), path.join(root, 'node_modules'));
		}
		const runner = new JavaScriptRunner(
			{
				problem: {
					statement: '',
					base: { commit: '', tree: '' },
					suite: {
						framework: what.framework,
						folder: what.folder ?? '',
						argv: what.argv,
						env: {},
						source: 'the test',
					},
					failToPass: what.failing.map(failed),
				},
				root,
				assets: path.join(this.root, 'assets'),
				memoryBytes: 512 * 1024 * 1024,
			},
			new Grammars(path.join(this.root, 'assets')),
		);
		this.runners.push(runner);
		return { runner, root };
	}

	async close(): Promise<void> {
		await Promise.all(this.runners.map((runner) => runner.close()));
		await rm(this.root, { recursive: true, force: true });
	}
}

function failed(id: string): TestResult {
	const [file, name] = id.split('::');
	return name === undefined || file === undefined
		? { id, name: id, status: 'failed' }
		: { id, file, name, status: 'failed' };
}
