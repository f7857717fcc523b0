import assert from 'node:assert/strict';
import { protectedAs } from '../../../src/core/protectedFiles';

const judged: Record<string, boolean> = {
	'test/add.js': true,
	'packages/a/tests/add.py': true,
	'src/__tests__/add.ts': true,
	'src/add.test.ts': true,
	'src/add-spec.js': true,
	'test.js': true,
	'tests.py': true,
	'test_add.py': true,
	'pkg/add_test.go': true,
	'src/AddTest.java': true,
	'conftest.py': true,
	'src/__snapshots__/a.snap': true,
	'fixtures/a.json': true,
	'package.json': true,
	'package-lock.json': true,
	'jest.config.ts': true,
	'.mocharc.yml': true,
	'vitest.workspace.ts': true,
	'vitest.config.mts': true,
	'tsconfig.build.json': true,
	'pyproject.toml': true,
	'go.mod': true,
	'.github/workflows/ci.yml': true,
	'.git/config': true,
	'.gitattributes': true,
	'.GIT/config': true,
	'node_modules/a/index.js': true,
	'.vscode/settings.json': true,
	'src/add.js': false,
	'lib/testing.js': false,
	'src/latest.js': false,
	'src/contest.py': false,
	'src/protest/a.js': false,
	'lib/inspect.js': false,
	'index.js': false,
	'src/requirements.js': false,
	'src/config.js': false,
	'src/babel.js': false,
	'src/jestlike.js': false,
};

describe('protectedAs', () => {
	for (const [file, expected] of Object.entries(judged)) {
		it(`${file} is ${expected ? '' : 'not '}protected`, () =>
			assert.equal(protectedAs(file) !== undefined, expected, protectedAs(file)));
	}
});
