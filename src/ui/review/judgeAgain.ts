// A fix under review, judged once more: as it is in the files now, or another patch in its place. Free.
import * as vscode from 'vscode';
import { ZERO } from '../../core/money';
import type { Outcome } from '../../core/outcome';
import type { BidDesk } from '../bid/bidDesk';
import { counted } from '../counted';
import type { Engine, FixResult, VerifyRequest } from '../engine';
import type { FixTexts } from '../fixTexts';
import { outcomeWords } from '../outcomeWords';
import { placeOf } from '../placeOf';
import type { RunsFace } from '../runs/runsFace';
import { timeLimitMinutes } from '../setup/settings';
import { mayRunHere } from '../setup/standing';
import { fixWords } from './reviewWords';
import type { Alternative, StoredReview } from './storedReview';

const RECEIPT = vscode.l10n.t('Show Receipt');

export interface JudgeWorld {
	readonly engine: () => Promise<Engine>;
	readonly desk: BidDesk;
	readonly texts: FixTexts;
	readonly runs: RunsFace;
}

export class JudgeAgain {
	constructor(private readonly world: JudgeWorld) {}

	/** Runs the tests on the text as it is, `bases` standing for the files before the fix. True: it held. */
	async text(review: StoredReview, bases: ReadonlyMap<string, string | undefined>): Promise<boolean> {
		const { folder, target, files } = review;
		const tests = files.flatMap(({ file, isTest, review: one }) =>
			isTest && one.patched !== undefined ? [{ file, text: one.patched }] : [],
		);
		const request = { ...placeOf(folder), target, bases, ...termsOf(review) };
		const result = await this.judge(
			vscode.l10n.t('Re-running the tests of the fix'),
			withTests(request, tests),
		);
		const { done, Done } = fixWords(review);
		if (result?.outcome.kind === 'solved') {
			const passed = result.outcome.evidence.after.passed;
			void vscode.window
				.showInformationMessage(
					vscode.l10n.t('{0} as it is now: {1}.', Done, counted(passed, 'passing')),
					RECEIPT,
				)
				.then((answer) =>
					answer === RECEIPT ? this.world.texts.showReceipt(review.run, result.receipt) : undefined,
				);
			return true;
		}
		if (result !== undefined) {
			void vscode.window.showWarningMessage(
				vscode.l10n.t('The text as it is now is not {0}. {1}', done, reverifyWords(result.outcome)),
			);
		}
		return false;
	}

	/** Runs the tests on another patch in place of the verified one. Undefined: it did not hold. */
	async alternative(review: StoredReview, alternative: Alternative): Promise<FixResult | undefined> {
		const place = placeOf(review.folder);
		const texts = alternative.changes.flatMap(({ file, patched: text }) =>
			text === undefined ? [] : [{ file, text }],
		);
		if (texts.length < alternative.changes.length) {
			void vscode.window.showWarningMessage(
				vscode.l10n.t('This alternative deletes files, and such a patch can only be tested by a new run.'),
			);
			return undefined;
		}
		const others = place.unsaved.filter(({ file }) => !texts.some((one) => one.file === file));
		const tests = alternative.changes.flatMap(({ file, isTest, patched: text }) =>
			isTest && text !== undefined ? [{ file, text }] : [],
		);
		const request = {
			...place,
			unsaved: [...others, ...texts],
			target: review.target,
			...termsOf(review),
			bases: new Map(alternative.changes.map(({ file, base }) => [file, base])),
		};
		const result = await this.judge(vscode.l10n.t('Testing the alternative'), withTests(request, tests));
		if (result === undefined || result.outcome.kind === 'solved') {
			return result;
		}
		void vscode.window.showWarningMessage(
			vscode.l10n.t(
				'The alternative does not hold, and the {0} stays. {1}',
				fixWords(review).fix,
				reverifyWords(result.outcome),
			),
		);
		return undefined;
	}

	/** Undefined when the user cancelled before there was anything to tell. */
	private async judge(title: string, request: Omit<VerifyRequest, 'timeMs'>): Promise<FixResult | undefined> {
		if (!mayRunHere()) {
			return undefined;
		}
		const folder = vscode.Uri.file(request.folder);
		const timeMs = timeLimitMinutes(folder) * 60_000;
		const engine = await this.world.engine();
		try {
			return await this.world.runs.during(title, ZERO, (see, signal) =>
				engine.verify({ ...request, ...this.world.desk.suitePlace(folder), timeMs }, see, signal),
			);
		} finally {
			await this.world.runs.idle();
		}
	}
}

/** A test that was written for the run stands before and after: it is no part of what is judged. */
function withTests<T extends Omit<VerifyRequest, 'timeMs'>>(
	request: T,
	tests: readonly { readonly file: string; readonly text: string }[],
): T {
	const own = new Map(tests.map(({ file, text }) => [file, text]));
	return {
		...request,
		unsaved: [...request.unsaved.filter(({ file }) => !own.has(file)), ...tests],
		bases: new Map([...request.bases].map(([file, base]) => [file, own.get(file) ?? base])),
	};
}

/** What the fix was allowed to change, and what its test is worth. */
function termsOf({ mayChange, checked }: StoredReview): Pick<VerifyRequest, 'mayChange' | 'testWritten'> {
	// A fix that may change tests says itself which it changed.
	if (mayChange !== undefined) {
		return { mayChange };
	}
	return checked === true ? { testWritten: true } : {};
}

/** Why a text that was judged again did not hold. */
function reverifyWords(outcome: Outcome): string {
	const verdict = outcome.attempts.at(-1)?.verdicts.at(-1)?.verdict;
	return verdict !== undefined && 'reason' in verdict ? verdict.reason : outcomeWords(outcome);
}
