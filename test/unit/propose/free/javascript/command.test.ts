import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Framework } from '../../../../../src/core/suite';
import { warmCommand } from '../../../../../src/propose/free/javascript/command';

describe('the command that is kept warm', () => {
	let folder = '';
	before(() => {
		folder = mkdtempSync(path.join(tmpdir(), 'underbid-command-'));
		const scripts = {
			test: 'cross-env NODE_ENV=test nyc --reporter=lcov mocha -r ./hooks.js test',
			unit: 'node --test test/unit',
			chain: 'npm run lint && mocha',
			loop: 'npm run loop',
		};
		writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ scripts }));
	});
	after(() => rmSync(folder, { recursive: true }));

	function read(command: string) {
		const suite = {
			framework: 'exit-code' as Framework,
			folder: '',
			argv: command.split(' '),
			env: {},
			source: '',
		};
		const warm = warmCommand(suite, folder);
		return warm && [warm.framework, ...warm.args, ...warm.script.map((word) => `script:${word}`)].join(' ');
	}

	for (const [command, expected] of [
		['node test.js', 'script script:test.js'],
		['node -r ./pre.js test.js --flag', 'script script:test.js script:--flag'],
		['node --test', 'node:test'],
		['node --import tsx --test test/a.ts', 'node:test test/a.ts'],
		['node --experimental-vm-modules node_modules/jest/bin/jest.js --ci', 'jest --ci'],
		['npx mocha --bail test/', 'mocha --bail test/'],
		['./node_modules/.bin/_mocha', 'mocha'],
		['yarn vitest run', 'vitest run'],
		['pnpm exec jest -c x.json', 'jest -c x.json'],
		['npm test', 'mocha -r ./hooks.js test'],
		['npm run unit', 'node:test test/unit'],
		['npm run chain', undefined],
		['npm run loop', undefined],
		['node --eval 1', undefined],
		['ava', undefined],
		['make test', undefined],
	] as const) {
		it(`${command} is ${expected ?? 'not'}`, () => {
			assert.equal(read(command), expected);
		});
	}

	it('keeps the variables and the modules that the command names', () => {
		const suite = { framework: 'mocha' as Framework, folder: '', argv: ['npm', 'test'], env: {}, source: '' };
		assert.deepEqual(warmCommand(suite, folder)?.env, { NODE_ENV: 'test' });
		const script = { ...suite, argv: ['node', '-r', './pre.js', '-r', 'tsx', 'a.js'] };
		assert.deepEqual(warmCommand(script, folder)?.preloads, [path.join(folder, 'pre.js'), 'tsx']);
	});
});
