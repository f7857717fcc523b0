// A verified fix that waits for its review: one JSON file a workspace, replaced whole, never half written.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { NanoUsd } from '../core/money';

const amount = z
	.int()
	.nonnegative()
	.transform((value) => value as NanoUsd);
const span = z.object({ start: z.int().nonnegative(), end: z.int().nonnegative() });
const hunk = z.object({
	id: z.string(),
	base: span,
	patched: span,
	decision: z.enum(['pending', 'accepted', 'rejected']),
});
/** Absent in JSON is undefined here: the file is made, or deleted. */
const text = z.union([z.string(), z.undefined()]).optional();
const version = z.object({ version: z.literal(1) });
/** Leaves the version out of what it gives. */
const schema = z.object({
	run: z.string(),
	folder: z.string(),
	title: z.string(),
	spent: amount,
	bid: amount,
	passed: z.int().nonnegative(),
	target: z.discriminatedUnion('kind', [
		z.object({ kind: z.literal('failing') }),
		z.object({ kind: z.literal('named'), names: z.array(z.string()) }),
	]),
	receipt: z.string(),
	stage: z.enum(['waiting', 'inline']),
	files: z.array(
		z.object({
			file: z.string(),
			unsaved: z.boolean(),
			review: z.object({ path: z.string(), base: text, patched: text, hunks: z.array(hunk) }),
		}),
	),
});

type Stored = Omit<z.infer<typeof schema>, 'files'> & {
	readonly files: readonly {
		readonly file: string;
		readonly unsaved: boolean;
		readonly review: {
			readonly path: string;
			readonly base: string | undefined;
			readonly patched: string | undefined;
			readonly hunks: readonly z.infer<typeof hunk>[];
		};
	}[];
};

export class FileReviewStore {
	private writing: Promise<unknown> = Promise.resolve();

	/** `file` need not exist, nor its folder. */
	constructor(private readonly file: string) {}

	async load(): Promise<
		| { readonly kind: 'none' }
		| { readonly kind: 'review'; readonly review: Stored }
		| { readonly kind: 'broken'; readonly reason: string }
	> {
		let content: string;
		try {
			content = await readFile(this.file, 'utf8');
		} catch {
			return { kind: 'none' };
		}
		const json = jsonOf(content);
		const parsed = schema.safeParse(json);
		if (!parsed.success || !version.safeParse(json).success) {
			const aside = `${this.file}.unreadable`;
			await rename(this.file, aside).catch(() => undefined);
			return {
				kind: 'broken',
				reason: `A fix that waited for its review could not be read, and was set aside as ${aside}. What stands in your files stays as it is.`,
			};
		}
		const { files, ...rest } = parsed.data;
		return {
			kind: 'review',
			review: {
				...rest,
				files: files.map((one) => ({
					...one,
					review: { ...one.review, base: one.review.base, patched: one.review.patched },
				})),
			},
		};
	}

	/** Undefined: nothing waits any more. Writes follow each other. */
	save(review: Stored | undefined): Promise<void> {
		const next = this.writing.then(() => this.write(review));
		this.writing = next.catch(() => undefined);
		return next;
	}

	private async write(review: Stored | undefined): Promise<void> {
		if (review === undefined) {
			await rm(this.file, { force: true });
			return;
		}
		await mkdir(path.dirname(this.file), { recursive: true });
		const fresh = `${this.file}.new`;
		await writeFile(fresh, JSON.stringify({ version: 1, ...review }));
		await rename(fresh, this.file);
	}
}

function jsonOf(content: string): unknown {
	try {
		return JSON.parse(content);
	} catch {
		return undefined;
	}
}
