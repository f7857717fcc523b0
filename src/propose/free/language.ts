/** Languages the free proposer repairs. TypeScript with JSX is `tsx`. */
export type Language = 'javascript' | 'typescript' | 'tsx' | 'python';

/** By file name; undefined for anything the free proposer cannot repair. */
export function languageOf(path: string): Language | undefined {
	const extension = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase();
	switch (extension) {
		case 'js':
		case 'cjs':
		case 'mjs':
		case 'jsx':
			return 'javascript';
		case 'ts':
		case 'cts':
		case 'mts':
			return path.endsWith('.d.ts') ? undefined : 'typescript';
		case 'tsx':
			return 'tsx';
		case 'py':
			return 'python';
		default:
			return undefined;
	}
}
