// Real issues of public projects, models played by a script: the words of the issue as they were written, the fixing
// commit's tests kept aside. Five bad tests come first, each of its own kind, then a good one. Shows which were refused and
// why, whether the kept one passes with the project's own fix, and by which word a fix that fails the tests kept aside is
// shown.
//   npx tsx test/bench/realIssues.ts --manifest FILE [--only ID,ID]
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Issue } from '../../src/core/issue/issue';
import type { ChatReply, ChatRequest } from '../../src/core/model';
import { parseUsd } from '../../src/core/money';
import type { FileEdit } from '../../src/core/patch';
import { rateOf } from '../../src/core/price';
import { createEngine, type Engine } from '../../src/engine/engine';
import type { FixRequest } from '../../src/engine/requests';
import type { GetJson } from '../../src/issues/guardedGet';
import { readIssue } from '../../src/issues/read';
import { ScriptedModel } from '../unit/propose/model/tools/scriptedModel';

interface WrittenTest {
	/** Above the test: what it loads. `__ROOT__` stands for the way to the project's root. */
	readonly head: string;
	readonly block: string;
}

/** One line of the manifest. */
interface Case {
	readonly id: string;
	/** A repository at the parent of the fixing commit, its packages installed. */
	readonly dir: string;
	readonly testCommand: string;
	readonly testReport?: string;
	/** `name`: owner/name#12. */
	readonly issue: {
		readonly name: string;
		readonly title: string;
		readonly body: string;
		readonly comments: readonly { readonly author?: string; readonly text: string }[];
	};
	readonly truePatch: string;
	/** Passes the good test by knowing it. */
	readonly wrongPatch: string;
	/** The fixing commit's tests. */
	readonly kept: readonly FileEdit[];
	readonly tests: Readonly<Record<'good' | 'passes' | 'unrelated', WrittenTest>>;
}

const { values } = parseArgs({ options: { manifest: { type: 'string' }, only: { type: 'string' } } });
const dist = path.join(__dirname, '../../dist');
const SIGNAL = new AbortController().signal;
const quiet = (): void => undefined;

type Kind = 'syntax' | 'missing' | 'passes' | 'undefined' | 'unrelated' | 'good';
/** By model, one after the other; each is asked twice. */
const TURNS: readonly (readonly [Kind, Kind])[] = [
	['syntax', 'missing'],
	['passes', 'undefined'],
	['unrelated', 'unrelated'],
	['good', 'good'],
];

function reply(text: string): ChatReply {
	return { kind: 'replied', text, toolCalls: [], finish: 'stop' };
}

class Play {
	/** What became of each, by its summary. */
	readonly presented: { readonly kind: Kind | 'issue'; readonly texts: readonly FileEdit[] }[] = [];
	readonly asked: Kind[] = [];
	place = '';

	constructor(
		private readonly one: Case,
		private readonly folder: string,
		private readonly fix: string,
	) {}

	model(at: number): ScriptedModel {
		let turn = 0;
		const price = {
			input: rateOf(1_000_000_000 + at * 50_000_000),
			output: rateOf(4_000_000_000),
			tiers: [],
		};
		const scripted = new ScriptedModel(
			() => (request) => {
				if (request.system.startsWith('You write a test')) {
					turn += 1;
					return reply(this.test(TURNS[at]?.[turn - 1] ?? 'good', request));
				}
				return reply(
					request.system.startsWith('You judge')
						? 'UNSURE\nI cannot tell.'
						: `The cause is repaired.\n\n\`\`\`diff\n${this.fix}\n\`\`\`\n`,
				);
			},
			price,
		);
		return Object.assign(scripted, { id: `bench/m${at}`, provider: `bench${at}`, label: `m${at}` });
	}

	private test(kind: Kind, request: ChatRequest): string {
		this.asked.push(kind);
		const said = request.messages[0]?.role === 'user' ? request.messages[0].text : '';
		const place = /what="framework and place">\n[^\n]*\n([^\n]+)\n/.exec(said)?.[1] ?? '';
		this.place = place;
		const { head, block } = this.made(kind, place);
		const says = `It is the test ${kind}.\n\n`;
		if (!said.includes('a new file would not be run')) {
			return `${says}${place}\n<<<<<<< SEARCH\n=======\n${head}\n${block}>>>>>>> REPLACE\n`;
		}
		const old = readFileSync(path.join(this.folder, place), 'utf8').trimEnd().split('\n');
		const anchor = old.slice(-4).join('\n');
		const known = new Set(old.map((line) => line.trim()));
		const added = head.split('\n').filter((line) => line.trim() !== '' && !known.has(line.trim()));
		// A name that the file has already must not be bound twice.
		const bound = (line: string) => /(?:var|const|let)\s+(\w+)\s*=/.exec(line)?.[1];
		const fresh = added.filter(
			(line) => !old.some((there) => bound(line) !== undefined && bound(there) === bound(line)),
		);
		return `${says}${place}\n<<<<<<< SEARCH\n${anchor}\n=======\n${anchor}\n\n${[...fresh, block].join('\n')}>>>>>>> REPLACE\n`;
	}

	private made(kind: Kind, place: string): WrittenTest {
		const root = path.posix.relative(path.posix.dirname(place), '.') || '.';
		const { good, passes, unrelated } = this.one.tests;
		const from = kind === 'passes' ? passes : kind === 'unrelated' ? unrelated : good;
		const head = from.head.replaceAll('__ROOT__', root);
		const block = from.block.replaceAll('__ROOT__', root);
		const script = !place.endsWith('.py');
		const first = /^(.*(?:function \((?:done|t)?\) \{|=> \{|function\(\) \{|\):))$/m;
		const inside = (line: string): string => {
			const heads = [...block.matchAll(new RegExp(first, 'gm'))];
			const head = script ? heads[Math.min(1, heads.length - 1)] : heads[0];
			const opener = /describe/.test(heads[0]?.[0] ?? '') ? head : heads[0];
			const at = (opener?.index ?? 0) + (opener?.[0].length ?? 0);
			return `${block.slice(0, at)}\n${script ? '' : '    '}${line}${block.slice(at)}`;
		};
		switch (kind) {
			case 'syntax':
				return { head, block: `${block.trimEnd().slice(0, -2)}((\n` };
			case 'missing':
				return script
					? {
							head: /^import /m.test(head)
								? `${head}import missing from '${root}/no-such-module-here.js';\nvoid missing;\n`
								: `${head}var missing = require('${root}/no-such-module-here');\n`,
							block,
						}
					: { head: `import no_such_module_here\n${head}`, block };
			case 'undefined':
				return { head, block: inside(script ? 'prepareTheCase();' : 'prepare_the_case()') };
			case 'passes':
			case 'unrelated':
			case 'good':
				return { head, block };
		}
	}
}

/** As GitHub's API gives it, so that it is read, cleaned and cut as any other. */
async function issueOf({ issue }: Case): Promise<Issue> {
	const get: GetJson = async ({ url, shape }) => ({
		kind: 'answer',
		headers: new Headers(),
		value: shape.parse(
			url.pathname.endsWith('/comments')
				? issue.comments.map(({ author, text }) => ({ body: text, user: { login: author ?? 'somebody' } }))
				: {
						...{ number: Number(/\d+$/.exec(issue.name)?.[0]), title: issue.title, body: issue.body },
						...{ html_url: '', comments: issue.comments.length },
					},
		),
	});
	const found = await readIssue(
		issue.name,
		{
			...{ get, environment: {}, remote: undefined },
			readFile: async () => undefined,
			readInput: async () => '',
			linesOf: async () => undefined,
		},
		SIGNAL,
	);
	if (found.kind === 'refused') {
		throw new Error(found.reason);
	}
	return found.issue;
}

async function played(one: Case): Promise<string> {
	const home = mkdtempSync(path.join(os.tmpdir(), 'bench-real-'));
	const folder = path.join(home, 'project');
	try {
		cpSync(one.dir, folder, { recursive: true, verbatimSymlinks: true });
		const issue = await issueOf(one);
		const lines: string[] = [];
		for (const fix of ['true', 'wrong'] as const) {
			const environment = { ...process.env, UNDERBID_HOME: path.join(home, `state-${fix}`) };
			const play = new Play(one, folder, fix === 'true' ? one.truePatch : one.wrongPatch);
			const models = (fix === 'true' ? [0, 1, 2, 3] : [3]).map((at) => play.model(at));
			const engine = createEngine({ dist, environment, lent: async () => models });
			try {
				lines.push(
					`${fix}: ${await ran(
						one,
						play,
						engine,
						issue,
						folder,
						models.map(({ id }) => id),
					)}`,
				);
			} finally {
				await engine.close();
			}
		}
		return lines.join('\n    ');
	} finally {
		rmSync(home, { recursive: true, force: true });
	}
}

async function ran(
	one: Case,
	play: Play,
	engine: Engine,
	issue: Issue,
	folder: string,
	proposers: readonly string[],
): Promise<string> {
	const spend = parseUsd('4');
	if (spend.kind !== 'amount') {
		throw new Error('the bid is an amount');
	}
	const place = {
		...{ folder, unsaved: [], testCommand: one.testCommand },
		...(one.testReport === undefined ? {} : { testReport: one.testReport }),
	};
	const request: FixRequest = {
		...place,
		bid: { spend: spend.amount, timeMs: 600_000 },
		target: { kind: 'failing' },
		...{ issue, proposers: [...proposers], temper: 'determined' },
		consent: async (proposed, texts) => {
			const said = /^It is the test (\w+)/.exec(proposed.summary)?.[1] as Kind | undefined;
			play.presented.push({ kind: said ?? 'issue', texts });
			return { kind: said === 'good' ? 'yes' : 'no' };
		},
	};
	const report = await engine.fix(request, quiet, SIGNAL);
	const { outcome, evidence } = report;
	const found = evidence.reproduction;
	const said = (found?.candidates ?? []).map(({ summary, refusal }) => {
		const kind = /^It is the test (\w+)/.exec(summary)?.[1] ?? 'issue';
		return `${kind}=${refusal === undefined ? 'KEPT' : refusal.kind}`;
	});
	const why = (found?.candidates ?? []).flatMap(({ summary, refusal }) =>
		/^It is the test good/.test(summary) && refusal !== undefined ? [`GOOD REFUSED: ${refusal.reason}`] : [],
	);
	const unmade = (found?.attempts ?? []).flatMap(({ reason }) => (reason === undefined ? [] : [reason]));
	const word = evidence.verified
		? 'VERIFIED'
		: evidence.checked
			? 'checked'
			: `${outcome.kind}${'reason' in outcome ? ` (${outcome.reason.slice(0, 200)})` : ''}`;
	const parts = [`${word}`, `at ${play.place}`, `[${said.join(' ')}]`, ...why];
	for (const { kind, texts } of play.presented) {
		if (kind === 'good' || kind === 'issue') {
			// A test of the project's that the fix had to change is taken as it was changed.
			const failing = await failingWith(engine, place, folder, one.truePatch, [...one.kept, ...texts]);
			parts.push(`${kind} test with the project's fix: ${failing}`);
		} else {
			parts.push(`BAD TEST PRESENTED: ${kind}`);
		}
	}
	if (said.length < new Set(play.asked).size) {
		parts.push(`not all were judged: ${unmade.join(' / ').slice(0, 600)}`);
	}
	if (outcome.kind === 'solved') {
		const failing = await failingWith(engine, place, folder, outcome.chosen.patch.diff, one.kept);
		parts.push(`kept-aside tests: ${failing}`);
	}
	return parts.join('; ');
}

/** What fails with a patch and these texts in place. */
async function failingWith(
	engine: Engine,
	place: Parameters<Engine['failingTests']>[0],
	folder: string,
	diff: string,
	texts: readonly FileEdit[],
): Promise<string> {
	const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' });
	const file = path.join(folder, '..', 'x.patch');
	writeFileSync(file, diff);
	try {
		git('apply', '--whitespace=nowarn', file);
		for (const { path: name, text } of texts) {
			mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
			writeFileSync(path.join(folder, name), text);
		}
		const after = await engine.failingTests(place, quiet, SIGNAL);
		return after.kind === 'found'
			? after.failing.length === 0
				? 'pass'
				: `${after.failing.length} FAIL (${after.failing
						.slice(0, 2)
						.map(({ id }) => id)
						.join(', ')})`
			: `${after.kind}${'reason' in after ? ` ${after.reason}` : ''}`;
	} finally {
		git('checkout', '-q', '--', '.');
		git('clean', '-qfd', '-e', 'node_modules');
	}
}

async function main(): Promise<void> {
	const only = values.only?.split(',');
	const cases = readFileSync(values.manifest ?? '', 'utf8')
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => JSON.parse(line) as Case)
		.filter(({ id }) => only?.includes(id) ?? true);
	for (const one of cases) {
		const startedMs = Date.now();
		const said = await played(one).catch((error: unknown) => `broke: ${String(error)}`);
		process.stdout.write(`${one.id} (${Math.round((Date.now() - startedMs) / 1000)} s)\n    ${said}\n`);
	}
}

void main();
