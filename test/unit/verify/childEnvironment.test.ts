import assert from 'node:assert/strict';
import { childEnvironment } from '../../../src/verify/childEnvironment';

describe("a child's environment", () => {
	it('has no key, by name or by looks, and nothing that steers git, node, npm or the editor', () => {
		const kept = childEnvironment({
			PATH: '/bin',
			HOME: '/home/x',
			LANG: 'C.UTF-8',
			DATABASE_URL: 'postgres://localhost/test',
			OPENROUTER_API_KEY: 'x',
			MY_TOKEN: 'x',
			DbPassword: 'x',
			AWS_PROFILE: 'x',
			HARMLESS: 'sk-abcdefghijklmnopqrstuvwxyz',
			OTHER: 'ghp_abcdefghijklmnopqrstuvwxyz0123',
			GIT_DIR: '.git',
			NODE_OPTIONS: '--inspect',
			npm_config_registry: 'x',
			VSCODE_PID: '1',
			ELECTRON_RUN_AS_NODE: '1',
			NODE_TEST_CONTEXT: 'child-v8',
			GONE: undefined,
		});
		assert.deepEqual(kept, {
			PATH: '/bin',
			HOME: '/home/x',
			LANG: 'C.UTF-8',
			DATABASE_URL: 'postgres://localhost/test',
			CI: 'true',
			NO_COLOR: '1',
		});
	});
});
