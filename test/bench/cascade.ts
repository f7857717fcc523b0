// Real bugs through the whole command line under one bid, the models played by a local server that speaks the
// providers' formats and bills by a meter of its own. Wrong answers come from the tiers below, the project's own fix
// from one of them. Checked from outside: the right tier solved it, the receipt's money is the meter's to the
// nano-dollar, no key was seen by a child, the folder is as it was, nothing is left behind.
//
//   npx tsx test/bench/cascade.ts --manifest FILE [--filter RE] [--limit N] [--with-free] [--seed N] [--underbid dist/cli.js]
//
// A manifest is one JSON line a case: id, dir (a git repository), testCommand, failingTests, truePatch.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { NANO_PER_USD } from '../../src/core/money';
import { type Price, rateOf } from '../../src/core/price';
import type { Answer, Behaviour } from '../fakes/wire/behaviour';
import type { Asked, Dialect } from '../fakes/wire/dialects';
import { WireServer } from '../fakes/wire/server';
// @ts-expect-error plain JavaScript, shared with the other benches
import { random as randomOf } from './figures.mjs';
// @ts-expect-error plain JavaScript, shared with the other benches
import { fingerprint as fingerprintOf } from './fingerprint.mjs';

const random = randomOf as (seed: string) => number;
const fingerprint = fingerprintOf as (folder: string) => {
	differences(other: unknown): readonly string[];
};

interface Case {
	readonly id: string;
	readonly dir: string;
	readonly testCommand: string;
	readonly failingTests: readonly string[];
	readonly truePatch: string;
}

interface Tier {
	readonly id: string;
	readonly dialect: Dialect;
	readonly model: string;
	readonly price: Price;
	readonly settings: Readonly<Record<string, string>>;
}

const usd = (dollars: number) => rateOf(Math.round(dollars * NANO_PER_USD));
/** Three steps of price, each over another wire. */
const TIERS: readonly Tier[] = [
	['openrouter', 'openrouter', 'acme/small-1', 0.0375, 0.15, undefined],
	['google', 'google', 'middle-1', 0.3, 2.5, 0.03],
	['anthropic', 'anthropic', 'strong-1', 3, 15, 0.3],
].map(([provider, dialect, model, input, output, cached]) => ({
	id: `${provider}/${model}`,
	dialect: dialect as Dialect,
	model: String(model),
	price: {
		input: usd(Number(input)),
		output: usd(Number(output)),
		...(cached === undefined
			? {}
			: { cacheRead: usd(Number(cached)), cacheWrite: usd(Number(input) * 1.25) }),
		tiers: [],
	},
	settings: {
		input: String(input),
		output: String(output),
		...(cached === undefined ? {} : { cacheRead: String(cached), cacheWrite: String(Number(input) * 1.25) }),
	},
}));

const { values: options } = parseArgs({
	options: {
		manifest: { type: 'string' },
		filter: { type: 'string', default: '' },
		limit: { type: 'string', default: '1000' },
		seed: { type: 'string', default: '1' },
		'with-free': { type: 'boolean', default: false },
		underbid: { type: 'string', default: path.join(__dirname, '../../dist/cli.js') },
	},
});

async function main(): Promise<void> {
	if (options.manifest === undefined) {
		throw new Error('--manifest FILE is missing');
	}
	const folder = path.dirname(path.resolve(options.manifest));
	const cases = readFileSync(options.manifest, 'utf8')
		.split('\n')
		.filter((line) => line.trim() !== '')
		.map((line) => JSON.parse(line) as Case)
		.filter(({ id }) => new RegExp(options.filter).test(id))
		.slice(0, Number(options.limit));
	const counts = { right: 0, free: 0, wrong: 0 };
	for (const one of cases) {
		const faults = await play({ ...one, dir: path.resolve(folder, one.dir) });
		counts[faults === 'free' ? 'free' : faults.length === 0 ? 'right' : 'wrong'] += 1;
		const said = faults === 'free' ? 'the free proposer solved it' : faults.join('; ');
		process.stdout.write(`${one.id.padEnd(28)} ${said === '' ? 'as expected' : said}\n`);
	}
	process.stdout.write(
		`\n${counts.right} as expected, ${counts.wrong} not, ${counts.free} solved for nothing, of ${cases.length}\n`,
	);
	process.exitCode = counts.wrong === 0 ? 0 : 1;
}

/** What was not as it must be; empty when all was. */
async function play(one: Case): Promise<readonly string[] | 'free'> {
	const draw = (what: string) => random(`${options.seed} ${one.id} ${what}`);
	const right = TIERS[Math.floor(draw('tier') * TIERS.length)] as Tier;
	const byAgent = draw('agent') < 0.4;
	const server = await WireServer.start({
		price: (model) => (TIERS.find((tier) => model.includes(tier.model)) ?? right).price,
	});
	const work = mkdtempSync(path.join(os.tmpdir(), 'bench-cascade-'));
	try {
		const copy = path.join(work, 'copy');
		spawnSync('cp', ['-a', one.dir, copy]);
		for (const name of ['temp', 'state']) {
			mkdirSync(path.join(work, name));
		}
		server.behave = (asked) => behaviour(asked, one, copy, right, byAgent, draw);
		writeFileSync(
			path.join(work, 'state/settings.json'),
			JSON.stringify({
				models: TIERS.map(({ id }) => id),
				prices: Object.fromEntries(TIERS.map(({ id, settings }) => [id, settings])),
				limits: Object.fromEntries(TIERS.map(({ id }) => [id, { context: 200_000, output: 32_000 }])),
			}),
		);
		const before = fingerprint(copy);
		const said = await fix(one, copy, work, server);
		const faults = [...before.differences(fingerprint(copy))].map((what) => `changed: ${what}`);
		const left = readdirSync(path.join(work, 'temp')).filter((name) => name.includes('underbid'));
		faults.push(...left.map((name) => `left behind: ${name}`));
		if (said.outcome?.kind !== 'solved') {
			const tried = said.attempts.map(
				(one) => `${one.offer}: ${one.reason ?? one.verdicts?.at(-1)?.reason ?? ''}`,
			);
			return [
				...faults,
				`${said.outcome?.kind}: ${said.outcome?.reason ?? said.stderr.slice(-300)}`,
				`right: ${right.id} ${byAgent ? 'agent' : 'edit'}`,
				...tried,
			];
		}
		const last = said.attempts.at(-1)?.offer ?? '';
		if (last === 'free') {
			return faults.length === 0 ? 'free' : faults;
		}
		const expected = `${right.id}/${byAgent ? 'agent' : 'edit'}`;
		if (last !== expected) {
			faults.push(`solved by ${last}, not ${expected}`);
		}
		const metered = TIERS.reduce((sum, { id }) => sum + Number(server.meter.total(keyOf(id))), 0);
		if (metered !== said.money.spent) {
			faults.push(`spent ${said.money.spent}, metered ${metered}`);
		}
		if (metered > said.money.bid) {
			faults.push('the bid was passed');
		}
		if (server.faults.length > 0) {
			faults.push(...server.faults);
		}
		const whole = JSON.stringify(said) + said.stderr;
		if (TIERS.some(({ id }) => whole.includes(keyOf(id)))) {
			faults.push('a key was shown');
		}
		return faults;
	} finally {
		await server.close();
		rmSync(work, { recursive: true, force: true, maxRetries: 5 });
	}
}

function behaviour(
	asked: Asked,
	one: Case,
	copy: string,
	right: Tier,
	byAgent: boolean,
	draw: (what: string) => number,
): Behaviour {
	const agent = /"edit_file"/.test(JSON.stringify(asked.body));
	const answer =
		asked.model.includes(right.model) && agent === byAgent
			? agent
				? rightTools(one)
				: { text: `The fault is one line.\n\n\`\`\`diff\n${one.truePatch}\`\`\`\n` }
			: wrong(one, copy, agent, draw(`wrong ${asked.model} ${agent}`));
	return { kind: 'answer', answer };
}

/** Answers that do not do it, in the ways models do not do it. */
function wrong(one: Case, copy: string, agent: boolean, drawn: number): Answer {
	const file = fileOf(one);
	const text = readFileSync(path.join(copy, file), 'utf8');
	const line = text.split('\n').find((each) => each.trim().length > 8 && text.split(each).length === 2) ?? '';
	if (agent) {
		return drawn < 0.5
			? { text: 'I do not see what is wrong here.' }
			: {
					tools: [
						{
							name: 'edit_file',
							arguments: JSON.stringify({ path: file, search: line, replace: `${line} // fine` }),
						},
					],
				};
	}
	if (drawn < 0.3) {
		return { text: 'I would look at the loop; maybe it is off by one.' };
	}
	if (drawn < 0.6) {
		return {
			text: `${file}\n\`\`\`\n<<<<<<< SEARCH\n${line}\n=======\n${line} // looks right to me\n>>>>>>> REPLACE\n\`\`\`\n`,
		};
	}
	return {
		text: `${file}\n<<<<<<< SEARCH\nthis is not in the file at all\n=======\nnor is this\n>>>>>>> REPLACE\n`,
	};
}

/** One call for each hunk of the true patch. */
function rightTools(one: Case): Answer {
	const tools: { name: string; arguments: string }[] = [];
	let file = '';
	for (const part of one.truePatch.split(/^(?=\+\+\+ b\/|@@ )/m)) {
		file = /^\+\+\+ b\/(.+)$/m.exec(part)?.[1] ?? file;
		if (part.startsWith('@@ ')) {
			const lines = part.split('\n').slice(1);
			const side = (sign: string) =>
				lines
					.filter((line) => line.startsWith(' ') || line.startsWith(sign))
					.map((line) => line.slice(1))
					.join('\n');
			tools.push({
				name: 'edit_file',
				arguments: JSON.stringify({ path: file, search: side('-'), replace: side('+') }),
			});
		}
	}
	return { text: 'I found it.', tools };
}

function fileOf({ truePatch }: Case): string {
	return /^\+\+\+ b\/(.+)$/m.exec(truePatch)?.[1] ?? 'main.js';
}

function keyOf(id: string): string {
	return `key-of-${id.split('/')[0]}-0123456789abcdef`;
}

interface Said {
	readonly outcome?: { readonly kind: string; readonly reason?: string };
	readonly attempts: readonly {
		readonly offer: string;
		readonly reason?: string;
		readonly verdicts?: readonly { readonly reason?: string }[];
	}[];
	readonly money: { readonly bid: number; readonly spent: number };
	readonly stderr: string;
}

async function fix(one: Case, copy: string, work: string, server: WireServer): Promise<Said> {
	const proposers = [...(options['with-free'] ? ['free'] : []), ...TIERS.map(({ id }) => id)];
	const child = spawn(
		process.execPath,
		[
			path.resolve(options.underbid),
			...['fix', '--json', '--max-spend', '2', '--time', '3', '--test-command', one.testCommand],
			...['--proposers', proposers.join(',')],
			...one.failingTests.flatMap((name) => ['--test', name]),
		],
		{
			cwd: copy,
			env: {
				...process.env,
				TMPDIR: path.join(work, 'temp'),
				UNDERBID_HOME: path.join(work, 'state'),
				OPENROUTER_API_KEY: keyOf('openrouter/'),
				GEMINI_API_KEY: keyOf('google/'),
				ANTHROPIC_API_KEY: keyOf('anthropic/'),
				UNDERBID_OPENROUTER_URL: server.base('openrouter'),
				UNDERBID_GOOGLE_URL: server.base('google'),
				UNDERBID_ANTHROPIC_URL: server.base('anthropic'),
			},
			stdio: ['ignore', 'pipe', 'pipe'],
		},
	);
	let [stdout, stderr] = ['', ''];
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		stdout += text;
	});
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		stderr += text;
	});
	await new Promise((resolve) => child.on('close', resolve));
	try {
		return { ...(JSON.parse(stdout) as Said), stderr };
	} catch {
		return { attempts: [], money: { bid: 0, spent: 0 }, stderr };
	}
}

void main();
