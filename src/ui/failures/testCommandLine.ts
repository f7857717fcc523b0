// Which commands of a terminal run tests, and what they printed.

/** Programs that run tests, by name or by a word after it; in front of them may stand a runner of programs. */
const RUNNERS =
	/^(?:vitest|jest|mocha|ava|tap|tape|jasmine|karma|playwright|cypress|pytest|py\.test|nosetests|nose2|tox|nox|rspec|phpunit|pest|ctest|gotestsum|stest|tox|behave|busted|bats)$/;
const WITH_WORD: Readonly<Record<string, RegExp>> = {
	npm: /^(?:t|tst|test(?::.+)?)$/,
	pnpm: /^(?:t|test(?::.+)?)$/,
	yarn: /^(?:test(?::.+)?)$/,
	bun: /^test(?::.+)?$/,
	deno: /^test$/,
	go: /^test$/,
	cargo: /^(?:test|t|nextest)$/,
	dotnet: /^test$/,
	mvn: /^(?:test|verify)$/,
	gradle: /^(?:test|check)$/,
	make: /^(?:test|check|tests)$/,
	just: /^(?:test|tests)$/,
	rake: /^(?:test|spec)$/,
	swift: /^test$/,
	zig: /^test$/,
	node: /^--test(?:=.*|-.*)?$/,
};
const FRONT =
	/^(?:npx|bunx|pnpx|sudo|env|time|exec|uv|poetry|pipenv|hatch|rye|pdm|bundle|run|dlx|x|c8|nyc|coverage|cross-env|dotenv|--)$/;

/** Whether a person who typed this wanted to see tests pass. */
export function isTestCommand(line: string): boolean {
	return line.length < 2000 && line.split(/&&|\|\||;|\|/).some((one) => runsTests(one.trim().split(/\s+/)));
}

function runsTests(words: readonly string[]): boolean {
	let rest = words.filter((word) => !/^\w+=/.test(word));
	while (rest.length > 1 && (FRONT.test(rest[0] ?? '') || isFlag(rest[0]))) {
		rest = rest.slice(1);
	}
	const [first = '', ...others] = rest;
	const program = first.slice(first.search(/[^/\\]*$/)).replace(/(?:\.cmd|\.exe|\.js|\.mjs|w(?=$))$/i, '');
	if (RUNNERS.test(program)) {
		return true;
	}
	if (/^(?:python[\d.]*|py)$/.test(program)) {
		const module = others[others.indexOf('-m') + 1];
		return others.includes('-m')
			? /^(?:pytest|unittest|nose2?)$/.test(module ?? '')
			: (others[0] === 'manage.py' || others[0]?.endsWith('/manage.py') === true) && others[1] === 'test';
	}
	const word = WITH_WORD[program];
	if (word === undefined) {
		return false;
	}
	if (program === 'node') {
		return others.some((one) => word.test(one));
	}
	const [verb, ...after] = others.filter((one) => !isFlag(one));
	return verb === 'run' || verb === 'exec'
		? word.test(after[0] ?? '') || RUNNERS.test(after[0] ?? '')
		: word.test(verb ?? '');
}

function isFlag(word: string | undefined): boolean {
	return word?.startsWith('-') === true;
}

/** Without what shells and programs tell the terminal: colours, titles, and the marks of shell integration. */
export function withoutEscapes(text: string): string {
	return (
		text
			// biome-ignore lint/suspicious/noControlCharactersInRegex: escapes begin with one.
			.replace(/\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\|$)/g, '')
			// biome-ignore lint/suspicious/noControlCharactersInRegex: escapes begin with one.
			.replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|[PX^_][^\u001b]*(?:\u001b\\|$)|[ -/]*[0-~])/g, '')
			.replace(/\r\n/g, '\n')
			.replace(/^.*\r(?!\n)/gm, '')
	);
}

/** The end of a text that may be endless: what tests say last is what counts. */
export class OutputTail {
	private text = '';

	constructor(private readonly mostCharacters = 64 * 1024) {}

	add(text: string): void {
		this.text = `${this.text}${text}`.slice(-this.mostCharacters);
	}

	/** Plain text; begins with a whole line. */
	get plain(): string {
		const cut =
			this.text.length === this.mostCharacters ? this.text.slice(this.text.indexOf('\n') + 1) : this.text;
		return withoutEscapes(cut);
	}
}

/** A program and its arguments as a person would type them, for a shell that quotes with `'`. */
export function typed(words: readonly string[]): string {
	return words
		.map((word) => (/^[\w@%+=:,./\\-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
		.join(' ');
}
