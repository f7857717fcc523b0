// What the search is told of the base: coverage, frames, times; and whether the base fails in the worker as it
// failed in the suite.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestResult } from '../../../core/suite';
import type { TestCoverage, WarmBase } from '../warmRunner';
import { outcomeOf, passing } from './outcomes';
import type { Reply, TestOutcome, WarmRun, WarmTest } from './protocol';

type BaseReply = Extract<Reply, { kind: 'base' }>;

/** Failures that speak of our worker rather than of the project when the suite itself does not show them. */
const foreign =
	/Cannot find (?:module|package)|ERR_[A-Z_]+|SyntaxError|require is not defined|is not supported/;
/** Assumed of a target that never ended. */
const unknownTargetMs = 10;

interface Place {
	readonly root: string;
	readonly otherTests: number;
	linesOf(hits: Readonly<Record<number, readonly number[]>>): ReadonlyMap<string, readonly number[]>;
	/** Whether a file may hold the fault. */
	isCounted(file: string): boolean;
}

/** Why the base in the worker is not the base that was judged; undefined when it is. */
export function foreignFailure(
	run: WarmRun,
	targets: readonly WarmTest[],
	known: readonly TestResult[],
): string | undefined {
	if (run.lost !== undefined && run.lost !== 'timeout') {
		return `the base ended the warm worker: ${run.lost}`;
	}
	if (passing(run, targets).length > 0) {
		return 'the failing test passes in the warm worker';
	}
	if (run.lost === 'timeout') {
		return undefined;
	}
	for (const target of targets) {
		const outcome = target.whole
			? run.outcomes.find(({ passed }) => !passed)
			: (outcomeOf(run.outcomes, target.id) ?? outcomeOf(run.outcomes, ''));
		if (!outcome) {
			const [other] = run.outcomes.filter(({ passed }) => !passed);
			return `the warm worker did not find the failing test${other ? `: ${(other.message ?? '').slice(0, 300)}` : ''}`;
		}
		const sign = foreign.exec(outcome.message ?? '')?.[0];
		const real = known.find(({ id }) => id === target.id)?.failure;
		if (sign !== undefined && !`${real?.message ?? ''}\n${real?.stack ?? ''}`.includes(sign)) {
			return `the failing test fails otherwise in the warm worker: ${(outcome.message ?? '').slice(0, 200)}`;
		}
	}
	return undefined;
}

export function baseOf(covered: BaseReply, plain: WarmRun, place: Place): WarmBase {
	const coverage = [...covered.target.outcomes, ...covered.others].map((outcome) =>
		coverageOf(outcome, place),
	);
	const stack = covered.target.outcomes.find(
		(outcome) => !outcome.passed && outcome.stack !== undefined,
	)?.stack;
	return {
		coverage,
		frames: framesOf(stack ?? '', place),
		targetMs: plain.lost === undefined ? plain.ms : unknownTargetMs,
		otherTests: place.otherTests,
	};
}

function coverageOf(outcome: TestOutcome, place: Place): TestCoverage {
	const lines = new Map<string, readonly number[]>();
	for (const [file, numbers] of place.linesOf(outcome.lines ?? {})) {
		if (place.isCounted(file)) {
			lines.set(relative(place.root, file), numbers);
		}
	}
	return { test: outcome.id, passed: outcome.passed, lines };
}

/** Frames of a V8 stack inside the project, innermost first. */
export function framesOf(stack: string, place: Place): WarmBase['frames'] {
	const frames: { file: string; line: number }[] = [];
	for (const [, found = '', line = ''] of stack.matchAll(
		/^\s*at .*?\(?((?:file:\/\/|\/|[A-Za-z]:\\)[^()\n]*?):(\d+):\d+\)?$/gm,
	)) {
		const file = found.startsWith('file://') ? fileURLToPath(found) : found;
		if (place.isCounted(file)) {
			frames.push({ file: relative(place.root, file), line: Number(line) });
		}
	}
	return frames;
}

function relative(root: string, file: string): string {
	return path.relative(root, file).split(path.sep).join('/');
}
