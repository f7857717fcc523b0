import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Invocation, ToolInvocation } from '../invocation';
import { findPython } from '../toolFiles';
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
	const usesCoverage = options.some(([word = '']) => word.startsWith('--cov'));
	return {
		argv: [
			...pythonOf(context),
			'-m',
			'pytest',
			'-p',
			'underbid_pytest',
			'-p',
			'no:cacheprovider',
			...own,
			'--continue-on-collection-errors',
			'--maxfail=0',
			...(usesCoverage ? ['--no-cov'] : []),
		],
		shown: ['python3', '-m', 'pytest', ...own],
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
	let shown = ['python3', '-m', 'unittest', ...args];
	if (scope.kind === 'tests' && !has(options, '-k')) {
		const file = path.join(folder, 'only.json');
		const ids = scope.tests.map((test) => test.id.replace(/ \(\d+\)$/, ''));
		writeFileSync(file, JSON.stringify(ids));
		env['UNDERBID_ONLY'] = file;
		shown = [...shown, ...ids.flatMap((id) => ['-k', id])];
	}
	return {
		argv: [...pythonOf(context), '-m', 'underbid_unittest', ...args],
		shown,
		env,
		results: 'records',
	};
}

function pythonOf({ command, root, suite, environment }: ToolInvocation): string[] {
	const isProgram = /^python[\d.]*$/.test(path.basename(command.tool));
	const named = isProgram ? command.tool : 'python3';
	if (named.includes('/')) {
		return [path.resolve(root, suite.folder, named), ...command.before];
	}
	// `pytest` on PATH may belong to another Python than `python3`: its first line says which.
	void environment;
	return [findPython(root, suite.folder, named), ...command.before];
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
