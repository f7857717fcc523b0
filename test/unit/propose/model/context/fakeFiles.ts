import type { WorkFiles } from '../../../../../src/propose/model/workFiles';

/** Files that exist in memory alone; remembers what was read. A text of undefined is listed and refused. */
export class FakeFiles implements Pick<WorkFiles, 'list' | 'read'> {
	readonly reads: string[] = [];

	constructor(private readonly texts: Readonly<Record<string, string | undefined>>) {}

	list(): Promise<readonly string[]> {
		return Promise.resolve(Object.keys(this.texts).sort());
	}

	read(path: string): ReturnType<WorkFiles['read']> {
		this.reads.push(path);
		const text = this.texts[path];
		return Promise.resolve(
			text === undefined ? { kind: 'refused', reason: `${path} may not be shown.` } : { kind: 'text', text },
		);
	}
}
