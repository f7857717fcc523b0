import path from 'node:path';
import type { TestResult } from '../../core/suite';
import type { Invocation, ToolInvocation } from '../invocation';
import { findNodeTool } from '../toolFiles';
import { escapeRegExp, filesOf, has, splitArguments, titlePattern, without } from './arguments';

const withValue = new Set(
	'-c --config -t --testNamePattern -w --maxWorkers --env --testEnvironment --rootDir --roots --projects --selectProjects --ignoreProjects --testPathPattern --testPathPatterns --testPathIgnorePatterns --testMatch --testRegex --setupFiles --setupFilesAfterEnv --testTimeout --reporters --outputFile --coverageDirectory --coverageReporters --collectCoverageFrom --coverageProvider --coverageThreshold --cacheDirectory --globals --globalSetup --globalTeardown --moduleNameMapper --preset --resolver --runner --shard --testResultsProcessor --testRunner --transform --changedSince --filter --maxConcurrency --seed'.split(
		' ',
	),
);
/** Watching, stopping early, coverage (slow, and its thresholds fail the run), other reports. */
const dropped = new Set(
	'--watch --watchAll -o --onlyChanged --onlyFailures --lastCommit --changedSince -b --bail --coverage --collectCoverage --collectCoverageFrom --coverageDirectory --coverageReporters --coverageThreshold --coverageProvider --reporters --json --outputFile --notify -u --updateSnapshot --ci --testResultsProcessor --colors --color --no-color --noColor --expand --listTests --logHeapUsage --passWithNoTests'.split(
		' ',
	),
);

export function jestInvocation({
	command,
	root,
	suite,
	scope,
	assets,
	environment,
}: ToolInvocation): Invocation | string {
	const tool = findNodeTool(root, suite.folder, command.tool, environment);
	if (tool === undefined) {
		return `${command.tool} is not installed here (no node_modules/${command.tool}); install the project's dependencies first`;
	}
	const isScripts = command.tool === 'react-scripts';
	const { options, positionals } = splitArguments(
		isScripts ? command.args.slice(1) : command.args,
		withValue,
	);
	const kept = without(options, dropped);
	const files = scope.kind === 'tests' ? filesOf(scope.tests, suite.folder) : undefined;
	const narrow =
		scope.kind === 'tests' && files !== undefined && !has(kept, '--testPathPattern', '--testPathPatterns')
			? [...byPath(files, tool.major), ...namePattern(scope.tests, has(kept, '-t', '--testNamePattern'))]
			: positionals;
	// Positionals first: old versions take every word after `--reporters` for its value.
	const own = [...narrow, ...kept.flat()];
	const sub = isScripts ? ['test'] : [];
	return {
		argv: [
			'node',
			...command.before,
			tool.file,
			...sub,
			...own,
			'--ci',
			'--coverage=false',
			...(isScripts ? ['--watchAll=false'] : []),
			`--reporters=${path.join(assets, 'reporters', 'jest.js')}`,
		],
		shown: ['npx', command.tool, ...sub, ...own],
		results: 'records',
	};
}

/** Before 22 jest knows files by patterns only. */
function byPath(files: readonly string[], major: number | undefined): string[] {
	return (major ?? 22) >= 22 ? ['--runTestsByPath', ...files] : files.map((file) => `${escapeRegExp(file)}$`);
}

function namePattern(tests: readonly TestResult[], alreadyNamed: boolean): string[] {
	const pattern = titlePattern(tests);
	return alreadyNamed || pattern === undefined ? [] : ['-t', pattern];
}
