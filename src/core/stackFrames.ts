// Places in stack traces, as JavaScript, Python, Go, Rust, Java and Ruby print them.

export interface StackFrame {
	/** As the trace names it, `/`-separated, without `file://`. */
	readonly path: string;
	/** 1-based. */
	readonly line: number;
}

// Where no scheme and no drive comes first, only at the start of a name: its middle would be tried for nothing.
const FRAME =
	/((?:file:\/\/(?:[A-Za-z]:)?|[A-Za-z]:|(?<![\w@.~+$\-/\\[\]]))[\w@.~+$\-/\\[\]]*[\w\])]\.(?:[cm]?[jt]sx?|vue|svelte|py|go|rs|rb|java|kt|cs|php|ex|exs|swift|scala))(?:\?[\w=.&-]{0,60})?(?:", line |:)(\d{1,7})/;
const FOREIGN =
	/(?:^|\/)(?:node_modules|site-packages|dist-packages|\.venv|venv|vendor|\.cargo|\.rustup|\.pnpm)\/|^node:|^internal\/|\/lib\/python\d/;
const MOST_ROWS = 400;
const MOST_ROW = 1_000;

/** The innermost first; what names no file is left out. */
export function stackFrames(stack: string): readonly StackFrame[] {
	const frames = stack.split('\n', MOST_ROWS).flatMap((row): StackFrame[] => {
		const [, named, line] = FRAME.exec(row.slice(0, MOST_ROW)) ?? [];
		return named === undefined
			? []
			: [{ path: named.replace(/^file:\/\//, '').replaceAll('\\', '/'), line: Number(line) }];
	});
	// Python tells the call that failed last.
	return frames.at(-1)?.path.endsWith('.py') ? frames.reverse() : frames;
}

/** Of an installed package, or of the language itself. */
export function isForeign(path: string): boolean {
	return FOREIGN.test(path);
}
