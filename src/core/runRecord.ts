import { countOf, type SuiteRun } from './suite';
import type { RunRecord } from './verdict';

/** One line for the receipt of how a run ended. */
export function ranRecord(what: string, run: SuiteRun): RunRecord {
	return { what, argv: run.argv, result: resultOf(run), durationMs: Math.round(run.durationMs) };
}

function resultOf(run: SuiteRun): string {
	switch (run.kind) {
		case 'finished': {
			const { passed, failed, skipped } = countOf(run.tests);
			const parts = [`${passed} passed`, `${failed} failed`, ...(skipped > 0 ? [`${skipped} skipped`] : [])];
			return `${parts.join(', ')}; exit ${run.exitCode}`;
		}
		case 'timedOut':
			return `did not end within ${Math.round(run.limitMs / 100) / 10} s`;
		case 'cancelled':
			return 'cancelled';
		case 'neverRan':
			return `never ran: ${run.reason}`;
	}
}
