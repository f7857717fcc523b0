// A model that is shown a problem once and answers with edits; asked once more where they cannot be applied, or fail
// in a new way. Both calls pay from the attempt's purse, and nothing leaves that was not approved.
import type { Clock, ProposalTask, Proposer } from '../../core/effects';
import type { ChatMessage, ChatReply, ChatRequest, Model } from '../../core/model';
import type { Offer, Progress, Proposal } from '../../core/offer';
import type { Patch, ProposedPatch } from '../../core/patch';
import { affordableOutput } from '../../core/price';
import { brokenRule } from '../../core/rules/brokenRule';
import type { SuiteRun } from '../../core/suite';
import { oneLine } from './agentWords';
import { elsewhere } from './changeRules';
import type { CodeGrammars } from './context/codeLanguage';
import type { EarlierFix } from './context/earlierText';
import { editOffer, LEAST_OUTPUT_TOKENS } from './editOffer';
import { editSystem, notAppliedText, stillFailsText } from './editPrompt';
import { applyEdits, parseEdits } from './edits';
import { withDeletions } from './edits/deletion';
import { withTexts } from './edits/overlay';
import { type ProblemText, problemText } from './problemText';
import { troubleProposal } from './replies';
import { redact } from './secrets';
import { type Attempt, timed } from './timed';
import { type TestReport, testReport } from './tools/testReport';
import { WorkFiles } from './workFiles';

export interface EditServices {
	readonly grammars: CodeGrammars;
	readonly clock: Clock;
	/** Values of secrets, such as keys in the environment, that no text may take along. */
	readonly literals?: readonly string[];
	/** Verified fixes of this repository from earlier runs. */
	readonly earlier?: readonly EarlierFix[];
	/** Stands in for the real one in tests. */
	readonly problemText?: typeof problemText;
}

const OUTPUT_TOKENS = 8_000;
const CALL_MS = 300_000;
/** Sizes of the problem's text, in bytes; the largest that leaves money for a fair answer is taken. */
const PROBLEM_BYTES = [24_000, 18_000, 13_000, 9_000, 6_000, 4_000] as const;
const FAIR_OUTPUT_TOKENS = 3_000;
/** What surrounds the texts of a prompt, in tokens, as a bound. */
const FRAME_TOKENS = 400;
/** For the room in the context, not for money. */
const BYTES_PER_TOKEN = 3;
const MOST_TURNS = 2;

export class EditProposer implements Proposer {
	readonly offer: Offer;

	constructor(
		private readonly model: Model,
		private readonly services: EditServices,
	) {
		this.offer = editOffer(model);
	}

	propose(task: ProposalTask, report: (progress: Progress) => void, signal: AbortSignal): Promise<Proposal> {
		return timed(
			this.services.clock,
			task,
			(deadline) => new EditAttempt(this.model, this.services, task, report, signal, deadline),
		);
	}
}

/** What became of one answer: a proposal ends the attempt, words to the model may go on with it. */
type Turn =
	| { readonly kind: 'over'; readonly proposal: Proposal }
	| { readonly kind: 'again'; readonly message: string; readonly reason: string };

type Made =
	| { readonly kind: 'made'; readonly patch: Patch; readonly texts: ReadonlyMap<string, string> }
	| { readonly kind: 'refused'; readonly reasons: readonly string[] };

class EditAttempt implements Attempt {
	tried = 0;
	private readonly files: WorkFiles;
	private readonly system: string;
	private readonly stop: AbortSignal;
	private readonly endsMs: number;
	private shownFiles: readonly string[] = [];
	/** What an earlier answer made of files: a later one may be written against it. */
	private earlier: ReadonlyMap<string, string> = new Map();

	constructor(
		private readonly model: Model,
		private readonly services: EditServices,
		private readonly task: ProposalTask,
		private readonly report: (progress: Progress) => void,
		private readonly user: AbortSignal,
		private readonly deadline: AbortSignal,
	) {
		this.files = new WorkFiles(task.tree.root);
		this.system = editSystem(task.problem.mayChange ?? 'code');
		this.stop = AbortSignal.any([user, deadline]);
		this.endsMs = services.clock.nowMs() + task.allowance.timeMs;
	}

	async proposal(): Promise<Proposal> {
		this.report({ stage: 'reading the failing code' });
		// Asked of git before any test runs here again.
		await this.files.list(this.stop);
		const problem = await this.problem();
		this.shownFiles = problem.files;
		const messages: ChatMessage[] = [{ role: 'user', text: problem.text }];
		let failed = '';
		for (let turn = 1; ; turn += 1) {
			if (this.stop.aborted) {
				return this.stopped(failed);
			}
			const news = messages.at(-1);
			const text = news?.role === 'user' ? news.text : '';
			if (!(await this.task.approve(turn === 1 ? `${this.system}\n\n${text}` : text))) {
				return { kind: 'none', reason: 'Not sent: you withheld the prompt.' };
			}
			this.report({
				stage: turn === 1 ? `asking ${oneLine(this.model.label, 60)}` : 'asking once more',
				tried: this.tried,
			});
			const reply = await this.send(messages, turn);
			if (reply.kind !== 'replied') {
				return this.troubled(reply, failed);
			}
			const outcome = await this.judge(reply);
			if (outcome.kind === 'over') {
				return outcome.proposal;
			}
			failed = outcome.reason;
			if (turn === MOST_TURNS) {
				return { kind: 'none', reason: failed };
			}
			messages.push(
				{
					role: 'assistant',
					text: reply.text,
					toolCalls: [],
					...(reply.echo === undefined ? {} : { echo: reply.echo }),
				},
				{ role: 'user', text: outcome.message },
			);
		}
	}

	/** As much as leaves money for a fair answer, and room in what the model remembers. */
	private problem(): Promise<ProblemText> {
		const fixed = Buffer.byteLength(this.system) + FRAME_TOKENS;
		const room = this.model.contextTokens - Math.min(OUTPUT_TOKENS, this.model.outputLimit);
		const fits = PROBLEM_BYTES.find((bytes) => {
			const output = affordableOutput(this.model.price, bytes + fixed, this.task.purse.left) ?? 0;
			return (
				output >= Math.min(FAIR_OUTPUT_TOKENS, this.model.outputLimit) &&
				bytes + fixed <= Math.max(room * BYTES_PER_TOKEN, this.model.contextTokens / 2)
			);
		});
		const { grammars, literals = [], earlier = [] } = this.services;
		return (this.services.problemText ?? problemText)(
			this.task,
			this.files,
			{ grammars, literals, earlier },
			fits ?? PROBLEM_BYTES[PROBLEM_BYTES.length - 1] ?? 0,
			this.stop,
		);
	}

	private send(messages: readonly ChatMessage[], turn: number): Promise<ChatReply> {
		const request: ChatRequest = {
			system: this.system,
			messages: [...messages],
			tools: [],
			outputTokens: Math.min(OUTPUT_TOKENS * turn, this.model.outputLimit),
			leastOutputTokens: Math.min(LEAST_OUTPUT_TOKENS, this.model.outputLimit),
			effort: 'low',
			timeMs: Math.max(1, Math.min(CALL_MS, this.endsMs - this.services.clock.nowMs())),
		};
		return this.model.send(request, this.task.purse, () => undefined, this.stop);
	}

	private async judge(reply: ChatReply & { readonly kind: 'replied' }): Promise<Turn> {
		const made = await this.made(reply.text);
		if (made.kind === 'refused') {
			return {
				kind: 'again',
				message: notAppliedText(made.reasons, reply.finish === 'length', (text) => this.shown(text)),
				reason: `Its answer could not be applied: ${this.line(made.reasons[0] ?? '')}`,
			};
		}
		this.report({ stage: 'trying its edit', tried: this.tried });
		const applied = await this.task.tree.apply(made.patch);
		if (applied.kind === 'refused') {
			return {
				kind: 'again',
				message: notAppliedText([applied.reason], false, (text) => this.shown(text)),
				reason: `Its answer could not be applied: ${this.line(applied.reason)}`,
			};
		}
		const proposed = this.proposed(made.patch, reply.text);
		if (this.deadline.aborted && !this.user.aborted) {
			const untested = { ...proposed, warnings: ['Its proposer had no time left to run the tests.'] };
			return { kind: 'over', proposal: { kind: 'patches', patches: [untested] } };
		}
		this.tried += 1;
		const run = await this.task.run('target', this.stop);
		if (run.kind === 'cancelled') {
			return { kind: 'over', proposal: this.stopped('') };
		}
		const report = testReport.of(run, 'target', this.task, this.task.tree.root);
		if (report.passes) {
			return { kind: 'over', proposal: { kind: 'patches', patches: [proposed] } };
		}
		return this.failing(run, report, made);
	}

	/** A patch that is known to fail the target is not worth judging. */
	private async failing(run: SuiteRun, report: TestReport, made: Made & { kind: 'made' }): Promise<Turn> {
		const reset = await this.task.tree.reset();
		if (reset.kind === 'failed') {
			return { kind: 'over', proposal: { kind: 'none', reason: reset.reason } };
		}
		if (!this.failsAnew(run)) {
			const reason = 'With its edit the target fails just as before.';
			return { kind: 'over', proposal: { kind: 'none', reason } };
		}
		this.earlier = made.texts;
		return {
			kind: 'again',
			message: stillFailsText(report, (text) => this.shown(text)),
			reason: `With its edit the target still fails: ${this.line(report.says)}`,
		};
	}

	/** True unless every target fails with the very words of the base. */
	private failsAnew(run: SuiteRun): boolean {
		if (run.kind !== 'finished' && run.kind !== 'timedOut') {
			return true;
		}
		const now = new Map(run.tests.map((test) => [test.id, test]));
		return this.task.problem.failToPass.some(({ id, failure }) => {
			const other = now.get(id);
			return (
				other?.status !== 'failed' ||
				other.failure?.message !== failure?.message ||
				other.failure?.actual !== failure?.actual
			);
		});
	}

	private async made(answer: string): Promise<Made> {
		const edits = parseEdits(answer);
		const first = await applyEdits(edits, this.files, this.stop, this.shownFiles);
		const applied =
			first.kind === 'refused' && this.earlier.size > 0
				? await applyEdits(edits, withTexts(this.files, this.earlier), this.stop, this.shownFiles)
				: first;
		if (first.kind === 'refused' && applied.kind === 'refused') {
			return first;
		}
		if (applied.kind === 'refused') {
			return applied;
		}
		const texts = new Map([
			...(first === applied ? [] : this.earlier),
			...applied.edits.map(({ path, text }) => [path, text] as const),
		]);
		for (const path of applied.deleted) {
			texts.delete(path);
		}
		const patch = await this.patchOf(texts, applied.deleted);
		if (patch === undefined) {
			return { kind: 'refused', reasons: [`The edits of ${[...texts.keys()].join(', ')} make no patch.`] };
		}
		const broken = brokenRule(patch, this.task.problem, this.task.baseline);
		return broken === undefined
			? { kind: 'made', patch, texts }
			: { kind: 'refused', reasons: [`${broken} ${elsewhere(this.task.problem.mayChange ?? 'code')}`] };
	}

	private async patchOf(
		texts: ReadonlyMap<string, string>,
		deleted: readonly string[],
	): Promise<Patch | undefined> {
		const edits = [...texts].map(([path, text]) => ({ path, text }));
		const patch = edits.length === 0 ? undefined : await this.task.tree.patchOf(edits);
		if (edits.length > 0 && patch === undefined) {
			return undefined;
		}
		if (deleted.length === 0) {
			return patch;
		}
		const gone: { path: string; text: string }[] = [];
		for (const path of deleted) {
			const read = await this.files.read(path);
			if (read.kind === 'refused') {
				return undefined;
			}
			gone.push({ path, text: read.text });
		}
		return withDeletions(patch, gone);
	}

	private proposed(patch: Patch, answer: string): ProposedPatch {
		const said = this.line(firstSentence(answer));
		return {
			patch,
			summary: said === '' ? `changes ${this.line(patch.files.join(', '))}` : said,
			warnings: [],
		};
	}

	private troubled(reply: ChatReply, failed: string): Proposal {
		const trouble = troubleProposal(reply);
		if (
			trouble === undefined ||
			reply.kind === 'cancelled' ||
			(reply.kind === 'timedOut' && this.deadline.aborted)
		) {
			return this.stopped(failed);
		}
		// The first answer was paid for and did not do: that is no lack of money for the offer.
		return trouble.kind === 'unaffordable' && failed !== ''
			? { kind: 'none', reason: `${failed} There was too little left to ask once more.` }
			: trouble;
	}

	private stopped(failed: string): Proposal {
		return this.user.aborted
			? { kind: 'cancelled' }
			: { kind: 'none', reason: `${failed} Its time was over.`.trim() };
	}

	private shown(text: string): string {
		return redact(text, this.services.literals).text;
	}

	private line(text: string): string {
		return oneLine(this.shown(text), 200);
	}
}

/** What the model says before its first edit; empty when it says nothing. */
function firstSentence(answer: string): string {
	const lines = answer.replace(/^[\s\S]*<\/(?:think|thinking)>/i, '').split('\n');
	const edits = lines.findIndex((line) => /^\s*(?:[`~<{[]|\*\*\* |@@|diff |--- )/.test(line));
	return (
		(edits < 0 ? [] : lines.slice(0, edits)).find(
			(line) => /\p{L}+ \S+ \S/u.test(line) && !/:\s*$/.test(line),
		) ?? ''
	);
}
