// The prices the user fetched: kept in their own folder with the day, until they are accepted only ever to make
// ours dearer. A bad answer never takes the place of a good one.
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { nanoUsd } from '../../core/money';
import { type Price, rateOf } from '../../core/price';
import { UserError } from '../../core/userError';
import { getJson } from './boundedJson';
import type { Catalogued } from './catalogued';
import { readPriceList } from './openRouterPrices';

export interface PriceSheet {
	/** When it was fetched, ISO 8601. */
	readonly at: string;
	readonly models: ReadonlyMap<string, Catalogued>;
}

/** Of OpenRouter alone; the other providers publish no list. */
export interface RefreshedPrices {
	readonly latest?: PriceSheet;
	readonly accepted?: PriceSheet;
}

export type Refresh =
	| { readonly kind: 'refreshed'; readonly models: number; readonly skipped: number }
	/** One sentence; what was there before still stands. */
	| { readonly kind: 'failed'; readonly reason: string };

const BOUNDS = { mostBytes: 32_000_000, timeMs: 30_000 };
const MOST_STORED_BYTES = 64_000_000;

export class RefreshedPriceStore {
	constructor(
		readonly file: string,
		private readonly now: () => Date = () => new Date(),
	) {}

	/** @throws UserError when the file is there and cannot be used: a price is never guessed. */
	async read(): Promise<RefreshedPrices> {
		let text: string;
		try {
			const bytes = await readFile(this.file);
			text = bytes.length > MOST_STORED_BYTES ? '' : bytes.toString('utf8');
		} catch (error) {
			if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
				return {};
			}
			throw this.unusable();
		}
		const stored = storedSchema.safeParse(parsed(text));
		if (!stored.success) {
			throw this.unusable();
		}
		const { latest, accepted } = stored.data;
		return {
			...(latest === undefined ? {} : { latest: sheetOf(latest) }),
			...(accepted === undefined ? {} : { accepted: sheetOf(accepted) }),
		};
	}

	/**
	 * Fetches OpenRouter's list; no key is needed or sent.
	 * @throws UserError when it cannot be kept.
	 */
	async refresh(baseUrl: string, fetch: typeof globalThis.fetch, signal: AbortSignal): Promise<Refresh> {
		const url = `${baseUrl}/models`;
		const answer = await getJson(url, BOUNDS, fetch, signal);
		if (answer.kind === 'failed') {
			return { kind: 'failed', reason: `The prices at ${url} were not taken: ${answer.reason}.` };
		}
		const list = readPriceList(answer.value);
		if (list.kind === 'refused') {
			return { kind: 'failed', reason: `The prices at ${url} were not taken: ${list.reason}.` };
		}
		const { accepted } = await this.readOrNothing();
		const models = new Map(list.models.map((model) => [model.id, model]));
		await this.write({
			latest: { at: this.now().toISOString(), models },
			...(accepted === undefined ? {} : { accepted }),
		});
		return { kind: 'refreshed', models: models.size, skipped: list.skipped };
	}

	/** From now on the latest prices stand, also where they are lower. False when nothing was fetched yet. */
	async accept(): Promise<boolean> {
		const { latest } = await this.read();
		if (latest === undefined) {
			return false;
		}
		await this.write({ latest, accepted: latest });
		return true;
	}

	/** A file that cannot be read is replaced by a new list, and only by that. */
	private async readOrNothing(): Promise<RefreshedPrices> {
		try {
			return await this.read();
		} catch {
			return {};
		}
	}

	private async write(prices: RefreshedPrices): Promise<void> {
		const text = JSON.stringify({
			version: 1,
			...(prices.latest === undefined ? {} : { latest: storedOf(prices.latest) }),
			...(prices.accepted === undefined ? {} : { accepted: storedOf(prices.accepted) }),
		});
		const partial = `${this.file}.${randomBytes(6).toString('hex')}`;
		try {
			await mkdir(path.dirname(this.file), { recursive: true });
			const handle = await open(partial, 'wx', 0o600);
			try {
				await handle.writeFile(text);
				await handle.sync();
			} finally {
				await handle.close();
			}
			await rename(partial, this.file);
		} catch (error) {
			await rm(partial, { force: true }).catch(() => undefined);
			throw new UserError(
				`The prices could not be kept in ${this.file}: ${error instanceof Error ? error.message : String(error)}`,
			);
		}
	}

	private unusable(): UserError {
		return new UserError(
			`The fetched prices in ${this.file} cannot be read; fetch them again with "underbid models --refresh", or delete the file.`,
		);
	}
}

const rate = z.int().nonnegative().max(Number.MAX_SAFE_INTEGER).transform(rateOf);
const rates = {
	input: rate,
	output: rate,
	cacheRead: rate.exactOptional(),
	cacheWrite: rate.exactOptional(),
	reasoning: rate.exactOptional(),
};
const tokens = z.int().positive();
const sheetSchema = z.object({
	at: z.iso.datetime(),
	models: z.array(
		z.object({
			id: z.string(),
			name: z.string(),
			price: z.object({
				...rates,
				request: z.int().nonnegative().transform(nanoUsd).exactOptional(),
				tiers: z.array(z.object({ inputTokensAbove: z.int().nonnegative(), ...rates })),
			}),
			context: tokens.exactOptional(),
			maxOutput: tokens.exactOptional(),
			callsTools: z.boolean().exactOptional(),
		}),
	),
});
const storedSchema = z.object({
	version: z.literal(1),
	latest: sheetSchema.exactOptional(),
	accepted: sheetSchema.exactOptional(),
});

function sheetOf({ at, models }: z.infer<typeof sheetSchema>): PriceSheet {
	return {
		at,
		models: new Map(
			models.map((model): [string, Catalogued & { readonly price: Price }] => [model.id, model]),
		),
	};
}

function storedOf(sheet: PriceSheet): { readonly at: string; readonly models: readonly Catalogued[] } {
	return { at: sheet.at, models: [...sheet.models.values()] };
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
