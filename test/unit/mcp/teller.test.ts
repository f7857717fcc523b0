import assert from 'node:assert/strict';
import { Teller } from '../../../src/mcp/teller';
import { until } from './mcpBed';

describe('telling a client how far a call is', () => {
	it('says new words once, the same again after a while, and nothing once it is over', async () => {
		const said: [number, string][] = [];
		const teller = new Teller(async (progress, message) => void said.push([progress, message]), 20);
		teller.tell('one');
		teller.tell('one');
		teller.tell('two');
		assert.deepEqual(said, [
			[1, 'one'],
			[2, 'two'],
		]);
		await until('the words again', () => said.length > 3);
		assert.deepEqual(said[2], [3, 'two']);
		teller.stop();
		const before = said.length;
		teller.tell('three');
		assert.equal(said.length, before);
	});

	it('does not mind a client that went away, nor one that did not ask', () => {
		const gone = new Teller(async () => Promise.reject(new Error('gone')));
		gone.tell('one');
		gone.stop();
		new Teller(undefined).tell('one');
	});
});
