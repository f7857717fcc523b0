// From the words with which a person or a tool names a test to the test itself; what is ambiguous is asked, not guessed.
import { isWhole, type Suite, type Target, type TestResult } from './suite';

export type Selection =
	/** Failing tests, never empty. */
	| { readonly kind: 'selected'; readonly tests: readonly TestResult[] }
	| { readonly kind: 'refused'; readonly reason: string };

/** Picks the failing tests that `target` means from one run's results. */
export function selectTargets(target: Target, tests: readonly TestResult[], suite: Suite): Selection {
	const failing = tests.filter((test) => test.status === 'failed');
	if (target.kind === 'failing' || isWhole(suite)) {
		return failing.length > 0
			? { kind: 'selected', tests: failing }
			: { kind: 'refused', reason: alreadyPassing(tests, suite) };
	}
	const selected = new Map<string, TestResult>();
	for (const name of target.names) {
		const found = named(name, tests);
		if (found.length === 0) {
			return { kind: 'refused', reason: `No test is called ${quote(name)}. ${listing(failing)}` };
		}
		const red = found.filter((test) => test.status === 'failed');
		if (red.length === 0) {
			const state = found.every((test) => test.status === 'skipped') ? 'is skipped' : 'already passes';
			return {
				kind: 'refused',
				reason: `The test ${quote(found[0]?.id ?? name)} ${state} on the current text, so there is nothing to fix. ${listing(failing)}`,
			};
		}
		for (const test of red) {
			selected.set(test.id, test);
		}
	}
	if (selected.size === 0) {
		return { kind: 'refused', reason: `No test was named. ${listing(failing)}` };
	}
	return { kind: 'selected', tests: [...selected.values()] };
}

/**
 * The tests that a name means: the id, the full name however its parts are joined, a file, a group's name, a
 * parametrised test without its parameters; else the one test whose name holds it. Empty when there is none or
 * when an inexact name fits several.
 */
export function named(name: string, tests: readonly TestResult[]): readonly TestResult[] {
	const wanted = words(name);
	if (wanted === '') {
		return [];
	}
	const exact: ((test: TestResult) => boolean)[] = [
		(test) => test.id === name || words(unnumbered(test.id)) === wanted,
		(test) => words(unnumbered(test.name)) === wanted,
		(test) => test.file !== undefined && sameFile(test.file, name),
		(test) =>
			test.id.startsWith(`${name}[`) ||
			words(test.name).startsWith(`${wanted} [`) ||
			test.name.startsWith(`${name}[`),
		(test) => words(test.id).startsWith(`${wanted} `) || words(test.name).startsWith(`${wanted} `),
		(test) => words(test.id).endsWith(` ${wanted}`),
		(test) => wanted.endsWith(` ${words(test.name)}`),
	];
	for (const fits of exact) {
		const found = tests.filter(fits);
		if (found.length > 0) {
			return found;
		}
	}
	const holding = tests.filter((test) => words(test.id).includes(wanted));
	const failing = holding.filter((test) => test.status === 'failed');
	return failing.length === 1 ? failing : holding.length === 1 ? holding : [];
}

/** Tests of one name are told apart by a number that nobody else knows. */
function unnumbered(text: string): string {
	return text.replace(/ \(\d+\)$/, '');
}

function sameFile(file: string, name: string): boolean {
	const path = name.replaceAll('\\', '/').replace(/^\.\//, '');
	return file === path || file.endsWith(`/${path}`) || path.endsWith(`/${file}`);
}

/** Name parts joined by one blank, whichever way they were joined: ` > `, `::`, ` › `, tabs. */
function words(text: string): string {
	return text
		.replace(/\s*(?:::| > | › | » )\s*/g, ' ')
		.replace(/\s+/g, ' ')
		.trim();
}

function alreadyPassing(tests: readonly TestResult[], suite: Suite): string {
	if (isWhole(suite)) {
		return `The test command (${suite.argv.join(' ')}) already succeeds, so there is nothing to fix.`;
	}
	if (tests.length === 0) {
		return `The test command (${suite.argv.join(' ')}) ran no test; name the command that does with --test-command.`;
	}
	return `All ${tests.length} tests pass or are skipped on the current text, so there is nothing to fix.`;
}

function listing(failing: readonly TestResult[]): string {
	if (failing.length === 0) {
		return 'No test fails.';
	}
	const some = failing.slice(0, 5).map((test) => quote(test.id));
	const more = failing.length > some.length ? ` and ${failing.length - some.length} more` : '';
	return `Failing now: ${some.join(', ')}${more}.`;
}

function quote(name: string): string {
	return JSON.stringify(name.length > 160 ? `${name.slice(0, 160)}…` : name);
}
