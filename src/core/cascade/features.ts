// What is known of a task before any spend, out of its baseline.
import type { Framework, TestResult } from '../suite';
import type { TaskFeatures } from './outcomeRecord';

const LANGUAGES: Readonly<Partial<Record<Framework, string>>> = {
	'node:test': 'javascript',
	mocha: 'javascript',
	jest: 'javascript',
	vitest: 'javascript',
	pytest: 'python',
	unittest: 'python',
	go: 'go',
	cargo: 'rust',
};

/** `framework`: absent where it is not known yet. */
export function featuresOf(failToPass: readonly TestResult[], framework?: Framework): TaskFeatures {
	const language = framework === undefined ? undefined : LANGUAGES[framework];
	const stack = failToPass[0]?.failure?.stack;
	return {
		kind: 'failing test',
		failingTests: failToPass.length,
		...(language === undefined ? {} : { language }),
		...(stack === undefined
			? {}
			: { stackDepth: stack.split('\n').filter((line) => /\S/.test(line)).length }),
	};
}
