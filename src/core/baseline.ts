// The suite on the untouched snapshot, before any money moves: what fails, what passes, what cannot be trusted.
import { aligned } from './alignment';
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
	type TestFailure,
	type TestResult,
} from './suite';
import { selectTargets } from './target';
import type { RunRecord } from './verdict';

export type BaselineResult = { readonly records: readonly RunRecord[] } & (
	| { readonly kind: 'ready'; readonly baseline: Baseline; readonly failToPass: readonly TestResult[] }
	| { readonly kind: 'blocked'; readonly reason: string }
	| { readonly kind: 'cancelled' }
);

/** Looks at failing tests that nobody named, where there are several: a flaky one among them must not count. */
const LOOKS_AT_UNNAMED = 4;
/** All looks but the first together may take this share of the time limit. */
const SHARE_FOR_LOOKS = 0.05;
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
	const hangs = isWhole(suite) ? first.kind === 'timedOut' : chosen.tests.some((test) => test.failure?.hung);
	if (hangs) {
		// A hang is certain enough after one look, and each look costs the whole limit.
		return ready(seen.tests, [], chosen.tests, first, records);
	}
	const looks = target.kind === 'failing' && chosen.tests.length > 1 ? LOOKS_AT_UNNAMED : 1;
	const seenAgain: TestResult[][] = [];
	let tookMs = 0;
	let targetMs = 0;
	for (let look = 0; look < looks; look++) {
		if (look > 0 && tookMs > bid.timeMs * SHARE_FOR_LOOKS) {
			break;
		}
		const scope: SuiteScope = isWhole(suite) ? { kind: 'all' } : { kind: 'tests', tests: chosen.tests };
		const ended = await run('target on the base, again', scope, limitMs);
		tookMs += ended.durationMs;
		targetMs = Math.max(targetMs, ended.durationMs);
		const now = seenTests(ended, suite);
		switch (now.kind) {
			case 'cancelled':
				return { kind: 'cancelled', records };
			case 'nothing':
				return {
					kind: 'blocked',
					reason: `The tests ran once and then not again. ${now.reason}`,
					records,
				};
			case 'tests':
				seenAgain.push([...aligned(inFilesOf(now.tests, seen.tests), now.tests).tests]);
				break;
		}
	}
	return ready(seen.tests, seenAgain, chosen.tests, first, records, targetMs);
}

function inFilesOf(some: readonly TestResult[], tests: readonly TestResult[]): readonly TestResult[] {
	const files = new Set(some.map(({ file }) => file));
	return tests.filter(({ file }) => files.has(file));
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
	looks: readonly (readonly TestResult[])[],
	target: readonly TestResult[],
	run: SuiteRun,
	records: readonly RunRecord[],
	targetMs?: number,
): BaselineResult {
	const statuses = looks.map((tests) => new Map(tests.map(({ id, status }) => [id, status])));
	// Some frameworks call what a narrower run leaves out skipped.
	const flaky = target.flatMap(({ id, status }) => {
		const all = [status, ...statuses.flatMap((look) => look.get(id) ?? [])];
		const passed = all.filter((one) => one === 'passed').length;
		return all.every((one) => one === status) ? [] : [{ id, passed, runs: all.length }];
	});
	const needsItsFile = target.some(({ id, failure }) =>
		looks.some((tests) => {
			const alone = tests.find((test) => test.id === id);
			return alone?.status === 'failed' && said(alone.failure) !== said(failure);
		}),
	);
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
		...(targetMs === undefined ? {} : { targetMs }),
		...(needsItsFile ? { needsItsFile } : {}),
	};
	return { kind: 'ready', baseline, failToPass, records };
}

/** Without what differs from run to run. */
export function said(failure: TestFailure | undefined): string {
	return (failure?.message ?? '').split('\n', 1)[0]?.replace(/0x[\da-f]+|[\d.]+/gi, '#') ?? '';
}

export function seconds(ms: number): string {
	return ms >= 10_000 ? `${Math.round(ms / 1000)} s` : `${(ms / 1000).toFixed(1)} s`;
}
