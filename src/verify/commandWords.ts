// Splits a command line as a shell would, as far as no shell is needed.

export interface SimpleCommand {
	readonly env: Readonly<Record<string, string>>;
	readonly words: readonly Word[];
	/** How it follows the command before it; undefined for the first. */
	readonly after: '&&' | '||' | ';' | undefined;
}

export interface Word {
	readonly text: string;
	/** False when a part was quoted or escaped: then `*` is no pattern. */
	readonly bare: boolean;
}

/** Undefined when a real shell is needed: pipes, redirections, variables, substitutions, groups, background. */
export function parseCommandLine(line: string): readonly SimpleCommand[] | undefined {
	const tokens = tokenise(line.trim());
	if (tokens === undefined) {
		return undefined;
	}
	const commands: SimpleCommand[] = [];
	let after: SimpleCommand['after'];
	let words: Word[] = [];
	for (const token of [...tokens, ';' as const]) {
		if (typeof token !== 'string') {
			words.push(token);
			continue;
		}
		if (words.length > 0) {
			commands.push({ ...split(words), after });
			words = [];
		} else if (token !== ';') {
			return undefined;
		}
		after = token;
	}
	return commands;
}

function split(words: readonly Word[]): { env: Record<string, string>; words: readonly Word[] } {
	const env: Record<string, string> = {};
	let index = 0;
	for (; index < words.length; index++) {
		const match = /^([A-Za-z_]\w*)=(.*)$/s.exec(words[index]?.text ?? '');
		if (match?.[1] === undefined || match[2] === undefined) {
			break;
		}
		env[match[1]] = match[2];
	}
	return { env, words: words.slice(index) };
}

type Token = Word | '&&' | '||' | ';';

function tokenise(line: string): Token[] | undefined {
	const tokens: Token[] = [];
	let text: string | undefined;
	let bare = true;
	const push = () => {
		if (text !== undefined) {
			tokens.push({ text, bare });
		}
		text = undefined;
		bare = true;
	};
	for (let index = 0; index < line.length; index++) {
		const character = line[index] ?? '';
		switch (character) {
			case ' ':
			case '\t':
				push();
				break;
			case '\n':
			case ';':
				push();
				tokens.push(';');
				break;
			case '&':
			case '|':
				if (line[index + 1] !== character) {
					return undefined;
				}
				push();
				tokens.push(character === '&' ? '&&' : '||');
				index += 1;
				break;
			case "'": {
				const end = line.indexOf("'", index + 1);
				if (end < 0) {
					return undefined;
				}
				text = (text ?? '') + line.slice(index + 1, end);
				bare = false;
				index = end;
				break;
			}
			case '"': {
				const quoted = /^"((?:[^"\\$`]|\\[\s\S])*)"/.exec(line.slice(index));
				if (quoted?.[1] === undefined) {
					return undefined;
				}
				text = (text ?? '') + quoted[1].replace(/\\(["\\$`])/g, '$1');
				bare = false;
				index += quoted[0].length - 1;
				break;
			}
			case '\\':
				if (line[index + 1] === undefined || line[index + 1] === '\n') {
					return undefined;
				}
				text = (text ?? '') + (line[index + 1] ?? '');
				bare = false;
				index += 1;
				break;
			case '$':
			case '`':
			case '(':
			case ')':
			case '<':
			case '>':
				return undefined;
			case '#':
				if (text === undefined) {
					return undefined;
				}
				text += character;
				break;
			default:
				text = (text ?? '') + character;
		}
	}
	push();
	return tokens;
}
