import assert from 'node:assert/strict';
import { UserError } from '../../../src/core/userError';
import { readArguments } from '../../../src/terminal/arguments';
import { HELP } from '../../../src/terminal/help';

const read = (line: string) => readArguments(line.split(' '), '/here');
const plain = {
	kind: 'models',
	format: 'table',
	refresh: false,
	acceptPrices: false,
	all: false,
	check: false,
};

describe('models arguments', () => {
	it('needs none', () => assert.deepEqual(read('models'), plain));
	it('reads all', () => {
		assert.deepEqual(read('models --json --refresh --accept-prices --all --check'), {
			kind: 'models',
			format: 'json',
			refresh: true,
			acceptPrices: true,
			all: true,
			check: true,
		});
	});
	it('helps', () => {
		assert.deepEqual(read('models --help'), { kind: 'help', topic: 'models' });
		assert.deepEqual(read('help models'), { kind: 'help', topic: 'models' });
		assert.ok(HELP.models.split('\n').every((line) => line.length <= 91));
		assert.match(HELP.underbid, /underbid models/);
	});
	for (const line of ['models openai', 'models --refresh=yes', 'models --prices']) {
		it(`tells off "${line}"`, () => assert.throws(() => read(line), UserError));
	}
});
