// The evidence of a run, for people (Markdown) and for machines (JSON).
import type { HeldOutEnd } from './holdOut';
import { isWritten, type ReproductionRecord } from './issue/reproductionRecord';
import { add, formatUsd, type NanoUsd } from './money';
import type { Attempt, Outcome } from './outcome';
import type { MayChange } from './protectedFiles';
import { SANDBOX_UNKNOWN } from './sandbox';
import type { SuiteCount } from './suite';
import type { RunRecord, Verdict } from './verdict';

/** All amounts in nano-dollars, all durations in milliseconds. */
export interface Receipt {
	readonly run: string;
	readonly outcome: Outcome['kind'];
	/** True only for `solved`: the very text of `patch` was run and did all that "verified" asks. */
	readonly verified: boolean;
	/**
	 * The same, against a test that was written for this run from an issue, or that the patch itself changed: less than
	 * verified.
	 */
	readonly checked: boolean;
	/** What the patch might change, by the user's word. */
	readonly mayChange: MayChange;
	/** Files of tests, snapshots and fixtures that the patch changes; empty where only code might be changed. */
	readonly testsChanged: readonly string[];
	/** Where an issue was to be fixed: the test that shows it, and who wrote it. */
	readonly reproduction?: ReproductionRecord;
	/** Why there is no verified fix, where there is none. */
	readonly reason?: string;
	readonly base?: { readonly commit: string; readonly tree: string };
	readonly patch?: {
		readonly sha256: string;
		readonly files: readonly string[];
		readonly linesAdded: number;
		readonly linesRemoved: number;
	};
	readonly summary?: string;
	readonly suite?: {
		readonly framework: string;
		readonly command: string;
		readonly folder: string;
		readonly source: string;
	};
	/** Ids that failed on the base and pass on the patch. */
	readonly flipped: readonly string[];
	/** Where the suite did not fit the time limit: so many related tests pass with the target. Never verified. */
	readonly suiteNotRun?: { readonly related: number };
	readonly failsWithout?: boolean;
	readonly before?: SuiteCount;
	readonly after?: SuiteCount;
	readonly runs: readonly RunRecord[];
	readonly flaky: readonly string[];
	readonly knownFailing: readonly string[];
	/**
	 * Related tests that no proposer had seen, and how they ended on the patch; the end is absent where no patch came so
	 * far, `why` says that nothing could be held out. Absent when nobody asked.
	 */
	readonly heldOut?: HeldOutReceipt;
	/** No protected file (tests, fixtures, configuration, lockfiles) is changed by the patch. */
	readonly protectedUntouched: boolean;
	readonly warnings: readonly string[];
	readonly alternatives: number;
	readonly attempts: readonly {
		readonly number: number;
		readonly offer: string;
		readonly cost: NanoUsd;
		/** The part of it that no provider billed: our own worst case. */
		readonly estimated: NanoUsd;
		readonly tried?: number;
		readonly result: string;
		readonly proposeMs: number;
		readonly verifyMs: number;
	}[];
	readonly bid: NanoUsd;
	readonly spent: NanoUsd;
	/** What may have been billed on top, where a provider's report was not believed; kept out of reach of the bid. */
	readonly doubted?: NanoUsd;
	readonly durationMs: number;
	readonly sandbox: string;
}

export interface HeldOutReceipt extends Partial<HeldOutEnd> {
	readonly files: readonly string[];
	readonly tests: number;
	readonly why?: string;
}

/** `sandbox`: what the runs were confined by, in words. */
export function receiptOf(outcome: Outcome, bid: NanoUsd, sandbox = SANDBOX_UNKNOWN): Receipt {
	const { problem, baseline } = outcome;
	const solved = outcome.kind === 'solved' ? outcome : undefined;
	const alternatives = solved?.alternatives.length ?? 0;
	const unproved = outcome.kind === 'exhausted' ? outcome.unproved : undefined;
	const patch = solved?.chosen.patch ?? unproved?.patch;
	return {
		run: outcome.run,
		outcome: outcome.kind,
		verified: isVerified(outcome),
		checked: solved !== undefined && !isVerified(outcome),
		mayChange: problem?.mayChange ?? 'code',
		testsChanged: solved?.evidence.testsChanged ?? [],
		...(outcome.reproduction === undefined ? {} : { reproduction: outcome.reproduction }),
		...('reason' in outcome ? { reason: outcome.reason } : {}),
		...(problem === undefined
			? {}
			: {
					base: { commit: problem.base.commit, tree: problem.base.tree },
					suite: {
						framework: problem.suite.framework,
						command: problem.suite.argv.join(' '),
						folder: problem.suite.folder,
						source: problem.suite.source,
					},
				}),
		...(patch === undefined
			? {}
			: {
					patch: {
						sha256: patch.hash,
						files: patch.files,
						linesAdded: patch.linesAdded,
						linesRemoved: patch.linesRemoved,
					},
				}),
		...(solved === undefined
			? {}
			: {
					summary: solved.chosen.summary,
					failsWithout: solved.evidence.failsWithout,
					after: solved.evidence.after,
				}),
		...(baseline === undefined ? {} : { before: baseline.count }),
		flipped: solved?.evidence.flipped ?? [],
		...(unproved === undefined ? {} : { suiteNotRun: { related: unproved.evidence.related } }),
		runs: [
			...(outcome.reproduction?.runs ?? []),
			...outcome.baselineRuns,
			...((solved ?? unproved)?.evidence.runs ?? []),
		],
		flaky: [...(baseline?.flaky.map(({ id }) => id) ?? []), ...(solved?.evidence.flaky ?? [])],
		knownFailing: solved?.evidence.knownFailing ?? baseline?.knownFailing ?? [],
		...(outcome.heldOut === undefined
			? {}
			: {
					heldOut: {
						...outcome.heldOut,
						tests: outcome.heldOut.tests.length,
						...solved?.evidence.heldOut,
					},
				}),
		protectedUntouched: solved !== undefined && (solved.evidence.testsChanged ?? []).length === 0,
		warnings: [...(solved?.chosen.warnings ?? []), ...(solved?.evidence.warnings ?? [])],
		alternatives,
		attempts: outcome.attempts.map((attempt) => ({
			number: attempt.number,
			offer: attempt.offer.id,
			cost: add(attempt.cost.billed, attempt.cost.estimated),
			estimated: attempt.cost.estimated,
			...(attempt.tried === undefined ? {} : { tried: attempt.tried }),
			result: attemptResult(attempt, isByWrittenTest(outcome)),
			proposeMs: attempt.proposeMs,
			verifyMs: attempt.verifyMs,
		})),
		bid,
		spent: outcome.spent,
		...(outcome.doubted === undefined ? {} : { doubted: outcome.doubted }),
		durationMs: outcome.durationMs,
		sandbox,
	};
}

/** `target and 12 related tests; full suite not run`. */
export function notRunWords({ related }: { readonly related: number }): string {
	return `target and ${related} related test${related === 1 ? '' : 's'}; full suite not run`;
}

/** `4 tests in 2 files that no proposer saw: 4 passed`. */
export function heldOutWords({ files, tests, why, ...end }: HeldOutReceipt): string {
	if (files.length === 0) {
		return `nothing: ${why ?? 'no related test was found'}`;
	}
	const what = `${tests} test${tests === 1 ? '' : 's'} in ${files.length} file${files.length === 1 ? '' : 's'} that no proposer saw`;
	const ends = (['passed', 'failed', 'skipped', 'missing'] as const)
		.map((kind) => [end[kind] ?? 0, kind] as const)
		.filter(([count]) => count > 0)
		.map(([count, kind]) => `${count} ${kind}`);
	return `${what}: ${ends.length === 0 ? 'no patch passed the others, or broke them (see the attempts)' : ends.join(', ')}`;
}

/** Solved, by tests that were there before and that nothing of this run wrote or changed. */
export function isVerified(outcome: Outcome): boolean {
	return (
		outcome.kind === 'solved' &&
		!isByWrittenTest(outcome) &&
		(outcome.evidence.testsChanged ?? []).length === 0
	);
}

/** The test that decides was written for the fix. */
function isByWrittenTest({ reproduction, testWritten }: Outcome): boolean {
	return testWritten === true || isWritten(reproduction);
}

/** What a checked fix lacks, to follow "Checked fix: ". */
export function checkedWords({ testsChanged }: Receipt): string {
	return testsChanged.length > 0 ? 'the test itself was changed' : 'it passes the written reproduction';
}

/** What judges the code, and what became of it. */
export function judgesWords({ testsChanged, mayChange }: Receipt): string {
	return testsChanged.length > 0
		? `changed by the patch, as you allowed (${mayChange}): ${testsChanged.join(', ')}; configuration and lockfiles are not`
		: 'not changed by the patch';
}

export const MAY_CHANGE_WORDS: Readonly<Record<MayChange, string>> = {
	code: 'code alone; tests stay as they are',
	test: 'tests alone, by your word: the code is right and the test is wrong',
	either: 'code or tests, by your word',
};

/** Who wrote the test that an issue became, and what that weakens. */
export function authorWords({ author, offer, test, candidates, agrees }: ReproductionRecord): string {
	const files = test?.patch.files.join(', ') ?? '';
	const like = agrees.length > 0 ? `; it fails with ${agrees.join(', ')}` : '';
	if (author === undefined) {
		return candidates.length === 0 ? 'none' : `none of ${candidates.length} tried`;
	}
	switch (author) {
		case 'project':
			return `the project's own${like}`;
		case 'issue':
			return `made from the code in the issue (${files})${like}. Read it: nobody else has said that it is right`;
		case 'model':
			return `written by ${offer ?? 'a model'} (${files})${like}. Read it: nobody else has said that it is right`;
		case 'user':
			return `written by ${offer ?? 'a model'} and edited by you (${files})${like}`;
	}
}

/** `$0.12`, `$0.12 (of it $0.02 estimated)`: estimated is our worst case where the provider reported nothing. */
export function costWords({
	cost,
	estimated,
}: Pick<Receipt['attempts'][number], 'cost' | 'estimated'>): string {
	const part =
		estimated === 0 ? '' : estimated === cost ? ' (estimated)' : ` (of it ${formatUsd(estimated)} estimated)`;
	return `${formatUsd(cost)}${part}`;
}

/** `, 12 candidates tried`; nothing where there were none, or where that means nothing. */
export function triedWords(tried: number | undefined): string {
	return tried === undefined || tried === 0 ? '' : `, ${tried} candidate${tried === 1 ? '' : 's'} tried`;
}

export function doubtWords(doubted: NanoUsd): string {
	return `A provider reported less use than there can have been: up to ${formatUsd(doubted)} more may be billed, and was kept out of the bid's reach.`;
}

/** What became of an attempt, in a few words. `checked`: the test that decides was written for the run. */
export function attemptResult(attempt: Attempt, checked: boolean): string {
	const last = attempt.verdicts.at(-1)?.verdict;
	if (last === undefined) {
		return attempt.ended === 'none'
			? `no patch: ${attempt.reason ?? 'none found'}`
			: `${attempt.ended}${attempt.reason === undefined ? '' : `: ${attempt.reason}`}`;
	}
	return last.kind === 'resolved'
		? checked
			? 'checked'
			: resolvedWord(last)
		: `${last.kind}: ${last.reason}`;
}

/** Where the patch changed a test, nothing says more than that test. */
export function resolvedWord({ evidence }: Verdict & { readonly kind: 'resolved' }): 'verified' | 'checked' {
	return (evidence.testsChanged ?? []).length > 0 ? 'checked' : 'verified';
}

export function receiptMarkdown(receipt: Receipt): string {
	const lines: string[] = [];
	const head = receipt.verified
		? 'Verified fix'
		: receipt.checked
			? `Checked fix: ${checkedWords(receipt)}`
			: receipt.suiteNotRun !== undefined
				? `No verified fix: ${notRunWords(receipt.suiteNotRun)}`
				: `No verified fix (${receipt.outcome})`;
	lines.push(`## ${head}, ${formatUsd(receipt.spent)} of ${formatUsd(receipt.bid)}`, '');
	if (receipt.reason !== undefined) {
		lines.push(receipt.reason, '');
	}
	const { reproduction } = receipt;
	const rows: [string, string][] = [];
	if (reproduction !== undefined) {
		rows.push([
			'Issue',
			[reproduction.issue.name, reproduction.issue.title].filter((one) => one !== '').join(': '),
		]);
		rows.push(['Test that shows it', authorWords(reproduction)]);
	}
	if (receipt.summary !== undefined) {
		rows.push(['Change', receipt.summary]);
	}
	for (const id of receipt.flipped) {
		rows.push(['Failed before, passes now', code(id)]);
	}
	if (receipt.before && receipt.after) {
		rows.push(['Suite', `${counts(receipt.before)} before, ${counts(receipt.after)} after`]);
	}
	if (receipt.suiteNotRun !== undefined) {
		rows.push(['Suite', notRunWords(receipt.suiteNotRun)]);
	}
	if (receipt.failsWithout) {
		rows.push(['Without the patch', 'the target fails again']);
	}
	if (receipt.heldOut !== undefined) {
		rows.push(['Held out', heldOutWords(receipt.heldOut)]);
	}
	if (receipt.verified || receipt.checked) {
		rows.push(['Tests, fixtures, configuration', judgesWords(receipt)]);
	}
	if (receipt.mayChange !== 'code') {
		rows.push(['Might be changed', MAY_CHANGE_WORDS[receipt.mayChange]]);
	}
	if (receipt.knownFailing.length > 0) {
		rows.push(['Failed before and not asked about', receipt.knownFailing.map(code).join(', ')]);
	}
	if (receipt.patch && receipt.base) {
		rows.push([
			'Patch',
			`${receipt.patch.files.map(code).join(', ')} (+${receipt.patch.linesAdded} −${receipt.patch.linesRemoved}), sha256 ${code(receipt.patch.sha256.slice(0, 16))}`,
		]);
		rows.push(['Base', `tree ${code(receipt.base.tree.slice(0, 12))}`]);
	}
	if (receipt.suite) {
		rows.push([
			'Command',
			`${code(receipt.suite.command)} (${receipt.suite.framework}, from ${receipt.suite.source})`,
		]);
	}
	rows.push(['Time', `${(receipt.durationMs / 1000).toFixed(1)} s`], ['Sandbox', receipt.sandbox]);
	lines.push('| | |', '| --- | --- |', ...rows.map(([key, value]) => `| ${key} | ${cell(value)} |`), '');
	if (receipt.doubted !== undefined) {
		lines.push(doubtWords(receipt.doubted), '');
	}
	if (receipt.warnings.length > 0) {
		lines.push('**Look twice**', '', ...receipt.warnings.map((warning) => `- ${warning}`), '');
	}
	if (reproduction !== undefined && reproduction.candidates.length > 0) {
		lines.push('| test tried | by | result |', '| --- | --- | --- |');
		for (const { files, offer, refusal } of reproduction.candidates) {
			lines.push(
				`| ${cell(files.map(code).join(', '))} | ${offer} | ${cell(refusal?.reason ?? 'shows the issue')} |`,
			);
		}
		lines.push('', `Looking for the test cost ${formatUsd(reproduction.spent)} of the bid.`, '');
	}
	if (receipt.attempts.length > 0) {
		lines.push('| attempt | offer | cost | result |', '| --- | --- | --- | --- |');
		for (const attempt of receipt.attempts) {
			const tried = triedWords(attempt.tried);
			const cost = costWords(attempt);
			lines.push(`| ${attempt.number} | ${attempt.offer} | ${cost} | ${cell(attempt.result)}${tried} |`);
		}
		lines.push('');
	}
	if (receipt.runs.length > 0) {
		lines.push('| run | result | time |', '| --- | --- | --- |');
		for (const run of receipt.runs) {
			lines.push(`| ${run.what} | ${cell(run.result)} | ${(run.durationMs / 1000).toFixed(2)} s |`);
		}
		lines.push('');
	}
	return lines.join('\n');
}

function counts(count: SuiteCount): string {
	return `${count.passed} passed, ${count.failed} failed${count.skipped > 0 ? `, ${count.skipped} skipped` : ''}`;
}

function code(text: string): string {
	return text.includes('`') ? text : `\`${text}\``;
}

/** Table cells hold one line; test names are data from outside and may hold anything. */
function cell(text: string): string {
	return text.replace(/\s*\n\s*/g, ' ').replaceAll('|', '\\|');
}
