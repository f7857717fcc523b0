import assert from 'node:assert/strict';
import { applied } from '../../../../../src/propose/free/candidate';
import { candidatesOf } from '../../../../../src/propose/free/candidates/candidates';
import { shippedGrammars } from '../shippedGrammars';

interface Row {
	readonly bug: string;
	readonly fixes: readonly string[];
	readonly never?: readonly string[];
}

/** A bug, what must be among its candidates, and what must not. */
const javascript: Readonly<Record<string, Row>> = {
	'relational operators': {
		bug: 'if (a < b) f()',
		fixes: ['if (a <= b) f()', 'if (a >= b) f()', 'if (a === b) f()'],
	},
	'arithmetic operators': { bug: 'x = a + b', fixes: ['x = a - b', 'x = a * b', 'x = b + a'] },
	constants: { bug: 'x = 5', fixes: ['x = 4', 'x = 6', 'x = 0', 'x = -5'], never: ['x = 5.0'] },
	'empty values': { bug: "let x = ''", fixes: ['let x = 0', 'let x = []', 'let x = 1', "let x = ' '"] },
	'a variable in scope': {
		bug: 'function f(a, b) { const { c } = a; return a + c }\nfunction g(z) {}',
		fixes: ['function f(a, b) { const { c } = a; return b + c }\nfunction g(z) {}'],
		never: ['function f(a, b) { const { c } = a; return z + c }\nfunction g(z) {}'],
	},
	conditions: {
		bug: 'function f(a, b) { if (a.ok) return b }',
		fixes: [
			'function f(a, b) { if (!a.ok) return b }',
			'function f(a, b) { if (a.ok && b) return b }',
			'function f(a, b) { if (a && a.ok) return b }',
			'function f(a, b) { if (true) return b }',
		],
	},
	'methods of a family': {
		bug: 'x = s.startsWith(t) && Math.min(a, b)',
		fixes: ['x = s.endsWith(t) && Math.min(a, b)', 'x = s.startsWith(t) && Math.max(a, b)'],
	},
	arguments: { bug: 'f(a, b)', fixes: ['f(b, a)', 'f(a)', 'f(b)', 'f(...a, b)'] },
	'a guard': {
		bug: 'function f(list) {\n  return list[0]\n}',
		fixes: [
			'function f(list) {\n  if (!list) return;\n  return list[0]\n}',
			'function f(list) {\n  if (list.length === 0) return null;\n  return list[0]\n}',
		],
	},
	'optional chaining': { bug: 'x = a.b.c', fixes: ['x = a?.b.c', 'x = a.b?.c', 'x = (a.b && a.b.c)'] },
	'regular expressions': {
		bug: 'x = /a+b/',
		fixes: ['x = /a*b/', 'x = /^a+b/', 'x = /a+b$/', 'x = /a+b/g', 'x = /a+b/i'],
	},
	'character classes': {
		bug: 'x = /[a-z]+/',
		fixes: ['x = /[a-zA-Z]+/', 'x = /[a-z_]+/', 'x = /[^a-z]+/', 'x = /[a-z]*/'],
	},
	awaiting: { bug: 'async function f() { return g() }', fixes: ['async function f() { return await g() }'] },
	branches: { bug: 'x = a ? b : c', fixes: ['x = a ? c : b', 'x = !a ? b : c', 'x = b'] },
	'missing else': { bug: 'if (a) { x() }\nif (b) { y() }', fixes: ['if (a) { x() }\nelse if (b) { y() }'] },
	'deleting and swapping statements': { bug: '{ a();\nb(); }', fixes: ['{ \nb(); }', '{ b();\na(); }'] },
	parentheses: { bug: 'x = a + b * c', fixes: ['x = (a + b) * c'] },
	'the same everywhere': {
		bug: 'x = a !== 1 || a !== 2 || a !== 3',
		fixes: ['x = a !== 1 && a !== 2 && a !== 3'],
	},
	'opposite answers': {
		bug: 'function f(a) { if (a) return true; return false }',
		fixes: ['function f(a) { if (a) return false; return true }'],
	},
	'for of': { bug: 'for (const x in xs) f(x)', fixes: ['for (const x of xs) f(x)'] },
	'types of typeof': { bug: "x = typeof a === 'object'", fixes: ["x = typeof a === 'function'"] },
	'declared names stay': {
		bug: 'const a = 1; const b = 2',
		fixes: [],
		never: ['const b = 1; const b = 2', 'const a = 1; const a = 2'],
	},
};

const python: Readonly<Record<string, Row>> = {
	ranges: {
		bug: 'for i in range(1, n): f(i)',
		fixes: ['for i in range(1, n + 1): f(i)', 'for i in range(n): f(i)', 'for i in range(0, n): f(i)'],
	},
	slices: { bug: 'x = a[1:n]', fixes: ['x = a[:n]', 'x = a[1:]', 'x = a[1:n + 1]', 'x = a[0:n]'] },
	division: { bug: 'x = a / b', fixes: ['x = a // b', 'x = a % b', 'x = a * b'] },
	'words as operators': {
		bug: 'if a and not b: c()',
		fixes: ['if a or not b: c()', 'if a and b: c()', 'if not b: c()'],
	},
	membership: { bug: 'if a in b: c()', fixes: ['if a not in b: c()'] },
	generators: {
		bug: 'def f(a):\n    yield f(a)',
		fixes: ['def f(a):\n    yield from f(a)', 'def f(a):\n    yield a', 'def f(a):\n    return f(a)'],
	},
	tuples: { bug: 'a, b = c, d', fixes: ['a, b = d, c', 'b, a = c, d'] },
	'absent keys': { bug: 'x = d[k]', fixes: ['x = d.get(k)', 'x = d.get(k, 0)'] },
	'mutable defaults': {
		bug: 'def f(a=[]):\n    return a',
		fixes: ['def f(a=None):\n    if a is None:\n        a = []\n    return a'],
	},
	comprehensions: {
		bug: 'x = [y for y in z if y]',
		fixes: ['x = [y for y in z]', 'x = [y for y in z if not (y)]'],
	},
	'base cases': {
		bug: 'def f(a):\n    if not a:\n        return []\n    return f(a[1:])',
		fixes: ['def f(a):\n    if not a:\n        return [[]]\n    return f(a[1:])'],
	},
	elif: { bug: 'if a:\n    x()\nif b:\n    y()', fixes: ['if a:\n    x()\nelif b:\n    y()'] },
	'moving out of a loop': {
		bug: 'def f(a):\n    for b in a:\n        g(b)\n        h(a)\n    return a',
		fixes: ['def f(a):\n    for b in a:\n        g(b)\n    h(a)\n    return a'],
	},
	self: {
		bug: 'class A:\n    def f(self):\n        self.x = 1\n        return x',
		fixes: ['class A:\n    def f(self):\n        self.x = 1\n        return self.x'],
	},
};

const typescript: Readonly<Record<string, Row>> = {
	'types are left alone': {
		bug: 'function f(a: number, b: string): number { return a as number }',
		fixes: ['function f(a: number, b: string): number { return a as number + 1 }'].slice(1),
		never: ['function f(a: string, b: string): number { return a as number }'],
	},
	operators: { bug: 'const x: boolean = a! < b', fixes: ['const x: boolean = a! <= b'] },
};

describe('candidatesOf', () => {
	const grammars = shippedGrammars();

	for (const [file, table] of [
		['a.js', javascript],
		['a.py', python],
		['a.ts', typescript],
	] as const) {
		for (const [name, { bug, fixes, never = [] }] of Object.entries(table)) {
			it(`${file}: ${name}`, async () => {
				const texts = new Set((await candidatesOf(file, bug, grammars())).map((one) => applied(bug, one)));
				for (const fix of fixes) {
					assert.ok(texts.has(fix), `missing: ${fix}`);
				}
				for (const text of never) {
					assert.ok(!texts.has(text), `superfluous: ${text}`);
				}
			});
		}
	}

	const program = `const limit = 10
function pick(list, options = {}) {
  const found = []
  for (let i = 0; i < list.length; i++) {
    if (list[i] > limit && !options.all) { found.push(list[i] * 2) }
    else if (typeof list[i] === 'string') found.push(\`\${list[i]}-\${i}\`)
  }
  return found.sort((a, b) => a - b).map(x => x.toString().replace(/[a-z]+/g, ''))
}
class Store { constructor(max) { this.max = max; this.items = {} } get(key) { return this.items[key] || null } }
module.exports = { pick, Store }
`;

	it('makes no two candidates with the same text, and none with the base text', async () => {
		const found = await candidatesOf('a.js', program, grammars());
		const texts = found.map((one) => applied(program, one));
		assert.ok(!texts.includes(program));
		assert.equal(new Set(texts).size, texts.length);
	});

	it('makes candidates that parse, nearly always', async () => {
		const found = await candidatesOf('a.js', program, grammars());
		let broken = 0;
		for (const one of found.filter((_, index) => index % 15 === 0)) {
			broken += (await grammars().parse('javascript', applied(program, one))).broken ? 1 : 0;
		}
		assert.ok(broken / (found.length / 15) < 0.01, `${broken} of a fifteenth of ${found.length}`);
	});

	it('puts the likeliest first', async () => {
		const found = await candidatesOf('a.js', program, grammars());
		assert.deepEqual(
			found.map((one) => one.prior),
			found.map((one) => one.prior).sort((a, b) => b - a),
		);
		assert.ok(found.every((one) => one.prior > 0 && one.prior <= 1));
	});

	it('keeps to the lines asked for, and says on which line a change is', async () => {
		const found = await candidatesOf('a.js', program, grammars(), { lines: new Set([5]) });
		assert.ok(found.length > 100);
		assert.ok(found.every((one) => one.line === 5));
		const split = 'f(\n  a < b,\n)\ng(c)';
		const ofStatement = await candidatesOf('a.js', split, grammars(), { lines: new Set([1]) });
		assert.deepEqual([...new Set(ofStatement.map((one) => one.line))].sort(), [1, 2]);
	});

	it('uses literals of the test only where they are given, at a low prior', async () => {
		const source = "const names = ['a', 'b']";
		const fix = "const names = ['a', 'b', 'c']";
		const without = await candidatesOf('a.js', source, grammars());
		assert.ok(!without.some((one) => applied(source, one) === fix));
		const found = await candidatesOf('a.js', source, grammars(), { literals: ["'c'", '7'] });
		const one = found.find((candidate) => applied(source, candidate) === fix);
		assert.equal(one?.template, 'literal from the test');
		assert.ok(one.prior < (found[0]?.prior ?? 0) / 5);
	});

	it('reads a long file in little time when few lines are asked for', async () => {
		const long = Array.from({ length: 400 }, (_, index) => program.replaceAll('pick', `pick${index}`)).join(
			'',
		);
		const start = process.cpuUsage().user;
		const found = await candidatesOf('a.js', long, grammars(), { lines: new Set([2005, 2006]) });
		assert.ok(found.length > 100);
		assert.ok(process.cpuUsage().user - start < 3_000_000, 'more than 3 s');
	});

	it('has nothing for other languages', async () => {
		assert.deepEqual(await candidatesOf('a.rb', 'x = 1', grammars()), []);
	});
});
