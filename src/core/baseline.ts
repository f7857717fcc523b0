// The suite on the untouched snapshot, before any money moves: what fails, what passes, what cannot be trusted.
import type { Effects, Tree } from './effects';
import type { Baseline, Bid } from './problem';
import { ranRecord } from './runRecord';
import {
	countOf,
	isWhole,
	type Suite,
	type SuiteRun,
	type SuiteScope,
	type Target,
	type TestResult,
} from './suite';
import { selectTargets } from './target';
import type { RunRecord } from './verdict';

export type BaselineResult = { readonly records: readonly RunRecord[] } & (
	| { readonly kind: 'ready'; readonly baseline: Baseline; readonly failToPass: readonly TestResult[] }
	| { readonly kind: 'blocked'; readonly reason: string }
	| { readonly kind: 'cancelled' }
);

/** A suite that takes longer than this share of the time left is not run twice; the target alone is. */
const SHARE_FOR_SECOND_RUN = 0.1;
/** Share of the time limit that the first run may take: a hanging suite must leave time to mend it. */
const SHARE_FOR_FIRST_RUN = 0.15;
const LEAST_LIMIT_MS = 8_000;
const LONGER = 2.5;

export async function runBaseline(
	tree: Tree,
	suite: Suite,
	target: Target,
	bid: Bid,
	effects: Pick<Effects, 'runner' | 'events'>,
	signal: AbortSignal,
): Promise<BaselineResult> {
	const records: RunRecord[] = [];
	const limitMs = Math.min(bid.timeMs, Math.max(LEAST_LIMIT_MS, bid.timeMs * SHARE_FOR_FIRST_RUN));
	const run = async (what: string, scope: SuiteScope, within: number) => {
		const ended = await effects.runner.run(tree.root, suite, scope, within, signal);
		const record = ranRecord(what, ended);
		records.push(record);
		effects.events({ kind: 'ran', record });
		return ended;
	};

	let first = await run('suite on the base', { kind: 'all' }, limitMs);
	if (
		first.kind === 'timedOut' &&
		selectTargets(target, first.tests, suite).kind === 'refused' &&
		!isWhole(suite)
	) {
		// Cut off before the target was reached: slow rather than hanging, so it gets more time once.
		first = await run('suite on the base, with more time', { kind: 'all' }, LONGER * limitMs);
	}
	const seen = seenTests(first, suite);
	switch (seen.kind) {
		case 'cancelled':
			return { kind: 'cancelled', records };
		case 'nothing':
			return { kind: 'blocked', reason: seen.reason, records };
		case 'tests':
			break;
	}
	const chosen = selectTargets(target, seen.tests, suite);
	if (chosen.kind === 'refused') {
		return { kind: 'blocked', reason: chosen.reason, records };
	}
	const hangs = first.kind === 'timedOut' || chosen.tests.some((test) => test.failure?.hung);
	if (hangs) {
		// A hang is certain enough after one look, and each look costs the whole limit.
		return ready(seen.tests, undefined, chosen.tests, first, records);
	}
	const again = first.durationMs <= bid.timeMs * SHARE_FOR_SECOND_RUN;
	const second = again
		? await run('suite on the base, again', { kind: 'all' }, limitMs)
		: await run('target on the base, again', { kind: 'tests', tests: chosen.tests }, limitMs);
	const seenAgain = seenTests(second, suite);
	switch (seenAgain.kind) {
		case 'cancelled':
			return { kind: 'cancelled', records };
		case 'nothing':
			return {
				kind: 'blocked',
				reason: `The tests ran once and then not again. ${seenAgain.reason}`,
				records,
			};
		case 'tests':
			return ready(seen.tests, seenAgain.tests, chosen.tests, first, records);
	}
}

type Seen =
	| { readonly kind: 'tests'; readonly tests: readonly TestResult[] }
	| { readonly kind: 'nothing'; readonly reason: string }
	| { readonly kind: 'cancelled' };

function seenTests(run: SuiteRun, suite: Suite): Seen {
	const command = run.argv.join(' ');
	switch (run.kind) {
		case 'finished':
			return { kind: 'tests', tests: run.tests };
		case 'timedOut': {
			if (run.tests.some((test) => test.status === 'failed')) {
				return { kind: 'tests', tests: run.tests };
			}
			if (isWhole(suite)) {
				return { kind: 'tests', tests: [hungCommand(command, run.limitMs)] };
			}
			return {
				kind: 'nothing',
				reason: `The test command did not end within ${seconds(run.limitMs)} and named no failing test; allow more with --time, or name a smaller command with --test-command.`,
			};
		}
		case 'neverRan':
			return { kind: 'nothing', reason: `The tests could not be run: ${run.reason} (command: ${command})` };
		case 'cancelled':
			return { kind: 'cancelled' };
	}
}

function hungCommand(command: string, limitMs: number): TestResult {
	const message = `The command did not end within ${seconds(limitMs)}.`;
	return { id: command, name: command, status: 'failed', failure: { message, hung: true } };
}

function ready(
	first: readonly TestResult[],
	second: readonly TestResult[] | undefined,
	target: readonly TestResult[],
	run: SuiteRun,
	records: readonly RunRecord[],
): BaselineResult {
	const again = new Map(second?.map((test) => [test.id, test.status]));
	const flaky = first
		.filter((test) => again.has(test.id) && again.get(test.id) !== test.status)
		.map((test) => ({
			id: test.id,
			passed: [test.status, again.get(test.id)].filter((status) => status === 'passed').length,
			runs: 2,
		}));
	const isFlaky = new Set(flaky.map(({ id }) => id));
	const failToPass = target.filter((test) => !isFlaky.has(test.id));
	if (failToPass.length === 0) {
		const [test] = flaky.filter(({ id }) => target.some((wanted) => wanted.id === id));
		const rate = test ? ` (it passed ${test.passed} of ${test.runs} times)` : '';
		return {
			kind: 'blocked',
			reason: `The test ${JSON.stringify(target[0]?.id)} is flaky${rate}: a fix of it could not be verified.`,
			records,
		};
	}
	const wanted = new Set(failToPass.map((test) => test.id));
	const stable = first.filter((test) => !isFlaky.has(test.id));
	const baseline: Baseline = {
		tests: first,
		count: countOf(first),
		passToPass: stable.filter((test) => test.status === 'passed').map((test) => test.id),
		flaky,
		knownFailing: stable
			.filter((test) => test.status === 'failed' && !wanted.has(test.id))
			.map((test) => test.id),
		suiteMs: run.kind === 'finished' ? run.durationMs : undefined,
		partial: run.kind !== 'finished',
	};
	return { kind: 'ready', baseline, failToPass, records };
}

export function seconds(ms: number): string {
	return ms >= 10_000 ? `${Math.round(ms / 1000)} s` : `${(ms / 1000).toFixed(1)} s`;
}
