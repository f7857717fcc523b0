// A model that is paid to write tests which show an issue; asked once more, with what became of each, where none does.

import type { Clock } from '../../core/effects';
import type { Fate, TestAuthor, TestTask, Written } from '../../core/issue/testAuthor';
import type { ChatMessage, ChatReply, Model } from '../../core/model';
import { nanoUsd } from '../../core/money';
import type { Offer, Progress } from '../../core/offer';
import type { ProposedPatch } from '../../core/patch';
import { affordableOutput, costOf, worstCase } from '../../core/price';
import { oneLine } from '../model/agentWords';
import { isTestPath } from '../model/context/codeLanguage';
import { applyEdits, parseEdits } from '../model/edits';
import type { Edit } from '../model/edits/edit';
import { troubleProposal } from '../model/replies';
import { redact } from '../model/secrets';
import { WorkFiles } from '../model/workFiles';
import { slugOf, type TestPlace, testPlace } from './testPlace';
import { refusedText, TEST_SYSTEM, testProblem } from './testPrompt';

const LEAST_PROMPT_BYTES = 6_500;
const LEAST_OUTPUT_TOKENS = 800;
const OUTPUT_TOKENS = 5_000;
const FAIR_OUTPUT_TOKENS = 2_000;
/** Of the first answer and what it is told, which the second turn sends again. */
const ANSWER_BYTES = 8_000;
const PROBLEM_BYTES = [20_000, 14_000, 9_000, 6_000, 4_000] as const;
const FRAME_TOKENS = 400;
const CALL_MS = 300_000;
const MOST_TURNS = 2;
const MOST_CANDIDATES = 4;
const MOST_SOURCES = 3;
const MOST_SOURCE_FILES = 400;
// Assumed, not measured; a second turn every other time. Three times that must hold both turns at their worst.
const TYPICAL = { inputTokens: 5_000, outputTokens: 1_500 };
const SECOND_TURN = { inputTokens: 7_500, outputTokens: 1_500 };

export class ModelAuthor implements TestAuthor {
	readonly offer: Offer;

	constructor(
		private readonly model: Model,
		private readonly services: { readonly clock: Clock; readonly literals?: readonly string[] },
	) {
		this.offer = {
			id: `${model.id}/test`,
			provider: model.provider,
			model: model.id,
			label: `${model.label}, writing a test`,
			leastSpend: worstCase(
				model.price,
				LEAST_PROMPT_BYTES,
				Math.min(LEAST_OUTPUT_TOKENS, model.outputLimit),
			),
			expectedSpend: nanoUsd(costOf(model.price, TYPICAL) + Math.ceil(costOf(model.price, SECOND_TURN) / 2)),
			mostAttempts: 1,
		};
	}

	async write(task: TestTask, report: (progress: Progress) => void, signal: AbortSignal): Promise<Written> {
		const timer = this.services.clock.timeout(task.allowance.timeMs);
		try {
			return await new Writing(this.model, this.services, task, report, signal, timer.signal).written();
		} finally {
			timer.stop();
		}
	}
}

class Writing {
	private readonly files: WorkFiles;
	private readonly stop: AbortSignal;
	private readonly endsMs: number;

	constructor(
		private readonly model: Model,
		private readonly services: { readonly clock: Clock; readonly literals?: readonly string[] },
		private readonly task: TestTask,
		private readonly report: (progress: Progress) => void,
		private readonly user: AbortSignal,
		deadline: AbortSignal,
	) {
		this.files = new WorkFiles(task.tree.root);
		this.stop = AbortSignal.any([user, deadline]);
		this.endsMs = services.clock.nowMs() + task.allowance.timeMs;
	}

	async written(): Promise<Written> {
		const { issue, facts, suite, tests } = this.task;
		this.report({ stage: 'reading tests and code that the issue may be about' });
		const slug = slugOf(issue.source.name, issue.title);
		const place = await testPlace(this.files, tests, suite, facts, slug, this.stop);
		const sources = await this.sources();
		const shown = (text: string): string => redact(text, this.services.literals).text;
		const problem = testProblem(issue, place, suite.framework, sources, shown, this.room());
		const messages: ChatMessage[] = [{ role: 'user', text: problem }];
		for (let turn = 1; ; turn += 1) {
			const last = messages.at(-1);
			const text = last?.role === 'user' ? last.text : '';
			if (this.stop.aborted) {
				return this.stopped();
			}
			if (!(await this.task.approve(turn === 1 ? `${TEST_SYSTEM}\n\n${text}` : text))) {
				return { kind: 'none', reason: 'Not sent: you withheld the prompt.' };
			}
			this.report({
				stage:
					turn === 1 ? `asking ${oneLine(this.model.label, 60)} for a test` : 'asking once more for a test',
			});
			const reply = await this.send(messages, turn);
			if (reply.kind !== 'replied') {
				return this.troubled(reply, turn);
			}
			const fates = await this.judged(reply, place);
			if (fates === 'stopped') {
				return this.stopped();
			}
			if (fates.some(({ shows }) => shows)) {
				return { kind: 'done' };
			}
			const reasons = fates.map(({ reason }) => reason);
			if (turn === MOST_TURNS) {
				return {
					kind: 'none',
					reason: `None of its tests shows the issue. ${shown(oneLine(reasons.at(-1) ?? '', 300))}`.trim(),
				};
			}
			messages.push(
				{
					role: 'assistant',
					text: reply.text,
					toolCalls: [],
					...(reply.echo === undefined ? {} : { echo: reply.echo }),
				},
				{ role: 'user', text: refusedText(reasons, shown) },
			);
		}
	}

	/** As many bytes of the problem as leave money for a fair answer, and room in what the model remembers. */
	private room(): number {
		const fixed = Buffer.byteLength(TEST_SYSTEM) + FRAME_TOKENS;
		const { model, task } = this;
		const fits = PROBLEM_BYTES.find((bytes) => {
			const output =
				affordableOutput(model.price, MOST_TURNS * (bytes + fixed) + ANSWER_BYTES, task.purse.left) ?? 0;
			return (
				output >= Math.min(FAIR_OUTPUT_TOKENS, model.outputLimit) && bytes + fixed <= model.contextTokens * 2
			);
		});
		return fits ?? PROBLEM_BYTES[PROBLEM_BYTES.length - 1] ?? 0;
	}

	private send(messages: readonly ChatMessage[], turn: number): Promise<ChatReply> {
		return this.model.send(
			{
				system: TEST_SYSTEM,
				messages: [...messages],
				tools: [],
				outputTokens: Math.min(OUTPUT_TOKENS * turn, this.model.outputLimit),
				leastOutputTokens: Math.min(LEAST_OUTPUT_TOKENS, this.model.outputLimit),
				effort: 'low',
				timeMs: Math.max(1, Math.min(CALL_MS, this.endsMs - this.services.clock.nowMs())),
			},
			this.task.purse,
			() => undefined,
			this.stop,
		);
	}

	private async judged(
		reply: ChatReply & { readonly kind: 'replied' },
		place: TestPlace,
	): Promise<readonly { readonly shows: boolean; readonly reason: string }[] | 'stopped'> {
		const fates: { shows: boolean; reason: string }[] = [];
		const summary = this.summary(reply.text);
		for (const edits of candidatesIn(reply.text, place).slice(0, MOST_CANDIDATES)) {
			const made = await this.patchOf(edits, place, summary);
			if (typeof made === 'string') {
				fates.push({ shows: false, reason: made });
				continue;
			}
			const fate = await this.task.judge(made);
			if (fate.kind === 'stopped') {
				return 'stopped';
			}
			fates.push({
				shows: fate.kind === 'shows',
				reason: `${made.patch.files.join(', ')}: ${reasonOf(fate)}`,
			});
		}
		const cut = reply.finish === 'length' ? ' It was cut by its limit of length.' : '';
		return fates.length === 0 ? [{ shows: false, reason: `The answer holds no test.${cut}` }] : fates;
	}

	private async patchOf(
		edits: readonly Edit[],
		place: TestPlace,
		summary: string,
	): Promise<ProposedPatch | string> {
		const shown = place.neighbour === undefined ? [] : [place.neighbour.path];
		const applied = await applyEdits(edits, this.files, this.stop, shown);
		if (applied.kind === 'refused') {
			return `It could not be applied: ${applied.reasons[0] ?? ''}`;
		}
		if (applied.deleted.length > 0) {
			return `It deletes ${applied.deleted.join(', ')}; a test only adds.`;
		}
		const patch = await this.task.tree.patchOf(applied.edits);
		return patch === undefined ? 'It makes no change.' : { patch, summary, warnings: [] };
	}

	/** Source files that name most of what the issue names, or stand in its stack traces. */
	private async sources(): Promise<readonly { path: string; text: string }[]> {
		const { facts } = this.task;
		const listed = (await this.files.list(this.stop)).filter(
			(path) =>
				/\.(?:[cm]?[jt]sx?|py|go|rs|rb|java|kt|cs|php)$/.test(path) &&
				!isTestPath(path) &&
				!/\.d\.ts$|\.min\.js$|(?:^|\/)(?:dist|build|bench|benchmarks?|examples?|docs)\//.test(path),
		);
		const scored: { path: string; text: string; score: number }[] = [];
		for (const path of listed.slice(0, MOST_SOURCE_FILES)) {
			if (this.stop.aborted) {
				break;
			}
			const read = await this.files.read(path);
			if (read.kind === 'refused' || read.text.length > 400_000) {
				continue;
			}
			const frames = facts.frames.filter(
				(frame) => frame.path.endsWith(path) || path.endsWith(frame.path),
			).length;
			const names = [...facts.names].filter((name) => read.text.includes(name)).length;
			const score = frames * 5 + names + (/(?:^|\/)index\.\w+$/.test(path) ? 0.5 : 0);
			scored.push({ path, text: around(read.text, facts.names), score });
		}
		return scored.sort((a, b) => b.score - a.score || a.path.length - b.path.length).slice(0, MOST_SOURCES);
	}

	private summary(answer: string): string {
		const first = answer
			.replace(/^[\s\S]*<\/(?:think|thinking)>/i, '')
			.split('\n')
			.find((line) => /\p{L}+ \S+ \S/u.test(line) && !/^\s*[`~<{[#]/.test(line));
		const said = oneLine(redact(first ?? '', this.services.literals).text, 200);
		return said === '' ? 'a test of the issue' : said;
	}

	private troubled(reply: ChatReply, turn: number): Written {
		const trouble = troubleProposal(reply);
		if (trouble === undefined || trouble.kind === 'cancelled' || trouble.kind === 'patches') {
			return this.stopped();
		}
		return trouble.kind === 'unaffordable' && turn > 1
			? {
					kind: 'none',
					reason: 'None of its tests shows the issue, and there was too little left to ask once more.',
				}
			: trouble;
	}

	private stopped(): Written {
		return this.user.aborted ? { kind: 'cancelled' } : { kind: 'none', reason: 'Its time was over.' };
	}
}

function reasonOf(fate: Exclude<Fate, { kind: 'stopped' }>): string {
	return fate.kind === 'refused' ? fate.refusal.reason : 'it shows the issue';
}

/** Each new file is a candidate of its own; what changes one file that is there belongs together. */
function candidatesIn(answer: string, place: TestPlace): readonly (readonly Edit[])[] {
	const edits = parseEdits(answer);
	if (edits.length === 0) {
		const code = /(?:^|\n)(`{3,})[\w.+-]*\n([\s\S]*?)\n\1/.exec(answer)?.[2];
		return code === undefined || place.appends
			? []
			: [[{ kind: 'whole', path: place.path, lines: code.split('\n'), declared: true }]];
	}
	const candidates: Edit[][] = [];
	const changing = new Map<string, Edit[]>();
	for (const edit of edits) {
		if (edit.kind === 'replace' && edit.search.some((line) => line.trim() !== '')) {
			const key = edit.path ?? '';
			const own = changing.get(key);
			if (own === undefined) {
				const fresh = [edit];
				changing.set(key, fresh);
				candidates.push(fresh);
			} else {
				own.push(edit);
			}
		} else if (edit.kind === 'replace' && edit.path === undefined) {
			candidates.push([{ ...edit, path: place.path }]);
		} else {
			candidates.push([edit]);
		}
	}
	return candidates;
}

const AROUND = 12;

/** A long file around the lines that hold the names, the rest left out. */
function around(text: string, names: ReadonlySet<string>): string {
	const lines = text.split('\n');
	if (text.length < 5_000) {
		return text;
	}
	const kept = new Set<number>();
	for (const [at, line] of lines.entries()) {
		if ([...names].some((name) => line.includes(name))) {
			for (let near = Math.max(0, at - 3); near < Math.min(lines.length, at + AROUND); near += 1) {
				kept.add(near);
			}
		}
	}
	const shown: string[] = [];
	let last = -1;
	for (const at of [...kept].sort((a, b) => a - b)) {
		if (at !== last + 1) {
			shown.push(`[lines ${last + 2}-${at} are not shown]`);
		}
		shown.push(lines[at] ?? '');
		last = at;
	}
	return kept.size === 0 ? text : shown.join('\n');
}
