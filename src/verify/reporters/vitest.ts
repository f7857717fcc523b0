// Reporter for vitest 0.3 to 5: the old interface hands out plain task objects, the new one wraps them.
import { type Failure, failureOf, openReport } from './reportFile';

const write = openReport();

interface Task {
	id: string;
	type: string;
	name: string;
	mode?: string;
	filepath?: string;
	location?: { line?: number };
	suite?: Task;
	file?: Task;
	tasks?: Task[];
	result?: { state?: string; duration?: number; errors?: unknown[]; error?: unknown };
}
interface Context {
	state?: { idMap?: Map<string, Task> };
}
interface NewCase {
	task?: Task;
}
interface NewModule {
	task?: Task;
}

class UnderbidReporter {
	private context: Context | undefined;
	private ended = false;
	/** Skipped by the text of the test; a failed hook marks tests as skipped only later. */
	private readonly skips = new Set<string>();

	onInit(context: Context): void {
		this.context = context;
	}

	onCollected(files: Task[] = []): void {
		for (const file of files) {
			this.collected(file);
		}
	}

	onTestModuleCollected(module: NewModule): void {
		this.collected(module.task);
	}

	onTestCaseReady(test: NewCase): void {
		this.started(test.task);
	}

	onTestCaseResult(test: NewCase): void {
		this.finished(test.task);
	}

	onTaskUpdate(packs: [string, { state?: string } | undefined, ...unknown[]][]): void {
		for (const [id, result] of packs) {
			const task = this.context?.state?.idMap?.get(id);
			if (task?.type !== 'suite' && task?.filepath === undefined) {
				if (result?.state === 'run') {
					this.started(task);
				} else if (result?.state === 'pass' || result?.state === 'fail') {
					this.finished(task);
				}
			}
		}
	}

	onTestModuleQueued(module: NewModule): void {
		this.fileStarted(module.task);
	}

	onFinished(files: Task[] = [], errors: unknown[] = []): void {
		this.end(files, errors);
	}

	onTestRunEnd(modules: NewModule[], errors: unknown[]): void {
		this.end(
			modules.map(({ task }) => task).filter((task): task is Task => task !== undefined),
			errors,
		);
	}

	/** Both interfaces end in the whole list, which stands above what came before. */
	private end(files: readonly Task[], errors: readonly unknown[]): void {
		if (this.ended) {
			return;
		}
		this.ended = true;
		for (const file of files) {
			const path = file.filepath ?? file.name;
			write({ kind: 'fileAgain', file: path });
			const tests = testsBelow(file);
			for (const test of tests) {
				this.finished(test);
			}
			const failed = file.result?.state === 'fail';
			const reason = file.result?.errors?.[0] ?? file.result?.error;
			const own = failed && (reason !== undefined || tests.length === 0);
			write({
				kind: 'fileEnded',
				file: path,
				...(own ? { failure: failureOf(reason ?? 'The file could not be loaded.') } : {}),
			});
		}
		void errors;
		write({ kind: 'end' });
	}

	private collected(file: Task | undefined): void {
		for (const test of file ? testsBelow(file) : []) {
			if (test.mode === 'skip' || test.mode === 'todo') {
				this.skips.add(test.id);
			}
		}
	}

	private fileStarted(file: Task | undefined): void {
		if (file?.filepath !== undefined) {
			write({ kind: 'fileStarted', file: file.filepath });
		}
	}

	private started(task: Task | undefined): void {
		if (task !== undefined && task.mode !== 'skip' && task.mode !== 'todo') {
			write({ kind: 'testStarted', ...identity(task) });
		}
	}

	private finished(task: Task | undefined): void {
		if (task === undefined) {
			return;
		}
		const state = task.result?.state;
		const ran = state === 'pass' || state === 'fail';
		const hook = ran || this.skips.has(task.id) ? undefined : hookFailure(task);
		const status = state === 'pass' ? 'passed' : state === 'fail' || hook ? 'failed' : 'skipped';
		const duration = task.result?.duration;
		write({
			kind: 'testEnded',
			...identity(task),
			status,
			...(typeof duration === 'number' ? { durationMs: duration } : {}),
			...(status === 'failed'
				? { failure: hook ?? failureOf(task.result?.errors?.[0] ?? task.result?.error) }
				: {}),
		});
	}
}

function identity(task: Task): { key: string; file?: string; path: string[]; line?: number } {
	const path = [task.name];
	for (
		let group = task.suite;
		group && group.filepath === undefined && group.name !== '';
		group = group.suite
	) {
		path.unshift(group.name);
	}
	const file = task.file?.filepath;
	const line = task.location?.line;
	return { key: task.id, ...(file ? { file } : {}), path, ...(typeof line === 'number' ? { line } : {}) };
}

/** A test that a failed hook of its group kept from running. */
function hookFailure(task: Task): Failure | undefined {
	if (task.mode === 'todo') {
		return undefined;
	}
	for (let group = task.suite ?? task.file; group; group = group.suite) {
		if (group.result?.state === 'fail' && group.result.errors?.[0] !== undefined) {
			return failureOf(group.result.errors[0]);
		}
	}
	return undefined;
}

function testsBelow(task: Task): Task[] {
	return (task.tasks ?? []).flatMap((each) => (each.tasks === undefined ? [each] : testsBelow(each)));
}

export { UnderbidReporter as default };
