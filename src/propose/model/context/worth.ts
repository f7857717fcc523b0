// How much each definition of the reached files is worth to somebody who mends the failure.
import { posix } from 'node:path';
import { isTestPath } from './codeLanguage';
import type { Definition } from './definitions';
import { namesIn } from './names';
import type { Reached } from './reach';
import type { SourceFile } from './sourceFiles';
import { LEAST_SPLIT, unitsOf } from './units';

export interface Worth {
	readonly file: SourceFile;
	readonly definition: Definition;
	readonly worth: number;
	/** Lines in it that the failure or a change points to. */
	readonly hot: readonly number[];
	/** The file is called as a test's file is. */
	readonly isNamesake: boolean;
}

export interface Clues {
	/** Names in the failing tests, with how much each tells, 0 to 1. */
	readonly used: ReadonlyMap<string, number>;
	/** Lines that the failure's stack names, the innermost first. */
	readonly frames: readonly { readonly path: string; readonly line: number }[];
	/** Lines that differ from the last commit. */
	readonly changed: readonly { readonly path: string; readonly line: number }[];
	/** What the failure said. */
	readonly message: string;
	readonly testPaths: readonly string[];
}

const FRAME = 100;
const MESSAGE = 65;
const CHANGED = 45;
const NAMED = 50;
const ENTRY = 45;
const TELLING = 28;
const PASSED_ON = 0.7;
const TO_PARTS = 0.6;
const ROUNDS = 4;

interface Node {
	readonly file: SourceFile;
	readonly definition: Definition;
	readonly hot: Set<number>;
	worth: number;
	/** Less where nothing ties the file to the failing tests but that it is reached. */
	readonly affinity: number;
	readonly isNamesake: boolean;
	tokens: ReadonlyMap<string, number> | undefined;
}

/** Best first. Test files' definitions are left out, unless the tests are written beside the code. */
export function worthOf(reached: readonly Reached[], clues: Clues): readonly Worth[] {
	const nodes: Node[] = [];
	for (const one of reached) {
		if (one.distance === 0 && !one.file.path.endsWith('.rs') && reached.length > 1) {
			continue;
		}
		nodes.push(...nodesOf(one, clues));
	}
	passOn(nodes);
	weighWords(nodes, clues.used);
	return nodes
		.map(({ file, definition, worth, isNamesake, hot }) => ({
			file,
			definition,
			worth,
			isNamesake,
			hot: [...hot].sort((a, b) => a - b),
		}))
		.sort(
			(a, b) =>
				b.worth - a.worth ||
				(a.file.path < b.file.path
					? -1
					: a.file.path > b.file.path
						? 1
						: a.definition.start - b.definition.start),
		);
}

function nodesOf({ file, distance, names }: Reached, clues: Clues): Node[] {
	const near = [1, 1, 0.6, 0.35, 0.2, 0.1][Math.min(5, Math.ceil(distance))] ?? 0.1;
	const told = clues.used.get(stem(file.path));
	const isNamesake = clues.testPaths.some((path) => stem(path) === stem(file.path));
	const alike = isNamesake ? 1.5 : told === undefined ? 1 : 1 + 0.4 * told;
	const affinity = alike > 1 ? 1 : 0.65;
	const base = 14 * near * alike * (isTestPath(file.path) ? 0.4 : 1);
	const factor = isTestPath(file.path) ? 0.6 : 0.55 + 0.45 * near;
	const bound = [...names].some((name) => clues.used.has(name));
	// A name that nobody takes from this file is likely somebody else's.
	const isOpen = names.size === 0 || (names.size === 1 && bound);
	const known = ({ name, parent }: Definition) =>
		names.has(name) ? 1.3 : isOpen || parent !== undefined ? 1 : 0.5;
	const nodes = unitsOf(file).map((definition): Node => {
		const told = clues.used.get(definition.name);
		const isEntry =
			definition.name === 'exports' || definition.name === 'default' || isDefault(file, definition);
		const worth = Math.max(
			base,
			told === undefined ? 0 : NAMED * told * factor * known(definition),
			isEntry && bound
				? ENTRY * factor
				: isEntry && names.size === 0
					? ENTRY * factor * (alike > 1 ? 1 : 0.6)
					: 0,
		);
		return { file, definition, worth, affinity, isNamesake, hot: new Set(), tokens: undefined };
	});
	const raise = (line: number, by: number) => {
		const inner = nodes.filter(({ definition }) => definition.start <= line && line <= definition.end).at(-1);
		if (inner !== undefined) {
			inner.worth = Math.max(inner.worth, base + by);
			inner.hot.add(line);
		}
	};
	for (const [index, frame] of clues.frames.entries()) {
		if (frame.path === file.path) {
			raise(frame.line, FRAME * 0.85 ** index * (isTestPath(file.path) ? 0.5 : 1));
		}
	}
	for (const { path, line } of clues.changed) {
		if (path === file.path) {
			raise(line, CHANGED);
		}
	}
	for (const line of saying(file, clues.message)) {
		raise(line, MESSAGE);
	}
	if (!isTestPath(file.path)) {
		for (const [line, told] of telling(file, clues.used)) {
			raise(line, TELLING * told * near);
		}
	}
	return nodes;
}

function isDefault(file: SourceFile, { head, name }: Definition): boolean {
	if (file.language?.family !== 'javascript' || name === '') {
		return false;
	}
	const line = file.lines[head - 1] ?? '';
	return (
		/\bexport\s+default\b|\bmodule\.exports\s*=/.test(line) ||
		file.lines.some((one) => one.length < 200 && isExportOf(one, name))
	);
}

function isExportOf(line: string, name: string): boolean {
	const exported =
		/^(?:export\s+default|(?:exports\s*=\s*)?module\.exports\s*=(?:\s*exports\s*=)?|exports\.default\s*=)\s*([\w$]+)\s*;?\s*$/.exec(
			line,
		)?.[1];
	return exported === name;
}

function stem(path: string): string {
	return posix
		.basename(path)
		.replace(/\.[a-z.]+$/i, '')
		.replace(/[._-]?(?:tests?|specs?)$|^(?:tests?|specs?)[._-]/i, '')
		.toLowerCase();
}

/** Lines that hold a text of the failure's message. */
function saying(file: SourceFile, message: string): number[] {
	const lines: number[] = [];
	for (const [index, line] of file.lines.entries()) {
		for (const match of line.matchAll(/(["'`])((?:(?!\1)[^\\\n]|\\.){10,200})\1/g)) {
			const parts = (match[2] ?? '')
				.split(/\$\{[^}]{0,80}\}|%[a-z]|\{\w{0,30}\}|\\n/)
				.filter((part) => part.trim().length >= 8);
			if (parts.length > 0 && parts.every((part) => message.includes(part))) {
				lines.push(index + 1);
			}
		}
	}
	return lines.slice(0, 8);
}

const MOST_TELLING_LINES = 8;

/** Lines with words that tell much of the failing tests and are rare in the code, options and literals among them. */
function telling(
	file: SourceFile,
	used: ReadonlyMap<string, number>,
): readonly (readonly [number, number])[] {
	const places = new Map<string, number[]>();
	for (const [index, line] of file.lines.entries()) {
		if (/^\s*(?:\/\/|\*|\/\*|#)/.test(line)) {
			continue;
		}
		for (const name of namesIn(line).keys()) {
			if (name.length >= 4 && (used.get(name) ?? 0) >= 0.55) {
				places.set(name, [...(places.get(name) ?? []), index + 1]);
			}
		}
	}
	return [...places].flatMap(([name, lines]) =>
		lines.length <= MOST_TELLING_LINES
			? lines.map((line) => [line, (used.get(name) ?? 0) / Math.sqrt(lines.length)] as const)
			: [],
	);
}

/** What a definition uses is worth a part of what the definition is worth. */
function passOn(nodes: readonly Node[]): void {
	const byName = new Map<string, Node[]>();
	for (const node of nodes) {
		if (node.definition.name !== '') {
			byName.set(node.definition.name, [...(byName.get(node.definition.name) ?? []), node]);
		}
	}
	const byDefinition = new Map(nodes.map((node) => [node.definition, node]));
	for (let round = 0; round < ROUNDS; round += 1) {
		for (const node of nodes) {
			const whole =
				node.definition.parent === undefined ? undefined : byDefinition.get(node.definition.parent);
			node.worth = Math.max(node.worth, (whole?.worth ?? 0) * TO_PARTS);
		}
		for (const node of [...nodes].sort((a, b) => b.worth - a.worth)) {
			for (const name of wordsIn(node)) {
				const others = (byName.get(name) ?? []).filter((other) => other !== node);
				const here = others.filter((other) => other.file === node.file && !isBinding(other));
				const meant = here.length > 0 ? here : others.filter((other) => !isBinding(other));
				for (const other of meant) {
					other.worth = Math.max(
						other.worth,
						(node.worth * PASSED_ON * other.affinity) / Math.sqrt(meant.length),
					);
				}
			}
		}
	}
}

/** `const a = require('a')` only brings in what is defined elsewhere. */
function isBinding({ file, definition }: Node): boolean {
	return (
		definition.end - definition.start < 4 &&
		/\brequire\s*\(|^\s*import\b/.test(file.lines[definition.head - 1] ?? '')
	);
}

const WORDS = 0.4;

/** Among equals, what speaks of the same things as the tests is worth more; a word that all speak of tells nothing. */
function weighWords(nodes: readonly Node[], used: ReadonlyMap<string, number>): void {
	const holders = new Map<string, number>();
	const words = nodes.map((node) => {
		const own = [...wordsIn(node)].filter((name) => used.has(name));
		for (const name of own) {
			holders.set(name, (holders.get(name) ?? 0) + 1);
		}
		return own;
	});
	const told = words.map((own) =>
		own.reduce((sum, name) => sum + (used.get(name) ?? 0) / Math.sqrt(holders.get(name) ?? 1), 0),
	);
	const most = told.reduce((high, one) => Math.max(high, one), 0.5);
	for (const [index, node] of nodes.entries()) {
		node.worth *= 1 + (WORDS * (told[index] ?? 0)) / most;
	}
}

function wordsIn(node: Node): Iterable<string> {
	node.tokens ??= namesIn(ownText(node));
	return node.tokens.keys();
}

/** A large container's own lines come as stretches: what its parts use is theirs. */
function ownText({ file, definition }: Node): string {
	const lines = file.lines.slice(definition.start - 1, definition.end);
	const isSplit = definition.container && definition.end - definition.start >= LEAST_SPLIT;
	return lines.slice(0, isSplit ? 8 : 400).join('\n');
}
