// What is known to fail, and where in a text that is: from our own last run, and from what the editor tells of the
// last run of any test extension.
import * as vscode from 'vscode';
import type { TestResult } from '../../core/suite';
import { testName } from '../outcomeWords';
import { askAmong, firstLine, targetOf } from './askAmong';
import { chooseTest } from './chooseTest';
import type { ReportedFailure } from './failureReport';
import type { FixStart, RanTests } from './fixStart';
import { reportedFailures } from './reportedFailures';
import { hintOf, isWithin, pathOf, type TestHint } from './testHint';
import { lineOfTest, testAbove } from './testLines';

export interface KnownFailure {
	readonly title: string;
	readonly message: string;
	/** Absolute, `/`-separated. */
	readonly file?: string;
	/** First and last line of what is known of its place, 1-based. */
	readonly lines?: { readonly first: number; readonly last: number };
	readonly start: FixStart;
}

interface Listing extends RanTests {
	readonly failing: readonly TestResult[];
}

/** The editor is not asked more often than this while the cursor moves. */
const REST_MS = 5000;

export class KnownFailures {
	private listing: Listing | undefined;
	private reported: readonly ReportedFailure[] = [];
	private askedAtMs = Number.NEGATIVE_INFINITY;

	/** Our own run of the tests has ended. */
	listed(listing: Listing): void {
		this.listing = listing;
	}

	/** All that is known; the editor is asked. */
	async all(): Promise<readonly KnownFailure[]> {
		await this.ask();
		const reported = await Promise.all(this.reported.map(fromEditor));
		const own = (this.listing?.failing ?? []).map((test) => this.fromOwn(test, undefined));
		const told = reported.filter((one) => one !== undefined);
		// The same failure, seen twice, is listed once.
		return [...told, ...own.filter((one) => !told.some((other) => isSame(one, other)))];
	}

	/** Those of one text. `ask`: the user asks now; else what is known already will do for a while. */
	async inDocument(document: vscode.TextDocument, ask: boolean): Promise<readonly KnownFailure[]> {
		if (ask || Date.now() - this.askedAtMs > REST_MS) {
			await this.ask();
		}
		const file = pathOf(document.uri.fsPath);
		const here = this.reported.filter(({ at }) => at?.file === file);
		const told = (await Promise.all(here.map(fromEditor))).filter((one) => one !== undefined);
		const own = (this.listing?.failing ?? [])
			.filter((test) => this.isIn(test, document))
			.map((test) => this.fromOwn(test, document));
		return [
			...own.map((one) =>
				widened(
					one,
					told.find((other) => isSame(one, other)),
				),
			),
			...told.filter((one) => !own.some((other) => isSame(one, other))),
		];
	}

	private async ask(): Promise<void> {
		this.askedAtMs = Date.now();
		this.reported = await reportedFailures();
	}

	private isIn(test: TestResult, document: vscode.TextDocument): boolean {
		const file = pathOf(document.uri.fsPath) ?? '';
		return test.file === undefined
			? isWithin(file, pathOf(this.listing?.folder) ?? '') &&
					lineOfTest(document.getText(), lastName(test)) !== undefined
			: file.endsWith(`/${test.file}`);
	}

	private fromOwn(test: TestResult, document: vscode.TextDocument | undefined): KnownFailure {
		const folder = this.listing?.folder;
		const file = document === undefined ? test.file : pathOf(document.uri.fsPath);
		const first = test.line ?? (document && lineOfTest(document.getText(), lastName(test)));
		const name = file?.slice(file.lastIndexOf('/') + 1).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
		const failed = Number(new RegExp(`${name}:(\\d+)`).exec(test.failure?.stack ?? '')?.[1]);
		return {
			title: testName(test.name),
			message: firstLine(test.failure?.message),
			...(file === undefined ? {} : { file }),
			...(first === undefined ? {} : { lines: { first, last: failed > first ? failed : first } }),
			start: {
				name: testName(test.name),
				...(folder === undefined ? {} : { folder }),
				choose: (failing, ran) => chooseAgain(test, failing, ran),
			},
		};
	}
}

async function fromEditor({ item, at, message }: ReportedFailure): Promise<KnownFailure | undefined> {
	const uri = at === undefined ? undefined : vscode.Uri.file(at.file);
	const folder = uri && vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath;
	if (uri === undefined || at === undefined || folder === undefined) {
		return undefined;
	}
	const read = hintOf(item);
	const above = await testIn(uri, at.line);
	// An id that says nothing to people: what stands in the text does.
	const isOpaque = read.path.every((one) => /^-?[\d_]+$/.test(one));
	const title = isOpaque ? (above?.title ?? vscode.workspace.asRelativePath(uri)) : read.title;
	const hint: TestHint = {
		...read,
		title,
		path: isOpaque ? [] : read.path,
		file: at.file,
		failedAt: at.line,
		message,
		...(above === undefined ? {} : { line: above.line }),
	};
	return {
		title,
		message: firstLine(message),
		file: at.file,
		lines: { first: above?.line ?? at.line, last: at.line },
		start: { name: title, folder, choose: (failing, ran) => chooseTest(hint, failing, ran) },
	};
}

async function testIn(uri: vscode.Uri, line: number) {
	try {
		const document = await vscode.workspace.openTextDocument(uri);
		return testAbove(document.getText(), line);
	} catch {
		return undefined;
	}
}

/** The same test in a newer run. */
async function chooseAgain(test: TestResult, failing: readonly TestResult[], ran: RanTests) {
	const again = failing.find((one) => one.id === test.id);
	return again === undefined
		? askAmong(failing, {
				title: vscode.l10n.t('“{0}” does not fail any more when {1} runs', testName(test.name), ran.command),
				placeHolder: vscode.l10n.t('These tests fail. Choose one, or press Escape'),
			})
		: targetOf([again]);
}

function lastName(test: TestResult): string {
	return test.name.split(' > ').at(-1) ?? test.name;
}

/** With the lines that both know. */
function widened(one: KnownFailure, other: KnownFailure | undefined): KnownFailure {
	const [own, more] = [one.lines, other?.lines];
	return own === undefined || more === undefined
		? one
		: { ...one, lines: { first: Math.min(own.first, more.first), last: Math.max(own.last, more.last) } };
}

function isSame(one: KnownFailure, other: KnownFailure): boolean {
	const [file = '', otherFile = ''] = [one.file, other.file];
	const isOneTest =
		one.lines === undefined || other.lines === undefined
			? one.title === other.title
			: one.lines.first === other.lines.first;
	return isOneTest && (file.endsWith(otherFile) || otherFile.endsWith(file));
}
