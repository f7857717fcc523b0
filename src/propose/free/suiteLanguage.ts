import type { Suite } from '../../core/suite';

/** By the framework, else by the program and the files that the command names. */
export function languageOfSuite(suite: Suite): 'javascript' | 'python' | undefined {
	switch (suite.framework) {
		case 'node:test':
		case 'mocha':
		case 'jest':
		case 'vitest':
			return 'javascript';
		case 'pytest':
		case 'unittest':
			return 'python';
		case 'go':
		case 'cargo':
			return undefined;
		case 'junit':
		case 'tap':
		case 'exit-code': {
			const words = suite.argv.join(' ');
			if (/\b(python[\d.]*|pytest|nose2?|tox|trial)\b|\.py\b/.test(words)) {
				return 'python';
			}
			return /\b(node|npm|npx|yarn|pnpm|bun|tsx|ts-node|tape|tap|ava|jasmine|uvu|qunit|lab)\b|\.[cm]?[jt]sx?\b/.test(
				words,
			)
				? 'javascript'
				: undefined;
		}
	}
}
