import assert from 'node:assert/strict';
import { UserError } from '../../../src/core/userError';
import { readArguments } from '../../../src/terminal/arguments';
import { HELP } from '../../../src/terminal/help';

const read = (line: string) => readArguments(line.split(' '), '/here');

describe('outcomes arguments', () => {
	for (const [line, what] of [
		['outcomes', 'table'],
		['outcomes --export', 'lines'],
		['outcomes --clear', 'clear'],
	] as const) {
		it(line, () => assert.deepEqual(read(line), { kind: 'outcomes', what }));
	}
	it('helps', () => {
		assert.deepEqual(read('outcomes -h'), { kind: 'help', topic: 'outcomes' });
		assert.deepEqual(read('help outcomes'), { kind: 'help', topic: 'outcomes' });
		assert.match(HELP.underbid, /underbid outcomes/);
	});
	for (const line of ['outcomes all', 'outcomes --export --clear', 'outcomes --forget']) {
		it(`tells off "${line}"`, () => assert.throws(() => read(line), UserError));
	}
});
