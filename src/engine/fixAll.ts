// Everything that fails: found, and fixed cause by cause.
import type { SolveEvent } from '../core/events';
import { failureGroups } from '../core/failureGroups';
import { fixGroups } from '../core/fixGroups';
import { groupsMarkdown, groupsReceipt } from '../core/groupsReceipt';
import { ZERO } from '../core/money';
import type { Outcome } from '../core/outcome';
import { isWhole, type SuiteRun, type SuiteScope, type Target, withWholeFiles } from '../core/suite';
import { UserError } from '../core/userError';
import { landPatch } from '../repo/land';
import { clock } from './clock';
import { Judging } from './judging';
import { changesOf, patchBetween, withPatch } from './patches';
import { type Place, type PlaceRequest, Places } from './places';
import type { FailingTests, FixAllReport, FixAllRequest, FixReport } from './requests';
import { newRun, Runs } from './runs';

const LISTING_LIMIT_MS = 120_000;

export class FixAll {
	constructor(
		private readonly places: Places,
		private readonly runs: Runs,
		private readonly judging: Judging,
	) {}

	/**
	 * All that fails, cause by cause under the one bid, each fix on top of the ones before it; then all of it is judged
	 * together. With `apply` what was verified as a whole is written into the user's files.
	 * @throws UserError when it cannot be begun; nothing was spent.
	 */
	async fix(
		request: FixAllRequest,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FixAllReport> {
		const startedMs = performance.now();
		const run = newRun();
		return this.places.within(request, run, onEvent, signal, async (place) => {
			const { trees, snapshot, suite, runner, workshop, repository } = place;
			const found = await failingIn(place, onEvent, signal);
			if (found.kind !== 'found' || found.failing.length === 0) {
				const { argv } = suite;
				throw new UserError(
					found.kind === 'found'
						? `No test fails (${argv.join(' ')}), so there is nothing to fix.`
						: found.kind === 'blocked'
							? found.reason
							: 'Cancelled.',
				);
			}
			const { groups } = found;
			const reports = new Map<Outcome, FixReport>();
			let number = 0;
			const result = await fixGroups(
				groups,
				snapshot,
				request.bid,
				{
					nowMs: () => clock.nowMs(),
					begun: (at, group, bid) => {
						number = at;
						onEvent({ kind: 'group', number, of: groups.length, group, bid });
					},
					stillFailing: async (base, { tests }) => {
						const scope: SuiteScope = isWhole(suite) ? { kind: 'all' } : { kind: 'tests', tests };
						const used = await trees.borrow(
							base,
							({ root }) => runner.run(root, suite, scope, LISTING_LIMIT_MS, signal),
							signal,
						);
						const ended = used.kind === 'used' ? used.value : undefined;
						if (ended?.kind !== 'finished') {
							return undefined;
						}
						const passed = new Set(
							withWholeFiles(ended.tests, tests).flatMap((one) => (one.status === 'passed' ? [one.id] : [])),
						);
						return new Set(tests.map(({ id }) => id).filter((id) => !passed.has(id)));
					},
					fix: async (base, names, bid) => {
						const target: Target = { kind: 'named', names };
						const own = `${run}-${number}`;
						const one = { ...request, bid, target, apply: false };
						// What was spent and fixed before stays, and is told.
						return told(own, reports.size > 0, async () => {
							const report = await this.runs.within(
								{ ...place, snapshot: base },
								own,
								one,
								{ memory: undefined },
								onEvent,
								signal,
							);
							reports.set(report.outcome, report);
							return report.outcome;
						});
					},
					with: (base, patch) => withPatch(trees, workshop, base, patch, signal),
					judge: (base, now, names, timeMs) => {
						onEvent({ kind: 'stage', stage: 'testing all fixes together' });
						const own = `${run}-all`;
						return told(own, true, async () => {
							const patch = await patchBetween(trees, base, now, reports, signal);
							const target: Target = { kind: 'named', names };
							const report = await this.judging.judged(
								patch,
								`the fixes of ${groups.length} causes`,
								{ ...place, snapshot: base },
								{ target, timeMs },
								own,
								(event) => (event.kind === 'ran' ? onEvent(event) : undefined),
								signal,
							);
							reports.set(report.outcome, report);
							return report.outcome;
						});
					},
				},
				signal,
			);
			const { whole } = result;
			const patch = whole?.kind === 'solved' ? whole.chosen.patch : undefined;
			const landing =
				patch === undefined || request.apply !== true || result.cancelled
					? undefined
					: await landPatch(workshop, snapshot, patch, signal);
			const evidence = groupsReceipt(
				result,
				(outcome) => reports.get(outcome)?.evidence,
				request.bid.spend,
				Math.round(performance.now() - startedMs),
			);
			return {
				run,
				result,
				evidence,
				receipt: groupsMarkdown(evidence),
				changes: patch === undefined ? [] : await changesOf(trees, snapshot, repository, patch, signal),
				...(landing === undefined ? {} : { landing }),
			};
		});
	}

	/** What fails on the text as it is; nothing is spent. */
	async find(
		place: PlaceRequest,
		onEvent: (event: SolveEvent) => void,
		signal: AbortSignal,
	): Promise<FailingTests> {
		try {
			return await this.places.within(place, newRun(), onEvent, signal, (opened) =>
				failingIn(opened, onEvent, signal),
			);
		} catch (error) {
			if (error instanceof UserError) {
				return signal.aborted ? { kind: 'cancelled' } : { kind: 'blocked', reason: error.message };
			}
			throw error;
		}
	}
}

/** `late`: a refusal comes too late to be the end of all, and is the outcome of this one alone. */
async function told(run: string, late: boolean, outcome: () => Promise<Outcome>): Promise<Outcome> {
	try {
		return await outcome();
	} catch (error) {
		if (!late || !(error instanceof UserError)) {
			throw error;
		}
		const nothing = { attempts: [], spent: ZERO, durationMs: 0, baselineRuns: [] };
		return { run, ...nothing, kind: 'blocked', reason: error.message };
	}
}

async function failingIn(
	{ trees, snapshot, suite, runner }: Place,
	onEvent: (event: SolveEvent) => void,
	signal: AbortSignal,
): Promise<FailingTests> {
	onEvent({ kind: 'stage', stage: 'running the tests on the current text' });
	const used = await trees.borrow(
		snapshot,
		async ({ root }) =>
			failingOf(await runner.run(root, suite, { kind: 'all' }, LISTING_LIMIT_MS, signal), root),
		signal,
	);
	if (used.kind === 'used') {
		return used.value;
	}
	return signal.aborted ? { kind: 'cancelled' } : { kind: 'blocked', reason: used.reason };
}

function failingOf(run: SuiteRun, root: string): FailingTests {
	const command = run.argv.join(' ');
	switch (run.kind) {
		case 'finished':
		case 'timedOut': {
			const failing = run.tests.filter((test) => test.status === 'failed');
			return { kind: 'found', failing, command, groups: failureGroups(failing, root) };
		}
		case 'cancelled':
			return { kind: 'cancelled' };
		case 'neverRan':
			return { kind: 'blocked', reason: `The tests could not be run: ${run.reason} (command: ${command})` };
	}
}
