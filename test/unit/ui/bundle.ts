// The bundle that translators start from: each text of the editor's face, named by itself.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { sourceFiles, textsIn } from './sourceTexts';

export function textsToTranslate(folder: string): readonly string[] {
	const texts = sourceFiles(folder).flatMap((file) => textsIn(file).translated.map(({ text }) => text));
	return [...new Set(texts)].sort();
}

export function bundleOf(folder: string): string {
	const texts = textsToTranslate(folder).map((text) => [text, text] as const);
	return `${JSON.stringify(Object.fromEntries(texts), undefined, '\t')}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const root = path.join(import.meta.dirname, '../../..');
	writeFileSync(path.join(root, 'l10n/bundle.l10n.json'), bundleOf(path.join(root, 'src/ui')));
}
