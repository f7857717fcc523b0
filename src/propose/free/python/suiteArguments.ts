// What of the user's test command still holds when we choose the tests ourselves.
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Suite } from '../../../core/suite';

/** Options whose value is the next word. */
const VALUED = new Set(
	'-c -k -m -o -p -r -W --rootdir --confcutdir --ignore --ignore-glob --deselect --import-mode --basetemp --tb --color --log-level'.split(
		' ',
	),
);
/** Options that choose tests, write reports, spread or repeat the run, or stop for a person. */
const DROPPED =
	/^(-x|-n\d*|--(exitfirst|maxfail|lf|last-failed|ff|failed-first|nf|new-first|sw|stepwise|junit-?xml|cov|no-cov|html|json-report|pdb|trace|durations|numprocesses|dist|reruns|capture|collect-only|co|cache-clear)\b.*)$/;
const DROPPED_VALUED = new Set([
	'-n',
	'--maxfail',
	'--junitxml',
	'--junit-xml',
	'--numprocesses',
	'--dist',
	'--reruns',
]);

/** The words after `pytest` or `unittest` in the command; none when neither is there. */
export function suiteWords(suite: Suite): readonly string[] {
	const at = suite.argv.findIndex((word) => /^(pytest|py\.test|unittest)(\.exe)?$/.test(path.basename(word)));
	return at < 0 ? [] : suite.argv.slice(at + 1);
}

/** pytest's options without the paths to collect. `cwd`: absolute path of the suite's folder. */
export function pytestOptions(suite: Suite, cwd: string): readonly string[] {
	const words = suiteWords(suite);
	const kept: string[] = [];
	for (let index = 0; index < words.length; index++) {
		const word = words[index] ?? '';
		const next = words[index + 1];
		if (DROPPED_VALUED.has(word)) {
			index++;
		} else if (DROPPED.test(word)) {
			continue;
		} else if (VALUED.has(word) && next !== undefined) {
			kept.push(word, next);
			index++;
		} else if (word.startsWith('-') || !existsSync(path.resolve(cwd, word.split('::')[0] ?? ''))) {
			kept.push(word);
		}
	}
	return kept;
}

/** `python -m pytest` puts the current folder on the path, plain `pytest` does not. */
export function runsAsModule(suite: Suite): boolean {
	return suite.argv.includes('-m');
}
