// Verified fixes, kept where the user asked for that: one JSON file a run, for its owner's eyes alone. Read as anything
// from outside is.
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { KeptFix } from '../core/keptFix';

/** The oldest go first. */
const MOST_FIXES = 2_000;
const MOST_BYTES = 200 * 1024 * 1024;
/** No longer file is one of ours. */
const MOST_FILE_BYTES = 4 * 1024 * 1024;
const RUN = /^[\w-]{1,64}$/;

const text = z.string();
const schema = z.object({
	run: text.regex(RUN),
	at: z.iso.datetime(),
	repository: text,
	tests: z.array(z.object({ id: text, file: text.exactOptional(), message: text })).min(1),
	verified: z.boolean(),
	offer: text,
	provider: text.exactOptional(),
	model: text.exactOptional(),
	spent: z.int().nonnegative(),
	lesson: z.object({ system: text, prompt: text, answer: text }),
	diff: text,
	patchSha256: text,
	/** Given out whole and read by no code of ours but for these. */
	receipt: z.looseObject({
		run: text,
		verified: z.boolean(),
		checked: z.boolean(),
		patch: z.looseObject({ sha256: text }),
	}),
});
const version = z.object({ version: z.literal(1) });

export class FixStore {
	/** `home`: the folder that outlives runs; it need not exist. */
	constructor(private readonly home: string) {}

	get folder(): string {
		return path.join(this.home, 'fixes');
	}

	/** Never rejects: what cannot be kept is a fix all the same. Resolves to whether it was kept. */
	async keep(fix: KeptFix): Promise<boolean> {
		try {
			await mkdir(this.folder, { recursive: true, mode: 0o700 });
			const file = path.join(this.folder, `${fix.run}.json`);
			await writeFile(`${file}.new`, JSON.stringify({ version: 1, ...fix }), { mode: 0o600 });
			await rename(`${file}.new`, file);
			await this.dropOldest();
			return true;
		} catch {
			return false;
		}
	}

	/** In the order in which they were kept; of one repository, or of all. What cannot be read is left out. */
	async read(repository?: string): Promise<readonly KeptFix[]> {
		const read: KeptFix[] = [];
		for (const { file, size } of await this.dated()) {
			const found = size > MOST_FILE_BYTES ? undefined : await readFile(file, 'utf8').catch(() => undefined);
			const fix = found === undefined ? undefined : fixOf(jsonOf(found));
			if (fix !== undefined && (repository === undefined || fix.repository === repository)) {
				read.push(fix);
			}
		}
		return read.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.run < b.run ? -1 : 1));
	}

	/** All are forgotten. */
	async clear(): Promise<void> {
		await rm(this.folder, { recursive: true, force: true });
	}

	private async dated(): Promise<
		readonly { readonly file: string; readonly size: number; readonly ms: number }[]
	> {
		const names = await readdir(this.folder).catch(() => []);
		const files = names.filter((name) => name.endsWith('.json')).map((name) => path.join(this.folder, name));
		const stats = await Promise.all(files.map((file) => stat(file).catch(() => undefined)));
		return files.flatMap((file, index) => {
			const one = stats[index];
			return one?.isFile() === true ? [{ file, size: one.size, ms: one.mtimeMs }] : [];
		});
	}

	private async dropOldest(): Promise<void> {
		let bytes = 0;
		const files = [...(await this.dated())].sort((a, b) => b.ms - a.ms);
		for (const [index, { file, size }] of files.entries()) {
			bytes += size;
			if (index >= MOST_FIXES || bytes > MOST_BYTES) {
				await rm(file, { force: true });
			}
		}
	}
}

function fixOf(value: unknown): KeptFix | undefined {
	const parsed = version.safeParse(value).success ? schema.safeParse(value) : undefined;
	return parsed?.success === true ? (parsed.data as unknown as KeptFix) : undefined;
}

function jsonOf(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
