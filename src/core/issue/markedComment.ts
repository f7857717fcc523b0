/** What people mark work to be done with. */
export const MARK = /\b(TODO|FIXME|BUG|XXX|HACK)\b/;
const COMMENT = /^\s*(?:\/\/|#|\/?\*+|--|;|<!--)|(?:\/\/|#|\/\*)/;

/** The mark of a line that holds such a comment: `TODO`, `FIXME`, `BUG`, …; undefined for every other line. */
export function markIn(line: string): string | undefined {
	return COMMENT.test(line) ? MARK.exec(line)?.[1] : undefined;
}
