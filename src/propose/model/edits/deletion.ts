// A patch that takes files away as well, which edits of whole texts cannot say.
import { createHash } from 'node:crypto';
import type { Patch } from '../../../core/patch';

export interface GoneFile {
	readonly path: string;
	/** As it is on the base. */
	readonly text: string;
}

/** `patch`: what happens to other files, if anything does. */
export function withDeletions(patch: Patch | undefined, gone: readonly GoneFile[]): Patch {
	const diff = (patch?.diff ?? '') + gone.map(deletionDiff).join('');
	return {
		diff,
		hash: createHash('sha256').update(diff).digest('hex'),
		files: [...(patch?.files ?? []), ...gone.map(({ path }) => path)].sort(),
		linesAdded: patch?.linesAdded ?? 0,
		linesRemoved: (patch?.linesRemoved ?? 0) + gone.reduce((sum, { text }) => sum + lineList(text).length, 0),
	};
}

function deletionDiff({ path, text }: GoneFile): string {
	const lines = lineList(text);
	const head = `diff --git ${quotedPath('a/', path)} ${quotedPath('b/', path)}\ndeleted file mode 100644\n`;
	if (lines.length === 0) {
		return head;
	}
	const count = lines.length === 1 ? '1' : `1,${lines.length}`;
	const body = lines.map((line) => `-${line}\n`).join('');
	const end = text.endsWith('\n') ? '' : '\\ No newline at end of file\n';
	return `${head}--- ${quotedPath('a/', path)}\n+++ /dev/null\n@@ -${count} +0,0 @@\n${body}${end}`;
}

/** Carriage returns belong to the lines. */
function lineList(text: string): string[] {
	const lines = text.split('\n');
	if (lines.at(-1) === '') {
		lines.pop();
	}
	return lines;
}

function quotedPath(prefix: string, path: string): string {
	return /["\\]/.test(path) ? `"${prefix}${path.replace(/["\\]/g, '\\$&')}"` : prefix + path;
}
