import path from 'node:path';
import type { TestResult } from '../../core/suite';
import { expandGlob, hasPattern } from '../globs';
import type { Invocation, ToolInvocation } from '../invocation';
import { escapeRegExp, filesOf, has, namePath, splitArguments, without } from './arguments';

const withValue = new Set(
	'-r --require --import --loader --experimental-loader -C --conditions --env-file --test-name-pattern --test-skip-pattern --test-concurrency --test-reporter --test-reporter-destination --test-timeout --test-shard --max-old-space-size --test-coverage-include --test-coverage-exclude'.split(
		' ',
	),
);
const dropped = new Set([
	'--test-reporter',
	'--test-reporter-destination',
	'--watch',
	'--experimental-test-coverage',
	'--test-coverage-include',
	'--test-coverage-exclude',
	'--test-coverage-lines',
	'--test-coverage-branches',
	'--test-coverage-functions',
]);

export function nodeTestInvocation({ command, root, suite, scope, assets }: ToolInvocation): Invocation {
	const isRunner = command.args.includes('--test');
	// Without --test the first file is a program, and what follows are its own arguments.
	const at = isRunner ? command.args.length : scriptAt(command.args);
	const { options, positionals } = splitArguments(command.args.slice(0, at), withValue);
	const kept = without(options, dropped);
	const files = scope.kind === 'tests' && isRunner ? filesOf(scope.tests, suite.folder) : undefined;
	const folder = path.resolve(root, suite.folder);
	const given = isRunner
		? (files ?? positionals.flatMap((word) => expanded(word, folder)))
		: command.args.slice(at);
	const filter = scope.kind === 'tests' && !has(kept, '--test-name-pattern') ? namePatterns(scope.tests) : [];
	const own = [...kept.flat(), ...filter];
	return {
		argv: [
			command.tool,
			`--require=${path.join(assets, 'reporters', 'nodePreload.js')}`,
			`--test-reporter=${path.join(assets, 'reporters', 'nodeTest.mjs')}`,
			'--test-reporter-destination=stdout',
			...own,
			...given,
		],
		shown: [command.tool, ...own, ...(files ?? (isRunner ? positionals : given))],
		results: 'records',
	};
}

function scriptAt(args: readonly string[]): number {
	let at = 0;
	while (at < args.length && (args[at] ?? '').startsWith('-')) {
		at += withValue.has(args[at] ?? '') ? 2 : 1;
	}
	return at;
}

/** Node 20 knows no patterns: a shell would have expanded them. */
function expanded(word: string, folder: string): string[] {
	const found = hasPattern(word) ? expandGlob(word, folder, 'globstar') : [];
	return found.length > 0 ? found : [word];
}

/**
 * Node 20 compares a pattern with the last name only, later versions with all names joined; groups above must fit
 * as well when they are tests themselves.
 */
function namePatterns(tests: readonly TestResult[]): string[] {
	const names = new Set<string>();
	for (const test of tests) {
		const path = namePath(test);
		if (path === undefined) {
			return [];
		}
		for (const name of path) {
			names.add(name);
		}
	}
	return [...names].map((name) => `--test-name-pattern=(?:^|\\s)${escapeRegExp(name)}$`);
}
