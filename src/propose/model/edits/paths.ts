// The file that a model means by the path it wrote.

export type Meant =
	| { readonly kind: 'listed'; readonly path: string }
	/** No file of that name is there; `path` is what was written, made plain. */
	| { readonly kind: 'unlisted'; readonly path: string; readonly reason: string };

/** A listed file whose path this is, or the only one whose path ends so. */
export function meantFile(stated: string, listed: readonly string[]): Meant {
	const plain = stated.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
	const known = new Set(listed);
	if (known.has(plain)) {
		return { kind: 'listed', path: plain };
	}
	const bare = /^[abiwco]\//.test(plain) ? plain.slice(2) : plain;
	if (bare !== plain && known.has(bare)) {
		return { kind: 'listed', path: bare };
	}
	const isPlain = !/^\/|^[a-z]:|(?:^|\/)\.\.(?:\/|$)/i.test(plain);
	const ending = isPlain
		? listed.filter((path) => path.endsWith(`/${plain}`) || path.endsWith(`/${bare}`))
		: [];
	// Some write the repository's own folder before it.
	const inside = isPlain ? listed.filter((path) => path.includes('/') && plain.endsWith(`/${path}`)) : [];
	const found = [...new Set([...ending, ...inside])];
	const [only, more] = found;
	if (only !== undefined && more === undefined) {
		return { kind: 'listed', path: only };
	}
	const shown = JSON.stringify(plain);
	return {
		kind: 'unlisted',
		path: plain,
		reason:
			only === undefined
				? `There is no file ${shown}.${alike(plain, listed)}`
				: `${shown} may be any of ${found.slice(0, 5).join(', ')}; write the path out.`,
	};
}

function alike(plain: string, listed: readonly string[]): string {
	const name = plain.split('/').at(-1)?.toLowerCase() ?? '';
	const stem = name.replace(/\.\w+$/, '');
	const near = listed
		.filter((path) => {
			const other = path.split('/').at(-1)?.toLowerCase() ?? '';
			return other === name || (stem.length > 2 && other.startsWith(stem));
		})
		.slice(0, 5);
	return near.length === 0 ? '' : ` There are: ${near.join(', ')}.`;
}
