// Signs that a patch was made for the test and not for the code: answers kept ready for the very values the test
// uses, failures swallowed, behaviour taken out. None of it is proof by itself; the strong form is rejected.
import { codeOf, type FileLines, type Line } from './changedLines';
import { isTelling, literalsIn } from './literals';
import type { Finding } from './tampering';

/** What the failing tests are made of, as far as it is known. */
export interface TestMatter {
	/** Source text of the failing tests, or of the files they are in. */
	readonly sources: readonly string[];
	/** What the assertions said they wanted and got. */
	readonly values: readonly string[];
}

const COMPARES =
	/[=!]==?|\bcase\b|\b(?:is|in|eq|equals?|isEqual|deepEqual|strictEqual|includes|indexOf|has|get|startswith|startsWith|endsWith|match|test|some|every|EqualFold)\b|\bmatch\b|=>/;
const CHOOSES =
	/\b(?:if|elif|else|case|when|switch|match|unless|where)\b|\?[^.?:]|&&|\|\||\band\b|\bor\b|=>|\[[^\]]*\]\s*$/;
const ANSWERS =
	/\breturn\b|\byield\b|=>|\?[^.?:]|(?:^|[^=!<>])=(?!=)|\bresolve\s*\(|\bcallback\s*\(|\bOk\s*\(/;
const EQUALS =
	/(?<![<>!])={2,3}(?!=)|\bcase\b|\b(?:is|in|eq|equals?|Equals?|isEqual|EqualFold)\b|\.includes\(|\.has\(/;
/** Made and asked on one line. */
const TABLE =
	/\{.+:.+\}\s*\)?\s*(?:\?\.)?(?:\[\s*[\w$`'"(]|\.\s*get\s*\()|\bnew\s+Map\s*\(\s*\[.*\)\s*\.\s*(?:get|has)\b|\bmap\[.*\]\w+\{.*\}\s*\[/;
const STARTS_BRANCH = /\b(?:if|elif|case|when|unless)\b|\?[^.?:]|=>|&&/;

export function overfit(files: readonly FileLines[], tests: TestMatter): Finding[] {
	const known = knownValues(tests);
	return [
		...files.flatMap((file) => [...answersKept(file, known), ...constants(file, known), ...swallows(file)]),
		...onlyTakesAway(files),
	];
}

interface Known {
	readonly all: ReadonlySet<string>;
	readonly expected: ReadonlySet<string>;
}

function knownValues({ sources, values }: TestMatter): Known {
	const expected = new Set(
		values.flatMap((value) => [value, unquoted(value), ...literalsIn(value)]).filter(isTelling),
	);
	const all = new Set([...sources.flatMap(literalsIn).filter(isTelling), ...expected]);
	return { all, expected };
}

function unquoted(value: string): string {
	return value.replace(/^(['"`])(.*)\1$/s, '$2');
}

/** A branch taken for the test's values that answers with the test's values. */
function answersKept(file: FileLines, { all }: Known): Finding[] {
	const old = new Set([...file.removed.map(({ text }) => text), ...file.context].flatMap(literalsIn));
	const found: Finding[] = [];
	file.added.forEach((line, index) => {
		const code = codeOf(line);
		const table = TABLE.test(code)
			? [...new Set(literalsIn(code))].filter((one) => isOf(all, one) && !old.has(one))
			: [];
		if (table.length > 1) {
			found.push({
				kind: 'broken',
				does: `looks up ${some(table)} in a table, values of the failing test`,
				line,
			});
			return;
		}
		if (!COMPARES.test(code) || !CHOOSES.test(code)) {
			return;
		}
		const near = branchOf(file.added, index);
		const [asked, answered] = halves(code, near);
		const fresh = (text: string) => literalsIn(text).filter((one) => isOf(all, one) && !old.has(one));
		const inQuestion = fresh(asked);
		const inAnswer = fresh(answered).filter((one) => !inQuestion.includes(one));
		const equals = EQUALS.test(asked);
		const answer = ANSWERS.test(answered) || asked === line.text ? literalAnswer(answered) : undefined;
		if (
			inQuestion.length > 0 &&
			answer !== undefined &&
			(inAnswer.length > 0 || (equals && /\breturn\b|=>|\?|^:/.test(answered)))
		) {
			found.push({
				kind: 'broken',
				does: `has ${some(inAnswer.length > 0 ? inAnswer : [answer])} ready for ${some(inQuestion)}, values of the failing test`,
				line,
			});
		} else if (inQuestion.length > 0 && equals) {
			found.push({
				kind: 'warning',
				does: `compares with ${some(inQuestion)}, which the failing test uses`,
				line,
			});
		}
	});
	return found;
}

/** Values of the test put together in one text are of the test as well. */
function isOf(all: ReadonlySet<string>, literal: string): boolean {
	const parts = literal.match(/-?[\d.]+|[A-Za-z_]\w*/g) ?? [];
	return (
		all.has(literal) ||
		(parts.length > 1 && parts.every((part) => all.has(part) || !isTelling(part)) && parts.some(isTelling))
	);
}

/** The line and, where it opens a branch, the added lines right after it. */
function branchOf(added: readonly Line[], index: number): string {
	const [first] = added.slice(index, index + 1);
	const rest = added
		.slice(index + 1, index + 4)
		.filter((line, offset) => line.block === first?.block && line.number === first.number + offset + 1)
		.map(codeOf);
	return [first === undefined ? '' : codeOf(first), ...rest].join('\n');
}

/** What is asked and what is answered: cut where the condition ends. */
function halves(line: string, near: string): readonly [string, string] {
	const turned = /^(.*(?:\breturn\b|=).*)\bif\b(.*)\belse\b/.exec(line);
	if (turned?.[1] !== undefined && turned[2] !== undefined && !/^(?:el)?if\b/.test(line)) {
		return [turned[2], turned[1]];
	}
	const at0 = /^return\b/.test(line) ? 'return'.length : 0;
	const cut =
		/\)\s*(?:\{|return\b|throw\b)|\?(?![.?])|=>|:\s*(?:$|return\b)|\{\s*$|\breturn\b|\bthen\b|:\s*(?=[\d'"`[{-])/.exec(
			line.slice(at0),
		);
	if (!STARTS_BRANCH.test(line)) {
		return [line, ''];
	}
	const at = cut === null ? line.length : at0 + cut.index;
	return [line.slice(0, at), near.slice(at).replace(/^(?:\)\s*)?[:{]\s*/, '')];
}

/** The answer where it is a value as it stands and not something worked out; undefined otherwise. */
function literalAnswer(text: string): string | undefined {
	const found =
		/(?:\breturn\b|\byield\b|=>|\?|(?<![=!<>])=(?!=)|\bresolve\s*\(|\bOk\s*\(|\{.*:|^:)\s*([^\n]*)/.exec(
			text,
		)?.[1] ?? '';
	const answer =
		found
			.replace(/[;}\s]+$/, '')
			.replace(/^[{(]\s*/, '')
			.split(/(?<=['"`\d\])}])\s+:\s/)[0] ?? '';
	const rest = withoutStrings(answer).replace(
		/\b(?:new|Set|Map|Some|Ok|vec!?|list|tuple|dict|int|string|float64|bool)\b/g,
		'',
	);
	return answer !== '' && !/[a-zA-Z_$]/.test(rest.replace(/-?\b(?:0x)?[\da-fA-F][\d_.eE]*n?\b/g, ''))
		? answer
		: undefined;
}

/** The expected value returned as it stands, where something was worked out before. */
function constants(file: FileLines, { expected, all }: Known): Finding[] {
	const shown = [...file.removed.map(({ text }) => text), ...file.context];
	const old = new Set(shown.flatMap(literalsIn));
	return file.added.flatMap((line): Finding[] => {
		const code = codeOf(line);
		const value = /^(?:return|yield)\b\s*\(?(.+?)\)?;?$|=>\s*([^{(].*?);?$/.exec(code);
		const text = value?.[1] ?? value?.[2];
		if (
			text === undefined ||
			/[a-zA-Z_$]{2,}\s*[.(]|[+*%]/.test(text.replace(/(['"`])(?:[^\\]|\\.)*?\1/g, ''))
		) {
			return [];
		}
		const literals = literalsIn(text).filter((one) => !old.has(one));
		const wanted = literals.filter((one) => expected.has(one));
		const used = literals.filter((one) => all.has(one));
		const bare =
			literalsIn(text).length > 0 &&
			/^[\s[\](){},:\d'"`.\-\w]*$/.test(text) &&
			!/\b[a-z_$][\w$]*\b/.test(withoutStrings(text));
		const worked = file.removed.some(
			(gone) =>
				gone.block === line.block &&
				/\breturn\b|=>/.test(gone.text) &&
				/[a-zA-Z_$]/.test(withoutStrings(gone.text.replace(/\breturn\b/, ''))),
		);
		const alone = file.added.every(
			(other) => other === line || other.block !== line.block || codeOf(other) === '',
		);
		if (bare && worked && (wanted.length > 0 || (used.length > 0 && alone))) {
			return [
				{
					kind: 'broken',
					does: `returns ${some(wanted.length > 0 ? wanted : used)}, what the failing test expects, as it stands`,
					line,
				},
			];
		}
		return bare && used.length > 0
			? [{ kind: 'warning', does: `returns ${some(used)}, a value of the failing test, as it stands`, line }]
			: [];
	});
}

function withoutStrings(text: string): string {
	return text
		.replace(/(['"`])(?:[^\\]|\\.)*?\1/g, '')
		.replace(/\b(?:true|false|null|undefined|None|True|False)\b/g, '');
}

/** A failure that nobody hears of any more. */
function swallows(file: FileLines): Finding[] {
	const text = (line: Line | undefined) => (line === undefined ? '' : codeOf(line));
	return file.added.flatMap((line, index): Finding[] => {
		const code = text(line);
		const next = text(file.added[index + 1]);
		const empty =
			/\bcatch\s*(?:\([^)]*\))?\s*\{\s*(?:return\b[^}]*)?\}/.test(code) ||
			/\.catch\s*\(\s*(?:\(\s*\w*\s*\)|\w+)\s*=>\s*(?:\{\s*\}|undefined|null)\s*\)/.test(code) ||
			(/\bcatch\s*(?:\([^)]*\))?\s*\{$/.test(code) && /^(?:\}|return\b[^(]*;?$)/.test(next)) ||
			(/^except\b(?:\s*:|\s+(?:Base)?Exception\b.*:)/.test(code) &&
				/^(?:pass|\.\.\.|return\b[^(]*)$|:\s*(?:pass|return\b)/.test(next || code)) ||
			/^except\b.*:\s*(?:pass|return\b)/.test(code) ||
			/\bsuppress\s*\(\s*(?:Base)?Exception/.test(code) ||
			/\brecover\s*\(\s*\)|\bcatch_unwind\b/.test(code);
		return empty ? [{ kind: 'warning', does: 'lets failures pass without a word', line }] : [];
	});
}

/** A change that leaves less code than there was and nothing in its place. */
function onlyTakesAway(files: readonly FileLines[]): Finding[] {
	const removed = files
		.flatMap((file) => file.removed)
		.filter((line) => !/^[\s{}()[\];,]*$/.test(codeOf(line)));
	const added = files
		.flatMap((file) => file.added)
		.filter((line) => !/^(?:[\s{}()[\];,]*|return;?|pass|continue;?|break;?)$/.test(codeOf(line)));
	const [line] = removed;
	return line !== undefined && added.length === 0
		? [{ kind: 'warning', does: 'only takes code away', line }]
		: [];
}

function some(values: readonly string[]): string {
	return [...new Set(values)]
		.slice(0, 3)
		.map((value) => JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value))
		.join(', ');
}
