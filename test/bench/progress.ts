// Does it pay to look at how far a wrong patch came? Wrong patches are real: single edits of the faulty lines of real bugs, each run
// against the project's own tests, and their progress is what those tests showed. Three scripted proposers of known
// strength send them, and the project's fix where they pass. The cascade decides as in a run, once with that progress
// and once without, fitted on other cases.
//
// How likely a proposer is to pass a case is set here, and is not measured on any model: it rises with the share of
// single edits of the case that pass. So this measures how far progress tells an easy case from a hard one, in the sense
// that more or fewer edits of it pass, and what the cascade makes of it.
//
//   npx tsx test/bench/progress.ts --manifest FILE [--limit N] [--seed N] [--edits 40] [--draws 6] [--measured FILE]
//
// A manifest is one JSON line a case: id, dir, source, truePatch. What was measured is kept in FILE, and read from it
// when it is there.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Calibration } from '../../src/core/cascade/calibration';
import { decide } from '../../src/core/cascade/decision';
import { knowNothing } from '../../src/core/cascade/knowledge';
import { NANO_PER_USD, nanoUsd, ZERO } from '../../src/core/money';
import type { Offer } from '../../src/core/offer';
import type { Attempt } from '../../src/core/outcome';
import { flipsOf } from '../../src/core/patchProgress';
import type { TestResult } from '../../src/core/suite';
import type { PatchProgress } from '../../src/core/verdict';
import { policyPrice } from '../../src/lab/curve';
import { normal, randomOf, shuffled } from '../../src/lab/random';
import { applied } from '../../src/propose/free/candidate';
import { candidatesOf } from '../../src/propose/free/candidates/candidates';
import { Grammars } from '../../src/propose/free/grammars';

interface Case {
	readonly id: string;
	readonly dir: string;
	readonly source: string;
	readonly truePatch: string;
}

interface Wrong {
	readonly hash: string;
	readonly progress: PatchProgress;
}

interface Measured {
	readonly id: string;
	readonly edits: number;
	readonly fixes: number;
	readonly failing: number;
	readonly wrong: readonly Wrong[];
	/** Logits; 0 over all cases on the mean, standard deviation `SPREAD`. */
	readonly ease: number;
}

/** Pass rate at an ease of 0, in logits, and US dollars of an attempt. */
const PROPOSERS = [
	{ name: 'scripted-small', level: -0.8, spend: 0.004 },
	{ name: 'scripted-middle', level: 0.2, spend: 0.02 },
	{ name: 'scripted-strong', level: 1.2, spend: 0.12 },
] as const;
const SPREAD = 1.8;
const BIDS = [0.004, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6];
const FOLDS = 5;
const COST_NOISE = 0.45;
const MOST_STEPS = 12;

const { values: options } = parseArgs({
	options: {
		manifest: { type: 'string' },
		limit: { type: 'string', default: '1000' },
		seed: { type: 'string', default: '1' },
		edits: { type: 'string', default: '40' },
		measured: { type: 'string' },
		draws: { type: 'string', default: '6' },
	},
});

async function main(): Promise<void> {
	if (options.manifest === undefined) {
		throw new Error('--manifest FILE is missing');
	}
	const raw = await measureAll(options.manifest);
	const measured = withEase(raw);
	const edits = measured.reduce((sum, one) => sum + one.edits, 0);
	say(`${measured.length} cases, ${edits} edits run, ${sum(measured, 'fixes')} of them pass`);
	say(`wrong edits that flip a failing test: ${share(measured, ({ flipped }) => (flipped ?? 0) > 0)}`);
	say(`wrong edits that change the error: ${share(measured, ({ errorChanged }) => errorChanged === true)}`);
	say(`wrong edits that break a passing test: ${share(measured, ({ broken }) => (broken ?? 0) > 0)}`);
	for (const [what, sign] of [
		['share of failing tests that flip', ({ flipped }: PatchProgress) => flipped ?? 0],
		['error changed', ({ errorChanged }: PatchProgress) => Number(errorChanged ?? false)],
		['a passing test broken', ({ broken }: PatchProgress) => Number((broken ?? 0) > 0)],
	] as const) {
		say(
			`correlation of a case's ease with the mean of its wrong edits, ${what}: ${relation(measured, sign)}`,
		);
	}
	const rates = [0.5, 0.6, 0.65, 0.7, 0.75, 0.8];
	const rows = (['nothing', 'all'] as const).map((looked) => {
		const points = play(measured, looked);
		return { looked, points, prices: policyPrice(points, rates) };
	});
	say('\nlooked at  solved and mean spend at each bid');
	for (const { looked, points } of rows) {
		say(
			`${looked.padEnd(9)}  ${points.map((one) => `${one.solved.toFixed(3)} $${one.spend.toFixed(4)}`).join('  ')}`,
		);
	}
	const [without, with_] = rows;
	say('\nspend at a solve rate');
	rates.forEach((rate, index) => {
		const [before, after] = [without?.prices[index] ?? Number.NaN, with_?.prices[index] ?? Number.NaN];
		if (Number.isFinite(before) && Number.isFinite(after)) {
			say(
				`${rate}: $${before.toFixed(4)} without, $${after.toFixed(4)} with: ${(100 * (after / before - 1)).toFixed(1)} %`,
			);
		}
	});
}

async function measureAll(manifest: string): Promise<readonly Omit<Measured, 'ease'>[]> {
	const kept = options.measured;
	if (kept !== undefined && existsSync(kept)) {
		return JSON.parse(readFileSync(kept, 'utf8')) as Omit<Measured, 'ease'>[];
	}
	const folder = path.dirname(path.resolve(manifest));
	const cases = readFileSync(manifest, 'utf8')
		.split('\n')
		.filter((line) => line.trim() !== '')
		.map((line) => JSON.parse(line) as Case)
		.slice(0, Number(options.limit));
	const grammars = new Grammars(path.join(__dirname, '../../dist'));
	const raw: Omit<Measured, 'ease'>[] = [];
	for (const one of cases) {
		const measured = await measure({ ...one, dir: path.resolve(folder, one.dir) }, grammars);
		if (measured !== undefined && measured.wrong.length > 0) {
			raw.push(measured);
		}
	}
	if (kept !== undefined) {
		writeFileSync(kept, JSON.stringify(raw));
	}
	return raw;
}

/** Lines of the base that the project's fix changes; where it only adds, those around. */
function faultyLines({ truePatch }: Case): ReadonlySet<number> {
	const lines = new Set<number>();
	let line = 0;
	for (const text of truePatch.split('\n')) {
		const hunk = /^@@ -(\d+)/.exec(text);
		if (hunk !== null) {
			line = Number(hunk[1]);
		} else if (line > 0) {
			if (text.startsWith('-')) {
				lines.add(line);
			} else if (text.startsWith('+')) {
				lines.add(line - 1).add(line);
			}
			line += text.startsWith('+') ? 0 : 1;
		}
	}
	return lines;
}

/** Every wrong edit of a sample, with what the case's own tests say of it; undefined where the base has no failure. */
async function measure(one: Case, grammars: Grammars): Promise<Omit<Measured, 'ease'> | undefined> {
	const text = readFileSync(path.join(one.dir, one.source), 'utf8');
	const candidates = await candidatesOf(one.source, text, grammars, { lines: faultyLines(one) });
	const sample = shuffled(candidates, randomOf(Number(options.seed) * 31 + numberOf(one.id))).slice(
		0,
		Number(options.edits),
	);
	const texts = [text, ...sample.map((candidate) => applied(text, candidate))];
	const child = spawnSync(
		process.execPath,
		[path.join(__dirname, 'progressTests.cjs'), one.dir, one.source],
		{
			input: JSON.stringify({ texts }),
			encoding: 'utf8',
			maxBuffer: 1 << 28,
			timeout: 120_000,
		},
	);
	const runs = child.stdout
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => JSON.parse(line) as { readonly results?: readonly TestResult[] });
	const base = runs[0]?.results ?? [];
	const failing = base.filter(({ status }) => status === 'failed');
	if (failing.length === 0) {
		return undefined;
	}
	const wrong: Wrong[] = [];
	let fixes = 0;
	runs.slice(1).forEach(({ results }, index) => {
		if (results === undefined) {
			wrong.push({ hash: `${one.id} ${index}`, progress: {} });
			return;
		}
		if (results.every(({ status }) => status === 'passed')) {
			fixes += 1;
			return;
		}
		const found = new Map(results.map((result) => [result.id, result]));
		const broken = base.filter(({ id, status }) => status === 'passed' && found.get(id)?.status !== 'passed');
		// As in a run: other tests are only looked at once the target passes.
		const flips = flipsOf(failing, found);
		wrong.push({
			hash: `${one.id} ${index}`,
			progress: { ...flips, ...(flips.flipped === 1 ? { broken: broken.length } : {}) },
		});
	});
	return { id: one.id, edits: runs.length - 1, fixes, failing: failing.length, wrong };
}

function withEase(raw: readonly Omit<Measured, 'ease'>[]): Measured[] {
	const logits = raw.map(({ fixes, edits }) => Math.log((fixes + 0.5) / (edits - fixes + 0.5)));
	const mean = logits.reduce((total, one) => total + one, 0) / logits.length;
	const sd = Math.sqrt(logits.reduce((total, one) => total + (one - mean) ** 2, 0) / logits.length);
	return raw.map((one, index) => ({ ...one, ease: (SPREAD * ((logits[index] ?? 0) - mean)) / sd }));
}

function play(measured: readonly Measured[], looked: 'nothing' | 'all') {
	const random = randomOf(Number(options.seed));
	const order = shuffled(measured, random);
	const results = BIDS.map(() => ({ solved: 0, spend: 0, count: 0 }));
	for (let fold = 0; fold < FOLDS; fold += 1) {
		const knowledge = knowNothing(calibrationOf(order.filter((_, index) => index % FOLDS !== fold)));
		for (const one of order.filter((_, index) => index % FOLDS === fold)) {
			for (let draw = 0; draw < Number(options.draws); draw += 1) {
				BIDS.forEach((bid, index) => {
					const into = results[index];
					// The same luck with and without.
					const ended = run(
						knowledge,
						one,
						bid,
						looked,
						Number(options.seed) * 7919 + numberOf(one.id) * 64 + draw,
					);
					if (into !== undefined) {
						into.solved += Number(ended.solved);
						into.spend += ended.spend;
						into.count += 1;
					}
				});
			}
		}
	}
	return results.map(({ solved, spend, count }, index) => ({
		value: BIDS[index] ?? 0,
		solved: solved / count,
		spend: spend / count,
	}));
}

function run(
	knowledge: ReturnType<typeof knowNothing>,
	one: Measured,
	bid: number,
	looked: 'nothing' | 'all',
	seed: number,
): { solved: boolean; spend: number } {
	const draws = PROPOSERS.map((_, index) => randomOf(seed * 131 + index));
	const attempts: Attempt[] = [];
	const most = usd(50);
	let spend = 0;
	while (attempts.length < MOST_STEPS) {
		// The bid is what a fix is worth; nothing else limits the money, so that spend is compared at equal terms.
		const { choice } = decide(
			knowledge,
			{ repository: 'bench', features: { failingTests: one.failing } },
			{ temper: 'thrifty', usdPerMinute: 0 },
			OFFERS,
			attempts,
			nanoUsd(Math.max(0, usd(bid) - usd(spend))),
		);
		if (choice.kind === 'stop') {
			break;
		}
		const index = OFFERS.findIndex(({ id }) => id === choice.offer.id);
		const proposer = PROPOSERS[index];
		const random = draws[index];
		if (proposer === undefined || random === undefined) {
			throw new Error(choice.offer.id);
		}
		const luck = random();
		const noise = Math.exp(COST_NOISE * normal(random) - COST_NOISE ** 2 / 2);
		const wrong = one.wrong[Math.floor(random() * one.wrong.length)];
		const cost = Math.min(costOf(proposer.spend, one.ease) * noise, choice.allowance / NANO_PER_USD, most);
		spend += cost;
		if (luck < passOf(proposer.level, one.ease)) {
			return { solved: true, spend };
		}
		attempts.push({
			number: attempts.length + 1,
			offer: choice.offer,
			allowance: choice.allowance,
			cost: { billed: usd(cost), estimated: ZERO },
			ended: looked === 'nothing' || wrong === undefined ? 'none' : 'patches',
			verdicts:
				looked === 'nothing' || wrong === undefined
					? []
					: [
							{
								proposed: {
									patch: { diff: '', hash: wrong.hash, files: [], linesAdded: 1, linesRemoved: 1 },
									summary: '',
									warnings: [],
								},
								verdict: { kind: 'unresolved', reason: '', progress: wrong.progress },
							},
						],
			proposeMs: 0,
			verifyMs: 0,
		});
	}
	return { solved: false, spend };
}

const OFFERS: readonly Offer[] = PROPOSERS.map(({ name, spend }) => ({
	id: `bench/${name}`,
	label: name,
	leastSpend: usd(spend / 20),
	expectedSpend: usd(spend),
	mostAttempts: 6,
}));

/** What would ship, had these cases been measured. */
function calibrationOf(cases: readonly Measured[]): Calibration {
	return {
		source: 'bench',
		groups: ['bench'],
		group: cases.map(() => 0),
		weight: cases.map(() => 1),
		ease: cases.map(({ ease }) => ease),
		quotes: [],
		models: PROPOSERS.map(({ name, level, spend }) => {
			const pass = cases.map(({ ease }) => 100 * passOf(level, ease));
			return {
				name,
				keys: [name],
				spend,
				rate: pass.reduce((total, one) => total + one, 0) / pass.length / 100,
				pass,
				strength: cases.map(() => 20),
				cost: cases.map(({ ease }) => Math.log(costOf(1, ease))),
			};
		}),
	};
}

function passOf(level: number, ease: number): number {
	return 1 / (1 + Math.exp(-(level + ease)));
}

/** Hard ones cost more, as measured models show. */
function costOf(spend: number, ease: number): number {
	return spend * Math.exp(-0.25 * ease);
}

function relation(measured: readonly Measured[], sign: (progress: PatchProgress) => number): string {
	const pairs = measured.map(({ ease, wrong }) => [
		ease,
		wrong.reduce((total, { progress }) => total + sign(progress), 0) / wrong.length,
	]);
	const means = [0, 1].map(
		(axis) => pairs.reduce((total, pair) => total + (pair[axis] ?? 0), 0) / pairs.length,
	);
	const product = (a: number, b: number): number =>
		pairs.reduce(
			(total, pair) => total + ((pair[a] ?? 0) - (means[a] ?? 0)) * ((pair[b] ?? 0) - (means[b] ?? 0)),
			0,
		);
	return (product(0, 1) / Math.sqrt(product(0, 0) * product(1, 1))).toFixed(2);
}

function share(measured: readonly Measured[], is: (progress: PatchProgress) => boolean): string {
	const all = measured.flatMap(({ wrong }) => wrong);
	return `${((100 * all.filter(({ progress }) => is(progress)).length) / all.length).toFixed(1)} %`;
}

function sum(measured: readonly Measured[], key: 'fixes'): number {
	return measured.reduce((total, one) => total + one[key], 0);
}

function numberOf(id: string): number {
	return [...id].reduce((total, letter) => (total * 31 + letter.charCodeAt(0)) % 100_003, 7);
}

function usd(amount: number) {
	return nanoUsd(Math.round(amount * NANO_PER_USD));
}

function say(text: string): void {
	process.stdout.write(`${text}\n`);
}

void main();
