// A verified fix that waits for its review: one JSON file a workspace, replaced whole, never half written.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { NanoUsd } from '../core/money';
import { MAY_CHANGE } from '../core/protectedFiles';

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
const review = z.object({
	run: z.string(),
	revision: z.int().nonnegative().default(0),
	folder: z.string(),
	title: z.string(),
	summary: z.string().default(''),
	spent: amount,
	bid: amount,
	passed: z.int().nonnegative(),
	target: z.discriminatedUnion('kind', [
		z.object({ kind: z.literal('failing') }),
		z.object({ kind: z.literal('named'), names: z.array(z.string()) }),
	]),
	checked: z.literal(true).exactOptional(),
	mayChange: z.enum(MAY_CHANGE).exactOptional(),
	receipt: z.string(),
	stage: z.enum(['waiting', 'inline', 'accepted']),
	files: z.array(
		z.object({
			file: z.string(),
			unsaved: z.boolean(),
			raw: z.string().optional(),
			isTest: z.literal(true).exactOptional(),
			review: z.object({
				path: z.string(),
				base: text,
				patched: text,
				hunks: z.array(hunk),
				whole: z.literal(true).optional(),
			}),
		}),
	),
	alternatives: z
		.array(
			z.object({
				summary: z.string(),
				verified: z.boolean(),
				changes: z.array(
					z.object({
						file: z.string(),
						base: text,
						patched: text,
						isTest: z.literal(true).exactOptional(),
					}),
				),
			}),
		)
		.default([]),
});
/** Leaves the version out of what it gives. */
const schema = review.extend({ next: review.optional() });

type Parsed = z.infer<typeof review>['files'][number]['review'];

interface StoredText {
	readonly path: string;
	readonly base: string | undefined;
	readonly patched: string | undefined;
	readonly hunks: readonly z.infer<typeof hunk>[];
	readonly whole?: boolean;
}

type One = Omit<z.infer<typeof review>, 'files' | 'alternatives' | 'target'> & {
	readonly target:
		| { readonly kind: 'failing' }
		| { readonly kind: 'named'; readonly names: readonly string[] };
	readonly files: readonly {
		readonly file: string;
		readonly unsaved: boolean;
		readonly raw?: string | undefined;
		readonly isTest?: true;
		readonly review: StoredText;
	}[];
	readonly alternatives: readonly {
		readonly summary: string;
		readonly verified: boolean;
		readonly changes: readonly {
			readonly file: string;
			readonly base?: string | undefined;
			readonly patched?: string | undefined;
			readonly isTest?: true;
		}[];
	}[];
};
type Stored = One & { readonly next?: One | undefined };

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
		} catch (error) {
			return isAbsent(error)
				? { kind: 'none' }
				: { kind: 'broken', reason: `A fix that waits for its review cannot be read: ${String(error)}` };
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
		const { next, ...one } = parsed.data;
		return {
			kind: 'review',
			review: next === undefined ? storedOf(one) : { ...storedOf(one), next: storedOf(next) },
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
		// Several windows may have the same workspace open.
		const fresh = `${this.file}.${process.pid}.new`;
		await writeFile(fresh, JSON.stringify({ version: 1, ...review }));
		await rename(fresh, this.file);
	}
}

function storedOf({ files, ...rest }: z.infer<typeof review>): One {
	return {
		...rest,
		files: files.map((one) => ({
			file: one.file,
			unsaved: one.unsaved,
			...(one.raw === undefined ? {} : { raw: one.raw }),
			...(one.isTest === undefined ? {} : { isTest: one.isTest }),
			review: textOf(one.review),
		})),
	};
}

function textOf({ path: name, base, patched, hunks, whole }: Parsed): StoredText {
	return { path: name, base, patched, hunks, ...(whole === undefined ? {} : { whole }) };
}

function isAbsent(error: unknown): boolean {
	const { code } = error as { code?: unknown };
	return code === 'ENOENT' || code === 'ENOTDIR';
}

function jsonOf(content: string): unknown {
	try {
		return JSON.parse(content);
	} catch {
		return undefined;
	}
}
