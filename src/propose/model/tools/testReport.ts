// A test run in words for a model: first what counts, then the failures, then a little of the output.
import type { ProposalTask } from '../../../core/effects';
import { countOf, type SuiteRun, type TestResult, withWholeFiles } from '../../../core/suite';
import { shortened } from './shorten';

export interface TestReport {
	/** True when the run came to its end and every target test passed in it. */
	readonly passes: boolean;
	/** Ids that passed on the base and do not now; known only where everything was run. */
	readonly broken: readonly string[];
	/** Our own words. */
	readonly says: string;
	/** What the tests printed; redacted where `clean` was given. */
	readonly data: string;
}

const MOST_FAILURES = 5;
const MOST_NAMES = 10;
const MOST_MESSAGE = 700;
const MOST_OUTPUT = 3_000;

export const testReport = {
	of(
		run: SuiteRun,
		scope: 'target' | 'all',
		{ problem, baseline }: Pick<ProposalTask, 'problem' | 'baseline'>,
		root: string,
		/** Redacts; before anything is cut, since half of a secret is not known as one. */
		clean: (text: string) => string = (text) => text,
	): TestReport {
		const plain = (text: string) => clean(withoutRoot(text, root));
		const output = shortened(plain(run.output), MOST_OUTPUT);
		switch (run.kind) {
			case 'cancelled':
				return this.impossible('The run was ended from outside.');
			case 'neverRan':
				return {
					passes: false,
					broken: [],
					says: `The tests could not be run: ${firstLine(plain(run.reason))}`,
					data: output,
				};
			case 'timedOut': {
				const hung = run.tests.filter(({ failure }) => failure?.hung === true).map(({ id }) => id);
				const named = hung.length === 0 ? '' : ` ${hung.length} did not end by themselves.`;
				return {
					passes: false,
					broken: [],
					says: `The tests were ended after ${Math.round(run.limitMs / 1000)} s.${named}`,
					data: [...hung.slice(0, MOST_NAMES), output].join('\n'),
				};
			}
			case 'finished':
				break;
		}
		const seen = new Map(
			withWholeFiles(run.tests, problem.failToPass).map((test) => [test.id, test] as const),
		);
		const failing = problem.failToPass.filter(({ id }) => seen.get(id)?.status !== 'passed');
		const broken =
			scope === 'all' ? baseline.passToPass.filter((id) => seen.get(id)?.status !== 'passed') : [];
		const count = countOf(run.tests);
		const total = problem.failToPass.length;
		const says = [
			failing.length === 0
				? `${total === 1 ? 'The target test passes' : `All ${total} target tests pass`} now.`
				: `${failing.length} of ${total} target ${total === 1 ? 'test' : 'tests'} still ${failing.length === 1 ? 'fails' : 'fail'}.`,
			broken.length === 0
				? ''
				: `${broken.length} that passed before ${broken.length === 1 ? 'fails' : 'fail'} now.`,
			`In this run ${count.passed} passed and ${count.failed} failed.`,
		];
		const details = [...failing.map(({ id }) => id), ...broken]
			.slice(0, MOST_FAILURES)
			.map((id) => failureOf(id, seen.get(id), plain));
		const rest = failing.length + broken.length - details.length;
		return {
			passes: failing.length === 0,
			broken,
			says: says.filter((part) => part !== '').join(' '),
			data: [
				...details,
				...(rest > 0 ? [`and ${rest} more`] : []),
				...(failing.length + broken.length > 0 ? [output] : []),
			]
				.filter((part) => part !== '')
				.join('\n\n'),
		};
	},

	impossible(reason: string): TestReport {
		return { passes: false, broken: [], says: reason, data: '' };
	},
};

function failureOf(id: string, test: TestResult | undefined, plain: (text: string) => string): string {
	if (test === undefined) {
		return `${id}: it did not appear in the run`;
	}
	const { failure } = test;
	const parts = [
		failure?.message ?? test.status,
		failure?.expected === undefined ? '' : `expected: ${failure.expected}`,
		failure?.actual === undefined ? '' : `actual: ${failure.actual}`,
		failure?.stack ?? '',
	];
	const told = parts.filter((part) => part !== '').map((part) => shortened(plain(part), MOST_MESSAGE));
	return [id, ...told].join('\n');
}

/** Without colours, and without the folder of this machine: the model knows paths from the repository's root alone. */
function withoutRoot(text: string, root: string): string {
	return (
		text
			// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with one.
			.replace(/\u001b\[[\d;?]*[A-Za-z]/g, '')
			.replaceAll(`file://${root}/`, '')
			.replaceAll(`${root}/`, '')
			.replaceAll(`${root}\\`, '')
			.replaceAll(root, '.')
	);
}

function firstLine(text: string): string {
	return text.split('\n', 1)[0]?.slice(0, 300) ?? '';
}
