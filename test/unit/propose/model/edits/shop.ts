// Base files of the corpus, and a reader of its cases. What is right is told by the known true edit, as a plain
// replacement of text that is there once, not by the code under test.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Applied, applyEdits, parseEdits } from '../../../../../src/propose/model/edits';
import type { EditedFiles } from '../../../../../src/propose/model/edits/batch';
import { WorkFiles } from '../../../../../src/propose/model/workFiles';

const folder = path.join(__dirname, '../../../../fixtures/edits');
export const SIGNAL = new AbortController().signal;

export type Texts = ReadonlyMap<string, string>;

export const BASE: Texts = new Map(
	readdirSync(path.join(folder, 'base'), { recursive: true, encoding: 'utf8', withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => path.join(entry.parentPath, entry.name))
		.map((file) => [
			path.relative(path.join(folder, 'base'), file).replaceAll('\\', '/'),
			readFileSync(file, 'utf8'),
		]),
);

export function inMemory(texts: Texts): EditedFiles {
	const names = new WorkFiles('/nowhere');
	return {
		list: async () => [...texts.keys()].sort(),
		read: async (file) => {
			const text = texts.get(file);
			return text === undefined
				? { kind: 'refused', reason: `There is no ${file}.` }
				: { kind: 'text', text };
		},
		refusal: (file) => names.refusal(file),
	};
}

export function applied(reply: string, texts: Texts): Promise<Applied> {
	return applyEdits(parseEdits(reply), inMemory(texts), SIGNAL, [...texts.keys()]);
}

export interface Truth {
	readonly changes: readonly { readonly path: string; readonly from: string; readonly to: string }[];
	readonly created: Texts;
	readonly deleted: readonly string[];
	/** Part of the reason why it must be refused. */
	readonly refused?: string;
}

export interface Case extends Truth {
	readonly name: string;
	readonly reply: string;
}

/** Sections begin with a line `§ KIND REST`; texts end before the next one. */
export function casesOf(file: string): Case[] {
	const sections = readFileSync(path.join(folder, file), 'utf8')
		.split(/^§ /m)
		.slice(1)
		.map((section) => {
			const [head = '', ...lines] = section.replace(/\n$/, '').split('\n');
			const [kind = '', ...rest] = head.split(' ');
			return { kind, rest: rest.join(' '), text: lines.join('\n') };
		});
	const cases: { -readonly [K in keyof Case]: Case[K] }[] = [];
	for (const { kind, rest, text } of sections) {
		const last = cases.at(-1);
		if (kind === 'case' || last === undefined) {
			cases.push({ name: rest, reply: '', changes: [], created: new Map(), deleted: [] });
		} else if (kind === 'reply') {
			last.reply = text;
		} else if (kind === 'change') {
			last.changes = [...last.changes, { path: rest, from: text, to: '' }];
		} else if (kind === 'to') {
			last.changes = last.changes.map((change, at, all) =>
				at === all.length - 1 ? { ...change, to: text } : change,
			);
		} else if (kind === 'new') {
			last.created = new Map([...last.created, [rest, `${text.replace(/\n*$/, '')}\n`]]);
		} else if (kind === 'deleted') {
			last.deleted = [...last.deleted, rest];
		} else if (kind === 'refused') {
			last.refused = rest;
		} else {
			throw new Error(`no such section: ${kind}`);
		}
	}
	return cases;
}

/** The texts that the truth makes of changed files. */
export function expectedTexts(truth: Truth, base: Texts): Texts {
	const texts = new Map(truth.created);
	for (const { path: file, from, to } of truth.changes) {
		const before = texts.get(file) ?? base.get(file) ?? '';
		assert.equal(before.split(from).length, 2, `the true edit of ${file} must be there once: ${from}`);
		texts.set(file, before.split(from).join(to));
	}
	return texts;
}

export function judge(result: Applied, truth: Truth, base: Texts, asIn: (text: string) => string): void {
	if (truth.refused !== undefined) {
		assert.equal(result.kind, 'refused', 'must be refused');
		assert.ok(
			result.kind === 'refused' && result.reasons.join('\n').includes(truth.refused),
			JSON.stringify(result),
		);
		return;
	}
	assert.equal(result.kind, 'applied', JSON.stringify(result));
	if (result.kind === 'applied') {
		const expected = [...expectedTexts(truth, base)].map(([file, text]) => [
			file,
			truth.created.has(file) ? text : asIn(text),
		]);
		assert.deepEqual(
			Object.fromEntries(result.edits.map((edit) => [edit.path, edit.text])),
			Object.fromEntries(expected),
		);
		assert.deepEqual([...result.deleted].sort(), [...truth.deleted].sort());
	}
}
