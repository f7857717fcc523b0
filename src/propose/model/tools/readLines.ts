import * as z from 'zod';
import { plainPath } from './pathRule';
import { toolOf } from './tool';

const MOST_LINES = 250;
const MOST_CHARACTERS = 16_000;
const MOST_LINE = 500;

export const readLines = toolOf({
	name: 'read_file',
	description: `Shows lines of a file, each after its number and a tab, at most ${MOST_LINES} at once.`,
	form: z.object({
		path: z.string().max(1_000).describe("Relative to the repository's root, with /."),
		from: z.coerce.number().int().min(1).max(10_000_000).optional().describe('First line; 1 when absent.'),
		to: z.coerce.number().int().min(1).max(10_000_000).optional().describe('Last line.'),
	}),
	doing: ({ path }) => `reading ${path}`,
	run: async ({ path: written, from = 1, to }, desk) => {
		const path = plainPath(written);
		const file = await desk.read(path);
		if (file.kind === 'refused') {
			return { kind: 'refused', says: file.reason };
		}
		// Redacted as a whole: a key may go over many lines.
		const lines = desk
			.shown(file.text)
			.replace(/\r?\n$/, '')
			.split(/\r?\n/);
		if (from > lines.length) {
			return { kind: 'refused', says: `${JSON.stringify(path)} has ${lines.length} lines.` };
		}
		const until = Math.min(lines.length, to ?? from + MOST_LINES - 1, from + MOST_LINES - 1);
		const shown: string[] = [];
		let length = 0;
		for (let number = from; number <= until; number += 1) {
			const line = lines[number - 1] ?? '';
			const text = `${number}\t${line.length > MOST_LINE ? `${line.slice(0, MOST_LINE)}…` : line}`;
			length += text.length + 1;
			if (length > MOST_CHARACTERS) {
				break;
			}
			shown.push(text);
		}
		const last = from + shown.length - 1;
		const says =
			last < from
				? `Line ${from} is too long.`
				: `Lines ${from} to ${last} of ${lines.length} of ${JSON.stringify(path)}.`;
		return { kind: 'done', says, data: shown.join('\n') };
	},
});
