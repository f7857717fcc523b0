// What was sent, kept per attempt under a size cap, and shown before it leaves where the user asked for that.
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Outbox, OutgoingPrompt } from '../core/effects';

/** UTF-8 bytes kept of one prompt: its head and its tail. */
const MOST_BYTES = 256 * 1024;
/** Runs whose prompts are kept; the oldest go first. */
const MOST_RUNS = 50;
const MOST_TOTAL_BYTES = 50 * 1024 * 1024;

/** Says whether a prompt may leave. */
export type ShowPrompt = (prompt: OutgoingPrompt) => Promise<boolean>;

export class PromptStore implements Outbox {
	/** Without `show`, every prompt may leave. A prompt that cannot be kept may leave all the same. */
	constructor(
		readonly folder: string,
		private readonly show: ShowPrompt | undefined,
	) {}

	async approve(prompt: OutgoingPrompt): Promise<boolean> {
		await this.keep(prompt).catch(() => undefined);
		return this.show === undefined || this.show(prompt);
	}

	private async keep({ run, attempt, call, offer, text }: OutgoingPrompt): Promise<void> {
		const folder = path.join(this.folder, run);
		await mkdir(folder, { recursive: true, mode: 0o700 });
		await writeFile(
			path.join(folder, `${attempt}-${String(call).padStart(2, '0')}.txt`),
			`to ${offer}\n\n${headAndTail(text)}`,
			{ mode: 0o600 },
		);
		if (attempt === 1 || call === 1) {
			await this.dropOldest(run);
		}
	}

	private async dropOldest(current: string): Promise<void> {
		const names = (await readdir(this.folder)).filter((name) => name !== current);
		const runs = await Promise.all(
			names.map(async (name) => {
				const folder = path.join(this.folder, name);
				const files = await readdir(folder).catch(() => []);
				const stats = await Promise.all(
					files.map((file) => stat(path.join(folder, file)).catch(() => undefined)),
				);
				return {
					folder,
					bytes: stats.reduce((sum, one) => sum + (one?.size ?? 0), 0),
					newestMs: Math.max(0, ...stats.map((one) => one?.mtimeMs ?? 0)),
				};
			}),
		);
		let bytes = 0;
		for (const [index, run] of runs.sort((a, b) => b.newestMs - a.newestMs).entries()) {
			bytes += run.bytes;
			if (index + 1 >= MOST_RUNS || bytes > MOST_TOTAL_BYTES) {
				await rm(run.folder, { recursive: true, force: true });
			}
		}
	}
}

export interface SentPrompt {
	/** 1-based, in the run. */
	readonly attempt: number;
	/** 1-based, in the attempt. */
	readonly call: number;
	readonly text: string;
}

/** What was kept of a run, in the order in which it was sent; empty when nothing is kept. Never rejects. */
export async function readPrompts(folder: string, run: string): Promise<readonly SentPrompt[]> {
	if (!/^[\w-]+$/.test(run)) {
		return [];
	}
	const names = await readdir(path.join(folder, run)).catch(() => []);
	const read = await Promise.all(
		names.map(async (name): Promise<SentPrompt | undefined> => {
			const [, attempt, call] = /^(\d+)-(\d+)\.txt$/.exec(name) ?? [];
			const text = await readFile(path.join(folder, run, name), 'utf8').catch(() => undefined);
			return attempt === undefined || text === undefined
				? undefined
				: { attempt: Number(attempt), call: Number(call), text };
		}),
	);
	return read.filter((one) => one !== undefined).sort((a, b) => a.attempt - b.attempt || a.call - b.call);
}

function headAndTail(text: string): string {
	const bytes = Buffer.from(text);
	if (bytes.length <= MOST_BYTES) {
		return text;
	}
	const half = MOST_BYTES / 2;
	const left = bytes.length - MOST_BYTES;
	return `${bytes.subarray(0, half).toString()}\n… ${left} bytes left out here …\n${bytes.subarray(-half).toString()}`;
}
