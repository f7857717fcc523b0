import type { TestResult } from '../../core/suite';
import type { Invocation, ToolInvocation } from '../invocation';
import { escapeRegExp, namePath } from './arguments';

export function goInvocation({ command, scope }: ToolInvocation): Invocation {
	const args = command.args.filter((word) => !/^-(?:json|v|failfast|cover\w*(?:=.*)?)$/.test(word));
	const packages = args.some((word) => !word.startsWith('-')) ? [] : ['./...'];
	const filter =
		scope.kind === 'all' || args.some((word) => word.startsWith('-run')) ? [] : goRun(scope.tests);
	const own = [...filter, ...args, ...packages];
	return { argv: ['go', 'test', '-json', ...own], shown: ['go', 'test', ...own], results: 'go' };
}

/** The top-level tests: a pattern for sub-tests would have to hold for all of them at once. */
function goRun(tests: readonly TestResult[]): string[] {
	const names = new Set<string>();
	for (const test of tests) {
		const [, name] = namePath(test) ?? [];
		if (name === undefined) {
			return [];
		}
		names.add(name);
	}
	return ['-run', `^(?:${[...names].map(escapeRegExp).join('|')})$`];
}

export function cargoInvocation({ command, scope }: ToolInvocation): Invocation {
	const at = command.args.indexOf('--');
	const cargo = (at < 0 ? command.args : command.args.slice(0, at)).filter(
		(word) => word !== '-q' && word !== '--quiet' && word !== '--no-fail-fast',
	);
	const harness =
		at < 0 ? [] : command.args.slice(at + 1).filter((word) => word !== '-q' && word !== '--quiet');
	const names =
		scope.kind === 'all'
			? []
			: [...new Set(scope.tests.map((test) => test.name.replace(/ \(\d+\)$/, '').replaceAll(' > ', '::')))];
	const filter = names.length > 0 ? ['--exact', ...names] : [];
	const after = [...harness, ...filter];
	const own = [...cargo, '--no-fail-fast', ...(after.length > 0 ? ['--', ...after] : [])];
	return { argv: ['cargo', 'test', ...own], shown: ['cargo', 'test', ...own], results: 'cargo' };
}
