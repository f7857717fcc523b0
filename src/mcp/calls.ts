// The work behind the tools: reads what was asked, settles what it may spend, asks the person, calls the engine.
import { limitWithin, type Share, SharedLimit } from '../core/caller/limit';
import { answerText, headWords, oneLine, spendQuestion, subjectWords } from '../core/caller/words';
import type { SolveEvent } from '../core/events';
import type { Issue } from '../core/issue/issue';
import type { Consent } from '../core/issue/reproduce';
import { add, formatUsd, NANO_PER_USD, type NanoUsd, nanoUsd, parseUsd, ZERO } from '../core/money';
import type { ProposedPatch } from '../core/patch';
import { isVerified } from '../core/receipt';
import { RunWords } from '../core/runWords';
import { UserError } from '../core/userError';
import {
	type Arguments,
	onlyKnown,
	readBids,
	readFolder,
	readIssueText,
	readPatch,
	readSpend,
	readTarget,
} from './arguments';
import { mostOf, type Purse } from './tools';
import type { McpReport, McpWorld } from './world';

/** One call as the server hands it over. */
export interface Call {
	readonly arguments: Arguments;
	/** Aborts when the caller gives it up, or the server ends. */
	readonly signal: AbortSignal;
	/** Tells the client in words how far it is. */
	readonly tell: (words: string) => void;
}

export interface Answer {
	readonly text: string;
	readonly data: Readonly<Record<string, unknown>>;
	readonly failed: boolean;
}

export type Reply =
	/** `limit`: what the person typed, which can only be less. */
	{ readonly kind: 'yes'; readonly limit?: string } | { readonly kind: 'no' };

/** Asks the person in front of the client; undefined where the client cannot. Rejects when `signal` aborts. */
export type AskPerson =
	| undefined
	| ((
			question: { readonly kind: 'spend'; readonly limit: NanoUsd } | { readonly kind: 'test' },
			message: string,
			signal: AbortSignal,
	  ) => Promise<Reply>);

const MOST_AT_ONCE = 3;
const USUAL_BIDS = [0, 0.05, 0.25, 1].map((usd) => nanoUsd(usd * NANO_PER_USD));
const QUOTE_LIMIT_MS = 30_000;
const MOST_TEST_SHOWN = 6_000;

export class Calls {
	private readonly shared: SharedLimit | undefined;
	private working = 0;

	constructor(
		private readonly world: McpWorld,
		private readonly ask: () => AskPerson,
	) {
		this.shared = world.limit === undefined ? undefined : new SharedLimit(world.limit);
	}

	get purse(): Purse {
		const asks = this.ask() !== undefined;
		return this.shared === undefined
			? { kind: asks ? 'asked' : 'free' }
			: { kind: 'shared', whole: this.shared.whole, asks };
	}

	/** @throws UserError when it cannot be begun, or the person says no; nothing was spent then. */
	async fix(call: Call): Promise<Answer> {
		const { world } = this;
		const said = call.arguments;
		onlyKnown(said, ['test', 'issue', 'limit', 'folder']);
		if (said['issue'] !== undefined && said['test'] !== undefined) {
			throw new UserError('Give test or issue, not both: an issue is first turned into a failing test.');
		}
		const target = readTarget(said['test']);
		const folder = readFolder(said['folder'], world.folder);
		const text = said['issue'] === undefined ? undefined : readIssueText(said['issue']);
		const ask = this.ask();
		if (text !== undefined && ask === undefined && !world.yes) {
			throw new UserError(
				'A test that is written for an issue is used only with the word of the user, whom this client cannot ask: they can start the server with --yes. A failing test can be named instead.',
			);
		}
		const { amount, share } = this.limitOf(said['limit']);
		return this.atWork(async () => {
			let used: NanoUsd = ZERO;
			try {
				const issue =
					text === undefined
						? undefined
						: await world.engine.issue('-', folder, async () => text, call.signal);
				const limit = await this.agreed(amount, subjectWords(target, issue), ask, call.signal);
				// Whatever breaks from here on has spent it all, until the engine says what it was.
				used = limit;
				const place = this.place(folder, target);
				const report = await world.engine
					.fix(
						{
							...place,
							bid: { spend: limit, timeMs: world.timeMs },
							proposers: world.proposers,
							temper: world.temper,
							issue,
							consent: world.yes || ask === undefined ? undefined : consentBy(ask, call),
						},
						this.telling(call, limit),
						call.signal,
					)
					.catch((error: unknown) => {
						used = isForUser(error) ? ZERO : limit;
						throw error;
					});
				used = add(report.outcome.spent, report.outcome.doubted ?? ZERO);
				return this.answer(report, limit, issue);
			} finally {
				if (share !== undefined) {
					this.shared?.settle(share, used);
				}
			}
		});
	}

	/** @throws UserError */
	async verify(call: Call): Promise<Answer> {
		const { world } = this;
		const said = call.arguments;
		onlyKnown(said, ['patch', 'test', 'folder']);
		const diff = readPatch(said['patch']);
		const place = this.place(readFolder(said['folder'], world.folder), readTarget(said['test']));
		return this.atWork(async () => {
			const report = await world.engine.verifyPatch(
				{ ...place, diff, timeMs: world.timeMs },
				this.telling(call, ZERO),
				call.signal,
			);
			return {
				text: `${headWords(report.outcome)} Nothing was spent, nothing was changed.\n\n${report.receipt}`,
				data: dataOf(report, ZERO),
				failed: report.outcome.kind === 'blocked',
			};
		});
	}

	/** @throws UserError */
	async quote(call: Call): Promise<Answer> {
		const { engine, folder: root, proposers, temper, words } = this.world;
		const said = call.arguments;
		onlyKnown(said, ['bids', 'folder']);
		const bids = readBids(said['bids'], USUAL_BIDS);
		const folder = readFolder(said['folder'], root);
		const signal = AbortSignal.any([call.signal, AbortSignal.timeout(QUOTE_LIMIT_MS)]);
		const quote = await engine.quote({ folder, proposers, temper }, bids, signal);
		return { text: words.quote(quote), data: { ...quote }, failed: false };
	}

	/** @throws UserError */
	async spend(call: Call): Promise<Answer> {
		onlyKnown(call.arguments, ['by', 'since', 'until']);
		const { by, span } = readSpend(call.arguments);
		const { rows, total } = await this.world.engine.spending(by, span);
		const session =
			this.shared === undefined
				? {}
				: { sessionLimit: this.shared.whole, sessionUsed: this.shared.used, sessionLeft: this.shared.left };
		const left =
			this.shared === undefined
				? ''
				: `Of the ${formatUsd(this.shared.whole)} for this session, ${formatUsd(this.shared.left)} is left.\n`;
		return {
			text: `${this.world.words.spend({ rows, total }, by, span)}${left}`,
			data: { by, unit: 'nano-dollars', rows, total, ...session },
			failed: false,
		};
	}

	/** Set aside at once, so that two calls at the same time cannot both have it. */
	private limitOf(said: unknown): { readonly amount: NanoUsd; readonly share?: Share } {
		const { purse, shared } = this;
		const read = limitWithin(said, mostOf(purse));
		if (read.kind === 'refused') {
			throw new UserError(
				purse.kind === 'free'
					? 'Nothing may be spent here: this client cannot ask its user, and the server was started without --limit. Leave the limit out or name 0, and the free proposer is used.'
					: read.reason,
			);
		}
		if (shared === undefined || read.amount === ZERO) {
			return { amount: read.amount };
		}
		const amount = said === undefined ? shared.left : read.amount;
		const share = amount === ZERO ? undefined : shared.take(amount);
		if (share === undefined) {
			throw new UserError(
				`Of the ${formatUsd(shared.whole)} that the user allows for this session, ${formatUsd(shared.left)} is left: the rest is spent, or set aside for calls under way. Name a limit of at most that (0 uses the free proposer), or wait for the other calls.`,
			);
		}
		return { amount, share };
	}

	/** @throws UserError when the person says no. */
	private async agreed(
		amount: NanoUsd,
		subject: string,
		ask: AskPerson,
		signal: AbortSignal,
	): Promise<NanoUsd> {
		if (amount === ZERO || ask === undefined) {
			return amount;
		}
		const reply = await ask({ kind: 'spend', limit: amount }, spendQuestion(subject, amount), signal).catch(
			(error: unknown) => {
				const reason = oneLine(error instanceof Error ? error.message : String(error), 300);
				throw new UserError(`The user could not be asked (${reason}). Nothing was spent, nothing was run.`);
			},
		);
		if (reply.kind === 'no') {
			throw new UserError('The user did not agree to spend that. Nothing was spent, nothing was run.');
		}
		if (reply.limit === undefined || reply.limit.trim() === '') {
			return amount;
		}
		const typed = parseUsd(reply.limit);
		if (typed.kind === 'unreadable') {
			throw new UserError(`The limit that the user typed: ${typed.message} Nothing was spent.`);
		}
		return nanoUsd(Math.min(typed.amount, amount));
	}

	private place(folder: string, target: ReturnType<typeof readTarget>) {
		const { testCommand, testReport, sandbox } = this.world;
		return { folder, target, testCommand, testReport, sandbox, unsaved: [] } as const;
	}

	private telling(call: Call, bid: NanoUsd): (event: SolveEvent) => void {
		const words = new RunWords(bid);
		return (event) => {
			words.see(event);
			call.tell(`${oneLine(words.line)} · ${words.money}`);
		};
	}

	private answer(report: McpReport, limit: NanoUsd, issue: Issue | undefined): Answer {
		const notes = [
			...(this.purse.kind === 'free' ? ['Only the free proposer was used: nothing may be spent here.'] : []),
			...(issue?.leftOut ?? []),
		];
		return {
			text: [answerText(report, limit), ...notes].join('\n'),
			data: dataOf(report, limit),
			failed: report.outcome.kind === 'blocked',
		};
	}

	private async atWork<T>(work: () => Promise<T>): Promise<T> {
		if (this.working >= MOST_AT_ONCE) {
			throw new UserError(
				`Underbid is at work on ${this.working} calls, and takes no more at once; wait for one of them.`,
			);
		}
		this.working += 1;
		try {
			return await work();
		} finally {
			this.working -= 1;
		}
	}
}

/** By name: the engine is in a bundle of its own, with a UserError class of its own. */
export function isForUser(error: unknown): error is Error {
	return error instanceof Error && error.name === 'UserError';
}

function consentBy(ask: NonNullable<AskPerson>, { signal }: Call) {
	return async ({ patch, summary }: ProposedPatch): Promise<Consent> => {
		const { diff, files } = patch;
		const shown = diff.length > MOST_TEST_SHOWN ? `${diff.slice(0, MOST_TEST_SHOWN)}\n…` : diff;
		const message = `A test was written that shows the issue (${files.map((file) => oneLine(file)).join(', ')}): ${oneLine(summary)}. It fails now, and a fix is looked for that makes it pass. Use it?\n\n${shown}`;
		const reply = await ask({ kind: 'test' }, message, signal).catch((): Reply => ({ kind: 'no' }));
		return { kind: reply.kind };
	};
}

function dataOf({ outcome, receipt }: McpReport, limit: NanoUsd): Readonly<Record<string, unknown>> {
	const solved = outcome.kind === 'solved';
	const test = outcome.reproduction?.test?.patch.diff;
	return {
		outcome: outcome.kind,
		verified: isVerified(outcome),
		checked: solved && !isVerified(outcome),
		...('reason' in outcome ? { reason: outcome.reason } : {}),
		run: outcome.run,
		...(solved ? { diff: outcome.chosen.patch.diff } : {}),
		...(test === undefined ? {} : { testDiff: test }),
		receipt,
		spentUsd: outcome.spent / NANO_PER_USD,
		limitUsd: limit / NANO_PER_USD,
	};
}
