// A model that works step by step in the worktree with a few tools, until the target passes or going on is not worth
// its money. Every step pays its own worst case first; nothing leaves that was not approved.
import type { Clock, ProposalTask, Proposer } from '../../core/effects';
import type { ChatReply, ChatRequest, Model } from '../../core/model';
import type { Offer, Progress, Proposal } from '../../core/offer';
import { worstCase } from '../../core/price';
import { Conversation } from './agentConversation';
import { COURSE_LIMITS, Course, type CourseLimits } from './agentCourse';
import { agentOffer } from './agentOffer';
import { Trials } from './agentTrials';
import { agentSystem, EDIT_SOON, nudge, oneLine, ordinal } from './agentWords';
import type { CodeGrammars } from './context/codeLanguage';
import type { EarlierFix } from './context/earlierText';
import { problemText } from './problemText';
import { troubleProposal } from './replies';
import { type Attempt, timed } from './timed';
import { Desk } from './tools/desk';
import type { TestReport } from './tools/testReport';
import { answerCall, answerText, TOOL_SPECS } from './tools/toolbox';
import { WorkFiles } from './workFiles';

export interface AgentServices {
	readonly grammars: CodeGrammars;
	readonly clock: Clock;
	/** Values of secrets, such as keys in the environment, that no text may take along. */
	readonly literals?: readonly string[];
	/** Verified fixes of this repository from earlier runs. */
	readonly earlier?: readonly EarlierFix[];
	readonly limits?: Partial<CourseLimits>;
}

const OUTPUT_TOKENS = 8_000;
const LEAST_OUTPUT_TOKENS = 1_000;
const CALL_MS = 300_000;
/** Of all that is sent with one call; beyond, older results are cut. A worst case counts a token for each byte. */
const MOST_BYTES = 80_000;
const PROBLEM_BYTES = 24_000;
const LEAST_PROBLEM_BYTES = 4_000;
/** What is sent beside the problem at first: system and tools. */
const FIXED_BYTES = 8_000;
/** Usual tokens hold more; for the room in the context, not for money. */
const BYTES_PER_TOKEN = 3;
/** Calls in one answer that are carried out. */
const MOST_CALLS = 12;
/** Of a call's worst case; what it really costs is a part of that. */
const SHORT_FACTOR = 1.6;

export class AgentProposer implements Proposer {
	readonly offer: Offer;

	/** @throws RangeError when `agentOffer` has no offer for the model. */
	constructor(
		private readonly model: Model,
		private readonly services: AgentServices,
	) {
		const offer = agentOffer(model);
		if (offer === undefined) {
			throw new RangeError(`${model.id} cannot work as an agent`);
		}
		this.offer = offer;
	}

	propose(task: ProposalTask, report: (progress: Progress) => void, signal: AbortSignal): Promise<Proposal> {
		return timed(
			this.services.clock,
			task,
			(deadline) => new Agent(this.model, this.services, task, report, signal, deadline),
		);
	}
}

/** One attempt. */
class Agent implements Attempt {
	private readonly files: WorkFiles;
	private readonly desk: Desk;
	private readonly course: Course;
	private readonly trials: Trials;
	private readonly talk: Conversation;
	private readonly endsMs: number;
	private readonly stop: AbortSignal;
	/** When an answer was given last, by call and state of the files. */
	private readonly answered = new Map<string, number>();
	private bought = false;
	private nudged = false;
	private words = '';
	/** The last report that was told without being asked for. */
	private told: TestReport | undefined;

	constructor(
		private readonly model: Model,
		private readonly services: AgentServices,
		private readonly task: ProposalTask,
		private readonly report: (progress: Progress) => void,
		private readonly user: AbortSignal,
		private readonly deadline: AbortSignal,
	) {
		this.files = new WorkFiles(task.tree.root);
		this.talk = new Conversation(agentSystem(task.problem.mayChange ?? 'code'), TOOL_SPECS);
		this.desk = new Desk(task, this.files, services.literals ?? []);
		this.course = new Course(this.desk.state, { ...COURSE_LIMITS, ...services.limits });
		this.endsMs = services.clock.nowMs() + task.allowance.timeMs;
		this.stop = AbortSignal.any([user, deadline]);
		this.trials = new Trials(this.desk, {
			baseline: task.baseline,
			leftMs: () => this.leftMs,
			words: () => this.words,
			running: () => this.doing('running the tests'),
			stop: this.stop,
		});
	}

	/** Different states of the files on which tests ran. */
	get tried(): number {
		return this.desk.tested;
	}

	async proposal(): Promise<Proposal> {
		this.report({ stage: 'reading the code around the failure' });
		// Asked of git before any test runs here again.
		await this.files.list(this.stop);
		const { grammars, literals = [], earlier = [] } = this.services;
		const problem = await problemText(
			this.task,
			this.files,
			{ grammars, literals, earlier },
			this.problemBytes(),
			this.stop,
		);
		this.talk.ask(problem.text);
		for (;;) {
			const over = this.over();
			if (over !== undefined) {
				return this.ended(over);
			}
			const ending = await this.step();
			if (ending !== undefined) {
				return ending;
			}
		}
	}

	/** One call of the model and what it asks for. Undefined when the attempt goes on. */
	private async step(): Promise<Proposal | undefined> {
		if (this.talk.bytes > this.mostBytes) {
			this.talk.shorten();
		}
		if (!(await this.task.approve(this.talk.news()))) {
			return this.ended('It was not allowed to send the prompt.');
		}
		this.talk.tell();
		this.say(`asking ${this.model.label} (step ${this.course.steps + 1})`);
		let reply = await this.send();
		if (reply.kind === 'unaffordable' && this.talk.shorten()) {
			// What is cut was approved as a whole before.
			this.talk.tell();
			reply = await this.send();
		}
		if (reply.kind !== 'replied') {
			return this.troubled(reply);
		}
		this.bought = true;
		this.talk.reply(reply);
		this.words = oneLine(this.desk.shown(reply.text), 200) || this.words;
		return reply.toolCalls.length === 0 ? this.silent() : this.use(reply);
	}

	private send(): Promise<ChatReply> {
		const { messages } = this.talk;
		// A provider may ask more for what it keeps in its cache: the last step keeps nothing.
		const again = this.course.left > 1;
		const request: ChatRequest = {
			system: this.talk.system,
			messages: [...messages],
			tools: this.talk.tools,
			outputTokens: Math.min(OUTPUT_TOKENS, this.model.outputLimit),
			leastOutputTokens: Math.min(LEAST_OUTPUT_TOKENS, this.model.outputLimit),
			effort: 'low',
			...(again ? { cacheUpTo: messages.length - 1 } : {}),
			timeMs: Math.max(1, Math.min(CALL_MS, this.leftMs)),
		};
		return this.model.send(request, this.task.purse, () => undefined, this.stop);
	}

	/** Carries out what was asked for, then tests what was edited. */
	private async use(reply: ChatReply & { readonly kind: 'replied' }): Promise<Proposal | undefined> {
		const before = this.desk.state;
		const results: { callId: string; name: string; text: string }[] = [];
		let useful = false;
		for (const [index, call] of reply.toolCalls.entries()) {
			const answer =
				index < MOST_CALLS && !this.stop.aborted
					? await this.answer(call)
					: ({ kind: 'refused', text: `Not done: at most ${MOST_CALLS} calls in one answer.` } as const);
			useful ||= answer.kind === 'done';
			results.push({ callId: call.id, name: call.name, text: answer.text });
		}
		const { state } = this.desk;
		const tested = this.desk.known('target') !== undefined;
		this.course.step(state, useful ? 'useful' : 'useless');
		const notes: string[] = [];
		if (this.desk.edits.length > 0 && (state !== before || tested) && !this.stop.aborted) {
			const { proposal, report } = await this.trials.check();
			if (proposal !== undefined) {
				return proposal;
			}
			if (report !== this.told && (!tested || report.broken.length > 0)) {
				this.told = report;
				notes.push(`The tests were run on these edits. ${answerText('tests', report, this.desk)}`);
			}
		}
		if (reply.finish === 'length') {
			notes.push('Your answer was cut by its limit of length; write shorter ones.');
		}
		if (this.course.left <= 2 || this.isShort()) {
			notes.push(EDIT_SOON);
		}
		const last = results.at(-1);
		if (last !== undefined && notes.length > 0) {
			last.text = [last.text, ...notes].join('\n\n');
		}
		this.talk.answer(results);
		return undefined;
	}

	private async answer(call: { name: string; arguments: string }): Promise<{
		readonly kind: 'done' | 'refused';
		readonly text: string;
	}> {
		const { state } = this.desk;
		const key = JSON.stringify([call.name, call.arguments, state]);
		this.course.call(call.name, call.arguments, state);
		if (this.answered.get(key) === this.talk.cuts) {
			return {
				kind: 'refused',
				text: 'You asked this before and nothing has changed since: see the result above.',
			};
		}
		const answer = await answerCall({ id: '', ...call }, this.desk, (what) => this.doing(what), this.stop);
		this.answered.set(key, this.talk.cuts);
		return answer;
	}

	/** The model called no tool: it believes that it is ready, or gives up. */
	private async silent(): Promise<Proposal | undefined> {
		this.course.step(this.desk.state, 'useless');
		let result = 'No file is edited.';
		if (this.desk.edits.length > 0) {
			const { proposal, report } = await this.trials.check();
			if (proposal !== undefined) {
				return proposal;
			}
			result = answerText('tests', report, this.desk);
		}
		if (this.nudged) {
			return this.ended(`It gave up${this.words === '' ? '.' : `: ${this.words}`}`);
		}
		this.nudged = true;
		this.talk.ask(nudge(result));
		return undefined;
	}

	/** Nothing more is asked of the model; what it has made is still worth a look. */
	private async ended(reason: string): Promise<Proposal> {
		if (this.user.aborted) {
			return { kind: 'cancelled' };
		}
		const last = await this.trials.last(this.deadline.aborted);
		return last ?? { kind: 'none', reason };
	}

	private async troubled(reply: ChatReply): Promise<Proposal> {
		const trouble = troubleProposal(reply);
		const cut = this.deadline.aborted && (reply.kind === 'cancelled' || reply.kind === 'timedOut');
		const reason = cut
			? 'Its time was over.'
			: trouble !== undefined && 'reason' in trouble
				? trouble.reason
				: '';
		const left = await this.ended(reason);
		const made = left.kind === 'patches' || left.kind === 'cancelled';
		if (made || cut || trouble === undefined || (trouble.kind === 'unaffordable' && this.bought)) {
			return left;
		}
		return trouble;
	}

	private over(): string | undefined {
		return this.stop.aborted || this.leftMs <= 0 ? 'Its time was over.' : this.course.over;
	}

	private get leftMs(): number {
		return this.endsMs - this.services.clock.nowMs();
	}

	/** What the model remembers at once, less its answer. */
	private get mostBytes(): number {
		const room = (this.model.contextTokens - OUTPUT_TOKENS) * BYTES_PER_TOKEN;
		return Math.min(MOST_BYTES, Math.max(room, this.model.contextTokens));
	}

	/** True when the money holds one more call, and hardly another one after it. */
	private isShort(): boolean {
		const next = worstCase(this.model.price, this.talk.bytes, LEAST_OUTPUT_TOKENS);
		return next * SHORT_FACTOR > this.task.purse.left;
	}

	/** A first call that takes more than a third of the money in its worst case leaves nothing to go on with. */
	private problemBytes(): number {
		let bytes = Math.min(PROBLEM_BYTES, Math.floor(this.mostBytes / 3));
		const worst = () => worstCase(this.model.price, bytes + FIXED_BYTES, LEAST_OUTPUT_TOKENS);
		while (bytes > LEAST_PROBLEM_BYTES && worst() * 3 > this.task.purse.left) {
			bytes = Math.max(LEAST_PROBLEM_BYTES, Math.floor(bytes * 0.8));
		}
		return bytes;
	}

	private doing(what: string): void {
		const again = this.desk.runs > 0 ? ` (${ordinal(this.desk.runs + 1)} time)` : '';
		this.say(what === 'running the tests' ? `${what}${again}` : what);
	}

	private say(stage: string): void {
		this.report({ stage: oneLine(this.desk.shown(stage), 100), tried: this.tried });
	}
}
