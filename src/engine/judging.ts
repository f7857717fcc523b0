// Patches and texts that are there already, judged like anybody's.
import os from 'node:os';
import type { Journal } from '../core/effects';
import type { SolveEvent } from '../core/events';
import { ZERO } from '../core/money';
import type { Patch } from '../core/patch';
import { protectedAs } from '../core/protectedFiles';
import { receiptMarkdown, receiptOf } from '../core/receipt';
import { tamperingIn } from '../core/rules/screening';
import { solve } from '../core/solve';
import { isWhole, type SuiteRun } from '../core/suite';
import { UserError } from '../core/userError';
import { GivenPatch } from '../propose/given';
import { patchFromDiff } from '../repo/patch';
import { remoteSuite } from '../verify/remote/remoteSuite';
import { clock } from './clock';
import { type Place, Places } from './places';
import type { FixReport, PatchRequest, VerifyRequest } from './requests';
import { newRun } from './runs';
import { changeOf, textsOf } from './texts';

/** Judges what is there already; nothing is bought. */
export class Judging {
	constructor(private readonly places: Places) {}

	/** Judges the text as it is like anybody's patch: red without the change, green with it, nothing broken. Free. */
	async verify(
		request: VerifyRequest,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FixReport> {
		const run = newRun();
		const repository = await this.places.opened(request.folder);
		const texts = await textsOf(request);
		const before = [...request.bases].map(([file, text]) => changeOf(repository, file, text));
		const now = [...texts].map(([file, text]) => changeOf(repository, file, text));
		const place = { ...request, changes: before };
		return this.places.within(place, run, onEvent, signal, async (opened) => {
			const { trees, snapshot } = opened;
			const used = await trees.borrow(snapshot, (tree) => tree.patchOf(now), signal);
			if (used.kind === 'failed' || used.value === undefined) {
				throw new UserError(
					used.kind === 'failed'
						? used.reason
						: 'There is no change to judge: the files are as they were before.',
				);
			}
			const patch = used.value;
			return this.judged(patch, 'the text as it is', opened, request, run, onEvent, signal);
		});
	}

	/**
	 * Judges a patch from anywhere against the text as it is. Free.
	 * @throws UserError when it is no patch, or holds what no patch may hold.
	 */
	async verifyPatch(
		request: PatchRequest,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FixReport> {
		const read = patchFromDiff(request.diff);
		if (read.kind === 'refused') {
			throw new UserError(read.reason);
		}
		const run = newRun();
		return this.places.within(request, run, onEvent, signal, (place) =>
			this.judged(read.patch, 'the patch at hand', place, request, run, onEvent, signal),
		);
	}

	/** Within a place that is open. */
	async judged(
		patch: Patch,
		summary: string,
		{ trees, runner, snapshot, suite, repository, sandbox }: Place,
		{
			target,
			timeMs,
			mayChange = 'code',
			testWritten,
		}: Pick<VerifyRequest, 'target' | 'timeMs' | 'mayChange' | 'testWritten'>,
		run: string,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FixReport> {
		const bid = { spend: ZERO, timeMs };
		// Which changes of tests are within the rules is known only when the base has run.
		const early =
			mayChange === 'code' && suite.source !== REMOTE_SOURCE
				? beginEarly(patch, { trees, runner, snapshot, suite, sandbox }, timeMs, signal)
				: undefined;
		const solved = await solve(
			{ run, bid, base: snapshot, suite, target, repository: repository.root, mayChange },
			{
				trees,
				runner,
				proposers: [new GivenPatch({ patch, summary, warnings: [] })],
				clock,
				journal: NOTHING_BOUGHT,
				outbox: { approve: async () => false },
				events: onEvent,
				...(early === undefined ? {} : { begun: early.begun, apart: true }),
			},
			signal,
		).finally(() => early?.stop());
		const outcome = testWritten === undefined ? solved : { ...solved, testWritten };
		const evidence = receiptOf(outcome, bid.spend, sandbox.words);
		return { outcome, evidence, receipt: receiptMarkdown(evidence), changes: [], alternatives: [] };
	}
}

/**
 * The suite on the patch beside the suite on the base, where a second core is free and two runs at once cannot meet at
 * a port: nothing of the patch runs that its text alone forbids.
 */
function beginEarly(
	patch: Patch,
	{
		trees,
		runner,
		snapshot,
		suite,
		sandbox,
	}: Pick<Place, 'trees' | 'runner' | 'snapshot' | 'suite' | 'sandbox'>,
	limitMs: number,
	signal: AbortSignal,
): { readonly begun: () => Promise<SuiteRun>; readonly stop: () => Promise<void> } | undefined {
	const forbidden =
		tamperingIn(patch) !== undefined || patch.files.some((file) => protectedAs(file) !== undefined);
	if (forbidden || isWhole(suite) || sandbox.apart !== true || os.availableParallelism() < 2) {
		return undefined;
	}
	const end = new AbortController();
	const both = AbortSignal.any([signal, end.signal]);
	const running = trees.borrow(
		snapshot,
		async (tree): Promise<SuiteRun> => {
			const applied = await tree.apply(patch);
			return applied.kind === 'done'
				? runner.run(tree.root, suite, { kind: 'all' }, limitMs, both)
				: { kind: 'neverRan', argv: suite.argv, durationMs: 0, output: '', reason: applied.reason };
		},
		both,
	);
	return {
		begun: async (): Promise<SuiteRun> => {
			const used = await running;
			return used.kind === 'used'
				? used.value
				: { kind: 'neverRan', argv: suite.argv, durationMs: 0, output: '', reason: used.reason };
		},
		stop: async () => {
			end.abort();
			await running;
		},
	};
}

/** Two runs at once may meet on the other machine. */
const REMOTE_SOURCE = remoteSuite('').source;

/** Looking again buys nothing and solves nothing: the books of runs stay as they are. */
const NOTHING_BOUGHT: Journal = {
	append: async () => ({ kind: 'done' }),
	reserve: async () => ({ kind: 'failed', reason: 'judging a patch spends nothing' }),
};
