import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
	isTestCommand,
	OutputTail,
	typed,
	withoutEscapes,
} from '../../../../src/ui/failures/testCommandLine';

describe('isTestCommand', () => {
	for (const line of [
		'npm test',
		'npm t -- --grep x',
		'npm run test:unit',
		'pnpm test',
		'pnpm exec vitest run',
		'yarn test src/a.test.ts',
		'npx vitest run src/cart.test.ts',
		'npx --yes jest -t "adds up"',
		'./node_modules/.bin/mocha',
		'node --test',
		'node --import tsx --test test/*.ts',
		'node_modules\\.bin\\jest.cmd',
		'CI=1 pytest -k adds',
		'python -m pytest tests',
		'python3.12 -m unittest discover',
		'python manage.py test',
		'uv run pytest',
		'poetry run pytest -x',
		'go test ./...',
		'cargo test --lib',
		'cargo nextest run',
		'cd web && npm test',
		'bundle exec rspec',
		'./gradlew test',
		'mvn -q test',
		'dotnet test',
		'make test',
		'deno test -A',
		'cross-env NODE_ENV=test mocha',
		'pytest | tee log',
	]) {
		it(`knows ${line}`, () => assert.ok(isTestCommand(line)));
	}

	for (const line of [
		'',
		'ls test',
		'cd test',
		'npm install jest',
		'npm run build',
		'git commit -m "npm test"',
		'cat pytest.ini',
		'go build ./...',
		'cargo build --tests',
		'node test.js',
		'python test.py',
		'vim src/mocha',
		'test -f x',
		'echo vitest',
	]) {
		it(`leaves ${JSON.stringify(line)} alone`, () => assert.ok(!isTestCommand(line)));
	}
});

describe('withoutEscapes', () => {
	for (const [text, plain] of [
		['\u001b]633;C\u0007ok\r\n\u001b]633;D;1\u0007', 'ok\n'],
		['\u001b]633;E;npm test;nonce\u001b\\done', 'done'],
		['\u001b[31mFAIL\u001b[39m \u001b[1m\u001b[2msrc/a.test.ts\u001b[22m', 'FAIL src/a.test.ts'],
		['10%\r50%\r100%\n', '100%\n'],
		['\u001b[?25l\u001b[2K\u001b(Bx\u001b7', 'x'],
		['plain [text] ]633;', 'plain [text] ]633;'],
	] as const) {
		it(JSON.stringify(text), () => assert.equal(withoutEscapes(text), plain));
	}
});

describe('OutputTail', () => {
	it('keeps the end, from a whole line on, within its bound', () => {
		const tail = new OutputTail(20);
		for (let number = 0; number < 100; number += 1) {
			tail.add(`line ${number}\n`);
		}
		assert.equal(tail.plain, 'line 98\nline 99\n');
	});

	it('never keeps an escape, however the text is cut into chunks', () => {
		const text = '\u001b]633;C\u0007\u001b[31mFAIL\u001b[39m a\r\n'.repeat(20);
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 1, max: 9 })), (sizes) => {
				const tail = new OutputTail();
				let at = 0;
				for (const size of sizes) {
					tail.add(text.slice(at, at + size));
					at += size;
				}
				tail.add(text.slice(at));
				assert.equal(tail.plain, 'FAIL a\n'.repeat(20));
			}),
		);
	});
});

describe('typed', () => {
	it('quotes what a shell would take apart', () =>
		assert.equal(
			typed(['npx', 'jest', '-t', "it's 1 > 0", 'src/a.ts']),
			"npx jest -t 'it'\\''s 1 > 0' src/a.ts",
		));
});
