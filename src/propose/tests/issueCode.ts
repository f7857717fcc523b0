// Tests made of the code that stands in an issue: nothing is bought, nothing is guessed. A block that is a test already
// is taken as it is; a script becomes a test where the issue states what must come of it, or which error must not.
import type { Issue } from '../../core/issue/issue';
import type { IssueFacts } from '../../core/issue/issueFacts';
import type { Framework } from '../../core/suite';
import type { TestPlace } from './testPlace';

export interface IssueTest {
	readonly path: string;
	/** The whole text of the file. */
	readonly text: string;
	readonly summary: string;
}

const MOST_TESTS = 6;

export function issueTests(
	issue: Pick<Issue, 'title' | 'source'>,
	facts: IssueFacts,
	place: TestPlace,
	framework: Framework,
	packageName: string | undefined,
): readonly IssueTest[] {
	const title = oneLine(issue.title === '' ? issue.source.name : issue.title);
	const write =
		place.language === 'javascript'
			? new ScriptWriter(place, framework, packageName, title)
			: place.language === 'python'
				? new PythonWriter(place, framework, title)
				: undefined;
	if (write === undefined) {
		return [];
	}
	const made: IssueTest[] = [];
	for (const { language, text } of facts.blocks) {
		if (text.length > 8_000 || !write.reads(language, text)) {
			continue;
		}
		const file = write.test(text, facts);
		if (file !== undefined) {
			made.push({ ...file, summary: `the code in ${issue.source.name}, as a test` });
		}
	}
	return made.slice(0, MOST_TESTS);
}

interface Writer {
	reads(language: string, text: string): boolean;
	test(code: string, facts: IssueFacts): { readonly path: string; readonly text: string } | undefined;
}

const LITERAL =
	/^(?:-?\d[\d_.e+-]*n?|true|false|null|undefined|NaN|-?Infinity|None|True|False|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`$]*`|\[[^;]*\]|\{[^;]*\}|\([^;()]*\))$/;
const EXPECTS =
	/(?:^|[\s(])(?:expect(?:ed|s)?|should(?: (?:be|return|equal|give|print|have been))?|must be|want(?:ed)?)\s*(?:to be|is|result|output|value)?\s*[:=]?>?\s+(.+)$/i;

/** `f(1) // expected: 2`: the expression, and the literal that must come of it. */
function stated(
	line: string,
	comment: string,
): { readonly expression: string; readonly value: string } | undefined {
	const at = line.indexOf(comment);
	if (at <= 0) {
		return undefined;
	}
	const said = EXPECTS.exec(line.slice(at + comment.length))?.[1];
	const value = literalOf(said);
	const expression = expressionOf(line.slice(0, at));
	return value === undefined || expression === undefined ? undefined : { expression, value };
}

/** The literal that words begin with, without what goes on after it: `2, but got 3`, `"a" (not "b")`. */
export function literalOf(said: string | undefined): string | undefined {
	const text = said?.trim() ?? '';
	const quoted = /^`([^`\n]+)`/.exec(text)?.[1];
	for (const cut of [...(quoted === undefined ? [] : [quoted]), text, ...cuts(text)]) {
		const plain = cut.trim().replace(/[.;]$/, '');
		if (LITERAL.test(plain) && isWhole(plain)) {
			return plain;
		}
	}
	return undefined;
}

function cuts(text: string): string[] {
	return [...text.matchAll(/[,;(]|\s(?:but|got|not|instead|and|is|actual|was)\b|\s-|\.\s/gi)]
		.map((match) => text.slice(0, match.index))
		.reverse();
}

/** What is printed, returned or computed by one line; undefined where it only binds a name. */
function expressionOf(line: string): string | undefined {
	const text = line.trim().replace(/;$/, '').trim();
	const printed = /^(?:console\.(?:log|info|error)|print|pp|pprint)\((.*)\)$/s.exec(text)?.[1];
	const expression = printed ?? text;
	return expression === '' ||
		/^(?:const|let|var|import|from|return|if|for|while|def|class|function)\b/.test(expression) ||
		/^[\w$.]+\s*=[^=]/.test(expression)
		? undefined
		: expression;
}

/** `Expected: X` that stands in the prose. */
function proseValue(facts: IssueFacts, text: string): string | undefined {
	const said =
		/(?:^|\n)[\s>*#_-]*(?:expected|should be|should return)(?: (?:behaviou?r|result|output|value))?[\s*_:]*(?:\n+\s*)?(?:```\w*\n)?([^\n]{1,400})/i.exec(
			text,
		)?.[1];
	return facts.errors.length > 0
		? undefined
		: literalOf(said?.replace(/^.*?:\s+(?=\S)/, (head) => (LITERAL.test(head.trim()) ? head : '')));
}

class ScriptWriter implements Writer {
	private readonly header: readonly string[];
	private readonly modules: boolean;
	private readonly word: string;
	/** A library whose tests are handed what asserts. */
	private readonly handed: 'ava' | 'tape' | 'tap' | undefined;
	private readonly own: string | undefined;

	constructor(
		private readonly place: TestPlace,
		private readonly framework: Framework,
		private readonly packageName: string | undefined,
		private readonly title: string,
	) {
		const text = place.neighbour?.text ?? '';
		this.header = headerOf(text);
		this.modules =
			this.header.some((line) => /^\s*import\b/.test(line)) ||
			(text === '' && /\.(?:mjs|[cm]?tsx?)$/.test(place.path));
		const handed = handedBy(this.header);
		this.handed = handed?.library;
		this.word =
			handed?.word ??
			((text.match(/^\s*test\(/gm)?.length ?? 0) > (text.match(/^\s*it\(/gm)?.length ?? 0) ||
			(framework === 'node:test' && !/\bit\(/.test(text))
				? 'test'
				: 'it');
		const relative = this.header.flatMap((line) => /['"](\.{1,2}(?:\/[^'"]*)?)['"]/.exec(line)?.[1] ?? []);
		this.own =
			relative.find((one) => /^\.{1,2}\/?(?:\.\.\/?)*(?:index(?:\.\w+)?)?$/.test(one)) ??
			relative.find((one) => !/helper|util|fixture|support/.test(one)) ??
			relative[0];
	}

	reads(language: string, text: string): boolean {
		return (
			/^(?:|js|javascript|jsx|mjs|cjs|ts|typescript|tsx|node)$/.test(language) &&
			/[(;=]/.test(text) &&
			!/^\s*(?:at |\w*Error:|\$ |npm |diff |[{<]\s*$)/m.test(text.split('\n')[0] ?? '')
		);
	}

	test(code: string, facts: IssueFacts): { path: string; text: string } | undefined {
		const { imports, body } = this.split(withoutTrace(withoutPrompts(code, /^(?:>|\.\.\.) ?/)));
		if (/\b(?:it|test)\(\s*['"`]/.test(body)) {
			return this.file(imports, body);
		}
		const lines = body.split('\n');
		let checks = 0;
		const checked = lines.map((line) => {
			const said = stated(line, '//');
			checks += said === undefined ? 0 : 1;
			return said === undefined ? line : this.check(said.expression, said.value);
		});
		if (checks === 0 && !/\b(?:assert|expect)\b[.(\w]*\(/.test(body)) {
			const value = proseValue(facts, facts.plainText);
			const last = lines.findLastIndex((line) => expressionOf(line.replace(/\/\/.*$/, '')) !== undefined);
			const expression = last < 0 ? undefined : expressionOf((lines[last] ?? '').replace(/\/\/.*$/, ''));
			if (value !== undefined && expression !== undefined && balanced(expression)) {
				checked[last] = this.check(expression, value);
			} else if (facts.errors.length === 0) {
				return undefined;
			}
		}
		const inner = checked.map((line) => (line.trim() === '' ? '' : `\t${line}`)).join('\n');
		const isAsync = /\bawait\b/.test(body);
		const head = `${this.word}(${JSON.stringify(this.title)}, ${isAsync ? 'async ' : ''}`;
		if (this.handed === undefined) {
			return this.file(imports, `${head}() => {\n${inner}\n});`);
		}
		// ava wants an assertion of its own, the others an end, where no promise is one.
		const ends = this.handed === 'ava' || isAsync ? '\tt.pass();' : '\tt.pass();\n\tt.end();';
		return this.file(imports, `${head}(t) => {\n${inner}\n${ends}\n});`);
	}

	private check(expression: string, value: string): string {
		if (this.handed !== undefined) {
			return `t.${this.handed === 'tap' ? 'strictSame' : 'deepEqual'}(${expression}, ${value});`;
		}
		return this.framework === 'jest' || this.framework === 'vitest'
			? `expect(${expression}).toEqual(${value});`
			: `assertOfIssue.deepStrictEqual(${expression}, ${value});`;
	}

	/** Statements that load modules, in the form and with the paths of the project's tests; and all the rest. */
	private split(code: string): { readonly imports: readonly string[]; readonly body: string } {
		const imports: string[] = [];
		const body = code.split('\n').filter((line) => {
			const found =
				/^\s*import\s+(.+?)\s+from\s+(['"])([^'"]+)\2;?\s*$/.exec(line) ??
				/^\s*(?:const|let|var)\s+(\{[^}]*\}|[\w$]+)\s*=\s*require\(\s*(['"])([^'"]+)\2\s*\)(?:\.default)?;?\s*(?:\/\/.*)?$/.exec(
					line,
				);
			if (found !== null) {
				imports.push(this.loading(found[1] ?? '', found[3] ?? ''));
			}
			return found === null && !/^\s*['"]use strict['"];?\s*$/.test(line);
		});
		return { imports, body: body.join('\n').trim() };
	}

	private loading(bound: string, specifier: string): string {
		const isOwn = specifier === this.packageName || /^\.{1,2}(?:\/|$)/.test(specifier);
		const from = JSON.stringify(isOwn && this.own !== undefined ? this.own : specifier);
		if (this.modules) {
			return `import ${bound.replace(/(\w+)\s*:\s*(\w+)/g, '$1 as $2')} from ${from};`;
		}
		const plain = bound.replace(/^\*\s+as\s+/, '').replace(/(\w+)\s+as\s+(\w+)/g, '$1: $2');
		const [, main, named] = /^(\w+)\s*,\s*(\{.*\})$/.exec(plain) ?? [];
		return main === undefined
			? `const ${plain} = require(${from});`
			: `const ${main} = require(${from});\nconst ${named ?? '{}'} = ${main};`;
	}

	private file(imports: readonly string[], test: string): { path: string; text: string } {
		const assertion = test.includes('assertOfIssue.')
			? [
					this.modules
						? "import assertOfIssue from 'node:assert';"
						: "const assertOfIssue = require('node:assert');",
				]
			: [];
		const bound = new Set(imports.flatMap((line) => boundBy(line)));
		const { neighbour, path } = this.place;
		if (this.place.appends && neighbour !== undefined) {
			// Names that the file has already stay its own.
			const known = new Set(this.header.flatMap((line) => boundBy(line)));
			const added = [
				...assertion,
				...imports.filter((line) => !boundBy(line).some((name) => known.has(name))),
			];
			return {
				path: neighbour.path,
				text: `${neighbour.text.trimEnd()}\n\n${[...added, test].join('\n')}\n`,
			};
		}
		const used = this.header.filter((line) => !boundBy(line).some((name) => bound.has(name)));
		return { path, text: `${[...used, ...imports, ...assertion].join('\n')}\n\n${test}\n` };
	}
}

/** How a test is written with ava, tape or tap, by the name under which the neighbour loads it. */
function handedBy(
	header: readonly string[],
): { readonly library: 'ava' | 'tape' | 'tap'; readonly word: string } | undefined {
	for (const line of header) {
		const [, imported, required, library] =
			/^(?:import\s+([\w{}\s,]+?)\s+from\s+|(?:const|let|var)\s+([\w{}\s]+?)\s*=\s*require\(\s*)['"](ava|tape|tap)['"]/.exec(
				line,
			) ?? [];
		const bound = imported ?? required ?? '';
		if (library === 'ava' || library === 'tape' || library === 'tap') {
			const plain = /^\w+/.exec(bound)?.[0];
			return {
				library,
				word:
					plain === undefined
						? 'test'
						: /^(?:t|tap|tape)$/.test(plain) && library === 'tap'
							? `${plain}.test`
							: plain,
			};
		}
	}
	return undefined;
}

function boundBy(line: string): string[] {
	const bound = /^\s*(?:import\s+(?:type\s+)?(.+?)\s+from|(?:const|let|var)\s+(\{[^}]*\}|[\w$]+)\s*=)/.exec(
		line,
	);
	return (bound?.[1] ?? bound?.[2] ?? '').match(/[\w$]+(?=\s*(?:[,}]|$))/g) ?? [];
}

/** Everything at the top that loads something, and directives. */
function headerOf(text: string): readonly string[] {
	const header: string[] = [];
	let open = '';
	for (const line of text.split('\n').slice(0, 200)) {
		if (open !== '') {
			open += `\n${line}`;
			if (/['"]\)?;?\s*$/.test(line)) {
				header.push(open);
				open = '';
			}
		} else if (/^import\b|^(?:const|let|var)\b.*\brequire\(|^['"]use strict['"]/.test(line)) {
			header.push(line.replace(/,\s*$/, ';'));
		} else if (/^(?:import|const|let|var)\s*\{?[^=;]*$/.test(line) && line.includes('{')) {
			open = line;
		} else if (/^\s*(?:describe|it|test|suite)\b/.test(line)) {
			break;
		}
	}
	return header;
}

class PythonWriter implements Writer {
	private readonly header: readonly string[];

	constructor(
		private readonly place: TestPlace,
		private readonly framework: Framework,
		private readonly title: string,
	) {
		this.header = (place.neighbour?.text ?? '')
			.split('\n')
			.filter((line) => /^(?:import|from)\s+[\w.]+/.test(line) && !/[(\\]\s*$/.test(line));
	}

	reads(language: string, text: string): boolean {
		return (
			/^(?:|py|python|python3|pycon)$/.test(language) &&
			/[(=]/.test(text) &&
			!/^\s*(?:Traceback|File ")/.test(text)
		);
	}

	test(code: string, facts: IssueFacts): { path: string; text: string } | undefined {
		const plain = withoutPrompts(code, /^(?:>>>|\.\.\.) ?/);
		const imports = plain.split('\n').filter((line) => /^(?:import|from)\s/.test(line));
		const body = plain.split('\n').filter((line) => !imports.includes(line));
		const head = [...new Set([...this.header, ...imports])].join('\n');
		if (/^(?:async )?def test_|^class Test/m.test(plain)) {
			return this.file(head, body.join('\n').trim());
		}
		let checks = 0;
		const checked = body.map((line) => {
			const said = stated(line, '#');
			checks += said === undefined ? 0 : 1;
			return said === undefined
				? line
				: `${/^\s*/.exec(line)?.[0] ?? ''}assert ${said.expression} == ${said.value}`;
		});
		if (checks === 0 && !/^\s*assert\b/m.test(plain)) {
			const value = proseValue(facts, facts.plainText);
			const last = body.findLastIndex((line) => /^\S/.test(line) && expressionOf(line) !== undefined);
			const expression = last < 0 ? undefined : expressionOf(body[last] ?? '');
			if (value !== undefined && expression !== undefined && balanced(expression)) {
				checked[last] = `assert ${expression} == ${value}`;
			} else if (facts.errors.length === 0) {
				return undefined;
			}
		}
		const name = `test_${(this.title.toLowerCase().match(/[a-z0-9]+/g) ?? ['issue']).slice(0, 6).join('_')}`;
		const text = checked.join('\n').trim();
		if (text === '') {
			return undefined;
		}
		if (this.framework === 'unittest') {
			const inner = text
				.split('\n')
				.map((line) => `        ${line}`)
				.join('\n');
			return this.file(
				`import unittest\n${head}`,
				`class TestOfIssue(unittest.TestCase):\n    def ${name}(self):\n${inner}`,
			);
		}
		return this.file(
			head,
			`def ${name}():\n${text
				.split('\n')
				.map((line) => `    ${line}`)
				.join('\n')}`,
		);
	}

	private file(head: string, test: string): { path: string; text: string } {
		const { neighbour, path, appends } = this.place;
		return appends && neighbour !== undefined
			? { path: neighbour.path, text: `${neighbour.text.trimEnd()}\n\n\n${test}\n` }
			: { path, text: `${head}\n\n\n${test}\n` };
	}
}

/** A session at a prompt: what was typed, without what came back. */
function withoutPrompts(code: string, prompt: RegExp): string {
	const lines = code.split('\n');
	return lines.some((line) => /^>(?:>>)? /.test(line))
		? lines
				.filter((line) => prompt.test(line))
				.map((line) => line.replace(prompt, ''))
				.join('\n')
		: code;
}

/** What came of the code, an error and its stack, is often written under it. */
function withoutTrace(code: string): string {
	const lines = code.split('\n');
	const at = lines.findIndex((line) =>
		/^\s*(?:Uncaught )?(?:[A-Z]\w*)?(?:Error|Exception): |^\s+at .+(?::\d+\)?|\))\s*$/.test(line),
	);
	return at > 0 ? lines.slice(0, at).join('\n').trim() : code;
}

function balanced(text: string): boolean {
	let depth = 0;
	for (const sign of text.replace(/(['"`])(?:[^\\]|\\.)*?\1/g, '')) {
		depth += '([{'.includes(sign) ? 1 : ')]}'.includes(sign) ? -1 : 0;
		if (depth < 0) {
			return false;
		}
	}
	return depth === 0;
}

/** A bracket that opens it closes at its end and not before: `[1] or [2]` is two things. */
function isWhole(literal: string): boolean {
	const text = literal.replace(/(['"`])(?:(?!\1)[^\\]|\\.)*\1/g, '');
	let depth = 0;
	for (const [at, sign] of [...text].entries()) {
		depth += '([{'.includes(sign) ? 1 : ')]}'.includes(sign) ? -1 : 0;
		if (depth < 0 || (depth === 0 && /^[([{]/.test(text) && at < text.length - 1)) {
			return false;
		}
	}
	return depth === 0;
}

function oneLine(text: string): string {
	return text
		.replace(/[\p{C}\s]+/gu, ' ')
		.trim()
		.slice(0, 100);
}
