export function makeShop(
	folder: string,
	env?: NodeJS.ProcessEnv,
): { readonly file: string; readonly base: string };
