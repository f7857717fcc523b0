import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { type ReportRecord, readReport, sealOf } from '../../../src/verify/reportRecords';

const fixtures = path.resolve(__dirname, '../../fixtures/reports');
const start: ReportRecord = { kind: 'start' };
const end: ReportRecord = { kind: 'end' };
const ended = (key: string, name: string, status: 'passed' | 'failed' = 'passed'): ReportRecord => ({
	kind: 'testEnded',
	key,
	file: '/project/a.js',
	path: ['group', name],
	status,
});
const sealed = (lines: readonly string[], key = 'n') =>
	lines.map((json, number) => `${sealOf(json, number, key)} ${json}\n`).join('');
const text = (records: readonly ReportRecord[], key = 'n') =>
	sealed(
		records.map((record) => JSON.stringify(record)),
		key,
	);
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
		const foreign = /our reporter did not write/;
		assert.match(read(text([start, ended('1', 'x'), end], 'another key')).fault ?? '', foreign);
		assert.equal(read(text([start, ended('1', 'x')])).whole, false);
		assert.match(read(sealed(['{"kind":"start"}', '{"kind":"testEnded"}'])).fault ?? '', foreign);
		assert.match(read(`${text([start])}hello\n${text([end])}`).fault ?? '', foreign);
	});

	it('is not believed when lines of it are moved, doubled, changed or left out', () => {
		const own = text([start, ended('1', 'x', 'failed'), ended('2', 'y'), end])
			.trimEnd()
			.split('\n');
		const believed = (lines: readonly string[]) => {
			const report = read(`${lines.join('\n')}\n`);
			return report.whole && report.fault === undefined;
		};
		assert.ok(believed(own));
		fc.assert(
			fc.property(fc.nat(3), fc.nat(3), (from, to) => {
				const without = own.filter((_, index) => index !== from);
				assert.ok(!believed(without));
				assert.ok(!believed([...own.slice(0, to), own[from] ?? '', ...own.slice(to)]));
				const changed = own.map((line, index) => (index === from ? line.replace('"f', '"g') : line));
				assert.ok(!believed(changed) || changed.join() === own.join());
			}),
		);
		assert.ok(!believed(own.map((line) => line.replace('failed', 'passed'))));
	});

	it('takes hints without a seal only where the run hung, and never as an end', () => {
		const seen = `${JSON.stringify({ kind: 'testSeen', file: '/project/a.js', path: ['x'], status: 'passed' })}\n`;
		const ids = (hints: string, hung: boolean) =>
			readReport(text([start]), 'n', '/project', '', hung, hints).tests.map(({ id }) => id);
		assert.deepEqual(ids(seen, true), ['a.js::x']);
		assert.deepEqual(ids(seen, false), []);
		assert.deepEqual(ids(`${JSON.stringify(ended('1', 'x'))}\n{"kind":"end"}\n`, true), []);
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
				sealed(
					readFileSync(path.join(fixtures, `${version}.jsonl`), 'utf8')
						.trimEnd()
						.split('\n'),
				),
				'n',
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
