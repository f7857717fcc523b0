import assert from 'node:assert/strict';
import type { JavaScriptRunner } from '../../../../../src/propose/free/javascript/javascriptRunner';
import type { WarmBase } from '../../../../../src/propose/free/warmRunner';
import { Bench, type Case } from './bench';

const lib = [
	'function sum(list) {',
	'	let total = 0;',
	'	for (let i = 1; i < list.length; i++) {',
	'		total += list[i];',
	'	}',
	'	return total;',
	'}',
	'function double(x) {',
	'	return x * 2;',
	'}',
	'module.exports = { sum, double };',
	'',
].join('\n');
/** Long enough on a busy machine; what loops takes as long. */
const trialMs = 800;
const signal = new AbortController().signal;

const script: Case = {
	framework: 'exit-code',
	argv: ['node', 'check.js'],
	files: {
		'lib.js': lib,
		'check.js': `const assert = require('assert');
const { sum } = require('./lib');
assert.equal(sum([1, 2, 3]), 6);
setTimeout(() => assert.equal(sum([]), 0), 2);
`,
	},
	failing: ['node check.js'],
};

const nodeTest: Case = {
	framework: 'node:test',
	argv: ['node', '--test'],
	files: {
		'lib.js': lib,
		'lib.test.js': `const { test, describe, it, beforeEach } = require('node:test');
const assert = require('node:assert');
const { sum, double } = require('./lib');
describe('sum', () => {
	let before;
	beforeEach(() => { before = 5; });
	it('adds', () => { assert.equal(sum([1, 2, 3]), 6); });
	it('of nothing', async () => { assert.equal(before, 5); assert.equal(sum([]), 0); });
	it('is not written yet', { skip: true }, () => { assert.fail(); });
});
test('double', async (t) => {
	await t.test('of two', () => assert.equal(double(2), 4));
	await t.test('later', (t, done) => setTimeout(() => done(double(3) === 6 ? undefined : new Error('no')), 1));
});
`,
	},
	failing: ['lib.test.js::sum > adds'],
};

const mocha: Case = {
	framework: 'mocha',
	argv: ['npx', 'mocha'],
	packages: true,
	files: {
		'.mocharc.json': '{ "spec": "spec/*.js", "require": "./spec/support/hooks.js" }',
		'lib.js': lib,
		'spec/support/hooks.js': 'exports.mochaHooks = { beforeEach() { this.hooked = true; } };',
		'spec/sum.js': `const assert = require('assert');
const { sum } = require('../lib');
describe('sum', function () {
	it('adds', () => assert.equal(sum([1, 2, 3]), 6));
	it('of nothing', function () { assert.equal(this.hooked, true); assert.equal(sum([]), 0); });
});
`,
		'spec/double.js': `const assert = require('assert');
const { double } = require('../lib');
describe('double', () => {
	it('of two', async () => assert.equal(double(2), 4));
	it('fails already', () => assert.fail());
});
`,
	},
	failing: ['spec/sum.js::sum > adds'],
};

describe('the JavaScript warm runner', function () {
	this.timeout(60_000);
	let bench: Bench;

	before(async () => {
		bench = await Bench.make();
	});
	after(() => bench.close());

	async function opened(what: Case): Promise<{ runner: JavaScriptRunner; base: WarmBase }> {
		const { runner } = await bench.open(what);
		const started = await runner.start(signal);
		assert.ok(started.kind === 'ready', started.kind === 'unavailable' ? started.reason : '');
		assert.equal(runner.coldBecause, undefined);
		return { runner, base: started.base };
	}

	function change(from: string, to: string) {
		assert.ok(lib.includes(from));
		return [{ path: 'lib.js', text: lib.replace(from, () => to) }];
	}

	for (const [name, what, others] of [
		['a script', script, 0],
		['node:test', nodeTest, 4],
		['mocha', mocha, 2],
	] as const) {
		describe(name, () => {
			let runner: JavaScriptRunner;
			let base: WarmBase;

			before(async () => {
				({ runner, base } = await opened(what));
			});

			async function kindOf(from: string, to: string): Promise<string> {
				const trial = await runner.attempt(change(from, to), trialMs, signal);
				return trial.kind === 'lost' ? `lost: ${trial.reason}` : trial.kind;
			}

			it('knows which lines the failing test ran', () => {
				const target = base.coverage.find(({ test }) => test === what.failing[0]);
				assert.equal(target?.passed, false);
				const lines = target.lines.get('lib.js') ?? [];
				assert.ok([2, 3, 4, 6].every((line) => lines.includes(line)));
				assert.ok(!lines.includes(9));
				assert.equal(base.otherTests, others);
			});

			it('tells a fix from what is none', async () => {
				assert.equal(await kindOf('i = 1', 'i = 0'), 'passed');
				assert.equal(await kindOf('i = 1', 'i = 2'), 'failed');
				assert.equal(await kindOf('total = 0', 'total = }'), 'failed');
				assert.equal(await kindOf('i = 1', 'i = 0'), 'passed');
			});

			it('runs the other tests on what passes', async () => {
				const trial = await runner.attempt(
					change('i = 1', 'i = 0').map(({ path, text }) => ({ path, text: text.replace('x * 2', 'x * 3') })),
					trialMs,
					signal,
				);
				assert.equal(trial.kind, others === 0 ? 'passed' : 'failed');
			});

			it('tells behaviours apart on inputs of its own, the same for every candidate', async () => {
				const behaviour = (from: string, to: string) =>
					runner.observe({ path: 'lib.js', text: change(from, to)[0]?.text ?? '' }, 3_000, signal);
				const fixed = await behaviour('i = 1', 'i = 0');
				assert.ok(fixed && fixed.length > 100);
				assert.deepEqual(await behaviour('let i = 1', 'let i = 0'), fixed);
				const other = await behaviour('i = 1', 'i = 0, x = list.length > 3 ? total++ : 0');
				assert.ok(other && other.length === fixed.length);
				assert.notDeepEqual(other, fixed);
				assert.ok((await behaviour('i++', 'i'))?.includes('loops'));
				assert.ok((await behaviour('total += list[i]', 'total.x.y'))?.includes('throws:TypeError'));
				assert.equal((await runner.attempt(change('i = 1', 'i = 0'), trialMs, signal)).kind, 'passed');
			});

			it('outlives loops, exits, recursion, memory and stubborn loops', async () => {
				assert.equal(await kindOf('i++', 'i'), 'lost: timeout');
				assert.equal(
					await kindOf('return total', 'try { for (;;) {} } catch {} return total'),
					'lost: timeout',
				);
				assert.equal(await kindOf('return total', 'eval("for (;;) {}"); return total'), 'lost: timeout');
				assert.match(
					await kindOf(
						'total = 0',
						'total = (() => { const a = []; eval("for (;;) a.push(new Array(1e5).fill(1))"); })()',
					),
					/^lost: (?:memory|timeout)$/,
				);
				assert.equal(
					await kindOf('return total', 'setInterval(() => {}, 5); return new Promise(() => {})'),
					'failed',
				);
				assert.equal(await kindOf('return total', 'return sum(list)'), 'failed');
				assert.match(
					await kindOf('return total', 'process.exit(3)'),
					others === 0 ? /^failed$/ : /^lost: exit$/,
				);
				assert.equal(await kindOf('i = 1', 'i = 0'), 'passed');
			});
		});
	}

	it('says that a loop of the base itself is the failure, and where', async () => {
		const { runner, base } = await opened({
			...script,
			files: { ...script.files, 'lib.js': lib.replace('i = 1', 'i = 0').replace('i++', 'i') },
		});
		assert.ok(base.coverage[0]?.lines.get('lib.js')?.includes(4));
		assert.equal(
			(await runner.attempt([{ path: 'lib.js', text: lib.replace('i = 1', 'i = 0') }], trialMs, signal)).kind,
			'passed',
		);
	});

	it('runs TypeScript and ES modules without the project’s transpiler', async () => {
		const cart = [
			"import { basename } from 'node:path';",
			"import { tax, type Rate } from './tax.js';",
			'export class Cart {',
			'	private items: { price: number; count: number }[] = [];',
			'	constructor(private rate: Rate) {}',
			'	add(price: number, count: number): this { this.items.push({ price, count }); return this; }',
			'	get total(): number {',
			'		let sum = 0;',
			'		for (const item of this.items) sum -= item.price * item.count;',
			'		return sum + tax(sum, this.rate);',
			'	}',
			'}',
			'export const here = basename(import.meta.url);',
			'',
		].join('\n');
		const { runner, base } = await opened({
			framework: 'node:test',
			argv: ['node', '--import', 'tsx', '--test'],
			files: {
				'package.json': '{ "type": "module" }',
				'src/cart.ts': cart,
				'src/tax.ts': 'export type Rate = number;\nexport const tax = (x: number, rate: Rate) => x * rate;\n',
				'test/cart.test.ts': [
					"import { test } from 'node:test';",
					"import assert, { deepEqual } from 'node:assert/strict';",
					"import { Cart, here } from '../src/cart.js';",
					"test('total', () => assert.equal(new Cart(0.5).add(2, 3).total, 9));",
					"test('here', async () => { deepEqual(here, 'cart.ts'); assert.ok((await import('../src/tax.ts')).tax); });",
					'',
				].join('\n'),
			},
			failing: ['test/cart.test.ts::total'],
		});
		assert.equal(base.otherTests, 1);
		assert.ok(base.coverage[0]?.lines.get('src/cart.ts')?.includes(9));
		const edit = (to: string) => ({ path: 'src/cart.ts', text: cart.replace('sum -=', to) });
		assert.equal((await runner.attempt([edit('sum +=')], trialMs, signal)).kind, 'passed');
		assert.equal((await runner.attempt([edit('sum *=')], trialMs, signal)).kind, 'failed');
		assert.ok((await runner.observe(edit('sum +='), 3_000, signal))?.some((digest) => digest.includes('9')));
	});

	it('stops a test that waits for ever, and goes on with the same worker', async () => {
		const text = (wait: string) => `exports.later = async (x) => { ${wait} return x + 1; };\n`;
		for (const [framework, argv, open] of [
			['node:test', ['node', '--test'], "const { it } = require('node:test');"],
			['mocha', ['npx', 'mocha', 'test'], ''],
		] as const) {
			const { runner } = await opened({
				framework,
				argv,
				packages: true,
				files: {
					'later.js': text('x += 1;'),
					'test/later.test.js': `${open}\nconst assert = require('assert');\nit('waits', async () => assert.equal(await require('../later').later(1), 2));\n`,
				},
				failing: ['test/later.test.js::waits'],
			});
			const attempt = async (wait: string) =>
				(await runner.attempt([{ path: 'later.js', text: text(wait) }], 300, signal)).kind;
			assert.equal(await attempt('await new Promise(() => {});'), 'lost');
			assert.equal(await attempt(''), 'passed');
			assert.equal(await attempt('x += 2;'), 'failed');
		}
	});

	it('starts a new worker behind the call when the old one was killed from outside', async () => {
		const { runner } = await opened(script);
		assert.equal((await runner.attempt(change('i = 1', 'i = 0'), trialMs, signal)).kind, 'passed');
		assert.equal(
			(
				await runner.attempt(
					change('return total', "require('child_process').execSync(`kill -9 ${process.pid}`)"),
					2_000,
					signal,
				)
			).kind,
			'lost',
		);
		assert.equal((await runner.attempt(change('i = 1', 'i = 0'), trialMs, signal)).kind, 'passed');
	});

	it('keeps its promise when it is aborted or closed', async () => {
		const { runner } = await opened(script);
		const abort = new AbortController();
		const hanging = runner.attempt(change('return total', 'eval("for (;;) {}")'), 60_000, abort.signal);
		setTimeout(() => abort.abort(), 50);
		assert.equal((await hanging).kind, 'lost');
		await runner.close();
		await runner.close();
		assert.equal((await runner.attempt(change('i = 1', 'i = 0'), trialMs, signal)).kind, 'lost');
	});

	it('runs a command that it does not know afresh for every candidate', async () => {
		const { runner } = await bench.open({
			...script,
			argv: [process.execPath, '--eval', "require('./check.js')"],
		});
		const started = await runner.start(signal);
		assert.equal(started.kind, 'ready');
		assert.match(runner.coldBecause ?? '', /no warm worker/);
		assert.equal((await runner.attempt(change('i = 1', 'i = 0'), 5_000, signal)).kind, 'passed');
		assert.equal((await runner.attempt(change('i = 1', 'i = 2'), 5_000, signal)).kind, 'failed');
	});

	it('refuses a problem whose test passes', async () => {
		const { runner } = await bench.open({
			...script,
			files: { ...script.files, 'lib.js': lib.replace('i = 1', 'i = 0') },
		});
		assert.equal((await runner.start(signal)).kind, 'unavailable');
	});
});
