import assert from 'node:assert/strict';
import vm from 'node:vm';
import fc from 'fast-check';
import { transform } from 'sucrase';
import { insertInto } from '../../../../../src/propose/free/instrument/insertion';
import { insertionsOf } from '../../../../../src/propose/free/instrument/insertions';
import type { Language } from '../../../../../src/propose/free/language';
import { shippedGrammars } from '../shippedGrammars';

/** Programs that break careless insertion. Each leaves its answer in `answer`. */
const programs: Readonly<Record<string, string>> = {
	'directives stay first': `'use strict'\nvar answer = (function () { 'use strict'; "other"\n  return this === undefined })()`,
	'no semicolons': `var a = 1\nvar b = a\n;[1, 2].forEach(x => b += x)\nvar answer = b\n`,
	'arrows without braces': `const f = x => y => x + y, g = () => ({ a: 1 })\nvar answer = [f(1)(2), g().a, [1, 2].map(x => x * 2)].join()`,
	'branches without braces': `function f(x) { if (x === 1) return 'one'; else if (x === 2) return 'two'\n  else return 'many' }\nvar answer = [1, 2, 3].map(f).join()`,
	'dangling else': `var answer = ''; for (var i = 0; i < 4; i++) if (i > 0) if (i > 2) answer += 'a'\nelse answer += 'b'`,
	'loops without braces': `var n = 0; while (n < 3) n++\ndo n += 2; while (n < 9) for (const k in { a: 1, b: 2 }) n += k.length\nfor (const x of [1, 2]) n += x; for (;;) break; var answer = n`,
	'loops with an empty body': `var i = 0; for (; i < 5; i++); while (i++ < 9); var answer = i`,
	labels: `var answer = 0; outer: for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) { if (j === 1) continue outer; if (i === 2) break outer; answer += 10 * i + j + 1 }`,
	'switch cases': `function f(x) { switch (x) { case 1: case 2: { return 'low' } case 3: let y = 'three'\n return y; default: return 'other' } }\nvar answer = [1, 2, 3, 4].map(f).join()`,
	classes: `class A { #x = 1; static s = [1, 2].map(n => n + 1); y = () => this.#x; get x() { return this.#x } set x(v) { this.#x = v } static { this.t = 5 } }\nclass B extends A { constructor() { super(); this.z = 3 } m() { return super.x } }\nconst b = new B(); b.x = 7\nvar answer = [b.x, b.m(), b.y(), b.z, A.s, A.t].join()`,
	generators: `function* g(n) { while (n--) yield n }\nconst o = { *[Symbol.iterator]() { yield* g(3) } }\nvar answer = [...o].join()`,
	'async functions': `const log = []; async function f() { for (const x of [1, 2]) await null; log.push('f') }\nconst h = async x => await x; var answer = typeof f().then + typeof h(1).then`,
	'a name of its own for process': `const process = { cwd: 1 }; function f() { return process.cwd }\nvar answer = f()`,
	'objects with methods': `const o = { get a() { return 1 }, async b() {}, 'c d'() { return 2 }, [1 + 1]: () => 3 }\nvar answer = o.a + o['c d']() + o[2]()`,
	'comments everywhere': `/* a */ if (true) /* b */ answer = 1 // c\nelse /* d */ answer = 2 // e\nvar answer; // f\nfor (const x of [1]) /* g */ answer += x // h\n`,
	'a hashbang': `#!/usr/bin/env node\n'use strict'\nvar answer = 5`,
	'templates and regular expressions':
		'var answer = `${[1, 2].map(x => `<${x}>`).join("")}` + /[/]}/.test("/}")',
	'try and its parts': `function f() { try { throw new Error('x') } catch { return 'caught' } finally { answer2 = 1 } } var answer2; var answer = f() + answer2`,
	'default parameters': `function f(a = () => 1, { b = 2 } = {}) { return a() + b }\nvar answer = f()`,
	'sloppy functions in branches': `if (true) function f() { return 1 }\nvar answer = typeof f`,
	'comma and in': `for (var i = 0, n = 2; i < n; i++, n--) var answer = 'a' in { a: i }`,
	'an arrow that ends a loop without braces': `var fs = []; var i = 0; while (i < 2) fs[i++] = x => x + i\nvar answer = fs.map(f => f(1)).join()`,
};

const typed: Readonly<Record<string, string>> = {
	'types and enums': `enum E { A = 1, B }\ninterface I { a(): void }\ntype T = (x: number) => void\ndeclare function g(): void\nabstract class C { abstract m(): number; constructor(private readonly x: number) {} get() { return this.x } }\nclass D extends C { m(): number { return 1 } }\nfunction f(x: string): string\nfunction f(x: number): number\nfunction f(x: any): any { return x }\nconst n = <T,>(x: T): T => x\nvar answer = [new D(4).get(), E.B, f(1), n(2) as number, n(3)!].join()`,
	'no semicolons': `let a: number = 1\nconst b = a\nlet c = b as number\nif (c) a++\nvar answer = a`,
};

function run(code: string, calls: string[]): unknown {
	let turns = 0;
	const probes = {
		turn: () => {
			calls.push('turn');
			if (++turns > 1000) {
				throw new Error('too many turns');
			}
		},
		hit: (file: number, line: number) => calls.push(`${file}:${line}`),
	};
	const context = vm.createContext({ process: { cwd: Object.assign(() => '/', { __underbid: probes }) } });
	vm.runInContext(code, context, { timeout: 300 });
	return vm.runInContext('answer', context);
}

describe('instrument', () => {
	const grammars = shippedGrammars();
	const probe = (text: string, language: Language = 'javascript') =>
		insertionsOf(text, language, grammars(), { fileId: 7 });
	const plain = (text: string, language: Language) =>
		language === 'javascript' ? text : transform(text, { transforms: ['typescript'] }).code;

	for (const [language, table] of [
		['javascript', programs],
		['typescript', typed],
	] as const) {
		for (const [name, text] of Object.entries(table)) {
			it(`keeps the meaning and the lines of ${language}: ${name}`, async () => {
				const { guards, coverage } = await probe(text, language);
				const expected = run(plain(text, language), []);
				for (const insertions of [guards, coverage, [...guards, ...coverage], [...coverage, ...guards]]) {
					const instrumented = insertInto(text, text, insertions);
					assert.equal(instrumented.split('\n').length, text.split('\n').length);
					assert.equal(run(plain(instrumented, language), []), expected, instrumented);
				}
			});
		}
	}

	for (const [name, text] of Object.entries({
		'while without braces': 'while (true) 1',
		'for without anything': 'for (;;) {}',
		'do while': 'do {} while (true)',
		recursion: 'const f = x => f(x + 1)\nf(1)',
		'method recursion': 'const o = { m() { return o.m() } }\no.m()',
		'a generator without end': 'function* g() { for (;;) yield 1 }\nfor (const x of g());',
	})) {
		it(`ends what never ends: ${name}`, async () => {
			const { guards } = await probe(text);
			assert.throws(() => run(insertInto(text, text, guards), []), /too many turns/);
		});
	}

	it('tells the lines that ran, and which lines a statement stands for', async () => {
		const text = `function f(x) {\n  if (x > 1)\n    return g(\n      x,\n    )\n  return 0\n}\nvar answer = f(1)\n`;
		const { coverage, coverageLines } = await probe(text);
		const calls: string[] = [];
		run(insertInto(text, text, coverage), calls);
		assert.deepEqual(calls, ['7:1', '7:8', '7:2', '7:6']);
		assert.deepEqual(Object.fromEntries(coverageLines), { 1: [1, 7], 8: [8], 2: [2], 3: [3, 4, 5], 6: [6] });
	});

	it('keeps decorators, JSX and fields parsing', async () => {
		const text = `@tag({ a: () => 1 })\nexport class A<T> extends B {\n  @bind private f = (x: T) => <p onClick={() => this.g(x)}>{[x].map((y) => <b key={y}>{y}</b>)}</p>\n  static async *g() { for await (const z of h) yield z }\n}\nexport default () => <><A f={async () => await 1} /></>\n`;
		const { guards, coverage } = await probe(text, 'tsx');
		assert.ok(guards.length > 8);
		const instrumented = insertInto(text, text, [...guards, ...coverage]);
		assert.ok(!(await grammars().parse('tsx', instrumented)).broken, instrumented);
	});

	it('leaves text with syntax errors and Python alone', async () => {
		assert.deepEqual((await probe('function (')).guards, []);
		assert.deepEqual((await probe('while True:\n  pass', 'python')).coverage, []);
	});

	it('keeps the meaning of an edited text, with what was worked out for the base', async () => {
		const base = `function f(xs) {\n  let n = 0;\n  for (const x of xs) if (x > 1) n += x;\n  while (n > 10) n -= 3;\n  const g = y => y + n;\n  return [1].map(y => g(y)).join() + n;\n}\nvar answer = f([1, 2, 3, 8]);\n`;
		const { guards } = await probe(base);
		// No word ends a statement: in a body without braces that would take the rest out of the guarded braces.
		const words = [
			'',
			'1',
			'x',
			'!',
			' ',
			' + 1',
			'n',
			'()',
			'.length',
			'xs',
			'y =>',
			'-',
			'if (n) ',
			'[0]',
			' && n',
		];
		const tokens = [...base.matchAll(/\w+|\S/g)].filter(
			([token]) => !/^(for|while|if|const|let|of|var|function|return)$/.test(token),
		);
		const change = fc.record({
			token: fc.constantFrom(...tokens),
			how: fc.constantFrom('before', 'instead', 'after'),
			word: fc.constantFrom(...words),
		});
		fc.assert(
			fc.property(fc.array(change, { minLength: 1, maxLength: 2 }), (edits) => {
				let text = base;
				for (const { token, how, word } of [...edits].sort((a, b) => b.token.index - a.token.index)) {
					const end = token.index + token[0].length;
					text =
						text.slice(0, how === 'after' ? end : token.index) +
						word +
						text.slice(how === 'before' ? token.index : end);
				}
				const outcome = (code: string) => {
					try {
						// A function's own source shows its probes.
						return String(run(code, [])).replace(/^[\s\S]*(=>|function)[\s\S]*$/, 'source');
					} catch (error) {
						return error instanceof Error ? error.name : 'error';
					}
				};
				try {
					new vm.Script(text);
				} catch {
					return;
				}
				const expected = outcome(text);
				const instrumented = insertInto(text, base, guards);
				new vm.Script(instrumented);
				const actual = outcome(instrumented);
				// A loop without end is cut short by the guard, or by the time limit where its guard was dropped.
				assert.ok(
					actual === expected || expected === 'Error' || actual === 'Error',
					`${text}\n---\n${instrumented}\n${expected} ${actual}`,
				);
			}),
			{ numRuns: 300 },
		);
	}).timeout(60_000);
});
