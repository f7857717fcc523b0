import assert from 'node:assert/strict';
import { childEnvironment } from '../../../../../src/propose/free/javascript/environment';

describe('what a test process may know of the environment', () => {
	it('has no keys, no tokens and nothing that changes node', () => {
		const from = {
			PATH: '/bin',
			HOME: '/home/me',
			OPENAI_API_KEY: 'k',
			GITHUB_TOKEN: 't',
			DB_PASSWORD: 'p',
			MY_SECRET_THING: 's',
			NODE_OPTIONS: '--inspect',
			SSH_AUTH_SOCK: '/tmp/agent',
			KEYBOARD: 'de',
		};
		assert.deepEqual(childEnvironment(from, {}), { PATH: '/bin', HOME: '/home/me', KEYBOARD: 'de' });
	});

	it('has what the suite sets itself', () => {
		assert.deepEqual(childEnvironment({ A: '1' }, { A: '2', NODE_OPTIONS: '--x' }), {
			A: '2',
			NODE_OPTIONS: '--x',
		});
	});
});
