// Reporter for mocha 2 to 12. mocha calls it as a constructor with the runner, and loads it with --require before
// everything else, so that the report is opened before any code of the project runs.
import { failureOf, openReport } from './reportFile';

const write = openReport();

interface Group {
	title: string;
	parent?: Group;
	root?: boolean;
	/** Absent in parallel runs. */
	tests?: Runnable[];
	suites?: Group[];
}
interface Runnable {
	title: string;
	type?: string;
	file?: string;
	duration?: number;
	parent?: Group;
	ctx?: { currentTest?: Runnable };
	/** Set by mocha 8 and later. */
	hookName?: string;
	_currentRetry?: number;
	/** Mocha 4 and later. */
	titlePath?(): string[];
	/** In parallel runs each event brings a new object; this stays. */
	__mocha_id__?: string;
}
interface Runner {
	on(event: string, listener: (runnable: Runnable, error: unknown) => void): void;
}

class UnderbidReporter {
	private readonly keys = new Map<Runnable | string, string>();
	private readonly ended = new Set<string>();

	constructor(runner: Runner) {
		runner.on('test', (test) => write({ kind: 'testStarted', ...this.identity(test) }));
		runner.on('pass', (test) => this.end(test, 'passed'));
		runner.on('pending', (test) => this.end(test, 'skipped'));
		runner.on('fail', (runnable, error) => {
			if (runnable.type === 'hook') {
				this.hookFailed(runnable, error);
			} else {
				this.end(runnable, 'failed', error);
			}
		});
		runner.on('end', () => write({ kind: 'end' }));
	}

	private end(test: Runnable, status: 'passed' | 'failed' | 'skipped', error?: unknown): void {
		const identity = this.identity(test);
		this.ended.add(identity.key);
		write({
			kind: 'testEnded',
			...identity,
			status,
			...(typeof test.duration === 'number' ? { durationMs: test.duration } : {}),
			...(status === 'failed' ? { failure: failureOf(error) } : {}),
		});
	}

	/** A hook is no test: its failure is told as the failure of the tests that it kept from running, or ran after. */
	private hookFailed(hook: Runnable, error: unknown): void {
		const before = /before/i.test(hook.hookName ?? hook.title);
		const current = hook.ctx?.currentTest;
		const all = hook.parent ? testsBelow(hook.parent) : [];
		const kept = all.filter((test) => !this.ended.has(this.identity(test).key));
		const blamed = before ? kept : current ? [current] : all.slice(-1);
		for (const test of blamed) {
			this.end(test, 'failed', error);
		}
		if (blamed.length === 0) {
			this.end(hook, 'failed', error);
		}
	}

	private identity(test: Runnable): { key: string; file?: string; path: string[] } {
		const path = titlePath(test);
		const file = fileOf(test);
		// A retried test is a clone of the first, so objects alone would count it twice.
		const named = `${file ?? ''}\0${path.join('\0')}`;
		const name = (test._currentRetry ?? 0) > 0 ? named : (test.__mocha_id__ ?? test);
		let key = this.keys.get(name);
		if (key === undefined) {
			key = String(this.keys.size);
			this.keys.set(name, key);
			this.keys.set(test.__mocha_id__ ?? test, key);
			this.keys.set(named, key);
		}
		return { key, ...(file === undefined ? {} : { file }), path };
	}
}

function titlePath(test: Runnable): string[] {
	if (test.titlePath) {
		return test.titlePath();
	}
	const path = [test.title];
	for (
		let group = test.parent;
		group && !group.root && (group.title !== '' || group.parent);
		group = group.parent
	) {
		path.unshift(group.title);
	}
	return path;
}

function fileOf(test: Runnable): string | undefined {
	return test.file ?? test.ctx?.currentTest?.file;
}

function testsBelow(group: Group): Runnable[] {
	return [...(group.tests ?? []), ...(group.suites ?? []).flatMap(testsBelow)];
}

module.exports = UnderbidReporter;
