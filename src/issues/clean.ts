// What a person does not see is not sent: comments in HTML, signs without width, text in tags. What is long is cut.

export interface Cleaned {
	readonly text: string;
	/** Hidden comments that were taken out. */
	readonly hidden: number;
	/** Signs nobody sees that were taken out. */
	readonly unseen: number;
	readonly cut: boolean;
}

/** Controls, formats and fillers; tabs and line ends are kept. */
const UNSEEN =
	/(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2028\u2029\u3164\uffa0\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;

export function cleaned(text: string, most: number): Cleaned {
	const short = text.length > most * 4 ? text.slice(0, most * 4) : text;
	let unseen = 0;
	let hidden = 0;
	const seen = short.replace(/\r\n?/g, '\n').replace(UNSEEN, () => {
		unseen += 1;
		return '';
	});
	const plain = outsideFences(seen, (part) =>
		part
			.replace(/<!--[\s\S]*?(?:-->|$)/g, () => {
				hidden += 1;
				return '';
			})
			.replace(/^\[(?:\/\/|comment)\]:\s*(?:#|<>)\s*[("'].*$/gm, () => {
				hidden += 1;
				return '';
			})
			.replace(/<(script|style|template|noscript)\b[\s\S]*?(?:<\/\1\s*>|$)/gi, () => {
				hidden += 1;
				return '';
			})
			.replace(/!\[([^\]\n]{0,500})\]\([^)\n]{0,2000}\)/g, (_, alt: string) => picture(alt))
			.replace(/<img\b[^>]{0,3000}>/gi, (tag) =>
				picture(
					/\balt\s*=\s*(?:"([^"]*)"|'([^']*)')/i
						.exec(tag)
						?.slice(1)
						.find((one) => one !== undefined) ?? '',
				),
			)
			.replace(
				/<\/?(?:picture|source|details|summary|p|div|span|a|b|i|em|strong|br|hr|sub|sup|kbd|h[1-6]|ul|ol|li|table|thead|tbody|tr|td|th|blockquote|center|font|small|big|u|s|del|ins|video|audio|iframe|svg|object|embed|form|input|button)\b[^>]{0,3000}>/gi,
				'',
			),
	)
		.replace(/\n{4,}/g, '\n\n\n')
		.trim();
	return {
		text: plain.length > most ? `${plain.slice(0, most)}…` : plain,
		hidden,
		unseen,
		cut: plain.length > most || text.length > short.length,
	};
}

function picture(alt: string): string {
	const words = alt.replace(/\s+/g, ' ').trim().slice(0, 200);
	return words === '' ? '[picture]' : `[picture: ${words}]`;
}

/** Code is left as it was written. */
function outsideFences(text: string, change: (part: string) => string): string {
	const parts: string[] = [];
	let prose: string[] = [];
	let code: string[] | undefined;
	let mark = '';
	const flush = () => {
		if (prose.length > 0) {
			parts.push(change(prose.join('\n')));
			prose = [];
		}
	};
	for (const line of text.split('\n')) {
		const fence = /^\s{0,3}(`{3,}|~{3,})/.exec(line)?.[1];
		if (code !== undefined) {
			code.push(line);
			if (
				fence !== undefined &&
				fence[0] === mark[0] &&
				fence.length >= mark.length &&
				line.trim() === fence
			) {
				parts.push(code.join('\n'));
				code = undefined;
			}
		} else if (fence !== undefined) {
			flush();
			code = [line];
			mark = fence;
		} else {
			prose.push(line);
		}
	}
	flush();
	// A fence without an end is no code: what follows it would be looked at by nobody.
	return [...parts, ...(code === undefined ? [] : [change(code.join('\n'))])].join('\n');
}
