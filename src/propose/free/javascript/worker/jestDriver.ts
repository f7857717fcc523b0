// jest in this process: configuration, file map and transformed files stay; each run of a file gets jest's own
// fresh environment.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Driver, isWanted, type Recorder, type Selection, type Workbench } from './driver';
import { type CaseResult, type FileResult, JestPackage } from './jestPackage';
import { failureOf } from './sandbox';

const warmUpMs = 20_000;

/** Tells the probes where tests begin and end; runs inside jest's environment. */
const boundaries = `
const probes = process.cpuUsage.__underbid;
beforeEach(() => probes.began());
afterEach(() => probes.ended(expect.getState().currentTestName));
`;

export class JestDriver implements Driver {
	/** jest keeps its own state on globals; every run has an environment of its own anyway. */
	readonly keepsGlobals = true;
	private readonly jest: JestPackage;
	private readonly setUp: string;
	private covering = false;

	constructor(private readonly bench: Workbench) {
		this.jest = new JestPackage(bench.preparation.folder);
		this.setUp = path.join(bench.preparation.scratch, 'boundaries.js');
	}

	async prepare(): Promise<string | undefined> {
		process.env['NODE_ENV'] ??= 'test';
		process.env['JEST_WORKER_ID'] ??= '1';
		mkdirSync(this.bench.preparation.scratch, { recursive: true });
		writeFileSync(this.setUp, boundaries);
		return this.jest.load(
			this.bench.preparation.args,
			path.join(this.bench.preparation.scratch, `cache-${process.pid}`),
		);
	}

	async testFiles(): Promise<readonly string[]> {
		return this.jest.testFiles();
	}

	async run(selection: Selection, recorder: Recorder): Promise<void> {
		const { probes } = this.bench;
		let failed = false;
		for (const file of selection.files) {
			const name = path.relative(this.bench.preparation.root, file).split(path.sep).join('/');
			const whole = selection.ids?.has(name) === true;
			const wanted = whole ? [] : [...(selection.ids ?? [])].filter((id) => id.startsWith(`${name}::`));
			const hits = new Map<string, ReturnType<Recorder['hits']>>();
			probes.onTest = {
				began: () => recorder.started(),
				ended: (title) => hits.set(title, recorder.hits()),
			};
			const tell = (result: FileResult): void => {
				for (const test of result.testResults) {
					const id = `${name}::${[...test.ancestorTitles, test.title].join(' > ')}`;
					if (isWanted(selection, id)) {
						failed ||= test.status === 'failed';
						recorder.ended(outcomeOf(id, test), hits.get(fullNameOf(test)));
					}
				}
				if (result.testResults.length === 0) {
					failed = true;
					recorder.ended({
						id: name,
						passed: false,
						message: result.failureMessage ?? 'the file could not be loaded',
					});
				}
			};
			try {
				await this.jest.run(
					file,
					{
						pattern: wanted.length > 0 && wanted.length < 40 ? patternOf(wanted) : undefined,
						setUp: this.covering ? [this.setUp] : [],
						brief: !this.covering,
						failFast: selection.failFast,
					},
					tell,
				);
			} catch (error) {
				failed = true;
				recorder.ended({ id: name, passed: false, ...failureOf(error) });
			}
			probes.onTest = undefined;
			if (failed && selection.failFast) {
				return;
			}
		}
	}

	stop(): void {
		// jest has no way to be told.
	}

	changed(): void {
		// Every run loads the project's files afresh; changed texts have another time of change.
	}

	async reset(coverage: boolean): Promise<void> {
		this.covering = coverage;
		// Transforms everything that the targets load, so that no run of a test has to wait for it.
		const files = new Set(this.bench.preparation.targets.flatMap((test) => test.file ?? []));
		this.bench.probes.arm(warmUpMs);
		for (const file of files) {
			const options = { pattern: '$never^', setUp: [], brief: true, failFast: false };
			await this.jest.run(file, options, () => undefined).catch(() => undefined);
		}
		this.bench.probes.disarm();
	}
}

function outcomeOf(id: string, test: CaseResult): Parameters<Recorder['ended']>[0] {
	if (test.status === 'passed') {
		return { id, passed: true };
	}
	if (test.status !== 'failed') {
		return { id, passed: true, skipped: true };
	}
	const text = withoutColours(test.failureMessages?.join('\n') ?? '');
	return { id, passed: false, message: text.split(/\n\s+at /)[0] ?? text, stack: text };
}

function fullNameOf(test: CaseResult): string {
	return [...test.ancestorTitles, test.title].join(' ');
}

/** A regular expression for jest's `testNamePattern`, which sees names joined by blanks. */
function patternOf(ids: readonly string[]): string {
	const names = ids.map((id) =>
		id
			.slice(id.indexOf('::') + 2)
			.replace(/ \(\d+\)$/, '')
			.split(' > ')
			.join(' ')
			.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
	);
	return `^(${names.join('|')})( \\(\\d+\\))?$`;
}

function withoutColours(text: string): string {
	return text.replace(/\u001b\[[0-9;]*m/g, '');
}
