import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { type ReportRecord, readReport } from '../../../src/verify/reportRecords';

const fixtures = path.resolve(__dirname, '../../fixtures/reports');
const start: ReportRecord = { kind: 'start', nonce: 'n' };
const end: ReportRecord = { kind: 'end' };
const ended = (key: string, name: string, status: 'passed' | 'failed' = 'passed'): ReportRecord => ({
	kind: 'testEnded',
	key,
	file: '/project/a.js',
	path: ['group', name],
	status,
});
const text = (records: readonly ReportRecord[]) =>
	records.map((record) => `${JSON.stringify(record)}\n`).join('');
const read = (content: string, hung = false) => readReport(content, 'n', '/project', '', hung);
const lines = (content: string, hung = false) =>
	read(content, hung).tests.map((test) => `${test.status} ${test.id}`);

describe('a report', () => {
	it('is whole from its start to its end', () => {
		const report = read(text([start, ended('1', 'x'), end]));
		assert.equal(report.whole, true);
		assert.equal(report.fault, undefined);
		assert.deepEqual(lines(text([start, ended('1', 'x'), end])), ['passed a.js::group > x']);
	});

	it('is not believed when it is missing, foreign, cut short or has lines of others', () => {
		assert.match(read('').fault ?? '', /no report/);
		assert.match(
			read(text([{ kind: 'start', nonce: 'other' }, ended('1', 'x'), end])).fault ?? '',
			/not of this run/,
		);
		assert.match(read(text([ended('1', 'x'), end])).fault ?? '', /not of this run/);
		assert.equal(read(text([start, ended('1', 'x')])).whole, false);
		assert.match(
			read(`${text([start])}{"kind":"testEnded","status":"great"}\n${text([end])}`).fault ?? '',
			/not ours/,
		);
		assert.match(read(`${text([start])}hello\n${text([end])}`).fault ?? '', /not ours/);
	});

	it('is never whole when any of it is cut off', () => {
		const whole = text([start, ended('1', 'x'), ended('2', 'y'), end]);
		fc.assert(
			fc.property(fc.nat(whole.length - 2), (length) => {
				const report = read(whole.slice(0, length));
				assert.ok(!report.whole || report.fault !== undefined);
			}),
		);
	});

	it('numbers equal names in their order, and lets a later end of one test replace the earlier', () => {
		const records = [start, ended('1', 'x'), ended('2', 'x'), ended('1', 'x', 'failed'), end];
		assert.deepEqual(lines(text(records)), ['failed a.js::group > x', 'passed a.js::group > x (2)']);
	});

	it('tells what had started and not ended as hung, but no group around it', () => {
		const started = (key: string, names: string[]): ReportRecord => ({
			kind: 'testStarted',
			key,
			file: '/project/a.js',
			path: names,
		});
		const records = [
			start,
			started('1', ['group']),
			started('2', ['group', 'x']),
			ended('2', 'x'),
			started('3', ['group', 'y']),
		];
		assert.deepEqual(lines(text(records), true), ['passed a.js::group > x', 'failed a.js::group > y']);
		assert.equal(read(text(records), true).tests[1]?.failure?.hung, true);
		assert.deepEqual(read(text(records)).open, ['group > y']);
		assert.deepEqual(lines(text([start, { kind: 'fileStarted', file: '/project/a.js' }]), true), [
			'failed a.js',
		]);
	});

	it('is without colours and without the path of the tree', () => {
		const failure = { message: '\u001b[31mred\u001b[0m at /project/src/a.js:1' };
		const report = read(text([start, { ...ended('1', 'x', 'failed'), failure } as ReportRecord, end]));
		assert.equal(report.tests[0]?.failure?.message, 'red at src/a.js:1');
	});

	for (const [framework, file] of [
		['jest', '__tests__/a.test.js'],
		['vitest', 'a.test.js'],
	] as const) {
		it(`as ${framework} gave it`, () => {
			const version = framework === 'jest' ? 'jest30' : 'vitest3';
			const report = readReport(
				readFileSync(path.join(fixtures, `${version}.jsonl`), 'utf8'),
				'recorded',
				'/project',
				'',
				false,
			);
			assert.equal(report.whole, true);
			assert.deepEqual(report.tests.map((test) => `${test.status} ${test.id}`).sort(), [
				`failed ${file}::afterbad > one`,
				`failed ${file}::grp > same (2)`,
				`failed ${file}::grp > x (bad) [1]`,
				`failed ${file}::hookbad > never1`,
				`failed ${file}::hookbad > never2`,
				`failed ${file.replace('a.test', 'b.test')}`,
				`passed ${file}::grp > in > deep`,
				`passed ${file}::grp > same`,
				`passed ${file}::grp > x ok`,
				`passed ${file}::top`,
				`skipped ${file}::grp > sk`,
			]);
		});
	}
});
