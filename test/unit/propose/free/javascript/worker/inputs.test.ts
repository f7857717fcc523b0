import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CallRecorder, type Use } from '../../../../../../src/propose/free/javascript/worker/callRecorder';
import { copyOf, NotCopyable } from '../../../../../../src/propose/free/javascript/worker/copying';
import { inputsFrom } from '../../../../../../src/propose/free/javascript/worker/inputs';

function recorded(...lists: readonly unknown[][]): ReadonlyMap<string, readonly Use[]> {
	const uses = lists.map((args) => ({
		name: 'f',
		construct: undefined,
		calls: [{ method: undefined, args }],
	}));
	return new Map([['f', uses]]);
}

describe('inputs made from recorded calls', () => {
	it('begin with the recorded ones, are many, and are the same every time', () => {
		const uses = recorded([[1, 2, 3], 'abc'], [[], 'x']);
		const inputs = inputsFrom(uses);
		assert.deepEqual(inputs.slice(0, 2), [...(uses.get('f') ?? [])]);
		assert.ok(inputs.length > 200);
		assert.deepEqual(inputsFrom(uses), inputs);
	});

	it('keep the number of arguments and stay copyable', () => {
		fc.assert(
			fc.property(fc.array(fc.jsonValue(), { minLength: 1, maxLength: 3 }), (args) => {
				for (const input of inputsFrom(recorded(args))) {
					assert.equal(input.calls[0]?.args.length, args.length);
					assert.deepEqual(copyOf(input.calls[0]?.args), input.calls[0]?.args);
				}
			}),
			{ numRuns: 15 },
		);
	});

	it('are never fractions when no fraction was seen', () => {
		for (const input of inputsFrom(recorded([7], [12]))) {
			assert.ok(Number.isInteger(input.calls[0]?.args[0]));
		}
	});
});

describe('a copy of an argument', () => {
	it('equals it and shares nothing', () => {
		const value = { list: [1, [2]], map: new Map([['a', new Set([1])]]), date: new Date(0) };
		const copy = copyOf(value) as typeof value;
		assert.deepEqual(copy, value);
		copy.list.push(3);
		copy.map.clear();
		assert.equal(value.list.length, 2);
		assert.equal(value.map.size, 1);
	});

	it('keeps a property called __proto__, and no prototype is taken from it', () => {
		const copy = copyOf(JSON.parse('{"__proto__":{"polluted":1}}')) as Record<string, unknown>;
		assert.deepEqual(Object.keys(copy), ['__proto__']);
		assert.equal(copy['polluted'], undefined);
	});

	it('keeps cycles', () => {
		const loop: unknown[] = [];
		loop.push(loop);
		const copy = copyOf(loop) as unknown[];
		assert.equal(copy[0], copy);
	});

	it('is refused for instances of classes', () => {
		assert.throws(() => copyOf([new (class Thing {})()]), NotCopyable);
	});
});

describe('the recorder of calls', () => {
	it('notes calls from outside as they were, and lives of objects', () => {
		class Counter {
			total = 0;
			constructor(readonly step: number) {}
			add(times: number): number {
				this.total += this.step * times;
				return this.total;
			}
		}
		const module = {
			exports: {
				drain: (list: number[]): number =>
					list.length === 0 ? 0 : list.splice(0).length + module.exports.drain(list),
				Counter,
			},
		};
		const recorder = new CallRecorder();
		recorder.exported(module);
		const list = [1, 2];
		assert.equal(module.exports.drain(list), 2);
		const counter = new module.exports.Counter(3);
		assert.equal(counter.add(2), 6);
		assert.ok(counter instanceof Counter);
		assert.deepEqual(recorder.uses.get('drain'), [
			{ name: 'drain', construct: undefined, calls: [{ method: undefined, args: [[1, 2]] }] },
		]);
		assert.deepEqual(recorder.uses.get('Counter'), [
			{ name: 'Counter', construct: [3], calls: [{ method: 'add', args: [2] }] },
		]);
	});
});
