// The worker's conversation: the project is loaded once, then candidates are tried one after another.
import { passesAll } from '../outcomes';
import type { Preparation, Reply, Request, TestOutcome, Texts, WarmRun, WarmTest } from '../protocol';
import { CallRecorder, type Use } from './callRecorder';
import { cacheCompiledFiles } from './compileCache';
import type { Driver, Recorder, Selection, Workbench } from './driver';
import { driverFor } from './frameworks';
import { inputsFrom } from './inputs';
import { ProjectModules } from './modules';
import { NodeModule, propertyOf } from './nodeModule';
import { behaviourOf } from './observation';
import { PackageImports } from './packageImports';
import { Probes } from './probes';
import { replaceReads } from './reads';
import { asRecord, brief, selectionOf } from './runs';
import { failureOf, Sandbox } from './sandbox';
import { neededModules } from './transpilers';

const now = performance.now.bind(performance);
const importRounds = 5;
/** Added to a candidate's time at most for packages loaded afresh. */
const mostFreshMs = 4;

export class Session {
	private readonly probes = new Probes();
	private readonly sandbox = new Sandbox(this.probes);
	private readonly packages = new PackageImports();
	private modules: ProjectModules | undefined;
	private driver: Driver | undefined;
	private targets: readonly WarmTest[] = [];
	private lastFiles: readonly string[] = [];
	private coverage = false;
	private rememberedPackages = 0;
	private readonly inputs = new Map<string, readonly Use[]>();

	async answer(request: Request): Promise<Reply> {
		switch (request.kind) {
			case 'prepare':
				return this.prepare(request.preparation);
			case 'texts':
				this.coverage = request.coverage;
				return this.replaceBase(request.texts);
			case 'base':
				return this.base(request.limitMs, request.othersMs);
			case 'others':
				this.forgetCandidate();
				return {
					kind: 'others',
					run: brief(await this.run(selectionOf(request.tests, false), request.limitMs)),
				};
			case 'attempt':
				return this.attempt(request);
			case 'observe':
				return this.observe(request);
		}
	}

	private async prepare(preparation: Preparation): Promise<Reply> {
		process.chdir(preparation.folder);
		const modules = new ProjectModules(preparation.root, this.packages);
		const bench: Workbench = { preparation, modules, probes: this.probes, sandbox: this.sandbox };
		this.probes.install();
		this.sandbox.install();
		if (preparation.framework === 'jest') {
			replaceReads(modules);
			cacheCompiledFiles((file) => file.includes('node_modules'));
		} else if (preparation.framework !== 'vitest-server') {
			modules.install();
		}
		try {
			const needed = neededModules(preparation.preloads, preparation.root, preparation.folder);
			for (const preload of needed) {
				NodeModule.createRequire(`${preparation.folder}/`)(preload);
			}
			modules.keepLoaded();
			const driver = driverFor(bench);
			const reason = await driver.prepare();
			if (reason !== undefined) {
				return { kind: 'unavailable', reason };
			}
			this.modules = modules;
			this.driver = driver;
			this.targets = preparation.targets;
			this.sandbox.remember();
			this.sandbox.calibrate();
			return { kind: 'ready' };
		} catch (error) {
			return { kind: 'unavailable', reason: failureOf(error).message };
		}
	}

	private async replaceBase(texts: Texts): Promise<Reply> {
		this.modules?.setBase(texts);
		return this.reload();
	}

	/** Forgets every project file, and loads again what is loaded before tests. */
	private async reload(): Promise<Reply> {
		this.modules?.purge();
		try {
			await this.driver?.reset(this.coverage);
		} catch (error) {
			return { kind: 'unavailable', reason: failureOf(error).message };
		}
		this.sandbox.remember();
		this.sandbox.calibrate();
		return { kind: 'ready' };
	}

	private async base(limitMs: number, othersMs: number): Promise<Reply> {
		const ids = this.targets.some(({ whole }) => whole)
			? undefined
			: new Set(this.targets.map(({ id }) => id));
		const files = [...new Set(this.targets.flatMap((test) => test.file ?? []))];
		let target = await this.run({ files, ids, failFast: false }, limitMs);
		// Packages that only import() can load are known after they were asked for in vain.
		for (let round = 0; round < importRounds && (await this.packages.load()); round++) {
			await this.reload();
			target = await this.run({ files, ids, failFast: false }, limitMs);
		}
		if (!this.coverage && target.lost === undefined) {
			target = await this.chooseFreshness(target, { files, ids, failFast: false }, limitMs);
		}
		const others: TestOutcome[] = [];
		const known = new Set([...(ids ?? []), ...target.outcomes.map(({ id }) => id)]);
		const end = now() + othersMs;
		if (target.lost === undefined || target.lost === 'timeout') {
			for (const file of await this.otherFiles(files)) {
				if (now() > end) {
					break;
				}
				// Loaded afresh, so that what runs while a file is loaded is seen for every test file.
				await this.reload();
				const run = await this.run(
					{ files: [file], ids: undefined, except: ids ?? known, failFast: false },
					Math.max(100, end - now()),
				);
				others.push(...run.outcomes.filter((outcome) => !known.has(outcome.id)));
			}
		}
		return { kind: 'base', target, others, loaded: this.modules?.loaded() ?? [] };
	}

	/** Loads packages afresh for every candidate as well, where that costs little. */
	private async chooseFreshness(kept: WarmRun, selection: Selection, limitMs: number): Promise<WarmRun> {
		const { driver, modules } = this;
		if (!modules || !driver || propertyOf(driver, 'keepsGlobals') === true) {
			return kept;
		}
		modules.freshPackages = true;
		let fresh = kept;
		// The first time compiles what is kept afterwards.
		for (let round = 0; round < 2; round++) {
			driver.changed([]);
			fresh = await this.run(selection, limitMs);
		}
		const same =
			fresh.outcomes.map(({ passed }) => passed).join() === kept.outcomes.map(({ passed }) => passed).join();
		if (same && fresh.ms < kept.ms * 1.5 + mostFreshMs) {
			return fresh;
		}
		modules.freshPackages = false;
		await this.reload();
		return kept;
	}

	private forgetCandidate(): void {
		this.modules?.setCandidate({});
		this.driver?.changed(this.lastFiles);
		this.lastFiles = [];
	}

	/** The targets' own files first: what shares a file shares code. */
	private async otherFiles(targetFiles: readonly string[]): Promise<readonly string[]> {
		const all = (await this.driver?.testFiles()) ?? [];
		return [...targetFiles, ...all.filter((file) => !targetFiles.includes(file))];
	}

	private async attempt(request: Extract<Request, { kind: 'attempt' }>): Promise<Reply> {
		this.modules?.setCandidate(request.texts);
		const changed = Object.keys(request.texts);
		this.driver?.changed([...new Set([...changed, ...this.lastFiles])]);
		this.lastFiles = changed;
		const target = await this.run(selectionOf(this.targets, this.targets.length > 20), request.limitMs);
		if (target.lost !== undefined || !passesAll(target, this.targets) || request.others.length === 0) {
			return { kind: 'attempt', target: brief(target) };
		}
		const others = await this.run(selectionOf(request.others, true), request.othersLimitMs);
		return { kind: 'attempt', target: brief(target), others: brief(others) };
	}

	private async observe(request: Extract<Request, { kind: 'observe' }>): Promise<Reply> {
		const { modules, probes, sandbox } = this;
		const { file, text, limitMs } = request;
		if (!modules) {
			return { kind: 'observe' };
		}
		const inputs = this.inputs.get(file) ?? (await this.recordedInputs(request, modules));
		this.inputs.set(file, inputs);
		let behaviour: readonly string[] | undefined;
		if (inputs.length > 0) {
			modules.install();
			modules.setCandidate({ [file]: text });
			const body = async (): Promise<void> => {
				behaviour = await behaviourOf(modules, probes, file, inputs, limitMs);
			};
			await sandbox.run(2 * limitMs, body, () => undefined);
			sandbox.restore(propertyOf(this.driver, 'keepsGlobals') !== true);
			// What the tests load next must not find what was loaded here.
			modules.setCandidate({});
			modules.purge();
			this.driver?.changed([file]);
		}
		return { kind: 'observe', ...(behaviour ? { behaviour } : {}) };
	}

	/** Runs the tests on the base once, and makes inputs of what they pass to the file's functions. */
	private async recordedInputs(
		{ file, recording, others, limitMs }: Extract<Request, { kind: 'observe' }>,
		modules: ProjectModules,
	): Promise<readonly Use[]> {
		const recorder = new CallRecorder();
		this.probes.recorder = recorder;
		modules.setCandidate({ [file]: recording });
		this.driver?.changed([...new Set([file, ...this.lastFiles])]);
		await this.run(selectionOf([...this.targets, ...others], false), limitMs);
		this.probes.recorder = undefined;
		modules.setCandidate({});
		this.driver?.changed([file]);
		this.lastFiles = [];
		return inputsFrom(recorder.uses);
	}

	private async run(selection: Selection, limitMs: number): Promise<WarmRun> {
		const { driver, sandbox } = this;
		const outcomes: TestOutcome[] = [];
		const start = now();
		let startedAt = start;
		// What ran outside of tests, while files were loaded, counts for every test.
		const outside = new Map<number, Set<number>>();
		const take = (into: Map<number, Set<number>>): void => {
			for (const [file, lines] of this.probes.takeLines()) {
				const known = into.get(file);
				into.set(file, known ? new Set([...known, ...lines]) : lines);
			}
		};
		const recorder: Recorder = {
			started: () => {
				startedAt = now();
				this.probes.next();
				// What a library did to globals when it was first loaded stays, for the library stays.
				if (this.modules && this.modules.packageCount !== this.rememberedPackages) {
					this.rememberedPackages = this.modules.packageCount;
					this.sandbox.rememberGlobals();
				}
				take(outside);
			},
			hits: () => {
				const own = new Map(outside);
				take(own);
				return asRecord(own);
			},
			ended: (outcome, hits) => {
				outcomes.push({
					...outcome,
					ms: now() - startedAt,
					...(this.coverage ? { lines: hits ?? recorder.hits() } : {}),
				});
			},
		};
		this.probes.takeLines();
		const ended = await sandbox.run(
			limitMs,
			async () => {
				await driver?.run(selection, recorder, limitMs);
			},
			() => driver?.stop(),
			propertyOf(driver, 'stopMs') as number | undefined,
		);
		let { lost } = ended;
		if (lost === undefined && sandbox.events.exited && this.exitMatters()) {
			lost = 'exit';
		}
		this.addWholeFiles(selection, outcomes);
		if (outcomes.length === 0 && sandbox.events.uncaught.length > 0) {
			outcomes.push({ id: '', passed: false, ms: now() - start, ...failureOf(sandbox.events.uncaught[0]) });
		}
		if (lost !== undefined && this.coverage) {
			// What never ended is known by what it ran.
			take(outside);
			for (const id of selection.ids ?? []) {
				if (!outcomes.some((outcome) => outcome.id === id)) {
					outcomes.push({ id, passed: false, ms: limitMs, message: 'did not end', lines: asRecord(outside) });
				}
			}
		}
		sandbox.onException = undefined;
		sandbox.onRejection = undefined;
		sandbox.restore(propertyOf(driver, 'keepsGlobals') !== true);
		const { dirty } = ended;
		return { outcomes, ms: now() - start, ...(lost ? { lost } : {}), ...(dirty ? { dirty } : {}) };
	}

	/** A file asked for as a whole passes when it has tests and all of them pass. */
	private addWholeFiles(selection: Selection, outcomes: TestOutcome[]): void {
		for (const id of selection.ids ?? []) {
			const inside = outcomes.filter((outcome) => outcome.id.startsWith(`${id}::`));
			if (!outcomes.some((outcome) => outcome.id === id) && inside.length > 0) {
				outcomes.push({ id, passed: inside.every(({ passed }) => passed), ms: 0 });
			}
		}
	}

	/** A script may end itself; tests of a framework must not. */
	private exitMatters(): boolean {
		return propertyOf(this.driver, 'exits') !== true;
	}
}
