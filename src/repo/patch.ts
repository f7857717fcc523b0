// Reading a unified diff from anywhere, and refusing what no fix needs: paths outside, links, submodules, binaries.
import { createHash } from 'node:crypto';
import type { Patch } from '../core/patch';
import { pathRefusal } from './paths';

export type ReadPatch =
	| { readonly kind: 'patch'; readonly patch: Patch }
	| { readonly kind: 'refused'; readonly reason: string };

const GIT_HEADER =
	/^(index |old mode|new mode|deleted file mode|new file mode|similarity index|dissimilarity index|copy from|copy to|rename from|rename to)/;

/** Checks every path and mode, and that each hunk holds as many lines as its head says. */
export function patchFromDiff(diff: string): ReadPatch {
	const reader = new Reader(diff.split('\n'));
	const refusal = reader.read();
	if (refusal !== undefined) {
		return { kind: 'refused', reason: refusal };
	}
	if (reader.files.size === 0) {
		return { kind: 'refused', reason: 'The patch changes no file.' };
	}
	return {
		kind: 'patch',
		patch: {
			diff,
			hash: createHash('sha256').update(diff).digest('hex'),
			files: [...reader.files].sort(),
			linesAdded: reader.added,
			linesRemoved: reader.removed,
		},
	};
}

class Reader {
	readonly files = new Set<string>();
	added = 0;
	removed = 0;
	private at = 0;

	constructor(private readonly lines: readonly string[]) {}

	/** A sentence when the patch is refused. */
	read(): string | undefined {
		while (this.at < this.lines.length) {
			const line = this.lines[this.at] ?? '';
			const refusal =
				this.refusedHeader(line) ??
				(line.startsWith('@@') ? this.hunk(line) : line.startsWith('--- ') ? this.names(line) : undefined);
			if (refusal !== undefined) {
				return refusal;
			}
			this.at += 1;
		}
		return undefined;
	}

	private refusedHeader(line: string): string | undefined {
		if (line.startsWith('diff --git ')) {
			return this.gitHeader(line);
		}
		if (/^(GIT binary patch|Binary files .* differ$)/.test(line)) {
			return 'The patch changes a binary file.';
		}
		if (/^(index \S+ |(old|new|new file|deleted file) mode )120000\s*$/.test(line)) {
			return 'The patch makes or changes a symbolic link.';
		}
		if (/^(index \S+ |(old|new|new file|deleted file) mode )160000\s*$/.test(line)) {
			return 'The patch changes a submodule.';
		}
		const mode = /^(?:index \S+ |(?:old|new|new file|deleted file) mode )(\d+)\s*$/.exec(line)?.[1];
		if (mode !== undefined && !/^100(644|755)$/.test(mode)) {
			return `The patch sets the file mode ${mode}, which is not one of a plain file.`;
		}
		const moved = /^(?:rename|copy) (?:from|to) (.+)$/.exec(line)?.[1];
		return moved === undefined ? undefined : this.take(plainName(moved));
	}

	/** `diff --git a/x b/x` is the only place that names a file whose mode alone changes. */
	private gitHeader(line: string): string | undefined {
		const rest = line.slice('diff --git '.length).replace(/\r$/, '');
		const quoted = /^"a\/((?:[^"\\]|\\.)*)" "b\/\1"$/.exec(rest);
		if (quoted) {
			return this.take(unquoted(`"${quoted[1] ?? ''}"`));
		}
		const half = (rest.length - 1) / 2;
		const name = rest.slice(2, half);
		if (rest.startsWith('a/') && rest.slice(half) === ` b/${name}`) {
			return this.take(name);
		}
		const next = this.lines[this.at + 1] ?? '';
		return GIT_HEADER.test(next) && !next.startsWith('old mode')
			? undefined
			: `The patch has a head that cannot be read: ${line.slice(0, 120)}`;
	}

	private names(line: string): string | undefined {
		const next = this.lines[this.at + 1] ?? '';
		if (!next.startsWith('+++ ')) {
			return undefined;
		}
		this.at += 1;
		const sides = [this.name(line.slice(4), 'a/'), this.name(next.slice(4), 'b/')];
		if (sides.every((side) => side === undefined)) {
			return 'The patch names no file.';
		}
		for (const side of sides) {
			const refusal = side === undefined ? undefined : this.take(side);
			if (refusal !== undefined) {
				return refusal;
			}
		}
		return undefined;
	}

	/** Undefined for /dev/null. */
	private name(text: string, prefix: string): string | undefined {
		const plain = plainName(text.startsWith('"') ? text : text.replace(/\t.*$/, ''));
		if (plain === '/dev/null') {
			return undefined;
		}
		// git apply takes away one folder, whatever it is called; another name would be applied elsewhere.
		return plain.startsWith(prefix) ? plain.slice(2) : `/${plain}`;
	}

	private take(path: string): string | undefined {
		if (path.startsWith('/')) {
			return `The patch names ${path.slice(1)} without git's a/ and b/ before it.`;
		}
		this.files.add(path);
		return pathRefusal(path);
	}

	private hunk(head: string): string | undefined {
		const counts = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(head);
		if (counts === null || this.files.size === 0) {
			return `The patch has a hunk that cannot be read: ${head.slice(0, 120)}`;
		}
		let before = Number(counts[1] ?? 1);
		let after = Number(counts[2] ?? 1);
		while (before > 0 || after > 0) {
			this.at += 1;
			const line = this.lines[this.at];
			const mark = line?.[0] ?? ' ';
			if (line === undefined || !' +-\\'.includes(mark)) {
				return 'The patch has a hunk that ends too early.';
			}
			if (mark === '\\') {
				continue;
			}
			before -= mark === '+' ? 0 : 1;
			after -= mark === '-' ? 0 : 1;
			this.added += mark === '+' ? 1 : 0;
			this.removed += mark === '-' ? 1 : 0;
		}
		const over = this.lines[this.at + 1] ?? '';
		if (
			before < 0 ||
			after < 0 ||
			(/^[ +-]/.test(over) && !/^(--- |\+\+\+ )/.test(over) && !/^-- ?$/.test(over))
		) {
			return 'The patch has a hunk with more lines than its head says.';
		}
		return undefined;
	}
}

const ESCAPES: Readonly<Record<string, number>> = {
	a: 7,
	b: 8,
	t: 9,
	n: 10,
	v: 11,
	f: 12,
	r: 13,
	'"': 34,
	'\\': 92,
};

function plainName(text: string): string {
	return text.startsWith('"') ? unquoted(text) : text.replace(/\r$/, '');
}

/** A path quoted as in C, as git writes those with quotes, tabs or bytes that are no text. */
function unquoted(text: string): string {
	const inner = /^"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
	if (inner === undefined) {
		return text;
	}
	const bytes: Buffer[] = [];
	for (const [part, octal, letter] of inner.matchAll(/\\([0-7]{3})|\\(.)|[^\\]+/g)) {
		bytes.push(
			octal !== undefined
				? Buffer.from([Number.parseInt(octal, 8) & 0xff])
				: letter !== undefined
					? Buffer.from([ESCAPES[letter] ?? letter.charCodeAt(0)])
					: Buffer.from(part),
		);
	}
	return Buffer.concat(bytes).toString('utf8');
}
