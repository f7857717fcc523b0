// The file in which a test is written, also where its report does not say so.
import type { TestResult } from '../../../core/suite';
import { isTestPath } from './codeLanguage';
import type { Frame } from './frames';
import type { SourceFile, SourceFiles } from './sourceFiles';

const MOST_SEARCHED = 40;

export async function testFileOf(
	test: TestResult,
	frames: readonly Frame[],
	files: SourceFiles,
): Promise<SourceFile | undefined> {
	const named = [test.file, ...wordsOf(test.id), ...wordsOf(test.name)].flatMap((path) =>
		path === undefined ? [] : listed(path, files),
	);
	const framed = frames.map(({ path }) => path).filter(isTestPath);
	for (const path of [...named, ...framed]) {
		const file = await files.get(path);
		if (file !== undefined) {
			return file;
		}
	}
	return search(test, files);
}

/** A command line may name the file that it runs. */
function wordsOf(id: string): string[] {
	return id
		.split(/::|\s|=/)
		.filter((word) => /\.[a-z]{1,5}$/i.test(word))
		.slice(0, 20);
}

function listed(path: string, files: SourceFiles): string[] {
	const plain = path.replaceAll('\\', '/').replace(/^(\.\/)+/, '');
	if (files.has(plain)) {
		return [plain];
	}
	return files
		.named(plain.slice(plain.lastIndexOf('/') + 1))
		.filter((one) => one.endsWith(`/${plain}`))
		.slice(0, 1);
}

/** The first test file that holds the name's last part; a class's name is first looked for as a file's. */
async function search(test: TestResult, files: SourceFiles): Promise<SourceFile | undefined> {
	const leaf = (test.name.split(/ > |::/).at(-1) ?? test.name).replace(/\[.*$|\(.*$/s, '').trim();
	const parts = new Set(test.name.split(/\W+/).filter((part) => part.length > 2));
	if (leaf.length < 3) {
		return undefined;
	}
	const rank = (path: string) => (parts.has(path.replace(/^.*\/|\.[a-z]+$/gi, '')) ? 0 : 1);
	const candidates = [...files.all()]
		.filter(isTestPath)
		.sort((a, b) => rank(a) - rank(b))
		.slice(0, MOST_SEARCHED);
	for (const path of candidates) {
		const file = await files.get(path);
		if (file?.lines.some((line) => line.includes(leaf)) === true) {
			return file;
		}
	}
	return undefined;
}
