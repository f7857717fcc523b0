// What is known of a task before any spend, out of its baseline.
import type { Problem } from '../problem';
import type { TaskFeatures } from './outcomeRecord';

const LANGUAGES: Readonly<Record<string, string>> = {
	'node:test': 'javascript',
	mocha: 'javascript',
	jest: 'javascript',
	vitest: 'javascript',
	pytest: 'python',
	unittest: 'python',
	go: 'go',
	cargo: 'rust',
};

export function featuresOf(problem: Problem): TaskFeatures {
	const language = LANGUAGES[problem.suite.framework];
	const stack = problem.failToPass[0]?.failure?.stack;
	return {
		kind: 'failing test',
		failingTests: problem.failToPass.length,
		...(language === undefined ? {} : { language }),
		...(stack === undefined
			? {}
			: { stackDepth: stack.split('\n').filter((line) => /\S/.test(line)).length }),
	};
}
