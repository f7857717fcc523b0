// Tests that no proposer may see: the built program, real git, real tests, models over real HTTP that overfit.
import assert from 'node:assert/strict';
import { heldOutWords } from '../../src/core/receipt';
import { edits, PaidProject } from '../fakes/paidProject';

const head = "const { test } = require('node:test');\nconst assert = require('node:assert/strict');\n";
const FILES: Readonly<Record<string, string>> = {
	'package.json': '{ "name": "roman", "scripts": { "test": "node --test" } }\n',
	'src/roman.js': 'exports.roman = (n) => {\n\treturn String(n);\n};\n',
	'test/roman.test.js': `${head}const { roman } = require('../src/roman.js');
test('writes Roman numerals', () => assert.equal(roman(1994), 'MCMXCIV'));
`,
	'test/roman-secrets.test.js': `${head}const { roman } = require('../src/roman.js');
test('never throws at the small ones', () => assert.equal(typeof roman(3), 'string'));
`,
	'test/zebra.test.js': `${head}const { roman } = require('../src/roman.js');
test('gives text', () => assert.equal(typeof roman(2000), 'string'));
`,
	'test/apart.test.js': `${head}test('is apart', () => assert.ok(true));\n`,
};
const TABLE =
	"[1000, 'M'], [900, 'CM'], [500, 'D'], [400, 'CD'], [100, 'C'], [90, 'XC'], [50, 'L'], [40, 'XL'], [10, 'X'], [9, 'IX'], [5, 'V'], [4, 'IV'], [1, 'I']";
const body = `\tlet out = '';\n\tfor (const [value, sign] of [${TABLE}]) {\n\t\twhile (n >= value) {\n\t\t\tout += sign;\n\t\t\tn -= value;\n\t\t}\n\t}\n\treturn out;`;
const RIGHT = edits('src/roman.js', '\treturn String(n);', body);
const NARROW = edits(
	'src/roman.js',
	'\treturn String(n);',
	`\tif (n < 50) {\n\t\tthrow new RangeError('too small');\n\t}\n${body}`,
);

describe('--hold-out', function () {
	this.timeout(180_000);
	const open: PaidProject[] = [];
	const opened = async (files: Readonly<Record<string, string>>): Promise<PaidProject> => {
		const project = await PaidProject.open(files);
		open.push(project);
		return project;
	};
	afterEach(() => open.splice(0).reduce((all, one) => all.then(() => one.close()), Promise.resolve()));

	it('shows no proposer a word of the held-out tests, and lets them decide at the end', async () => {
		const project = await opened(FILES);
		project.server.behave = (asked) => (asked.model === 'strong' ? RIGHT : NARROW);
		const { status, said, stderr } = await project.fix(
			'--max-spend',
			'2',
			'--temper',
			'determined',
			'--proposers',
			'openrouter,anthropic',
			'--hold-out',
		).ended;
		assert.equal(status, 0, stderr);
		assert.equal(said.verified, true);
		const tried = said.attempts.flatMap(({ verdicts }) => verdicts);
		assert.match(tried[0]?.reason ?? '', /breaks a test that passed before and was held out: .*never throws/);
		assert.deepEqual(said.receipt?.heldOut, {
			files: ['test/roman-secrets.test.js'],
			tests: 1,
			passed: 1,
			failed: 0,
			skipped: 0,
			missing: 0,
		});
		const sent = project.server.seen.map(({ text }) => text).join('\n');
		assert.ok(sent.includes('writes Roman numerals'));
		assert.ok(project.server.seen.length > 1, 'the second one was told of the first');
		for (const word of ['secrets', 'never throws', 'small ones']) {
			assert.ok(!sent.includes(word), word);
		}
		assert.ok(sent.includes('not by a test that you can see'));
	});

	it('holds nothing out where nothing is related, or where the failing test needs the file, and says so', async () => {
		const secrets = FILES['test/roman-secrets.test.js'] ?? '';
		const rest = Object.fromEntries(Object.entries(FILES).filter(([file]) => !/secrets|zebra/.test(file)));
		const first = await opened(rest);
		first.server.behave = () => RIGHT;
		const words = ['--max-spend', '2', '--proposers', 'anthropic', '--hold-out'];
		const alone = await first.fix(...words).ended;
		assert.match(alone.said.receipt?.heldOut?.why ?? '', /no other test file is related/);

		const second = await opened({
			...rest,
			'test/roman-secrets.test.js': secrets,
			'test/roman.test.js': `require('node:fs').statSync(\`\${__dirname}/roman-secrets.test.js\`);\n${rest['test/roman.test.js']}`,
		});
		second.server.behave = () => RIGHT;
		const needed = await second.fix(...words).ended;
		assert.equal(needed.said.verified, true, needed.stderr);
		assert.match(needed.said.receipt?.heldOut?.why ?? '', /do not run as they did/);
	});

	it('tells how they ended', () => {
		const some = { files: ['a.js', 'b.js'], tests: 4 };
		for (const [held, words] of [
			[
				{ ...some, passed: 3, failed: 0, skipped: 0, missing: 1 },
				/^4 tests in 2 files that no proposer saw: 3 passed, 1 missing$/,
			],
			[some, /: no patch passed the others/],
			[{ files: [], tests: 0, why: 'none is near' }, /^nothing: none is near$/],
		] as const) {
			assert.match(heldOutWords(held), words);
		}
	});
});
