// What an agent has made so far, as the tests see it, and what of it is worth proposing.
import type { Proposal } from '../../core/offer';
import type { ProposedPatch } from '../../core/patch';
import type { Baseline } from '../../core/problem';
import { oneLine } from './agentWords';
import type { Desk } from './tools/desk';
import type { TestReport } from './tools/testReport';

/** All tests are run as well where that takes no more than this part of the time left. */
const ALL_TESTS_PART = 0.2;

export interface TrialServices {
	readonly baseline: Baseline;
	leftMs(): number;
	/** What the model said of its edits, on one line; may be empty. */
	words(): string;
	/** Hears that tests are about to run. */
	running(): void;
	/** Ends a run. */
	readonly stop: AbortSignal;
}

type Patches = Proposal & { readonly kind: 'patches' };

export class Trials {
	/** Makes the target pass and breaks other tests: offered where there is nothing better. */
	private fallback: ProposedPatch | undefined;

	constructor(
		private readonly desk: Desk,
		private readonly services: TrialServices,
	) {}

	/** Tests the edits. With a proposal when they make the target pass and, where that was looked at, break nothing. */
	async check(): Promise<{ readonly proposal?: Patches; readonly report: TestReport }> {
		const report = await this.test('target');
		if (!report.passes) {
			return { report };
		}
		const proposed = await this.proposed([]);
		if (proposed === undefined) {
			return { report };
		}
		const all = this.isQuick() ? await this.test('all') : undefined;
		if (all === undefined || all.broken.length === 0) {
			return { proposal: { kind: 'patches', patches: [proposed] }, report };
		}
		const count = all.broken.length;
		const tests = `${count} other ${count === 1 ? 'test' : 'tests'}`;
		this.fallback = { ...proposed, warnings: [`${tests} failed with it in the proposer's own run.`] };
		return { report: all };
	}

	/** The best of what there is when nothing more is bought. `late`: there is no time to test it. */
	async last(late: boolean): Promise<Patches | undefined> {
		if (this.desk.edits.length > 0 && this.desk.known('target') === undefined) {
			if (!late) {
				const { proposal } = await this.check();
				if (proposal !== undefined) {
					return proposal;
				}
			} else if (this.fallback === undefined) {
				const untested = await this.proposed(['Its proposer had no time left to run the tests.']);
				return untested === undefined ? undefined : { kind: 'patches', patches: [untested] };
			}
		}
		return this.fallback === undefined ? undefined : { kind: 'patches', patches: [this.fallback] };
	}

	private test(scope: 'target' | 'all'): Promise<TestReport> {
		if (this.desk.known(scope) === undefined) {
			this.services.running();
		}
		return this.desk.test(scope, this.services.stop);
	}

	/** True when all tests take little of what is left: a broken one is cheaper to mend now than to pay for again. */
	private isQuick(): boolean {
		const { suiteMs, partial } = this.services.baseline;
		return suiteMs !== undefined && !partial && suiteMs < this.services.leftMs() * ALL_TESTS_PART;
	}

	private async proposed(warnings: readonly string[]): Promise<ProposedPatch | undefined> {
		const patch = await this.desk.patch();
		const files = this.desk.edits.map(({ path }) => path).join(', ');
		const words = this.services.words();
		return patch === undefined
			? undefined
			: { patch, summary: words === '' ? `changes ${oneLine(files, 120)}` : words, warnings };
	}
}
