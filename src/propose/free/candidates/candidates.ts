// Every single edit of a file that may be its fix, from declarative templates over one parse.
import type { Candidate } from '../candidate';
import type { Grammars, SyntaxNode } from '../grammars';
import { languageOf } from '../language';
import type { Dialect, Kind } from './dialect';
import { dialectOf } from './dialect';
import { priors, unknownPrior } from './priors';
import { Scene } from './scene';
import { descendants } from './syntax';
import type { Change, Template } from './template';
import { turned } from './templates/branches';
import { calls } from './templates/calls';
import { conditions } from './templates/conditions';
import { constants } from './templates/constants';
import { everywhere } from './templates/everywhere';
import { fallbacks } from './templates/fallbacks';
import { guards } from './templates/guards';
import { javascriptTemplates } from './templates/javascript';
import { jumping } from './templates/jumps';
import { methods } from './templates/methods';
import { names } from './templates/names';
import { operators } from './templates/operators';
import { pythonTemplates } from './templates/python';
import { regexes } from './templates/regexes';
import { reuse } from './templates/reuse';
import { statements } from './templates/statements';
import { steps } from './templates/steps';
import { terms } from './templates/terms';
import { wraps } from './templates/wraps';

export interface CandidateOptions {
	/** 1-based lines at which changes may begin; all when absent. */
	readonly lines?: ReadonlySet<number>;
	/** Literals of the failing test's source, as written there. */
	readonly literals?: readonly string[];
}

const shared: readonly Template[] = [
	...everywhere,
	...regexes,
	...terms,
	...fallbacks,
	...constants,
	...operators,
	...names,
	...conditions,
	...turned,
	...methods,
	...wraps,
	...calls,
	...reuse,
	...statements,
	...guards,
	...jumping,
	...steps,
];
const families: Readonly<Record<Dialect['family'], ReadonlyMap<string, readonly Template[]>>> = {
	javascript: byKind([...shared, ...javascriptTemplates]),
	python: byKind([...shared, ...pythonTemplates]),
};

function byKind(templates: readonly Template[]): ReadonlyMap<string, readonly Template[]> {
	const map = new Map<Kind | 'expression' | 'statement', Template[]>();
	for (const template of templates) {
		for (const kind of template.on) {
			map.set(kind, [...(map.get(kind) ?? []), template]);
		}
	}
	return map;
}

/**
 * All single-edit candidates of one file, the likeliest first, no two with the same text. Empty for a file in a
 * language without templates. Text with syntax errors is still read as far as the grammar can.
 */
export async function candidatesOf(
	file: string,
	text: string,
	grammars: Grammars,
	options: CandidateOptions = {},
): Promise<readonly Candidate[]> {
	const language = languageOf(file);
	if (!language) {
		return [];
	}
	const dialect = dialectOf(language);
	const root = await grammars.parse(language, text);
	const scene = new Scene(text, root, dialect, options.literals ?? []);
	const templates = families[dialect.family];
	const found = new Map<string, Candidate>();
	for (const node of descendants(root)) {
		if (!node.named || (options.lines && !isAsked(node, scene, options.lines))) {
			continue;
		}
		const kinds: readonly string[] = [
			dialect.kindOf(node),
			...(dialect.isExpression(node) ? ['expression'] : []),
			...(dialect.isStatement(node) ? ['statement'] : []),
		];
		for (const kind of kinds) {
			for (const template of templates.get(kind) ?? []) {
				for (const change of template.changes(node, scene)) {
					keep(found, text, candidate(file, text, node.line, template.name, change));
				}
			}
		}
	}
	return [...found.values()].sort((a, b) => b.prior - a.prior);
}

/** On a line asked for, or part of a statement that begins on one: coverage may tell of first lines only. */
function isAsked(node: SyntaxNode, scene: Scene, lines: ReadonlySet<number>): boolean {
	return lines.has(node.line) || lines.has(scene.statementOf(node)?.line ?? node.line);
}

function candidate(
	file: string,
	text: string,
	line: number,
	template: string,
	change: Change,
): Candidate | undefined {
	const old = text.slice(change.start, change.end);
	const dense = (piece: string) => piece.replace(/\s+/g, '');
	const layoutOnly = !/['"`]/.test(old) && !file.endsWith('.py') && dense(old) === dense(change.text);
	if (old === change.text || layoutOnly) {
		return undefined;
	}
	// The smallest edit: what both have in common at either end is not part of it.
	let head = 0;
	while (head < old.length && old.charCodeAt(head) === change.text.charCodeAt(head)) {
		head++;
	}
	let tail = 0;
	const most = Math.min(old.length, change.text.length) - head;
	while (
		tail < most &&
		old.charCodeAt(old.length - 1 - tail) === change.text.charCodeAt(change.text.length - 1 - tail)
	) {
		tail++;
	}
	return {
		file,
		start: change.start + head,
		end: change.end - tail,
		text: change.text.slice(head, change.text.length - tail),
		line,
		template,
		prior: (priors[template] ?? unknownPrior) * change.share,
	};
}

function keep(found: Map<string, Candidate>, text: string, next: Candidate | undefined): void {
	if (!next) {
		return;
	}
	const key = keyOf(next, text);
	const known = found.get(key);
	if (!known || known.prior < next.prior) {
		found.set(key, next);
	}
}

/** The same for edits that give the same text: what is only added or removed is slid to the left as far as it goes. */
function keyOf({ start, end, text }: Candidate, base: string): string {
	let from = start;
	let piece = text === '' ? base.slice(start, end) : text;
	if (text === '' || start === end) {
		while (from > 0 && base.charAt(from - 1) === piece.charAt(piece.length - 1)) {
			piece = piece.charAt(piece.length - 1) + piece.slice(0, -1);
			from--;
		}
	}
	return `${from}:${from + end - start}:${text === '' ? '' : piece}`;
}
