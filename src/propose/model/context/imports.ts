// What a file brings in from elsewhere, read from its text: also where the file does not parse.
import type { Family } from './codeLanguage';

export interface Import {
	/** As written: `./a`, `..pkg.mod`, `crate::a::b`, `com.acme.Thing`. */
	readonly from: string;
	/** Names it takes from there; empty when all or unknown. */
	readonly names: readonly string[];
}

const MOST = 200;
const MOST_TEXT = 200_000;

export function importsOf(text: string, family: Family): readonly Import[] {
	const found: Import[] = [];
	const head = text.slice(0, MOST_TEXT);
	for (const one of READERS[family](head)) {
		found.push(one);
		if (found.length >= MOST) {
			break;
		}
	}
	return found;
}

const READERS: Readonly<Record<Family, (text: string) => Iterable<Import>>> = {
	javascript: function* (text) {
		for (const match of text.matchAll(
			/(?:\b(?:import|export)\s([^'"`;()]{0,2000}?)\bfrom\s{0,9}|\bimport\s{0,9}|(?:\b(?:const|let|var)\s{1,9}([^=;]{1,500}?)\s{0,9}=\s{0,9}(?:await\s{1,9})?)?\b(?:require|import|require\.resolve|proxyquire|rewire|requireActual|importActual|mock)\s{0,9}\(\s{0,9})(['"`])([^'"`\n]{1,300})\3/g,
		)) {
			yield { from: match[4] ?? '', names: namesIn(match[1] ?? match[2] ?? '') };
		}
	},
	python: function* (text) {
		for (const match of text.matchAll(
			/^[ \t]{0,40}(?:from[ \t]{1,9}([.\w]{1,200})[ \t]{1,9}import[ \t]{1,9}(\([^)]{0,4000}\)|[^\n#;]{1,500})|import[ \t]{1,9}([\w., \t]{1,500}))/gm,
		)) {
			if (match[1] !== undefined) {
				yield { from: match[1], names: namesIn(match[2] ?? '') };
				continue;
			}
			for (const module of (match[3] ?? '').split(',')) {
				yield { from: module.trim().split(/\s/)[0] ?? '', names: [] };
			}
		}
	},
	go: function* (text) {
		for (const block of text.matchAll(
			/^import\s{0,9}(?:\(([^)]{0,8000})\)|(?:[\w.]{1,60}\s)?\s{0,9}("[^"\n]{1,300}"))/gm,
		)) {
			for (const match of (block[1] ?? block[2] ?? '').matchAll(/"([^"\n]{1,300})"/g)) {
				yield { from: match[1] ?? '', names: [] };
			}
		}
	},
	rust: function* (text) {
		for (const match of text.matchAll(
			/^\s{0,40}(?:pub(?:\([a-z]{1,9}\))?\s)?(?:use\s{1,9}([^;]{1,2000});|mod\s{1,9}(\w{1,80});)/gm,
		)) {
			if (match[2] !== undefined) {
				yield { from: `self::${match[2]}`, names: [] };
				continue;
			}
			const [path = '', group] = (match[1] ?? '').split(/::\{|\{/, 2);
			yield { from: path.replace(/\s+as\s.*$/s, '').trim(), names: namesIn(group ?? '') };
		}
	},
	java: function* (text) {
		for (const match of text.matchAll(
			/^\s{0,9}import\s{1,9}(?:static\s{1,9})?([\w.]{1,300}(?:\.\*)?)\s{0,9};/gm,
		)) {
			yield { from: match[1] ?? '', names: [] };
		}
	},
	'c-sharp': () => [],
	ruby: function* (text) {
		for (const match of text.matchAll(
			/\b(require_relative|require|load|autoload\s{0,9}\(?:\w{1,80},)\s{0,9}\(?['"]([^'"\n]{1,200})['"]/g,
		)) {
			yield { from: match[1] === 'require_relative' ? `./${match[2] ?? ''}` : (match[2] ?? ''), names: [] };
		}
	},
	php: function* (text) {
		for (const match of text.matchAll(
			/^\s{0,9}use\s{1,9}(?:function\s{1,9})?([\w\\]{1,300})|\b(?:require|include)(?:_once)?[\s(]{1,9}(?:__DIR__\s{0,9}\.\s{0,9})?['"]([^'"\n]{1,200})['"]/gm,
		)) {
			yield match[2] === undefined
				? { from: match[1] ?? '', names: [] }
				: { from: `./${match[2].replace(/^\//, '')}`, names: [] };
		}
	},
	other: function* (text) {
		for (const match of text.matchAll(/^\s{0,9}#\s{0,9}include\s{0,9}"([^"\n]{1,200})"/gm)) {
			yield { from: `./${match[1] ?? ''}`, names: [] };
		}
	},
};

const KEYWORDS = new Set(['import', 'type', 'as', 'from', 'default', 'const', 'let', 'var', 'await']);

function namesIn(text: string): string[] {
	return [...text.matchAll(/[\p{L}_$][\p{L}\p{N}_$]*/gu)]
		.map((match) => match[0])
		.filter((name) => !KEYWORDS.has(name))
		.slice(0, 100);
}
