// From an issue to a checked fix on real bugs, models played by a script: for each case of a manifest the failing test is
// taken out of its file and kept aside, an issue is written from what it said, and a scripted model writes three bad tests
// and then that test. Shows whether the kept reproduction fails on the base and passes on the project's own fix, and how
// many other fixes that pass it fail the test kept aside.
//   npx tsx test/bench/issues.ts --manifest FILE [--only ID,ID] [--most N]
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Issue } from '../../src/core/issue/issue';
import type { ChatReply } from '../../src/core/model';
import { parseUsd } from '../../src/core/money';
import type { TestResult } from '../../src/core/suite';
import { createEngine } from '../../src/engine/engine';
import { ScriptedModel } from '../unit/propose/model/tools/scriptedModel';

interface Case {
	readonly id: string;
	readonly dir: string;
	readonly testCommand: string;
	readonly failingTests: readonly string[];
	readonly truePatch: string;
	readonly subject: string;
}

const { values } = parseArgs({
	options: { manifest: { type: 'string' }, only: { type: 'string' }, most: { type: 'string' } },
});
const dist = path.join(__dirname, '../../dist');
const SIGNAL = new AbortController().signal;
const quiet = () => undefined;

/** The statement `it('title', …)` of a failing test, by its indentation; undefined where it is written otherwise. */
function blockOf(text: string, title: string): { readonly block: string; readonly rest: string } | undefined {
	const lines = text.split('\n');
	const last = title.split(' > ').at(-1) ?? title;
	const from = lines.findIndex((line) => /^\s*(?:it|test)\(/.test(line) && line.includes(last));
	const indent = /^\s*/.exec(lines[from] ?? '')?.[0] ?? '';
	const end = lines.findIndex((line, at) => at > from && new RegExp(`^${indent}\\}`).test(line));
	return from < 0 || end < 0
		? undefined
		: {
				block: lines.slice(from, end + 1).join('\n'),
				rest: [...lines.slice(0, from), ...lines.slice(end + 1)].join('\n'),
			};
}

const edit = (file: string, search: string, replace: string) =>
	`It checks what the issue says.\n\n${file}\n<<<<<<< SEARCH\n${search}\n=======\n${replace}\n>>>>>>> REPLACE\n`;

async function played(one: Case): Promise<string> {
	const home = mkdtempSync(path.join(os.tmpdir(), 'bench-issue-'));
	const folder = path.join(home, 'project');
	try {
		cpSync(one.dir, folder, { recursive: true, verbatimSymlinks: true });
		const git = (...args: string[]) =>
			execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.invalid', ...args], {
				cwd: folder,
				encoding: 'utf8',
			});
		const environment = { ...process.env, UNDERBID_HOME: path.join(home, 'state') };
		const place = { folder, unsaved: [], testCommand: one.testCommand };
		const plain = createEngine({ dist, environment });
		const seen = await plain.failingTests(place, quiet, SIGNAL);
		const target = seen.kind === 'found' ? seen.failing.find((test) => test.file !== undefined) : undefined;
		const file = target?.file;
		if (target === undefined || file === undefined) {
			return `skipped: ${seen.kind === 'found' ? 'no failing test with a file' : seen.kind}`;
		}
		const whole = readFileSync(path.join(folder, file), 'utf8');
		let text = whole;
		let block = '';
		for (const test of seen.kind === 'found' ? seen.failing : []) {
			const cut = test.file === file ? blockOf(text, test.name) : undefined;
			if (cut === undefined) {
				return 'skipped: its tests are not written as blocks';
			}
			block = test === target ? cut.block : block;
			text = cut.rest;
		}
		writeFileSync(path.join(folder, file), text);
		git('add', '-A');
		git('commit', '-q', '-m', 'without the test');
		const anchor = lastBlockLine(text, block);
		const added = (body: string) => edit(file, anchor, `${anchor}\n${body}`);
		const named = (body: string) => block.replace(/((?:it|test)\(\s*)(['"`]).*?\2/, `$1$2${body}$2`);
		const inside = block.split('\n').slice(1).join('\n');
		const called =
			/[A-Za-z]\w{3,}(?=\()/.exec(inside.replace(/assert[.\w]*\(|function\s*\(/g, ''))?.[0] ?? 'require';
		const bad = [
			added(named('needs a module').replace(/\{\s*\n/, "{\nrequire('../no-such-module-here');\n")),
			added(`it('passes', function () { try { ${called}(); } catch (error) { void error; } });`),
			added(`it('of another reason', function () { nothingOfThatName(${called}); });`),
		];
		const reply = (said: string): ChatReply => ({
			kind: 'replied',
			text: said,
			toolCalls: [],
			finish: 'stop',
		});
		const run = async (fix: 'true' | 'free') => {
			let tests = 0;
			const scripted = (id: string) =>
				Object.assign(new ScriptedModel((): ChatReply => reply('')), { id, provider: id, label: id });
			const model = scripted('bench/model');
			model.send = async (request, purse, _on, signal) => {
				const own = new ScriptedModel(() => {
					if (!request.system.startsWith('You write a test')) {
						return reply(`The cause is repaired.\n\n\`\`\`diff\n${one.truePatch}\n\`\`\`\n`);
					}
					tests += 1;
					return reply(tests === 1 ? bad.slice(0, 1).join('\n') : added(block));
				});
				return own.send(request, purse, () => undefined, signal);
			};
			const early = scripted('bench/cheap');
			let turn = 0;
			early.send = async (request, purse, _on, signal) => {
				turn += 1;
				const own = new ScriptedModel(() =>
					reply(request.system.startsWith('You write a test') ? (bad[turn] ?? bad[1] ?? '') : 'No.'),
				);
				return own.send(request, purse, () => undefined, signal);
			};
			const engine = createEngine({ dist, environment, lent: async () => [early, model] });
			const spend = parseUsd('2');
			const report = await engine.fix(
				{
					...place,
					bid: { spend: spend.kind === 'amount' ? spend.amount : assertNever(), timeMs: 240_000 },
					target: { kind: 'failing' },
					issue: issueOf(one, target),
					proposers: fix === 'free' ? ['free', 'bench/cheap', 'bench/model'] : ['bench/cheap', 'bench/model'],
					temper: 'determined',
				},
				quiet,
				SIGNAL,
			);
			await engine.close();
			return report;
		};
		const words: string[] = [];
		for (const fix of ['true', 'free'] as const) {
			const { outcome, evidence } = await run(fix);
			const found = evidence.reproduction;
			const refused =
				found?.candidates.flatMap(({ refusal }) => (refusal === undefined ? [] : [refusal.kind])) ?? [];
			const word = evidence.verified
				? 'VERIFIED'
				: evidence.checked
					? 'checked'
					: `${outcome.kind}${'reason' in outcome ? ` (${outcome.reason.slice(0, 160)})` : ''}`;
			let aside = '';
			if (outcome.kind === 'solved') {
				git('apply', '--whitespace=nowarn', patchFile(home, outcome.chosen.patch.diff));
				writeFileSync(path.join(folder, file), whole);
				const after = await plain.failingTests(place, quiet, SIGNAL);
				aside =
					after.kind === 'found'
						? `; kept-aside tests: ${after.failing.length === 0 ? 'pass' : `${after.failing.length} FAIL`}`
						: '';
				git('checkout', '-q', '--', '.');
			}
			words.push(
				`${fix}: ${word} by ${outcome.kind === 'solved' ? outcome.attempt.offer.id : 'nobody'}, test by ${found?.author ?? 'nobody'} [refused: ${refused.join(', ')}]${aside}`,
			);
		}
		await plain.close();
		return words.join('\n    ');
	} finally {
		rmSync(home, { recursive: true, force: true });
	}
}

function assertNever(): never {
	throw new Error('the bid is an amount');
}

function patchFile(home: string, diff: string): string {
	const file = path.join(home, 'fix.patch');
	writeFileSync(file, diff);
	return file;
}

/** A line after which a test of the same depth may stand: the end of the last one that is there, found once only. */
function lastBlockLine(text: string, block: string): string {
	const indent = /^\s*/.exec(block)?.[0] ?? '';
	const lines = text.split('\n');
	for (let at = lines.length - 1; at >= 0; at -= 1) {
		if (new RegExp(`^${indent}\\}\\)?;?\\)?;?$`).test(lines[at] ?? '')) {
			const from = lines.findLastIndex((line, index) => index < at && line.startsWith(`${indent}it(`));
			const found = lines.slice(Math.max(0, from), at + 1).join('\n');
			if (from >= 0 && text.split(found).length === 2) {
				return found;
			}
		}
	}
	return lines.slice(-2).join('\n');
}

function issueOf(one: Case, { failure, name }: TestResult): Issue {
	const said = [
		failure?.message.split('\n').slice(0, 6).join('\n') ?? '',
		failure?.actual === undefined ? '' : `I get: ${failure.actual}`,
		failure?.expected === undefined ? '' : `It should be: ${failure.expected}`,
	];
	return {
		source: { kind: 'text', name: 'the given text' },
		title: one.subject,
		body: `${name} does not work.\n\n${said.filter((part) => part !== '').join('\n')}`,
		...{ comments: [], labels: [], code: [], leftOut: [] },
	};
}

async function main(): Promise<void> {
	const only = values.only?.split(',');
	const cases = readFileSync(values.manifest ?? '', 'utf8')
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => JSON.parse(line) as Case)
		.filter(({ id }) => only?.includes(id) ?? true)
		.slice(0, Number(values.most ?? 20));
	for (const one of cases) {
		process.stdout.write(
			`${one.id}\n    ${await played(one).catch((error: unknown) => `broke: ${String(error)}`)}\n`,
		);
	}
}

void main();
