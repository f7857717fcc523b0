import type { EditedFiles } from './batch';

/** The files as they are with these whole texts put over them. */
export function withTexts(files: EditedFiles, texts: ReadonlyMap<string, string>): EditedFiles {
	return {
		list: async (signal) => [...new Set([...(await files.list(signal)), ...texts.keys()])].sort(),
		read: async (path) => {
			const text = texts.get(path);
			return text === undefined ? files.read(path) : { kind: 'text', text };
		},
		refusal: (path) => files.refusal(path),
	};
}
