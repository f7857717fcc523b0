// What one agent works on: its edits as whole texts over the base, the same texts in the worktree so that tests see
// them, and the last word of the tests.
import { createHash } from 'node:crypto';
import type { ProposalTask } from '../../../core/effects';
import type { FileEdit, Patch } from '../../../core/patch';
import { brokenRule } from '../../../core/rules/brokenRule';
import { redact } from '../secrets';
import type { WorkFiles } from '../workFiles';
import { folded } from './pathRule';
import { MOST_FILE_BYTES, type PlainFile, removePlain } from './plainFile';
import { type TestReport, testReport } from './testReport';

interface Changed {
	/** Undefined when the file is new. */
	readonly base: string | undefined;
	readonly text: string;
}

export class Desk {
	private readonly changed = new Map<string, Changed>();
	/** The last report of each scope, with the state it was made on. */
	private readonly reports = new Map<
		'target' | 'all',
		{ readonly state: string; readonly report: TestReport }
	>();
	private readonly states = new Set<string>();
	/** How often tests ran. */
	runs = 0;

	constructor(
		private readonly task: ProposalTask,
		readonly files: WorkFiles,
		private readonly literals: readonly string[],
	) {}

	/** Equal when the edits are equal; the base has a state too. */
	get state(): string {
		const hash = createHash('sha256');
		for (const { path, text } of this.edits) {
			hash.update(`${path.length}:${path}${text.length}:${text}`);
		}
		return hash.digest('hex');
	}

	/** On how many states of the files tests ran. */
	get tested(): number {
		return this.states.size;
	}

	/** Whole new texts, sorted by path; files that are as on the base again are left out. */
	get edits(): readonly FileEdit[] {
		return [...this.changed]
			.map(([path, { text }]) => ({ path, text }))
			.sort((a, b) => (a.path < b.path ? -1 : 1));
	}

	patch(): Promise<Patch | undefined> {
		return this.changed.size === 0 ? Promise.resolve(undefined) : this.task.tree.patchOf(this.edits);
	}

	/** What may leave the machine. */
	shown(text: string): string {
		return redact(text, this.literals).text;
	}

	async read(path: string): Promise<PlainFile> {
		const own = this.files.refusal(path) === undefined ? this.changed.get(path) : undefined;
		return own === undefined ? this.files.read(path) : { kind: 'text', text: own.text };
	}

	list(signal: AbortSignal): Promise<readonly string[]> {
		return this.files.list(signal);
	}

	refusal(path: string): string | undefined {
		return this.files.refusal(path);
	}

	/** Why no edit of this path is taken, in a sentence. */
	editRefusal(path: string): string | undefined {
		return this.files.refusal(path) ?? this.protection(path) ?? this.protection(folded(path));
	}

	/** Takes a whole new text for a file. Returns why not, in a sentence; then nothing was written. */
	async change(path: string, text: string): Promise<string | undefined> {
		const refusal = this.editRefusal(path) ?? textRefusal(text);
		if (refusal !== undefined) {
			return refusal;
		}
		const before = this.changed.get(path);
		const base = before === undefined ? await this.baseOf(path) : before;
		if ('reason' in base) {
			return base.reason;
		}
		if (text.includes(REMOVED) && !(base.base ?? '').includes(REMOVED)) {
			return `The new text holds "${REMOVED}…", which stands for a secret that was taken out; leave such lines as they are.`;
		}
		if (text === base.base) {
			return this.revert(path);
		}
		if ((await this.task.tree.patchOf([{ path, text }])) === undefined) {
			return `A change of ${JSON.stringify(path)} cannot become a part of the patch.`;
		}
		const reason = await this.files.write(path, text);
		if (reason === undefined) {
			this.changed.set(path, { base: base.base, text });
		}
		return reason;
	}

	/** Brings one file back to its base. Returns why not, in a sentence. */
	async revert(path: string): Promise<string | undefined> {
		const own = this.changed.get(path);
		if (own === undefined) {
			return `${JSON.stringify(path)} was not edited.`;
		}
		const reason =
			own.base === undefined
				? await removePlain(this.files.root, path)
				: await this.files.write(path, own.base);
		if (reason === undefined) {
			this.changed.delete(path);
		}
		return reason;
	}

	/** Runs the tests on the edits. A state that was tested already is not run again. */
	async test(scope: 'target' | 'all', signal: AbortSignal): Promise<TestReport> {
		const known = this.known(scope);
		if (known !== undefined) {
			return known;
		}
		const { state } = this;
		for (const { path, text } of this.edits) {
			const lying = await this.files.read(path);
			if (lying.kind === 'refused' || lying.text !== text) {
				const reason = await this.files.write(path, text);
				if (reason !== undefined) {
					return testReport.impossible(reason);
				}
			}
		}
		this.runs += 1;
		this.states.add(state);
		const run = await this.task.run(scope, signal);
		const report = testReport.of(run, scope, this.task, this.files.root, (text) => this.shown(text));
		if (run.kind !== 'cancelled') {
			this.reports.set(scope, { state, report });
		}
		return report;
	}

	/** The report for the edits as they are, where there is one. */
	known(scope: 'target' | 'all'): TestReport | undefined {
		const last = this.reports.get(scope);
		return last !== undefined && last.state === this.state ? last.report : undefined;
	}

	private async baseOf(
		path: string,
	): Promise<{ readonly base: string | undefined } | { readonly reason: string }> {
		if (!(await this.files.exists(path))) {
			return { base: undefined };
		}
		const read = await this.files.read(path);
		return read.kind === 'text' ? { base: read.text } : { reason: read.reason };
	}

	private protection(path: string): string | undefined {
		const only = { diff: '', hash: '', files: [path], linesAdded: 0, linesRemoved: 0 };
		return brokenRule(only, this.task.problem, this.task.baseline);
	}
}

/** What `redact` writes in place of a secret begins so. */
const REMOVED = '[removed: ';

function textRefusal(text: string): string | undefined {
	if (Buffer.byteLength(text) > MOST_FILE_BYTES) {
		return 'The new text is larger than 1 MB.';
	}
	return text.includes('\0') || /\p{Cs}/u.test(text)
		? 'The new text holds characters that no text may have.'
		: undefined;
}
