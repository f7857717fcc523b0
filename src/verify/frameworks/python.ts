import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Invocation, ToolInvocation } from '../invocation';
import { findVenvProgram, foldersUp, isOnPath, readText } from '../toolFiles';
import { has, relativeTo, splitArguments, without } from './arguments';

const withValue = new Set(
	'-k -m -p -c -o -W -n -r --rootdir --ignore --ignore-glob --deselect --confcutdir --basetemp --tb --cov --cov-report --cov-config --junitxml --junit-xml --maxfail --durations --log-level --log-cli-level --dist --import-mode --override-ini --timeout --pyargs --html'
		.split(' ')
		.filter((name) => name !== '--pyargs' && name !== '--cov'),
);
const dropped = new Set(
	'-x --exitfirst --maxfail --lf --last-failed --ff --failed-first --nf --new-first --sw --stepwise --stepwise-skip --pdb --trace --junitxml --junit-xml --html --cov --cov-report --cov-config --cov-fail-under --no-cov-on-fail --cov-append --cov-branch --collect-only --co -f --looponfail'.split(
		' ',
	),
);

export function pytestInvocation(context: ToolInvocation): Invocation {
	const { command, suite, scope } = context;
	const { options, positionals } = splitArguments(command.args, withValue);
	const kept = without(options, dropped);
	const targets =
		scope.kind === 'all'
			? positionals
			: [...new Set(scope.tests.map((test) => relativeTo(test.id.replace(/ \(\d+\)$/, ''), suite.folder)))];
	const own = [...kept.flat(), ...targets];
	const program = pytestProgram(context);
	const usesCoverage = options.some(([word = '']) => word.startsWith('--cov')) || configuresCoverage(context);
	return {
		argv: [
			...program.run,
			'-p',
			'underbid_report_pytest',
			'-o',
			`cache_dir=${path.join(context.folder, 'cache')}`,
			...own,
			'--continue-on-collection-errors',
			'--maxfail=0',
			...(usesCoverage ? ['--no-cov'] : []),
		],
		shown: [...program.shown, ...own],
		env: pythonEnvironment(context),
		results: 'records',
	};
}

export function unittestInvocation(context: ToolInvocation): Invocation {
	const { command, scope, folder } = context;
	const { options, positionals } = splitArguments(
		command.args,
		new Set(['-s', '--start-directory', '-p', '--pattern', '-t', '--top-level-directory', '-k']),
	);
	const own = [...without(options, new Set(['-f', '--failfast'])).flat()];
	const args =
		positionals[0] === 'discover' ? ['discover', ...own, ...positionals.slice(1)] : [...own, ...positionals];
	const env: Record<string, string> = { ...pythonEnvironment(context) };
	let shown = [command.tool, ...command.before, '-m', 'unittest', ...args];
	if (scope.kind === 'tests' && !has(options, '-k')) {
		const file = path.join(folder, 'only.json');
		const ids = scope.tests.map((test) => test.id.replace(/ \(\d+\)$/, ''));
		writeFileSync(file, JSON.stringify(ids));
		env['UNDERBID_ONLY'] = file;
		shown = [...shown, ...ids.flatMap((id) => ['-k', id])];
	}
	return {
		argv: [...pythonOf(context), '-m', 'underbid_report_unittest', ...args],
		shown,
		env,
		results: 'records',
	};
}

/** Coverage is slow, and its least share fails the run without a failing test. */
function configuresCoverage({ root, suite }: ToolInvocation): boolean {
	return foldersUp(root, suite.folder).some((folder) =>
		['pytest.ini', 'pyproject.toml', 'tox.ini', 'setup.cfg'].some((name) =>
			addsCoverage(readText(path.join(folder, name))),
		),
	);
}

/** What pytest adds to its command, in an ini file or TOML, has `--cov`; elsewhere in it the word is another tool's. */
export function addsCoverage(configuration: string): boolean {
	const added = configuration.match(/^[ \t]*addopts\s*=(?:\s*\[[^\]]*\]|.*(?:\n[ \t]+.*)*)/gm) ?? [];
	return added.some((options) => /--cov\b/.test(options));
}

/** `pytest` and `python -m pytest` differ: only the second can import from the current folder. */
function pytestProgram(context: ToolInvocation): { run: readonly string[]; shown: readonly string[] } {
	const { command, root, suite, environment } = context;
	if (isPython(command.tool)) {
		return {
			run: [...pythonOf(context), '-m', 'pytest'],
			shown: [command.tool, ...command.before, '-m', 'pytest'],
		};
	}
	if (command.tool.includes('/')) {
		return { run: [path.resolve(root, suite.folder, command.tool)], shown: [command.tool] };
	}
	const own = findVenvProgram(root, suite.folder, 'pytest');
	return own === undefined && !isOnPath('pytest', environment)
		? { run: [...pythonOf(context), '-m', 'pytest'], shown: ['python3', '-m', 'pytest'] }
		: { run: [own ?? 'pytest'], shown: ['pytest'] };
}

function pythonOf({ command, root, suite, environment }: ToolInvocation): string[] {
	const named = isPython(command.tool) ? command.tool : 'python3';
	if (named.includes('/')) {
		return [path.resolve(root, suite.folder, named), ...command.before];
	}
	const there = isOnPath(named, environment) ? named : named === 'python' ? 'python3' : 'python';
	return [findVenvProgram(root, suite.folder, 'python') ?? there, ...command.before];
}

function isPython(tool: string): boolean {
	return /^python[\d.]*$/.test(path.basename(tool));
}

/** Cached bytecode is checked by size and whole seconds: a quick patch of equal length would run as the old text. */
function pythonEnvironment({ assets, root, suite, environment }: ToolInvocation): Record<string, string> {
	const own = suite.env['PYTHONPATH'] ?? environment['PYTHONPATH'];
	const paths = [
		path.join(assets, 'python'),
		...(own ? own.split(path.delimiter).map((each) => path.resolve(root, suite.folder, each)) : []),
	];
	return { PYTHONPATH: paths.join(path.delimiter), PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' };
}
