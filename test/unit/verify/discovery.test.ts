import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Suite } from '../../../src/core/suite';
import { discoverSuite, suiteFromCommand } from '../../../src/verify/discovery';

describe('finding a suite', () => {
	let root: string;
	beforeEach(() => {
		root = mkdtempSync(path.join(tmpdir(), 'underbid-discovery-'));
	});
	afterEach(() => rmSync(root, { recursive: true, force: true }));

	const write = (files: Readonly<Record<string, string>>) => {
		for (const [name, text] of Object.entries(files)) {
			mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
			writeFileSync(path.join(root, name), text);
		}
	};
	const scripts = (each: Readonly<Record<string, string>>) =>
		write({ 'package.json': JSON.stringify({ scripts: each }) });
	const found = async (folder = '') => {
		const discovery = await discoverSuite(root, folder);
		return discovery.kind === 'found' ? told(discovery.suite) : discovery.kind;
	};
	const given = async (command: string) => {
		const discovery = await suiteFromCommand(command, root, '');
		return discovery.kind === 'found' ? told(discovery.suite) : discovery.kind;
	};

	const scriptTable: readonly [Readonly<Record<string, string>>, string][] = [
		[
			{ test: 'mocha --require test/support/env --reporter spec --check-leaks test/ test/acceptance/' },
			'mocha: npx mocha --require test/support/env --reporter spec --check-leaks test/ test/acceptance/',
		],
		[{ test: 'npm run lint && npm run unit', lint: 'eslint .', unit: 'mocha' }, 'mocha: npx mocha'],
		[{ test: 'standard && mocha test/' }, 'mocha: npx mocha test/'],
		[{ test: 'nyc --reporter=html --reporter=text mocha' }, 'mocha: npx mocha'],
		[
			{ test: 'nyc -r lcov npm run unit', unit: './node_modules/.bin/mocha -t 5000' },
			'mocha: npx mocha -t 5000',
		],
		[{ test: 'istanbul cover node_modules/mocha/bin/_mocha -- -R spec' }, 'mocha: npx mocha -R spec'],
		[{ test: 'c8 -r html mocha && eslint .' }, 'mocha: npx mocha'],
		[{ test: 'cross-env NODE_ENV=test mocha' }, 'mocha: NODE_ENV=test npx mocha'],
		[
			{ test: 'NODE_OPTIONS=--experimental-vm-modules jest' },
			'jest: NODE_OPTIONS=--experimental-vm-modules npx jest',
		],
		[
			{ test: 'node --experimental-vm-modules node_modules/jest/bin/jest.js -i' },
			'jest: node --experimental-vm-modules node_modules/.bin/jest -i',
		],
		[{ test: 'jest --coverage' }, 'jest: npx jest --coverage'],
		[{ test: 'react-scripts test' }, 'jest: npx react-scripts test'],
		[{ test: 'yarn lint && yarn jest', lint: 'eslint .' }, 'jest: npx jest'],
		[{ test: 'vitest' }, 'vitest: npx vitest'],
		[{ test: 'tsc --noEmit && vitest run --passWithNoTests' }, 'vitest: npx vitest run --passWithNoTests'],
		[{ test: 'node --test' }, 'node:test: node --test'],
		[{ test: 'tsc && node --test dist/' }, 'node:test: node --test dist/ after tsc'],
		[
			{ test: 'npm run build && mocha', build: 'rm -rf out && tsc -p .' },
			'mocha: npx mocha after rm -rf out, tsc -p .',
		],
		[
			{ pretest: 'npm run build', build: 'tsc > log.txt', test: 'mocha' },
			'mocha: npx mocha after npm run --silent build',
		],
		[{ pretest: 'eslint .', test: 'mocha' }, 'mocha: npx mocha'],
		[{ test: 'run-s lint unit', lint: 'xo', unit: 'mocha' }, 'mocha: npx mocha'],
		[{ test: 'tape test/*.js | tap-spec' }, 'tap: tape test/*.js'],
		[{ test: 'jasmine' }, 'exit-code: jasmine'],
		[{ test: 'xo && ava' }, 'exit-code: ava'],
		[{ test: 'mocha && karma start && jest' }, 'exit-code: npm test --silent'],
		[{ test: 'make test | tee log' }, 'exit-code: npm test --silent'],
		[{ test: 'cd inner && mocha' }, 'exit-code: npm test --silent'],
		[{ test: 'echo "Error: no test specified" && exit 1', 'test:unit': 'mocha' }, 'mocha: npx mocha'],
	];
	for (const [each, expected] of scriptTable) {
		it(`in the script ${each['test']}`, async () => {
			scripts(each);
			assert.equal(await found(), expected);
		});
	}

	const fileTable: readonly [string, Readonly<Record<string, string>>, string][] = [
		['a jest configuration', { 'package.json': '{}', 'jest.config.js': '' }, 'jest: npx jest'],
		['a "jest" key', { 'package.json': '{"jest":{}}' }, 'jest: npx jest'],
		['a vitest configuration', { 'package.json': '{}', 'vitest.config.ts': '' }, 'vitest: npx vitest run'],
		['a mocha configuration', { 'package.json': '{}', '.mocharc.yml': '' }, 'mocha: npx mocha'],
		['a dependency', { 'package.json': '{"devDependencies":{"mocha":"^10"}}' }, 'mocha: npx mocha'],
		[
			'files that use node:test',
			{ 'package.json': '{}', 'test/a.js': "import test from 'node:test'" },
			'node:test: node --test',
		],
		['pytest.ini', { 'pytest.ini': '[pytest]' }, 'pytest: python3 -m pytest'],
		['pyproject.toml', { 'pyproject.toml': '[tool.pytest.ini_options]' }, 'pytest: python3 -m pytest'],
		['functions named test_', { 'tests/test_a.py': 'def test_one(): pass' }, 'pytest: python3 -m pytest'],
		[
			'unittest in a package',
			{ 'tests/__init__.py': '', 'tests/test_a.py': 'import unittest' },
			'unittest: python3 -m unittest discover',
		],
		[
			'unittest in a folder',
			{ 'tests/test_a.py': 'import unittest' },
			'unittest: python3 -m unittest discover -s tests',
		],
		[
			'unittest beside the source',
			{ 'test_a.py': 'import unittest', 'a.py': '' },
			'unittest: python3 -m unittest discover',
		],
		['go.mod', { 'go.mod': 'module x' }, 'go: go test ./...'],
		['Cargo.toml', { 'Cargo.toml': '[package]' }, 'cargo: cargo test'],
		['nothing at all', { 'README.md': '' }, 'none'],
	];
	for (const [what, files, expected] of fileTable) {
		it(`by ${what}`, async () => {
			write(files);
			assert.equal(await found(), expected);
		});
	}

	it('looks in the given folder first, then upwards', async () => {
		write({
			'package.json': '{"scripts":{"test":"jest"}}',
			'packages/a/package.json': '{"scripts":{"test":"mocha"}}',
			'docs/x.md': '',
		});
		assert.equal(await found('packages/a'), 'packages/a mocha: npx mocha');
		assert.equal(await found('docs'), 'jest: npx jest');
		assert.equal(await given('cd packages/a && npm test'), 'packages/a mocha: npx mocha');
	});

	const commandTable: readonly [string, string][] = [
		['npx mocha test/foo.js', 'mocha: npx mocha test/foo.js'],
		['npx --no-install mocha@10 -g "a b"', 'mocha: npx mocha -g a b'],
		['node_modules/.bin/jest -i', 'jest: npx jest -i'],
		['npm test', 'mocha: npx mocha --exit'],
		['npm test -- --grep x', 'mocha: npx mocha --exit --grep x'],
		['npm run test', 'mocha: npx mocha --exit'],
		['yarn test --grep x', 'mocha: npx mocha --exit --grep x'],
		['pnpm exec vitest run', 'vitest: npx vitest run'],
		['node --test', 'node:test: node --test'],
		['node --import tsx --test src/*.ts', 'node:test: node --import tsx --test src/*.ts'],
		['FOO=1 node uses.js', 'node:test: FOO=1 node uses.js'],
		['node plain.js', 'exit-code: node plain.js'],
		['node taped.js', 'tap: node taped.js'],
		['python3 -m pytest -q', 'pytest: python3 -m pytest -q'],
		['pytest tests/test_x.py', 'pytest: pytest tests/test_x.py'],
		['poetry run pytest', 'pytest: pytest'],
		['coverage run -m pytest -q', 'pytest: python3 -m pytest -q'],
		['python -m unittest discover -s tests', 'unittest: python -m unittest discover -s tests'],
		['go test ./pkg/...', 'go: go test ./pkg/...'],
		['cargo test --lib', 'cargo: cargo test --lib'],
		['./run.sh', 'exit-code: ./run.sh'],
		['make check | tee log', 'exit-code: sh -c make check | tee log'],
		['./check *.txt', 'exit-code: sh -c ./check *.txt'],
		['', 'none'],
	];
	for (const [command, expected] of commandTable) {
		it(`in the command ${command}`, async () => {
			scripts({ test: 'mocha --exit' });
			write({
				'uses.js': "const { test } = require('node:test');",
				'plain.js': 'process.exit(1)',
				'taped.js': "const test = require('tape')",
			});
			assert.equal(await given(command), expected);
		});
	}
});

function told(suite: Suite): string {
	const env = Object.entries(suite.env).map(([name, value]) => `${name}=${value} `);
	const build = (suite.build ?? []).map((argv) => argv.join(' ')).join(', ');
	const where = suite.folder === '' ? '' : `${suite.folder} `;
	return `${where}${suite.framework}: ${env.join('')}${suite.argv.join(' ')}${build && ` after ${build}`}`;
}
