// A made-up but believable half year of runs: a cascade from the free proposer up, busier in the week than at its
// end, dearer models tried where cheaper ones failed. The same seed gives the same journal.
import type { DatedEntry } from '../../src/core/books';
import { nanoUsd } from '../../src/core/money';

interface FakeModel {
	readonly offer: string;
	readonly passRate: number;
	/** Mean US dollars of an attempt. */
	readonly cost: number;
	/** Share of its calls that no bill came for. */
	readonly unbilled: number;
	readonly minutes: number;
}

const FREE: FakeModel = { offer: 'free', passRate: 0.24, cost: 0, unbilled: 0, minutes: 0.6 };
const PAID: readonly FakeModel[] = [
	{ offer: 'openrouter/qwen/qwen3-coder/edit', passRate: 0.41, cost: 0.004, unbilled: 0.05, minutes: 1.1 },
	{ offer: 'google/gemini-flash/edit', passRate: 0.46, cost: 0.011, unbilled: 0.08, minutes: 1.0 },
	{ offer: 'editor/gpt-mini/edit', passRate: 0.44, cost: 0.02, unbilled: 1, minutes: 1.4 },
	{ offer: 'anthropic/claude-sonnet/agent', passRate: 0.58, cost: 0.094, unbilled: 0.04, minutes: 3.2 },
	{ offer: 'anthropic/claude-opus/agent', passRate: 0.62, cost: 0.38, unbilled: 0.02, minutes: 4.6 },
];

/** Numbers from 0 up to 1, the same for the same seed. */
export function seeded(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** @param today `2026-11-25` @param busy runs on a weekday, about */
export function halfYear(today: string, { days = 183, busy = 3.4, seed = 7 } = {}): readonly DatedEntry[] {
	const random = seeded(seed);
	const entries: DatedEntry[] = [];
	const last = Date.parse(`${today}T00:00:00.000Z`);
	for (let back = days - 1; back >= 0; back--) {
		const morning = last - back * 86_400_000;
		const weekend = [0, 6].includes(new Date(morning).getUTCDay());
		const runs = Math.round(busy * (weekend ? 0.25 : 1) * (0.4 + 1.2 * random()));
		for (let index = 0; index < runs; index++) {
			entries.push(...oneRun(`r${days - back}x${index}`, morning + 28_800_000 + index * 1_800_000, random));
		}
	}
	return entries;
}

function oneRun(run: string, startMs: number, random: () => number): readonly DatedEntry[] {
	let nowMs = startMs;
	const entries: DatedEntry[] = [];
	const put = (entry: Record<string, unknown>): void => {
		entries.push({ at: new Date(nowMs).toISOString(), run, ...entry } as unknown as DatedEntry);
	};
	put({ kind: 'run', bid: nanoUsd(500_000_000), repository: 'shop', target: 'test/pricing.test.js' });
	const ease = 0.55 + 0.9 * random();
	let solved = false;
	for (const [index, model] of [FREE, ...PAID].entries()) {
		// Now and then a model is not asked, or the user's bid ends there.
		if (index > 0 && random() < 0.12) {
			continue;
		}
		if (index > 2 && random() < 0.25) {
			break;
		}
		const attempt = index + 1;
		const { offer } = model;
		if (model.cost > 0) {
			pay(put, { run, attempt, offer }, model, random);
		}
		const proposeMs = Math.round(model.minutes * 60_000 * (0.4 + 1.2 * random()));
		const verifyMs = Math.round(15_000 + 30_000 * random());
		nowMs += proposeMs + verifyMs;
		const broken = index > 0 && random() < 0.03;
		solved = !broken && random() < model.passRate * ease;
		const ended = broken ? 'failed' : solved || random() < 0.7 ? 'patches' : 'none';
		put({ kind: 'attempt', attempt, offer, ended, verified: solved, proposeMs, verifyMs });
		if (solved) {
			break;
		}
	}
	put({ kind: 'outcome', outcome: solved ? 'solved' : 'exhausted' });
	return entries;
}

function pay(
	put: (entry: Record<string, unknown>) => void,
	of: { readonly run: string; readonly attempt: number; readonly offer: string },
	{ cost, unbilled }: FakeModel,
	random: () => number,
): void {
	const { attempt, offer } = of;
	const amount = Math.round(cost * (0.35 + 1.3 * random()) * 1_000_000_000);
	const id = `${of.run}/${attempt}`;
	put({ kind: 'reserve', id, attempt, offer, amount: amount * 3 });
	const basis = random() < unbilled ? 'estimated' : 'billed';
	put({ kind: 'settle', id, attempt, offer, cost: { amount, basis } });
}
