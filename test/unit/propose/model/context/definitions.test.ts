import assert from 'node:assert/strict';
import { codeLanguageOf } from '../../../../../src/propose/model/context/codeLanguage';
import { SourceFiles } from '../../../../../src/propose/model/context/sourceFiles';
import { FakeFiles } from './fakeFiles';
import { shippedLanguages } from './shippedLanguages';

/** File, text, and what is defined there: name and lines, parts below their whole. */
const FILES: readonly (readonly [string, string, string])[] = [
	[
		'a.js',
		`const { b } = require('b');\n\n/** Adds. */\nfunction add(x) {\n  return x;\n}\nconst twice = (x) => {\n  return x;\n};\nclass A {\n  m(x) {\n    return x;\n  }\n}\nexports.c = function () {\n  return 1;\n};\nA.prototype.d = function () {};\nmodule.exports = { e() {\n  return 1;\n} };\n`,
		'add 3-6, twice 7-9, A 10-14, A.m 11-13, c 15-17, d 18-18, exports 19-21, exports.e 19-21',
	],
	[
		'a.ts',
		`export interface I {\n  x: number;\n}\nexport type T = string;\nexport enum E {\n  A,\n}\n@dec\nexport default class C<T> {\n  constructor(private a: T) {\n    this.a = a;\n  }\n  get g(): T {\n    return this.a;\n  }\n}\nnamespace N {\n  export const f = () => {\n    return 1;\n  };\n}\n`,
		'I 1-3, T 4-4, E 5-7, C 8-16, C.constructor 10-12, C.g 13-15, N 17-21, N.f 18-20',
	],
	['a.tsx', `export const V = () => {\n  return <div />;\n};\n`, 'V 1-3'],
	[
		'a.py',
		`import os\nLIMIT = 3\n\n@cached\ndef f(x):\n    def g():\n        return 1\n    return g\n\nclass A(B):\n    # why\n    def m(self):\n        return 1\n`,
		'LIMIT 2-2, f 4-8, f.g 6-7, A 10-13, A.m 11-13',
	],
	[
		'a.go',
		`package a\n\n// T is.\ntype T struct {\n\ta int\n}\n\nfunc (t *T) M() int {\n\treturn 1\n}\n\nfunc F() {\n}\n\nconst C = 1\n`,
		'T 3-6, M 8-10, F 12-13, C 15-15',
	],
	[
		'a.rs',
		`use crate::b;\n\n/// Says.\n#[derive(Debug)]\npub struct S {\n    a: i32,\n}\nimpl S {\n    pub fn m(&self) -> i32 {\n        1\n    }\n}\nfn f() {\n}\nmod tests {\n    fn t() {\n    }\n}\n`,
		'S 3-7, S 8-12, S.m 9-11, f 13-14, tests 15-18, tests.t 16-17',
	],
	[
		'A.java',
		`package a;\n\npublic class A {\n    private int f = 1;\n    A() {\n    }\n    @Override\n    public int m() {\n        return 1;\n    }\n}\n`,
		'A 3-11, A.A 5-6, A.m 7-10',
	],
	[
		'A.cs',
		`namespace N;\n\npublic class A {\n    public int P { get; set; }\n    public int M() {\n        return 1;\n    }\n}\n`,
		'A 3-8, A.M 5-7',
	],
	[
		'a.rb',
		`module M\n  class A\n    def m(a)\n      a\n    end\n    def self.s\n      1\n    end\n  end\nend\n`,
		'M 1-10, M.A 2-9, M.A.m 3-5, M.A.s 6-8',
	],
	[
		'a.php',
		`<?php\nnamespace A;\nclass B {\n    function m($a) {\n        return 1;\n    }\n}\nfunction f() {\n}\n`,
		'B 3-7, B.m 4-6, f 8-9',
	],
	[
		'a.kt',
		`package a\n\nclass A(val x: Int) {\n    fun m(): Int {\n        return 1\n    }\n}\n\nfun f() {\n}\n`,
		'A 3-7, A.m 4-6, f 9-10',
	],
	['a.c', `#include "a.h"\n\nstatic int add(int a, int b)\n{\n    return a + b;\n}\n`, 'add 3-6'],
	['a.ex', `defmodule A do\n  def m(x) do\n    x\n  end\nend\n`, 'A 1-5, A.m 2-4'],
	['a.swift', `struct S {\n    func m() -> Int {\n        1\n    }\n}\n`, 'S 1-5, S.m 2-4'],
];

describe('definitions', () => {
	const grammars = shippedLanguages();

	for (const [path, text, expected] of FILES) {
		const way = codeLanguageOf(path)?.grammar ?? 'their lines';
		it(`of ${path} are found by ${way}`, async () => {
			const files = new SourceFiles(new FakeFiles({ [path]: text }), grammars(), [], () => false);
			await files.open(new AbortController().signal);
			const file = await files.get(path);
			const found = file?.definitions.map((one) => {
				const names = [one.name];
				for (let { parent } = one; parent !== undefined; { parent } = parent) {
					names.unshift(parent.name);
				}
				return `${names.join('.')} ${one.start}-${one.end}`;
			});
			assert.equal(found?.join(', '), expected);
		});
	}

	it('are found by their lines when the grammar cannot be loaded', async () => {
		const broken = { parse: () => Promise.reject(new Error('no such file')) };
		const files = new SourceFiles(
			new FakeFiles({ 'a.py': 'def f():\n    return 1\n' }),
			broken,
			[],
			() => false,
		);
		await files.open(new AbortController().signal);
		const file = await files.get('a.py');
		assert.deepEqual(
			file?.definitions.map(({ name, start, end }) => [name, start, end]),
			[['f', 1, 2]],
		);
	});
});
