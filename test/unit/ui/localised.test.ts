// What a person reads in the editor can be translated, and translations say the same. `npm run l10n` writes the bundle
// that translators start from.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { bundleOf, textsToTranslate } from './bundle';
import { sourceFiles, textsIn, usesEditor } from './sourceTexts';

const ROOT = path.join(import.meta.dirname, '../../..');
const UI = path.join(ROOT, 'src/ui');

type Texts = Readonly<Record<string, string>>;

describe('texts in the editor', () => {
	const files = sourceFiles(UI);
	const own = files.filter(usesEditor).map(textsIn);

	it('are found', () => {
		assert.ok(textsToTranslate(UI).length > 200);
	});

	it('are translated wherever a file talks to the editor', () => {
		assert.deepEqual(
			own.flatMap(({ bare }) => bare.map(({ place, text }) => `${place} ${text}`)),
			[],
		);
	});

	it('are literals, and have a value for each of their places', () => {
		assert.deepEqual(
			own.flatMap(({ unreadable }) => unreadable),
			[],
		);
		assert.deepEqual(
			own.flatMap(({ translated }) =>
				translated
					.filter(({ text, values }) => new Set(places(text)).size !== values)
					.map(({ place, text }) => `${place} ${text}`),
			),
			[],
		);
	});

	it('are all in the bundle, and nothing else is', () => {
		assert.equal(
			readFileSync(path.join(ROOT, 'l10n/bundle.l10n.json'), 'utf8'),
			bundleOf(UI),
			'write it anew with "npm run l10n"',
		);
	});
});

describe('texts of the manifest', () => {
	const manifest = readFileSync(path.join(ROOT, 'package.json'), 'utf8');
	const { contributes } = JSON.parse(manifest) as { contributes: unknown };
	const english = read('package.nls.json');

	it('are names of texts', () => {
		assert.deepEqual(shown(contributes, ''), []);
	});

	it('are there, and none is left over', () => {
		const used = [...manifest.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key as string);
		assert.deepEqual([...new Set(used)].sort(), Object.keys(english).sort());
	});
});

describe('translations', () => {
	const translations = (folder: string, pattern: RegExp) =>
		readdirSync(path.join(ROOT, folder)).filter((name) => pattern.test(name));

	it('have every text, with the same values, commands and settings in it', () => {
		const sets: [string, readonly string[]][] = [
			[
				'l10n/bundle.l10n.json',
				translations('l10n', /^bundle\.l10n\.[\w-]+\.json$/).map((name) => `l10n/${name}`),
			],
			['package.nls.json', translations('.', /^package\.nls\.[\w-]+\.json$/)],
		];
		for (const [english, others] of sets) {
			for (const other of others) {
				assert.deepEqual(faults(read(english), read(other)), [], other);
			}
		}
	});

	it('are told what is wrong with them', () => {
		const english = { a: 'Spent {0} of {1}', b: 'See #underbid.bid#', c: 'Stop' };
		assert.deepEqual(faults(english, { a: '{1}: {0}', b: 'Siehe #underbid.bid#', c: 'Halt' }), []);
		assert.deepEqual(faults(english, { a: 'Alles {0}', b: 'Siehe #underbid.cap#', d: 'Neu' }), [
			'a: not the same values',
			'b: not the same values',
			'c: missing',
			'd: left over',
		]);
	});
});

function read(name: string): Texts {
	return JSON.parse(readFileSync(path.join(ROOT, name), 'utf8')) as Texts;
}

function places(text: string): readonly string[] {
	return text.match(/\{\d+\}/g) ?? [];
}

function faults(english: Texts, other: Texts): readonly string[] {
	const fixed = (text: string): string =>
		JSON.stringify([...new Set(text.match(/\{\d+\}|#[\w.]+#|command:[\w.]+|\$\([a-z~-]+\)/g))].sort());
	return [
		...Object.entries(english).flatMap(([key, text]) => {
			const translated = other[key];
			return translated === undefined
				? [`${key}: missing`]
				: fixed(translated) === fixed(text)
					? []
					: [`${key}: not the same values`];
		}),
		...Object.keys(other)
			.filter((key) => english[key] === undefined)
			.map((key) => `${key}: left over`),
	];
}

/** Texts that stand in the manifest itself, by their path. */
function shown(value: unknown, at: string): readonly string[] {
	if (Array.isArray(value)) {
		return value.flatMap((one, index) => shown(one, `${at}[${index}]`));
	}
	if (typeof value !== 'object' || value === null) {
		return [];
	}
	const seen = /^(title|description|label|contents|markdownDescription|altText|userDescription|displayName)$/;
	// What only a model reads is not translated.
	const entries = Object.entries(value).filter(([key]) => key !== 'inputSchema');
	return entries.flatMap(([key, one]) =>
		typeof one === 'string' && seen.test(key) && !/^%[\w.]+%$/.test(one)
			? [`${at}.${key}: ${one}`]
			: shown(one, `${at}.${key}`),
	);
}
