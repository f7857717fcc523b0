// How long our own code works, whatever else the host does meanwhile.
import { Session } from 'node:inspector/promises';
import path from 'node:path';
import * as vscode from 'vscode';

export interface OwnTime {
	readonly ms: number;
	/** The functions that took most, with their milliseconds, for the log. */
	readonly most: string;
}

/** Time in functions of our dist/extension.js and in what they call of Node, from the start of `work` to its end. */
export async function ownTime(work: () => Promise<unknown>): Promise<OwnTime> {
	const root = vscode.extensions.getExtension('underbid.underbid')?.extensionPath ?? '';
	const bundle = path.join(root, 'dist/extension.js');
	const session = new Session();
	session.connect();
	try {
		await session.post('Profiler.enable');
		await session.post('Profiler.setSamplingInterval', { interval: 500 });
		await session.post('Profiler.start');
		await work();
		const { profile } = await session.post('Profiler.stop');
		const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
		const parents = new Map(
			profile.nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id] as const)),
		);
		const ours = (id: number | undefined): string | undefined => {
			const frame = id === undefined ? undefined : nodes.get(id)?.callFrame;
			if (id === undefined || frame === undefined) {
				return undefined;
			}
			// What the host does is under its own files; what has no file (a regular expression) is its caller's.
			return frame.url.endsWith(bundle)
				? frame.functionName
				: frame.url === ''
					? ours(parents.get(id))
					: undefined;
		};
		const by = new Map<string, number>();
		for (const [index, id] of (profile.samples ?? []).entries()) {
			const name = nodes.get(id)?.callFrame.functionName.startsWith('(') ? undefined : ours(id);
			if (name !== undefined) {
				by.set(name, (by.get(name) ?? 0) + (profile.timeDeltas?.[index] ?? 0) / 1000);
			}
		}
		const sorted = [...by].sort(([, a], [, b]) => b - a);
		return {
			ms: Math.round(sorted.reduce((sum, [, ms]) => sum + ms, 0)),
			most: sorted
				.slice(0, 6)
				.map(([name, ms]) => `${name || 'unnamed'} ${Math.round(ms)}`)
				.join(', '),
		};
	} finally {
		session.disconnect();
	}
}
