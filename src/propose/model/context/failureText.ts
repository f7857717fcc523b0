// What fails and how, in few lines: the frames of the project first, what every stack says left out.
import type { TestResult } from '../../../core/suite';
import type { Frame } from './frames';

const MOST_TESTS = 6;
const MOST_NAMED = 30;
const MOST_MESSAGE = 1_800;
const MOST_VALUE = 1_200;
const MOST_FRAMES = 8;

/** `framesOf`: the project's own places in a text. */
export function failureText(
	tests: readonly TestResult[],
	framesOf: (text: string) => readonly Frame[],
	mostBytes: number,
): string {
	const parts: string[] = [];
	const told = new Map<string, number>();
	let room = mostBytes;
	for (const [index, test] of tests.slice(0, MOST_TESTS).entries()) {
		const said = oneFailure(test, framesOf);
		const same = told.get(withoutStack(said));
		const text = `${title(test, index + 1)}\n${same === undefined ? said : `It fails in the same way as failing test ${same}.`}`;
		if (parts.length > 0 && Buffer.byteLength(text) > room) {
			break;
		}
		const kept = cut(text, room);
		parts.push(kept);
		told.set(withoutStack(said), same ?? index + 1);
		room -= Buffer.byteLength(kept) + 2;
	}
	const others = tests.slice(parts.length);
	const named: string[] = [];
	for (const { id } of others.slice(0, MOST_NAMED)) {
		const name = `- ${cut(oneLine(id), 160)}`;
		if (Buffer.byteLength(name) + 1 > room) {
			break;
		}
		named.push(name);
		room -= Buffer.byteLength(name) + 1;
	}
	if (others.length > 0) {
		const rest = others.length - named.length;
		parts.push(
			[
				`These fail as well${named.length > 0 ? ':' : `: ${rest} more tests.`}`,
				...named,
				...(rest > 0 && named.length > 0 ? [`- and ${rest} more`] : []),
			].join('\n'),
		);
	}
	return parts.join('\n\n');
}

function title(test: TestResult, number: number): string {
	const where = test.file === undefined || test.id.startsWith(test.file) ? '' : ` (${test.file})`;
	return `Failing test ${number}: ${cut(oneLine(test.id), 400)}${oneLine(where)}`;
}

const STACK = "Stack, the project's own frames:";

/** Tests that fail alike differ in their own line at most. */
function withoutStack(said: string): string {
	return said.split(`\n${STACK}`)[0] ?? said;
}

function oneFailure({ failure }: TestResult, framesOf: (text: string) => readonly Frame[]): string {
	if (failure === undefined) {
		return 'It fails without a message.';
	}
	const rows = [cut(failure.message.trim(), MOST_MESSAGE)];
	if (failure.hung === true) {
		rows.push('It did not end within its time.');
	}
	if (failure.expected !== undefined || failure.actual !== undefined) {
		rows.push(difference(failure.expected, failure.actual));
	}
	if (failure.stack !== undefined) {
		rows.push(stackText(failure.stack, failure.message, framesOf));
	}
	return rows.filter((row) => row !== '').join('\n');
}

/** The project's frames; without any, the stack's first rows. */
function stackText(stack: string, message: string, framesOf: (text: string) => readonly Frame[]): string {
	const rows = stack.split('\n');
	const frames = framesOf(stack);
	const own = [...new Set(frames.map(({ row }) => row))]
		.slice(0, MOST_FRAMES)
		.map((row) => (rows[row] ?? '').trim());
	if (own.length > 0) {
		const places = own.map((row, index) => readable(row, frames, index));
		return [STACK, ...places.map((row) => `  ${cut(row, 240)}`)].join('\n');
	}
	const others = rows
		.map((row) => row.trim())
		.filter((row) => row !== '' && !message.includes(row))
		.slice(0, 5);
	return others.length === 0 ? '' : ['Stack:', ...others.map((row) => `  ${cut(row, 240)}`)].join('\n');
}

/** With the path as the project has it, not as the machine does. */
function readable(row: string, frames: readonly Frame[], index: number): string {
	const frame =
		frames.find(({ path, line }) => row.includes(`${path}`) && row.includes(String(line))) ?? frames[index];
	return frame === undefined
		? row
		: row.replace(/(?:file:\/\/)?(?:[A-Za-z]:)?[\w@.~+\-/\\$]{0,300}[\\/](?=[^\\/]*$)/, (folder) => {
				const own = frame.path.slice(0, frame.path.lastIndexOf('/') + 1);
				return folder.replaceAll('\\', '/').endsWith(own) ? own : folder;
			});
}

const MOST_DIFF_LINES = 400;

/** Both values where they are short, else a diff of their lines. */
function difference(expected: string | undefined, actual: string | undefined): string {
	const [wanted, got] = [expected ?? '', actual ?? ''];
	const isShort = !wanted.includes('\n') && !got.includes('\n');
	if (isShort || expected === undefined || actual === undefined) {
		return [
			...(expected === undefined ? [] : [`Expected: ${cut(wanted, MOST_VALUE)}`]),
			...(actual === undefined ? [] : [`Actual:   ${cut(got, MOST_VALUE)}`]),
		].join('\n');
	}
	const rows = lineDiff(
		wanted.split('\n').slice(0, MOST_DIFF_LINES),
		got.split('\n').slice(0, MOST_DIFF_LINES),
	);
	return cut(['Difference (- expected, + actual):', ...rows].join('\n'), MOST_VALUE * 1.5);
}

const CONTEXT = 2;

/** The common subsequence's complement, with a little around each change. */
export function lineDiff(before: readonly string[], after: readonly string[]): string[] {
	const width = after.length + 1;
	const longest = new Uint16Array((before.length + 1) * width);
	for (let i = before.length - 1; i >= 0; i -= 1) {
		for (let j = after.length - 1; j >= 0; j -= 1) {
			longest[i * width + j] =
				before[i] === after[j]
					? (longest[(i + 1) * width + j + 1] ?? 0) + 1
					: Math.max(longest[(i + 1) * width + j] ?? 0, longest[i * width + j + 1] ?? 0);
		}
	}
	const rows: { sign: string; text: string }[] = [];
	let [i, j] = [0, 0];
	while (i < before.length || j < after.length) {
		if (i < before.length && j < after.length && before[i] === after[j]) {
			rows.push({ sign: ' ', text: before[i] ?? '' });
			i += 1;
			j += 1;
		} else if (
			i < before.length &&
			(j >= after.length || (longest[(i + 1) * width + j] ?? 0) >= (longest[i * width + j + 1] ?? 0))
		) {
			rows.push({ sign: '-', text: before[i] ?? '' });
			i += 1;
		} else {
			rows.push({ sign: '+', text: after[j] ?? '' });
			j += 1;
		}
	}
	const near = (index: number) =>
		rows.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ sign }) => sign !== ' ');
	return rows.flatMap(({ sign, text }, index) =>
		near(index) ? [`${sign} ${text}`] : index > 0 && near(index - 1) ? ['  …'] : [],
	);
}

function oneLine(text: string): string {
	return text.replace(/\s+/g, ' ').trim();
}

/** Cut at a line's end where one is near; says how much is missing. */
export function cut(text: string, mostBytes: number): string {
	if (Buffer.byteLength(text) <= mostBytes) {
		return text;
	}
	let kept = Buffer.from(text)
		.subarray(0, Math.max(0, mostBytes - 40))
		.toString('utf8')
		.replace(/\uFFFD+$/, '');
	const lineEnd = kept.lastIndexOf('\n');
	kept = lineEnd > kept.length * 0.6 ? kept.slice(0, lineEnd) : kept;
	return `${kept} […] [${text.length - kept.length} more characters are not shown]`;
}
