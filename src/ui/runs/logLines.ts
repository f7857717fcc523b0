// Every event of a run as one readable line of the log, with nothing in it that looks like a secret.
import type { SolveEvent } from '../../core/events';
import { add, formatUsd, type NanoUsd } from '../../core/money';
import { count, seconds } from '../../core/runWords';
import { oneLine } from './runTree';

export interface LogLine {
	readonly level: 'debug' | 'info' | 'warn';
	readonly text: string;
}

export function logLine(event: SolveEvent): LogLine {
	const line = rawLine(event);
	return { ...line, text: masked(oneLine(line.text)) };
}

function rawLine(event: SolveEvent): LogLine {
	switch (event.kind) {
		case 'started':
			return info(
				`run ${event.run} began: at most ${formatUsd(event.bid.spend)}, ${seconds(event.bid.timeMs)}`,
			);
		case 'stage':
			return info(event.stage);
		case 'note':
			return info(`note: ${event.text}`);
		case 'ran': {
			const { what, argv, result, durationMs } = event.record;
			return info(`${what}: ${argv.join(' ')}: ${result} (${seconds(durationMs)})`);
		}
		case 'baseline': {
			const { passed, failed, skipped } = event.baseline.count;
			const names = event.failToPass.map(({ id }) => id).join(', ');
			return info(
				`the code as it is: ${passed} pass, ${failed} fail, ${skipped} skipped; to be fixed: ${names}`,
			);
		}
		case 'reproducing':
			return info(
				`a test is asked for: ${event.offer.label} (${event.offer.id}), may use ${formatUsd(event.allowance)}`,
			);
		case 'candidate':
			return info(
				`a test by ${event.offer} (${event.proposed.patch.files.join(', ')}): ${event.refusal?.reason ?? 'it shows the issue'}`,
			);
		case 'reproduced':
			return info(`the issue is shown by ${event.record.tests.join(', ')}`);
		case 'group': {
			const { number, of, group, bid } = event;
			const names = group.tests.map(({ id }) => id).join(', ');
			return info(`cause ${number} of ${of}, may use ${formatUsd(bid.spend)}: ${group.error} (${names})`);
		}
		case 'attempt':
			return info(
				`attempt ${event.attempt}: ${event.offer.label} (${event.offer.id}), may use ${formatUsd(event.allowance)}`,
			);
		case 'progress': {
			const { stage, tried, plausible } = event.progress;
			const counts = tried === undefined ? '' : `, ${tried} tried${plausible ? `, ${plausible} pass` : ''}`;
			return { level: 'debug', text: `attempt ${event.attempt}: ${stage}${counts}` };
		}
		case 'money':
			return info(`money: ${formatUsd(event.spent)} spent, ${formatUsd(event.reserved)} set aside`);
		case 'proposed': {
			const { proposal } = event;
			const level = proposal.kind === 'failed' ? 'warn' : 'info';
			const said =
				proposal.kind === 'patches'
					? `${count(proposal.patches.length, 'change')} to verify`
					: `${PROPOSAL[proposal.kind]}${'reason' in proposal ? `: ${proposal.reason}` : ''}`;
			return { level, text: `attempt ${event.attempt}: ${said}; ${formatUsd(event.spent)} spent so far` };
		}
		case 'verdict': {
			const { verdict, proposed } = event;
			const files = proposed.patch.files.join(', ');
			const said = verdict.kind === 'resolved' ? 'it holds' : `${VERDICT[verdict.kind]}: ${verdict.reason}`;
			return info(`attempt ${event.attempt}: ${said} (${proposed.summary}; ${files})`);
		}
		case 'finished': {
			const { outcome } = event;
			const reason = 'reason' in outcome ? `: ${outcome.reason}` : '';
			return info(
				`run ${outcome.run} ended ${outcome.kind}${reason}; ${count(outcome.attempts.length, 'attempt')}, ${split(outcome.attempts, outcome.spent)}, ${seconds(outcome.durationMs)}`,
			);
		}
	}
}

const PROPOSAL = {
	none: 'no fix found',
	unaffordable: 'costs more than was left',
	failed: 'could not be asked',
	cancelled: 'stopped',
} as const;
const VERDICT = {
	unresolved: 'not verified',
	rejected: 'not allowed',
	inconclusive: 'could not be judged',
} as const;

function split(
	attempts: readonly { readonly cost: { readonly estimated: NanoUsd } }[],
	spent: NanoUsd,
): string {
	const estimated = add(...attempts.map(({ cost }) => cost.estimated));
	return `${formatUsd(spent)} spent${estimated > 0 ? ` (of it ${formatUsd(estimated)} estimated)` : ''}`;
}

function info(text: string): LogLine {
	return { level: 'info', text };
}

const HIDDEN = '[hidden]';

/** A log is pasted into bug reports: keys, tokens and passwords are taken out by their shapes. */
export function masked(text: string): string {
	return text
		.replace(/\b(?:sk|pk|rk|key)-[\w-]{16,}/g, HIDDEN)
		.replace(/\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|hf_|npm_|AIza)[\w-]{10,}/g, HIDDEN)
		.replace(/\bAKIA[0-9A-Z]{16}\b/g, HIDDEN)
		.replace(/\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, HIDDEN)
		.replace(/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${HIDDEN}`)
		.replace(/:\/\/[^\s/:@]+:[^\s/@]+@/g, `://${HIDDEN}@`)
		.replace(
			/(["']?[\w-]*(?:api[_-]?key|token|secret|password|passwd)["']?\s*[=:]\s*["']?)[^\s"',;]{6,}/gi,
			`$1${HIDDEN}`,
		);
}
