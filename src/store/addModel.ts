// One more model in the user's settings: the only place where we write that file, on their word, whole or not at all.
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AddedModel } from '../core/settings';
import { UserError } from '../core/userError';
import { settingsOf } from './settings';

type Fields = Record<string, unknown>;

/**
 * Adds the model, or changes what the file says of it; everything else in the file stays. Resolves to the file's text.
 * @throws UserError when the file as it is, or as it would be, cannot be used; then it is as it was.
 */
export async function addModel(file: string, model: AddedModel): Promise<string> {
	const before = await readFile(file, 'utf8').catch((error: unknown) => {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
			return '{}';
		}
		throw new UserError(
			`The settings in ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
		);
	});
	// Broken settings are told off before anything is written over them.
	settingsOf(before, file);
	const text = `${JSON.stringify(withModel(JSON.parse(before.replace(/^\ufeff/, '')) as Fields, model), undefined, 2)}\n`;
	settingsOf(text, file);
	const fresh = `${file}.${randomUUID()}.new`;
	try {
		await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
		await writeFile(fresh, text, { mode: 0o600 });
		await rename(fresh, file);
	} catch (error) {
		await rm(fresh, { force: true });
		throw new UserError(
			`The settings in ${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
		);
	}
	return text;
}

function withModel(
	settings: Fields,
	{ id, baseUrl, keyVariable, price, context, output }: AddedModel,
): Fields {
	const [provider = ''] = id.split('/');
	const own = {
		...(baseUrl === undefined ? {} : { baseUrl }),
		...(keyVariable === undefined ? {} : { keyVariable }),
	};
	const limits = {
		...(context === undefined ? {} : { context }),
		...(output === undefined ? {} : { output }),
	};
	const providers = (settings['providers'] ?? []) as Fields[];
	const models = settings['models'] as string[] | undefined;
	return {
		...settings,
		...(Object.keys(own).length === 0
			? {}
			: {
					providers: providers.some((one) => one['id'] === provider)
						? providers.map((one) => (one['id'] === provider ? { ...one, ...own } : one))
						: [...providers, { id: provider, ...own }],
				}),
		// Without a list of models, what has a price of the user's own is in the pool.
		...(models === undefined || models.includes(id) ? {} : { models: [...models, id] }),
		prices: { ...(settings['prices'] as Fields | undefined), [id]: price },
		...(Object.keys(limits).length === 0
			? {}
			: {
					limits: {
						...(settings['limits'] as Fields | undefined),
						[id]: { ...(settings['limits'] as Record<string, Fields> | undefined)?.[id], ...limits },
					},
				}),
	};
}
