// A file's text as lines that remember how each of them ends, so that an edit leaves everything else byte for byte.

const MARK = '\uFEFF';

export class FileText {
	readonly lines: readonly string[];
	private readonly ends: readonly string[];
	private readonly mark: string;

	constructor(readonly text: string) {
		this.mark = text.startsWith(MARK) ? MARK : '';
		const parts = text.slice(this.mark.length).split(/(\r?\n)/);
		const lines = parts.filter((_, index) => index % 2 === 0);
		const ends = parts.filter((_, index) => index % 2 === 1);
		// What follows the last line end is a line only when there is something.
		if (lines.at(-1) === '') {
			lines.pop();
		} else {
			ends.push('');
		}
		this.lines = lines;
		this.ends = ends;
	}

	/**
	 * The text with lines replaced. `changes` are sorted and do not overlap. New lines end as those do that they stand
	 * for; the last line of the file ends as the last line did.
	 */
	changed(changes: readonly LineChange[]): string {
		const lines: string[] = [];
		const ends: string[] = [];
		let at = 0;
		const keep = (to: number) => {
			lines.push(...this.lines.slice(at, to));
			ends.push(...this.ends.slice(at, to));
		};
		for (const { from, to, insert } of changes) {
			keep(from);
			insert.forEach((line, index) => {
				lines.push(line);
				ends.push(this.endNear(Math.min(from + index, Math.max(from, to - 1))));
			});
			at = to;
		}
		keep(this.lines.length);
		return this.mark + lines.map((line, index) => line + this.endOf(ends, index)).join('');
	}

	/** The same file with other lines throughout. */
	replaced(lines: readonly string[]): string {
		return this.changed([{ from: 0, to: this.lines.length, insert: lines }]);
	}

	private endOf(ends: readonly string[], index: number): string {
		const end = ends[index] ?? '';
		if (index === ends.length - 1 && this.ends.length > 0) {
			return this.ends.at(-1) === '' ? '' : end || this.usual();
		}
		return end || this.usual();
	}

	private endNear(line: number): string {
		return this.ends[line] || this.ends[line - 1] || this.usual();
	}

	/** How most lines end; a file without line ends gets plain ones. */
	private usual(): string {
		const carriage = this.ends.filter((end) => end === '\r\n').length;
		return carriage > this.ends.filter((end) => end === '\n').length ? '\r\n' : '\n';
	}
}

/** Lines `from` to `to` (0-based, end excluded) give way to `insert`. */
export interface LineChange {
	readonly from: number;
	readonly to: number;
	readonly insert: readonly string[];
}

/** The lines of a reply's text; an empty text has none. */
export function linesOf(text: string): string[] {
	const lines = text.split(/\r?\n/);
	if (lines.at(-1) === '') {
		lines.pop();
	}
	return lines;
}
