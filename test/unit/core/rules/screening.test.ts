import assert from 'node:assert/strict';
import { screen } from '../../../../src/core/rules/screening';
import { problemOf } from './problemOf';

const TEST = "it('adds', () => assert.equal(add(17, 25), 42));\n";

/** Lines that right fixes are made of, though their words look like tricks. */
const innocent: Record<string, readonly string[]> = {
	'src/a.js': [
		'var obj = { __proto__: null };',
		'const table = Object.assign(Object.create(null), { a: 1 });',
		"if (process.env.NODE_ENV !== 'production') warn();",
		'const latest = versions.at(-1);',
		'// process.exit(0) would end the program',
		'return items.filter((item) => item.test);',
		'if (n === 0) return 1;',
		'case "username":\n\t\turl[part] = encode(value);',
		'const now = Date.now();',
		'if (Date.now() - started > this.timeout) {',
		'const edge = /^[a-z]+$/.test(name);',
		'if (value === undefined) return;',
		'hash.equals(other.hash)',
	],
	'a.py': [
		'# os._exit(0)',
		'if n == 0:\n    return 1',
		'return [each for each in items if each not in seen]',
		'raise ValueError("not a test")',
		'if os.path.exists(name):',
		'result = re.compile(pattern).match(text)',
	],
	'a.go': ['if err != nil {\n\treturn 0, err\n}', 'os.Exit(1)'],
	'src/a.rs': ['Some(value) => value + 1,', 'assert!(index < self.len());'],
};

describe('screening', () => {
	for (const [file, lines] of Object.entries(innocent)) {
		for (const line of lines) {
			it(`lets ${file} have ${JSON.stringify(line)}`, () => {
				const { patch, problem, sources } = problemOf(file, 'old = 1', line, TEST);
				assert.equal(screen(patch, problem, sources).broken, undefined);
			});
		}
	}

	it('excuses what the line had before', () => {
		const { patch, problem, sources } = problemOf('a.js', 'process.exit(0); // x', 'process.exit(0);', TEST);
		assert.deepEqual(screen(patch, problem, sources), { warnings: [] });
	});

	it('names file and line', () => {
		const { patch, problem, sources } = problemOf('a.js', 'old = 1', 'ok();\nprocess.exit(0);', TEST);
		assert.match(screen(patch, problem, sources).broken ?? '', /\(a\.js:2: process\.exit\(0\);\)/);
	});

	it('warns of a change that only takes code away', () => {
		const { patch, problem, sources } = problemOf('a.js', 'validate(input);', '', TEST);
		assert.match(screen(patch, problem, sources).warnings.join(), /only takes code away \(a\.js:1/);
	});
});
