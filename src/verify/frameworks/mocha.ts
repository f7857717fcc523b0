import path from 'node:path';
import type { TestResult } from '../../core/suite';
import type { Invocation, ToolInvocation } from '../invocation';
import { findNodeTool } from '../toolFiles';
import { has, inOrder, splitArguments, titlePattern, without } from './arguments';

const withValue = new Set(
	'-f -g -f -g -r -s -t -u -O -R -j -n --reporter --reporter-option --reporter-options --require --grep --fgrep --ui --timeout --slow --config --opts --package --file --ignore --exclude --extension --retries --jobs --compilers --node-option --globals --spec --watch-files --watch-ignore --import --loader --tsconfig'.split(
		' ',
	),
);
const dropped = new Set(
	'-R --reporter -O --reporter-option --reporter-options -w --watch -b --bail -G --growl --inspect --inspect-brk --debug -c --colors --color -C --no-colors --no-color'.split(
		' ',
	),
);

export function mochaInvocation({
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
	const kept = without(splitArguments(command.args, withValue).options, dropped);
	const filter = scope.kind === 'all' || has(kept, '-g', '--grep', '-f', '--fgrep') ? [] : grep(scope.tests);
	const reporter = path.join(assets, 'reporters', 'mocha.js');
	const own = [...filter, ...inOrder(command.args, withValue, dropped)];
	// Every file is still loaded: hooks at the root and set-up files count for each test.
	return {
		argv: [
			'node',
			...command.before,
			tool.file,
			'--require',
			reporter,
			'--reporter',
			reporter,
			...((tool.major ?? 0) >= 6 && command.tool === 'mocha' ? ['--no-bail'] : []),
			...own,
		],
		shown: ['npx', command.tool, ...own],
		results: 'records',
	};
}

function grep(tests: readonly TestResult[]): string[] {
	const pattern = titlePattern(tests);
	return pattern === undefined ? [] : ['--grep', pattern];
}
