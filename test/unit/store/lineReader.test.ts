import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nanoUsd } from '../../../src/core/money';
import { entryOf, lineOf, type StampedEntry } from '../../../src/store/journalLine';
import { LineReader } from '../../../src/store/lineReader';

const amount = fc
	.oneof(fc.nat(), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), fc.constant(0))
	.map(nanoUsd);
const text = fc.oneof(
	fc.string({ maxLength: 12 }),
	fc.string({ unit: 'binary', maxLength: 8 }),
	fc.constantFrom('a1b2c3d4', 'openrouter/qwen/qwen3-coder/edit', '"', '\\', 'ä', '\u2028', ''),
);
const ms = fc.oneof(fc.nat(), fc.double({ min: 0, max: 1e7, noNaN: true }), fc.constantFrom(1e-9, 1e21));
const stamp = {
	at: fc
		.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
		.map((d) => d.toISOString()),
	run: text,
};
const attempt = fc.nat(9);
const optional = { requiredKeys: [] as never[] };
// Without the null prototypes and negative zeros of fast-check.
const entry = fc
	.oneof(
		fc.record({ ...stamp, kind: fc.constant('run'), bid: amount, repository: text, target: text }),
		fc.record(
			{
				...stamp,
				kind: fc.constant('reserve'),
				attempt,
				offer: text,
				id: text,
				amount,
				caps: fc.record({ day: amount, month: amount }, optional),
			},
			{ requiredKeys: ['at', 'run', 'kind', 'attempt', 'offer', 'id', 'amount'] },
		),
		fc.record(
			{
				...stamp,
				kind: fc.constant('settle'),
				attempt,
				offer: text,
				id: text,
				cost: fc.record({ amount, basis: fc.constantFrom('billed', 'estimated') }),
				doubt: amount,
			},
			{ requiredKeys: ['at', 'run', 'kind', 'attempt', 'offer', 'id', 'cost'] },
		),
		fc.record({ ...stamp, kind: fc.constant('release'), id: text }),
		fc.record({
			...stamp,
			kind: fc.constant('attempt'),
			attempt,
			offer: text,
			ended: text,
			verified: fc.boolean(),
			proposeMs: ms,
			verifyMs: ms,
		}),
		fc.record({ ...stamp, kind: fc.constant('outcome'), outcome: text }),
	)
	.map((one) => JSON.parse(JSON.stringify(one)) as StampedEntry);

const reader = new LineReader();
const quick = (bytes: Buffer) => reader.read(`before\n${bytes.toString('latin1')}\nafter`, 7);
const strict = (bytes: Buffer) => {
	const read = entryOf(bytes.toString('utf8'));
	return read === undefined ? undefined : { ...read, at: read.at.slice(0, 10) };
};

describe('LineReader', () => {
	it('agrees with the strict way on every entry it takes', () => {
		fc.assert(
			fc.property(entry, (one) => {
				const line = Buffer.from(lineOf(one));
				assert.deepEqual(entryOf(line.toString()), one);
				const read = quick(line);
				if (read !== undefined) {
					assert.deepEqual(read, strict(line));
					assert.equal(reader.end, 7 + line.length + 1);
				}
			}),
			{ numRuns: 3000 },
		);
	});

	it('takes no line that the strict way does not take: torn, mixed and changed ones', () => {
		const change = fc.record({
			at: fc.nat(400),
			drop: fc.nat(6),
			put: fc.oneof(
				fc.constant(''),
				fc.constantFrom('"', ',', '0', '-', '}', '{', '\\', ' ', '"kind":"reserve",', '\0', 'é', 'e5', '.'),
				fc.string({ maxLength: 4 }),
			),
		});
		fc.assert(
			fc.property(
				entry,
				entry,
				fc.array(change, { maxLength: 3 }),
				fc.option(fc.nat(300)),
				(one, other, changes, cut) => {
					let line = lineOf(one);
					for (const { at, drop, put } of changes) {
						const place = at % (line.length + 1);
						line = line.slice(0, place) + put + line.slice(place + drop);
					}
					if (cut !== null) {
						line = line.slice(0, cut) + (cut % 2 === 0 ? lineOf(other) : '');
					}
					const bytes = Buffer.from(line.replaceAll('\n', ' '));
					const read = quick(bytes);
					if (read !== undefined) {
						assert.deepEqual(read, strict(bytes));
					}
				},
			),
			{ numRuns: 5000 },
		);
	});

	it('takes the usual ones, or it would not be quick', () => {
		const of = { run: '0a1b2c3d', attempt: 2, offer: 'openrouter/qwen/qwen3-coder/edit' };
		const at = '2026-11-25T10:00:00.000Z';
		const cost = { amount: nanoUsd(1_234_567), basis: 'billed' } as const;
		const usual: readonly StampedEntry[] = [
			{ at, kind: 'run', run: of.run, bid: nanoUsd(250_000_000), repository: '/home/dev/shop', target: 't' },
			{ at, kind: 'reserve', ...of, id: '0a1b2c3d/12', amount: nanoUsd(5) },
			{ at, kind: 'reserve', ...of, id: '0a1b2c3d/12', amount: nanoUsd(5), caps: { day: nanoUsd(7) } },
			{ at, kind: 'reserve', ...of, id: 'x', amount: nanoUsd(5), caps: { month: nanoUsd(8) } },
			{
				at,
				kind: 'reserve',
				...of,
				id: 'x',
				amount: nanoUsd(5),
				caps: { day: nanoUsd(7), month: nanoUsd(8) },
			},
			{ at, kind: 'settle', ...of, id: '0a1b2c3d/12', cost },
			{ at, kind: 'settle', ...of, id: '0a1b2c3d/12', cost, doubt: nanoUsd(3) },
			{ at, kind: 'release', run: of.run, id: '0a1b2c3d/12' },
			{ at, kind: 'attempt', ...of, ended: 'none', verified: false, proposeMs: 8123.4567, verifyMs: 0 },
			{ at, kind: 'outcome', run: of.run, outcome: 'solved' },
		];
		for (const one of usual) {
			assert.deepEqual(quick(Buffer.from(lineOf(one))), { ...one, at: '2026-11-25' });
		}
	});
});
