// The project's files as the context reads them: redacted once, cut into lines and definitions, each kept, all bounded.

import type { SyntaxNode } from '../../free/grammars';
import { redact } from '../secrets';
import type { WorkFiles } from '../workFiles';
import { type CodeGrammars, type CodeLanguage, codeLanguageOf } from './codeLanguage';
import { type Definition, definitionsOf } from './definitions';
import { outlineByLines } from './lineOutline';

export interface SourceFile {
	readonly path: string;
	readonly language: CodeLanguage | undefined;
	/** Without secrets, Unix line ends, no line longer than `MOST_LINE`; numbers are those of the file. */
	readonly lines: readonly string[];
	readonly definitions: readonly Definition[];
	/** Absent where there is no grammar, the file is too large to parse, or it did not parse at all. */
	readonly root: SyntaxNode | undefined;
	/** Bytes of the lines. */
	readonly size: number;
}

const MOST_FILES = 120;
const MOST_READ = 6 * 1024 * 1024;
const MOST_PARSED = 1_500_000;
const MOST_PARSED_EACH = 200_000;
const MOST_LINE = 400;
const MOST_KNOWN = 60_000;

export class SourceFiles {
	private readonly known = new Map<string, Promise<SourceFile | undefined>>();
	private paths: ReadonlySet<string> = new Set();
	private byName = new Map<string, string[]>();
	private read = 0;
	private parsed = 0;

	constructor(
		private readonly files: Pick<WorkFiles, 'list' | 'read'>,
		private readonly grammars: CodeGrammars,
		private readonly literals: readonly string[],
		/** True when nothing new should be begun. */
		private readonly over: () => boolean,
	) {}

	async open(signal: AbortSignal): Promise<void> {
		const listed = await this.files.list(signal);
		this.paths = new Set(listed.slice(0, MOST_KNOWN));
		for (const path of this.paths) {
			const name = path.slice(path.lastIndexOf('/') + 1);
			const same = this.byName.get(name);
			if (same === undefined) {
				this.byName.set(name, [path]);
			} else if (same.length < 500) {
				same.push(path);
			}
		}
	}

	has(path: string): boolean {
		return this.paths.has(path);
	}

	all(): Iterable<string> {
		return this.paths;
	}

	/** Paths whose last part is `name`, in the listing's order. */
	named(name: string): readonly string[] {
		return this.byName.get(name) ?? [];
	}

	/** Undefined for what may not be shown, is no text, or is past what is read of one project. */
	get(path: string): Promise<SourceFile | undefined> {
		const known = this.known.get(path);
		if (known !== undefined) {
			return known;
		}
		if (!this.paths.has(path) || this.known.size >= MOST_FILES || this.read > MOST_READ || this.over()) {
			return Promise.resolve(undefined);
		}
		const loading = this.load(path);
		this.known.set(path, loading);
		return loading;
	}

	private async load(path: string): Promise<SourceFile | undefined> {
		const read = await this.files.read(path);
		if (read.kind !== 'text') {
			return undefined;
		}
		this.read += read.text.length;
		const raw = read.text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
		const { text } = redact(raw, this.literals);
		const lines = text.split('\n').map(cut);
		if (lines.at(-1) === '') {
			lines.pop();
		}
		const language = codeLanguageOf(path);
		const root = await this.parse(language, text);
		const definitions =
			root !== undefined && language !== undefined
				? definitionsOf(root, language.family, lines)
				: language === undefined
					? []
					: outlineByLines(lines);
		const size = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
		return { path, language, lines, definitions, root, size };
	}

	private async parse(language: CodeLanguage | undefined, text: string): Promise<SyntaxNode | undefined> {
		const isMinified = text.length > 5_000 && text.length / (text.split('\n').length + 1) > 300;
		if (
			language?.grammar === undefined ||
			isMinified ||
			text.length > MOST_PARSED_EACH ||
			this.parsed + text.length > MOST_PARSED
		) {
			return undefined;
		}
		this.parsed += text.length;
		// A grammar that cannot be loaded costs us the exact bounds, not the file.
		return this.grammars.parse(language.grammar, text).catch(() => undefined);
	}
}

function cut(line: string): string {
	return line.length <= MOST_LINE
		? line
		: `${line.slice(0, MOST_LINE)} [${line.length - MOST_LINE} more characters of this line are not shown]`;
}
