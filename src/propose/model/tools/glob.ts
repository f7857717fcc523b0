// Paths by pattern: `*` and `?` within a folder, `**` over folders, `{a,b}` for either. No pattern can be slow.

const MOST_CHOICES = 64;

/** A test for paths; undefined when the pattern has too many alternatives. A pattern without `/` fits in any folder. */
export function globOf(pattern: string): ((path: string) => boolean) | undefined {
	const choices = expanded(pattern);
	if (choices === undefined) {
		return undefined;
	}
	const wanted = choices.map((choice) => {
		const parts = choice.replace(/^\.?\//, '').split('/');
		return parts.length === 1 ? ['**', ...parts] : parts;
	});
	return (path) => {
		const parts = path.split('/');
		return wanted.some((one) => fits(one, parts, (of) => of === '**', fitsPart));
	};
}

function fitsPart(pattern: string, text: string): boolean {
	return fits(
		[...pattern],
		[...text],
		(of) => of === '*',
		(of, letter) => of === '?' || of === letter,
	);
}

/** Wildcards are tried shortest first, and only the last one is ever taken back: at most length times length steps. */
function fits(
	pattern: readonly string[],
	text: readonly string[],
	isMany: (of: string) => boolean,
	isOne: (of: string, item: string) => boolean,
): boolean {
	let at = 0;
	let many = -1;
	let from = 0;
	let index = 0;
	while (index < text.length) {
		const of = pattern[at];
		const item = text[index] ?? '';
		if (of !== undefined && isMany(of)) {
			many = at;
			from = index;
			at += 1;
		} else if (of !== undefined && isOne(of, item)) {
			at += 1;
			index += 1;
		} else if (many >= 0) {
			at = many + 1;
			from += 1;
			index = from;
		} else {
			return false;
		}
	}
	return pattern.slice(at).every(isMany);
}

function expanded(pattern: string): string[] | undefined {
	let done = [pattern];
	for (let round = 0; round < 8; round += 1) {
		let more = false;
		const next: string[] = [];
		for (const one of done) {
			const found = /^([^{}]*)\{([^{}]*)\}(.*)$/s.exec(one);
			if (found === null) {
				next.push(one);
				continue;
			}
			more = true;
			const [, before = '', choices = '', after = ''] = found;
			next.push(...choices.split(',').map((choice) => `${before}${choice}${after}`));
		}
		if (next.length > MOST_CHOICES) {
			return undefined;
		}
		done = next;
		if (!more) {
			break;
		}
	}
	return done;
}
