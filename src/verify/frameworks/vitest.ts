import path from 'node:path';
import type { TestResult } from '../../core/suite';
import type { Invocation, ToolInvocation } from '../invocation';
import { findNodeTool } from '../toolFiles';
import { filesOf, has, splitArguments, titlePattern, without } from './arguments';

const withValue = new Set(
	'-c --config -r --root --dir -t --testNamePattern --environment --pool --reporter --outputFile --project --mode --shard --testTimeout --hookTimeout --teardownTimeout --maxWorkers --minWorkers --retry --exclude --sequence.seed --coverage.provider --coverage.reporter --changed --workspace --maxConcurrency --poolOptions'.split(
		' ',
	),
);
const dropped =
	/^(?:--watch|-w|--ui|--open|--bail|--coverage(?:\..*)?|--no-coverage|--reporter|--outputFile(?:\..*)?|--changed|-u|--update|--color|--no-color|--run|--passWithNoTests|--silent)$/;
const subcommands = new Set(['run', 'watch', 'dev', 'related']);

export function vitestInvocation({
	command,
	root,
	suite,
	scope,
	assets,
	environment,
}: ToolInvocation): Invocation | string {
	const tool = findNodeTool(root, suite.folder, 'vitest', environment);
	if (tool === undefined) {
		return "vitest is not installed here (no node_modules/vitest); install the project's dependencies first";
	}
	const { options, positionals } = splitArguments(command.args, withValue);
	const names = options
		.map(([word = '']) => word.split('=', 1)[0] ?? word)
		.filter((name) => dropped.test(name));
	const kept = without(options, new Set(names));
	const filters = subcommands.has(positionals[0] ?? '') ? positionals.slice(1) : positionals;
	const files = scope.kind === 'tests' ? filesOf(scope.tests, suite.folder) : undefined;
	const narrow =
		scope.kind === 'tests' && files !== undefined
			? [...files, ...namePattern(scope.tests, has(kept, '-t', '--testNamePattern'))]
			: filters;
	const own = ['run', ...narrow, ...kept.flat()];
	return {
		argv: [
			'node',
			...command.before,
			tool.file,
			...own,
			...((tool.major ?? 1) >= 1 ? ['--coverage.enabled=false'] : []),
			`--reporter=${path.join(assets, 'reporters', 'vitest.mjs')}`,
		],
		shown: ['npx', 'vitest', ...own],
		results: 'records',
	};
}

function namePattern(tests: readonly TestResult[], alreadyNamed: boolean): string[] {
	const pattern = titlePattern(tests);
	return alreadyNamed || pattern === undefined ? [] : ['-t', pattern];
}
