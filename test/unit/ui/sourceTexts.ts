// Reads the sources for texts that a person sees: which are translated, and which are not.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

export interface SourceText {
	/** `{0}`, `{1}`, … where a value comes in. */
	readonly text: string;
	readonly values: number;
	readonly place: string;
	readonly start: number;
	readonly end: number;
	/** Source text of the values. */
	readonly expressions: readonly string[];
}

/** Two words, or a word and a value: nothing that only programs read looks like that. */
const PROSE = /\p{L}{2,}[.,:;)”]? (?:\p{L}{2,}|[a-z] |[“(]?\{\d)|\{\d\}[.,:;)”]? \p{L}{2,}/u;
/** Read by programs all the same. */
const FOR_PROGRAMS = new Set([
	'solid none none none',
	'/Underbid receipt.md',
	'/Attempt {0} ({1}) {2}.diff',
	'underbid limit',
	'a tier holds from its first piece on',
	'Nothing was measured yet.',
	'underbid.editorModels: on',
	'underbid.editorModels: off',
]);
/** One word is for people where one of these is set to it. */
const SHOWN = /^(title|label|description|detail|placeHolder|placeholder|prompt|tooltip|message|name)$/;
const ONE_WORD = /^(?:\$\([a-z-]+\) )?\p{Lu}\p{Ll}+[….?!]?$/u;
const MESSAGE = /^show(Information|Warning|Error)Message$/;

export function sourceFiles(folder: string): readonly string[] {
	return readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.ts'))
		.map((name) => path.join(folder, name))
		.sort();
}

export function usesEditor(file: string): boolean {
	return readFileSync(file, 'utf8').includes("import * as vscode from 'vscode'");
}

/** Texts that are handed to `vscode.l10n.t`, and texts for people that are not. */
export function textsIn(file: string): {
	readonly translated: readonly SourceText[];
	readonly bare: readonly SourceText[];
	/** Calls whose text is no literal, so that nobody can translate it. */
	readonly unreadable: readonly string[];
} {
	const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
	const translated: SourceText[] = [];
	const bare: SourceText[] = [];
	const unreadable: string[] = [];
	const placeOf = (node: ts.Node): string =>
		`${path.basename(file)}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`;
	const look = (node: ts.Node): void => {
		if (ts.isCallExpression(node) && /\bl10n\.t$/.test(node.expression.getText(source))) {
			const [first, ...values] = node.arguments;
			const found = first && literal(first, source);
			if (found === undefined || found.expressions.length > 0) {
				unreadable.push(placeOf(node));
			} else {
				translated.push({ ...found, values: values.length, place: placeOf(node) });
			}
			for (const value of values) {
				look(value);
			}
			return;
		}
		if (isForPrograms(node, source)) {
			return;
		}
		const found = literal(node, source);
		if (found !== undefined && isForPeople(node, found.text, source)) {
			bare.push({ ...found, values: found.expressions.length, place: placeOf(node) });
		}
		ts.forEachChild(node, look);
	};
	look(source);
	return { translated, bare, unreadable };
}

function literal(node: ts.Node, source: ts.SourceFile): Omit<SourceText, 'values' | 'place'> | undefined {
	const [start, end] = [node.getStart(source), node.end];
	if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
		return { text: node.text, expressions: [], start, end };
	}
	if (!ts.isTemplateExpression(node)) {
		return undefined;
	}
	const text = node.templateSpans.reduce(
		(sum, { literal: { text: next } }, index) => `${sum}{${index}}${next}`,
		node.head.text,
	);
	const expressions = node.templateSpans.map(({ expression }) => expression.getText(source));
	return { text, expressions, start, end };
}

/** Errors that are bugs, the log, and types. */
function isForPrograms(node: ts.Node, source: ts.SourceFile): boolean {
	return (
		ts.isImportDeclaration(node) ||
		ts.isTypeNode(node) ||
		(ts.isNewExpression(node) && /^(Error|TypeError|RegExp)$/.test(node.expression.getText(source))) ||
		(ts.isCallExpression(node) &&
			/\blog\.(trace|debug|info|warn|error)$/.test(node.expression.getText(source)))
	);
}

function isForPeople(node: ts.Node, text: string, source: ts.SourceFile): boolean {
	if (FOR_PROGRAMS.has(text)) {
		return false;
	}
	if (PROSE.test(text.replace(/\$\([a-z~-]+\)/g, ''))) {
		return true;
	}
	if (!ONE_WORD.test(text)) {
		return false;
	}
	const { parent } = node;
	return (
		(ts.isPropertyAssignment(parent) && SHOWN.test(parent.name.getText(source))) ||
		(ts.isCallExpression(parent) &&
			ts.isPropertyAccessExpression(parent.expression) &&
			MESSAGE.test(parent.expression.name.text)) ||
		// A button, named for the answer to be compared with it.
		(ts.isVariableDeclaration(parent) && /^[A-Z_]+$/.test(parent.name.getText(source)))
	);
}
