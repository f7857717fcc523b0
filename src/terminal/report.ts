// The end of a run for a person: the receipt as lines, short enough to be read.
import { formatUsd } from '../core/money';
import type { Outcome } from '../core/outcome';
import {
	authorWords,
	checkedWords,
	costWords,
	doubtWords,
	heldOutWords,
	judgesWords,
	MAY_CHANGE_WORDS,
	type Receipt,
	triedWords,
} from '../core/receipt';
import { printable, type Style } from './style';

/** Lines for stderr; the patch itself goes to stdout. */
export function reportLines(outcome: Outcome, receipt: Receipt, style: Style): readonly string[] {
	const money = `${formatUsd(receipt.spent)} of ${formatUsd(receipt.bid)}`;
	const time = `${(receipt.durationMs / 1000).toFixed(1)} s`;
	switch (outcome.kind) {
		case 'solved':
			return [
				style.bold(
					style.green(
						receipt.checked
							? `✓ Checked fix: ${checkedWords(receipt)} · ${money} · ${time}`
							: `✓ Verified fix · ${money} · ${time}`,
					),
				),
				...evidenceLines(receipt, style),
			];
		case 'exhausted':
			return [
				style.bold(`No verified fix · ${money} · ${time}`),
				`  ${printable(outcome.reason)}`,
				...(receipt.suiteNotRun === undefined
					? []
					: [`  A patch that passes what was run is in --json, under "alternatives".`]),
				...candidateLines(receipt),
				...attemptLines(receipt),
				...doubtLines(receipt),
				...resumeLines(outcome),
			];
		case 'blocked':
			return [style.bold(style.red(`Stopped · ${money} · ${time}`)), `  ${printable(outcome.reason)}`];
		case 'cancelled':
			return [style.bold(`Cancelled · ${money} · ${time}`), ...resumeLines(outcome)];
	}
}

function evidenceLines(receipt: Receipt, style: Style): string[] {
	const rows: [string, string][] = [];
	if (receipt.reproduction !== undefined) {
		rows.push([
			'issue',
			[receipt.reproduction.issue.name, receipt.reproduction.issue.title]
				.filter((one) => one !== '')
				.join(': '),
		]);
		rows.push(['test', authorWords(receipt.reproduction)]);
		rows.push(['its price', formatUsd(receipt.reproduction.spent)]);
	}
	if (receipt.summary !== undefined) {
		rows.push(['change', receipt.summary]);
	}
	for (const id of receipt.flipped.slice(0, 5)) {
		rows.push(['red → green', id]);
	}
	if (receipt.flipped.length > 5) {
		rows.push(['', `and ${receipt.flipped.length - 5} more`]);
	}
	if (receipt.before && receipt.after) {
		rows.push([
			'suite',
			`${receipt.before.passed} passed, ${receipt.before.failed} failed → ${receipt.after.passed} passed, ${receipt.after.failed} failed`,
		]);
	}
	if (receipt.heldOut !== undefined) {
		rows.push(['held out', heldOutWords(receipt.heldOut)]);
	}
	rows.push(['without it', 'the target fails again, so it was this patch']);
	rows.push([
		'judges',
		receipt.testsChanged.length > 0 ? judgesWords(receipt) : 'tests, fixtures, configuration unchanged',
	]);
	if (receipt.mayChange !== 'code') {
		rows.push(['may change', MAY_CHANGE_WORDS[receipt.mayChange]]);
	}
	rows.push([
		'runs',
		`${receipt.runs.length} test runs, ${(receipt.runs.reduce((sum, run) => sum + run.durationMs, 0) / 1000).toFixed(1)} s`,
	]);
	if (receipt.patch) {
		rows.push([
			'patch',
			`sha256 ${receipt.patch.sha256.slice(0, 16)}, +${receipt.patch.linesAdded} −${receipt.patch.linesRemoved}`,
		]);
	}
	rows.push(['sandbox', receipt.sandbox]);
	for (const attempt of receipt.attempts) {
		rows.push([
			`attempt ${attempt.number}`,
			`${attempt.offer}, ${costWords(attempt)}${triedWords(attempt.tried)}: ${attempt.result}`,
		]);
	}
	const lines = rows.map(([key, value]) => `  ${style.dim(key.padEnd(11))} ${printable(value)}`);
	const warnings = receipt.warnings.map((warning) => `  ${style.bold('look twice')}  ${printable(warning)}`);
	const others =
		receipt.alternatives > 0
			? [
					`  ${style.dim('also'.padEnd(11))} ${receipt.alternatives} other ${receipt.alternatives === 1 ? 'change passes' : 'changes pass'} the target (not verified; see --json)`,
				]
			: [];
	return [...lines, ...others, ...warnings, ...doubtLines(receipt)];
}

function candidateLines({ reproduction }: Receipt): string[] {
	return (reproduction?.candidates ?? []).map(
		({ files, offer, refusal }) =>
			`  test ${printable(files.join(', '))} by ${offer}: ${printable(refusal?.reason ?? 'shows the issue')}`,
	);
}

/** Where going on may help: a limit ended it, or the user did. */
function resumeLines(outcome: Outcome): string[] {
	const { run, attempts, spent, reproduction } = outcome;
	const begun = (attempts.length > 0 || spent > 0) && reproduction === undefined;
	const limit = outcome.kind === 'exhausted' ? outcome.by : 'cancelled';
	const more = limit === 'bid' ? ' --max-spend MORE' : limit === 'time' ? ' --time MORE' : '';
	return begun && (more !== '' || limit === 'cancelled' || limit === 'cap')
		? [`  Take it up again, at no cost for what is known: underbid fix --resume ${run}${more}`]
		: [];
}

function doubtLines({ doubted }: Receipt): string[] {
	return doubted === undefined ? [] : [`  ${doubtWords(doubted)}`];
}

function attemptLines(receipt: Receipt): string[] {
	return receipt.attempts.map(
		(attempt) =>
			`  attempt ${attempt.number}: ${attempt.offer}, ${costWords(attempt)}${triedWords(attempt.tried)}: ${printable(attempt.result)}`,
	);
}
