// The failing tests' own text, and what of their file they need: imports, set-up, fixtures, helpers.
import type { TestResult } from '../../../core/suite';
import type { SyntaxNode } from '../../free/grammars';
import { costOf, type Excerpt, range } from './excerpt';
import { namesIn } from './names';
import type { SourceFile } from './sourceFiles';
import { type Block, blockOf } from './testBlock';

export interface TestExcerpt extends Excerpt {
	/** Names that the tests use, with how much each tells, up to 1: most when only failing tests use it. */
	readonly used: ReadonlyMap<string, number>;
}

const MOST_BLOCK_SHARE = 0.6;
const WINDOW = 12;
const MOST_HELPER_LINES = 60;

/** Shows at most about `mostBytes`; whole where the file is small. */
export function testExcerpt(
	file: SourceFile,
	tests: readonly TestResult[],
	frames: readonly number[],
	mostBytes: number,
): TestExcerpt {
	const shown = new Set<number>();
	const blocks = tests.map((test) => blockOf(file, test, frames)).filter((block) => block !== undefined);
	const excerpt = { file, shown };
	for (const block of blocks) {
		showBlock(excerpt, block, frames, mostBytes * MOST_BLOCK_SHARE);
	}
	const used = usedNames(file, shown);
	if (file.size <= mostBytes * 0.5) {
		show(excerpt, 1, file.lines.length);
		return { ...excerpt, used: blocks.length > 0 ? used : usedNames(file, shown) };
	}
	if (blocks.length === 0) {
		showHead(excerpt, mostBytes);
		return { ...excerpt, used: usedNames(file, shown) };
	}
	showNeeded(excerpt, blocks, mostBytes);
	for (const [name, weight] of usedNames(file, shown)) {
		used.set(name, Math.max(used.get(name) ?? 0, weight * 0.5));
	}
	return { ...excerpt, used };
}

function show({ shown }: Excerpt, from: number, to: number): void {
	for (const line of range(from, to)) {
		shown.add(line);
	}
}

function showBlock(excerpt: Excerpt, block: Block, frames: readonly number[], most: number): void {
	const { file, shown } = excerpt;
	const spent = costOf(file, new Set(), shown);
	if (
		spent + costOf(file, shown, range(block.start, block.end)) <= most ||
		(shown.size === 0 && block.end - block.start < 8)
	) {
		show(excerpt, block.start, block.end);
		return;
	}
	if (spent > most * 0.7) {
		return;
	}
	// Too long: its beginning, and what surrounds the places that the failure names.
	show(excerpt, block.start, Math.min(block.end, block.start + WINDOW));
	for (const line of frames.filter((one) => one >= block.start && one <= block.end).slice(0, 3)) {
		show(excerpt, Math.max(block.start, line - WINDOW), Math.min(block.end, line + WINDOW / 2));
	}
	for (let line = block.start; line <= block.end && costOf(file, new Set(), shown) < most; line += 1) {
		shown.add(line);
	}
}

/** Where no test can be made out: as much of the file as there is room for. */
function showHead(excerpt: Excerpt, most: number): void {
	let bytes = 0;
	for (const [index, line] of excerpt.file.lines.entries()) {
		bytes += Buffer.byteLength(line) + 1;
		if (bytes > most) {
			break;
		}
		excerpt.shown.add(index + 1);
	}
}

interface Statement {
	readonly start: number;
	readonly end: number;
	readonly text: string;
	readonly declares: ReadonlySet<string>;
	readonly kind: 'import' | 'hook' | 'other';
}

/** Imports and set-up always, what is declared only where it is used, the frame of each group around the tests. */
function showNeeded(excerpt: Excerpt, blocks: readonly Block[], most: number): void {
	const { file, shown } = excerpt;
	const open: Statement[] = [];
	const bodies = new Set<SyntaxNode>();
	for (const block of blocks) {
		for (let node = block.node; node !== undefined; node = node.parent) {
			const body = node.parent;
			if (body === undefined) {
				break;
			}
			if (isBody(body) && !bodies.has(body)) {
				bodies.add(body);
				for (const child of body.children) {
					if (child.named && !(child.start <= node.start && node.end <= child.end)) {
						open.push(statement(file, child));
					}
				}
				// `describe('…', () => {` and its end.
				const group = body.parent?.parent;
				if (group !== undefined && body.parent?.parent !== undefined) {
					const end = body.line + body.text.trimEnd().split('\n').length - 1;
					shown.add(headLine(body)).add(end);
				}
			}
		}
	}
	if (bodies.size === 0) {
		open.push(...statementsByLines(file));
	}
	let room = most - costOf(file, new Set(), shown);
	const add = (one: Statement) => {
		const end = Math.min(one.end, one.start + MOST_HELPER_LINES);
		const cost = costOf(file, shown, range(one.start, end));
		if (cost <= room) {
			show(excerpt, one.start, end);
			room -= cost;
		}
	};
	const names = () =>
		new Set(namesIn([...shown].map((line) => file.lines[line - 1] ?? '').join('\n')).keys());
	for (const kind of ['import', 'hook'] as const) {
		const before = names();
		open
			.filter((one) => one.kind === kind)
			.sort((a, b) => Number(uses(b, before)) - Number(uses(a, before)) || a.start - b.start)
			.forEach(add);
	}
	// What the helpers use is needed as well.
	for (let round = 0; round < 3; round += 1) {
		const wanted = names();
		open.filter((one) => one.kind === 'other' && uses(one, wanted)).forEach(add);
	}
}

function uses(one: Statement, wanted: ReadonlySet<string>): boolean {
	return [...one.declares].some((name) => wanted.has(name));
}

function isBody(node: SyntaxNode): boolean {
	return (
		node.parent === undefined ||
		/^(statement_block|block|body_statement|declaration_list|class_body|module|do_block|statement_list|compound_statement)$/.test(
			node.type,
		)
	);
}

/** The line on which the call or class begins whose body this is. */
function headLine(body: SyntaxNode): number {
	let node = body;
	while (node.parent?.parent !== undefined && !isBody(node.parent)) {
		node = node.parent;
	}
	return node.line;
}

const HOOK =
	/^(?:(?:jest|vi|t|suite|mock)\.)?(?:before|after|beforeEach|afterEach|beforeAll|afterAll|setup|teardown|setUp|tearDown|suiteSetup|mock|let!?|subject|use|chai\.use)\b|^(?:async )?def (?:setUp|setup|tearDown|teardown|setup_\w+)\b|@(?:pytest\.fixture|pytest_asyncio\.fixture|Before|After)\b[^\n]*\bautouse|@(?:Before|After|BeforeEach|BeforeAll|SetUp)\b|func TestMain\b/;
const IMPORT =
	/^(?:import\b|from\s+\S+\s+import\b|use\s|using\s|package\s|require|(?:const|let|var)\s[^=\n]{1,300}=\s*(?:await\s+)?(?:require|import|proxyquire|rewire)\s*\(|#include|<\?php|namespace\s)/;

/** Other tests, and groups of them. */
const GROUP = /^(?:describe|context|suite|it|test|specify|example|feature|scenario)(?:\.\w+)*\s*[('"`]/;

function statement(file: SourceFile, node: SyntaxNode): Statement {
	const { text } = node;
	const start = node.line;
	const end = start + text.trimEnd().split('\n').length - 1;
	return made(file, start, end, text);
}

function made(file: SourceFile, start: number, end: number, text: string): Statement {
	const isImport = IMPORT.test(text);
	const inside = file.definitions.filter(({ head }) => head >= start && head <= end);
	const declares = new Set(
		GROUP.test(text)
			? []
			: inside.filter(({ parent }) => parent === undefined || parent.head < start).map(({ name }) => name),
	);
	const declaration =
		/^(?:export\s+)?(?:async\s+)?(?:const|let|var|function\*?|class)\s+(\{[^}]{0,800}\}|\[[^\]]{0,800}\]|[^=({]{1,800})/.exec(
			text,
		);
	for (const name of namesIn(isImport ? text : (declaration?.[1] ?? '')).keys()) {
		declares.add(name);
	}
	return {
		start,
		end,
		text,
		declares,
		kind: isImport ? 'import' : HOOK.test(text.trimStart()) ? 'hook' : 'other',
	};
}

/** Where the file was not parsed: imports by their look, and the definitions. */
function statementsByLines(file: SourceFile): Statement[] {
	const imports = file.lines.flatMap((line, index) =>
		IMPORT.test(line) ? [made(file, index + 1, index + 1, line)] : [],
	);
	const definitions = file.definitions
		.filter(({ container }) => !container)
		.map(({ start, end, head }) => made(file, start, end, file.lines.slice(head - 1, end).join('\n')));
	return [...imports, ...definitions];
}

function usedNames(file: SourceFile, shown: ReadonlySet<number>): Map<string, number> {
	const all = namesIn(file.lines.join('\n'));
	const here = namesIn([...shown].map((line) => file.lines[line - 1] ?? '').join('\n'));
	return new Map(
		[...here].map(([name, count]) => [name, 0.4 + 0.6 * (count / Math.max(count, all.get(name) ?? 1))]),
	);
}
