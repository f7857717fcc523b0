// The tree of runs, attempts and files as plain data: what stands in each row, in words.
import { formatUsd, ZERO } from '../../core/money';
import { count } from '../../core/runWords';
import {
	isChecked,
	isResumable,
	type KeptAttempt,
	type KeptPatch,
	type KeptRun,
	type KeptTest,
} from './keptRun';
import {
	attemptCost,
	attemptVerdict,
	attemptWhy,
	type Icon,
	leafWords,
	patchVerdict,
	runMoney,
	runVerdict,
	subjectWords,
} from './verdictWords';

export interface TreeRow {
	/** Unique in the tree, and the same as long as the thing is the same. */
	readonly id: string;
	readonly label: string;
	readonly description: string;
	/** Plain text. */
	readonly tooltip: string;
	readonly icon: Icon;
	/** Words for menus' conditions, each between dots: `.run.receipt.` */
	readonly context: string;
	/** Everything that the row says, for a screen reader. */
	readonly spoken: string;
	readonly of: RowSubject;
	readonly children: readonly TreeRow[];
}

export type RowSubject =
	| { readonly kind: 'run'; readonly run: KeptRun }
	| { readonly kind: 'attempt'; readonly run: KeptRun; readonly attempt: KeptAttempt }
	| {
			readonly kind: 'file';
			readonly run: KeptRun;
			readonly attempt: KeptAttempt;
			readonly patch: KeptPatch;
			readonly file: string;
	  };

export interface TreeFacts {
	/** The run whose fix waits for a review. */
	readonly waiting?: string | undefined;
	/** Runs of other windows that go on. */
	readonly elsewhere: ReadonlySet<string>;
	/** When, in short words of the user's own clock. */
	readonly when: (ms: number) => string;
}

/** Newest first. */
export function treeRows(runs: readonly KeptRun[], facts: TreeFacts): readonly TreeRow[] {
	return runs.map((run) => runRow(run, facts));
}

function runRow(run: KeptRun, { waiting, elsewhere, when }: TreeFacts): TreeRow {
	const waits = waiting === run.run;
	const verdict = waits ? { ...runVerdict(run), words: 'fix to review' } : runVerdict(run);
	const words = elsewhere.has(run.run) ? 'running in another window' : verdict.words;
	const attempts = run.attempts.length;
	const whole = subjectWords(run);
	const label =
		run.issue === undefined ? (leafWords(run.target) ?? whole) : run.issue.title || run.issue.name;
	const parts = [
		words,
		...(run.end?.kind === 'closed' ? [] : [runMoney(run)]),
		...(attempts > 0 ? [count(attempts, 'attempt')] : []),
		when(run.startedAt),
	];
	const reason = run.end !== undefined && 'reason' in run.end ? run.end.reason : '';
	const marks = [
		'run',
		...(run.receipt === undefined ? [] : ['receipt']),
		...(waits ? ['review'] : []),
		...(run.end === undefined ? ['running'] : ['again']),
		...(isResumable(run) && !waits ? ['resume'] : []),
		...(run.attempts.some(({ offer }) => offer !== 'free') ? ['prompt'] : []),
	];
	return {
		id: run.run,
		label,
		description: parts.join(' · '),
		tooltip: [whole, parts.join(', '), reason].filter((part) => part !== '').join('\n'),
		icon: verdict.icon,
		context: contextOf(marks),
		spoken: `${whole}, ${parts.join(', ')}`,
		of: { kind: 'run', run },
		children: [...testRow(run), ...run.attempts.map((attempt) => attemptRow(run, attempt))],
	};
}

/** The test that shows the issue: who wrote it, at what price. */
function testRow(run: KeptRun): readonly TreeRow[] {
	const { test } = run;
	if (test === undefined) {
		return [];
	}
	const { files, spent, refused } = test;
	const by = testBy(test);
	const description = [
		by,
		...(test.author === 'project' ? [] : [spent === ZERO ? 'free' : formatUsd(spent)]),
		...(refused === 0 ? [] : [`${refused} refused before`]),
	].join(' · ');
	const label = 'Test that shows it';
	return [
		{
			id: `${run.run}/test`,
			label,
			description,
			tooltip: [label, description, ...files].join('\n'),
			icon: { id: 'beaker' },
			context: contextOf(['test']),
			spoken: `${label}, ${description}`,
			of: { kind: 'run', run },
			children: [],
		},
	];
}

function testBy({ author, offer }: KeptTest): string {
	switch (author) {
		case 'project':
			return 'the project’s own';
		case 'issue':
			return 'from the code in the issue';
		case 'model':
			return `written by ${offer ?? 'a model'}`;
		case 'user':
			return `by ${offer ?? 'a model'}, edited by you`;
	}
}

function attemptRow(run: KeptRun, attempt: KeptAttempt): TreeRow {
	const verdict = attemptVerdict(attempt, run);
	const why = attemptWhy(attempt);
	const label = `${attempt.number}. ${attempt.label}`;
	const cost = attemptCost(attempt);
	const description = `${cost} · ${verdict.words}${why === '' ? '' : `: ${oneLine(why)}`}`;
	return {
		id: `${run.run}/${attempt.number}`,
		label,
		description,
		tooltip: [label, `${cost}, ${verdict.words}`, why].filter((part) => part !== '').join('\n'),
		icon: verdict.icon,
		context: contextOf(['attempt', ...(attempt.offer === 'free' ? [] : ['prompt'])]),
		spoken: `Attempt ${label}, ${cost}, ${verdict.words}${why === '' ? '' : `: ${oneLine(why)}`}`,
		of: { kind: 'attempt', run, attempt },
		children: attempt.patches.flatMap((patch, index) =>
			patch.files.map((file) => fileRow(run, attempt, patch, index, file)),
		),
	};
}

function fileRow(run: KeptRun, attempt: KeptAttempt, patch: KeptPatch, index: number, file: string): TreeRow {
	const cut = file.lastIndexOf('/');
	const label = file.slice(cut + 1);
	const { words, icon } = patchVerdict(patch, isChecked(run));
	const which = attempt.patches.length > 1 ? [`change ${index + 1}`] : [];
	const parts = [...(cut === -1 ? [] : [file.slice(0, cut)]), ...which, words];
	return {
		id: `${run.run}/${attempt.number}/${index + 1}/${file}`,
		label,
		description: parts.join(' · '),
		tooltip: [`${file}: ${words}`, patch.summary, patch.why].filter((part) => part !== '').join('\n'),
		icon: { ...icon, id: 'file' },
		context: contextOf(['file']),
		spoken: `${file}, ${[...which, words].join(', ')}`,
		of: { kind: 'file', run, attempt, patch, file },
		children: [],
	};
}

function contextOf(marks: readonly string[]): string {
	return `.${marks.join('.')}.`;
}

export function oneLine(text: string): string {
	return text.replace(/\s+/g, ' ').trim();
}
