// What an issue states that a failing test can be held against: errors, values, code, places.
import { type Issue, issueText } from './issue';

export interface IssueFacts {
	/** Errors it quotes: `TypeError`, and what the error says. */
	readonly errors: readonly { readonly name: string; readonly message: string }[];
	/** Places in stack traces: the end of a path, `/`-separated, and a 1-based line. */
	readonly frames: readonly { readonly path: string; readonly line: number }[];
	/** Fenced or indented code, in order, with the language it names. */
	readonly blocks: readonly { readonly language: string; readonly text: string }[];
	/** Names that code in it uses: functions, options, properties. */
	readonly names: ReadonlySet<string>;
	/** It is about something that does not end. */
	readonly hangs: boolean;
	/** It is about something that throws, crashes, or is refused. */
	readonly fails: boolean;
	/** All of it, blanks made one, lower case: for looking values up. */
	readonly plain: string;
	/** All of it as it is. */
	readonly plainText: string;
}

export function issueFacts(issue: Issue): IssueFacts {
	const text = issueText(issue);
	const blocks = blocksOf(text);
	const code = [...blocks.map((block) => block.text), ...inlineCode(text)].join('\n');
	return {
		errors: errorsIn(text),
		frames: framesIn(text),
		blocks,
		names: new Set([...namesIn(code), ...callsIn(text)]),
		hangs:
			/\b(hangs?|hung|infinite(?:ly)? (?:loop|recurs)|never (?:ends|returns|resolves|finishes|settles|terminates)|endless|time[sd]?[ -]?out|freez(?:es|ing)|deadlock)/i.test(
				text,
			),
		fails:
			/\b(?:throw(?:s|n|ing)?|threw|crash(?:es|ed|ing)?|exceptions?|errors?|fail(?:s|ed|ing|ure)?|reject(?:s|ed|ing)?|refuse[sd]?|unsupported|not supported|invalid|breaks?|broken?|blows? up|cannot|can(?:'|’)?t|unable|panics?|does(?:n(?:'|’)t| not) (?:work|parse|support|accept|handle|allow))\b/i.test(
				text,
			) || /(?:Error|Exception)\b/.test(text),
		plain: plain(text),
		plainText: text,
	};
}

/** Blanks made one, lower case, quotation marks made alike: for comparing what was said. */
export function plain(text: string): string {
	return text
		.replace(/[‘’“”`"]/g, "'")
		.replace(/\s+/g, ' ')
		.trim()
		.toLowerCase();
}

const ERROR =
	/(?:^|[\s>*`"'(:])(?:Uncaught )?((?:[A-Z]\w*)?(?:Error|Exception|Warning|Panic|Fault))(?: \[\w+\])?: ?([^\n]{3,300})/gm;
const MOST_ERRORS = 12;

function errorsIn(text: string): IssueFacts['errors'] {
	const found = new Map<string, { name: string; message: string }>();
	for (const [, name = '', said = ''] of text.matchAll(ERROR)) {
		const message = said.replace(/[`*"')\s]+$/, '').trim();
		// What follows the name in a sentence of prose is no message of a program.
		if (message.length >= 3 && !/^(?:\/\/|#)/.test(message)) {
			found.set(`${name}:${message}`, { name, message });
		}
	}
	return [...found.values()].slice(0, MOST_ERRORS);
}

const MOST_FRAMES = 60;

function framesIn(text: string): IssueFacts['frames'] {
	const frames: { path: string; line: number }[] = [];
	const add = (path: string | undefined, line: string | undefined) => {
		if (path !== undefined && line !== undefined && !/node_modules|^node:|site-packages/.test(path)) {
			frames.push({ path: path.replaceAll('\\', '/').replace(/^(?:file:\/\/)?/, ''), line: Number(line) });
		}
	};
	for (const line of text.split('\n').slice(0, 5_000)) {
		const short = line.slice(0, 500);
		const script = /^\s*at .*?\(?((?:file:\/\/)?[\w@./\\: -]+\.[cm]?[jt]sx?):(\d+)(?::\d+)?\)?\s*$/.exec(
			short,
		);
		add(script?.[1]?.replace(/^.*\(/, ''), script?.[2]);
		const python = /^\s*File "([^"]+)", line (\d+)/.exec(short);
		add(python?.[1], python?.[2]);
	}
	return frames.slice(0, MOST_FRAMES);
}

const FENCE = /^(\s{0,3})(`{3,}|~{3,})\s*([\w+#.-]*)[^\n]*$/;
const MOST_BLOCKS = 20;

/** @returns fenced blocks, then indented ones. */
function blocksOf(text: string): IssueFacts['blocks'] {
	const lines = text.split('\n');
	const fenced: { language: string; text: string }[] = [];
	const outside: string[] = [];
	for (let at = 0; at < lines.length; at += 1) {
		const open = FENCE.exec(lines[at] ?? '');
		if (open === null) {
			outside.push(lines[at] ?? '');
			continue;
		}
		const mark = open[2] ?? '```';
		const end = lines.findIndex(
			(line, index) =>
				index > at && line.trim().startsWith(mark) && line.trim().replaceAll(mark[0] ?? '`', '') === '',
		);
		const close = end < 0 ? lines.length : end;
		fenced.push({ language: (open[3] ?? '').toLowerCase(), text: lines.slice(at + 1, close).join('\n') });
		outside.push('');
		at = close;
	}
	const indented =
		outside.join('\n').match(/(?:^|\n)\n?((?:(?: {4}|\t)[^\n]*\n?|[ \t]*\n(?= {4}|\t))+)/g) ?? [];
	const loose = indented
		.map((block) => ({ language: '', text: block.replace(/^(?: {4}|\t)/gm, '').trim() }))
		.filter((block) => /[(=;]/.test(block.text));
	return [...fenced, ...loose].slice(0, MOST_BLOCKS);
}

function inlineCode(text: string): string[] {
	return [...text.matchAll(/`([^`\n]{1,200})`/g)].map((match) => match[1] ?? '');
}

/** Words that every program has. */
export const COMMON: ReadonlySet<string> = new Set(
	'const let var function return require import export from default class new this null undefined true false async await describe test expect assert equal console log print def self none raise else elif except with lambda string number boolean object array value result input output error message module exports throw catch finally typeof then strictequal deepequal deepstrictequal notequal tobe toequal tostrictequal tothrow node package index main'.split(
		' ',
	),
);

export function namesIn(code: string): string[] {
	return (code.match(/[A-Za-z_$][\w$]{2,60}/g) ?? []).filter((name) => !COMMON.has(name.toLowerCase()));
}

/** `parse()`, `Foo.bar`: code that was not marked as such. */
function callsIn(text: string): string[] {
	const calls =
		text.match(/[A-Za-z_$][\w$.]{2,60}(?=\()|\b[A-Za-z_$][\w$]+\.[A-Za-z_$][\w$]+\b|\b[a-z]+[A-Z]\w+\b/g) ??
		[];
	return calls
		.flatMap((call) => call.split('.'))
		.filter((name) => name.length > 2 && !COMMON.has(name.toLowerCase()));
}
