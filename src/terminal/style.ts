/** Colours, or none: `NO_COLOR` set, or not a terminal. */
export interface Style {
	green(text: string): string;
	red(text: string): string;
	dim(text: string): string;
	bold(text: string): string;
	cyan(text: string): string;
}

/** See https://no-color.org: any non-empty value turns colours off. */
export function styleFor(
	stream: { readonly isTTY?: boolean },
	env: Readonly<Record<string, string | undefined>>,
): Style {
	const off =
		(env['NO_COLOR'] ?? '') !== '' ||
		env['TERM'] === 'dumb' ||
		(stream.isTTY !== true && (env['FORCE_COLOR'] ?? '0') === '0');
	const paint = (code: number) => (text: string) => (off ? text : `\u001b[${code}m${text}\u001b[0m`);
	return { green: paint(32), red: paint(31), dim: paint(2), bold: paint(1), cyan: paint(36) };
}

export function colouredDiff(diff: string, style: Style): string {
	return diff
		.split('\n')
		.map((line) => {
			if (
				/^(diff |index |--- |\+\+\+ |new file|deleted file|old mode|new mode|similarity|rename )/.test(line)
			) {
				return style.dim(line);
			}
			if (line.startsWith('@@')) {
				return style.cyan(line);
			}
			return line.startsWith('+') ? style.green(line) : line.startsWith('-') ? style.red(line) : line;
		})
		.join('\n');
}

/** Text from outside shown on a terminal: control characters other than tab and line break are made visible. */
export function printable(text: string): string {
	// biome-ignore lint: control characters are the point
	return text.replace(
		/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,
		(char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
	);
}
