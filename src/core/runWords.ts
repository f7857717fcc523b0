// A run in words that a person understands who never read how it works.
import type { SolveEvent } from './events';
import { isWritten } from './issue/reproductionRecord';
import { add, formatUsd, type NanoUsd, ZERO } from './money';
import { resolvedWord } from './receipt';

/** Folds the events of one run into one short line. */
export class RunWords {
	private stage = 'Starting';
	private proposer = '';
	private tried = '';
	private tests = 0;
	private held = 'verified';
	/** Of the groups before. */
	private before: NanoUsd = ZERO;
	private cause = '';
	spent: NanoUsd = ZERO;

	constructor(readonly bid: NanoUsd) {}

	see(event: SolveEvent): void {
		switch (event.kind) {
			case 'started':
			case 'ran':
			case 'note':
			case 'candidate':
				break;
			case 'group':
				this.before = this.spent;
				this.cause = `Cause ${event.number} of ${event.of}, `;
				this.proposer = '';
				this.at('looking at its tests');
				break;
			case 'reproducing':
				this.proposer = event.offer.label;
				this.at('looking for a test that shows the issue');
				break;
			case 'reproduced':
				this.held = isWritten(event.record) ? 'checked' : 'verified';
				this.proposer = '';
				this.at('a test shows the issue');
				break;
			case 'stage':
				this.at(
					event.stage === 'verifying' ? this.testing : (STAGES[event.stage] ?? sentenceCase(event.stage)),
				);
				break;
			case 'baseline': {
				const { passed, failed } = event.baseline.count;
				this.tests = passed + failed;
				this.at(`${count(event.failToPass.length, 'failing test')} seen to fail`);
				break;
			}
			case 'attempt':
				this.proposer = `Attempt ${event.attempt}, ${event.offer.label}`;
				this.at('looking for a fix');
				break;
			case 'progress': {
				const { stage, tried, plausible } = event.progress;
				this.stage = stage;
				this.tried =
					tried === undefined
						? ''
						: `, ${count(tried, 'change')} tried${plausible ? `, ${plausible} worth verifying` : ''}`;
				break;
			}
			case 'money':
				this.spent = add(this.before, event.spent);
				break;
			case 'proposed':
				this.spent = add(this.before, event.spent);
				this.at(PROPOSED[event.proposal.kind] ?? this.testing);
				break;
			case 'verdict':
				this.at(
					event.verdict.kind !== 'resolved'
						? 'that change did not hold'
						: this.held === 'checked'
							? this.held
							: resolvedWord(event.verdict),
				);
				break;
			case 'finished':
				this.at('Cleaning up');
				this.proposer = '';
				this.spent = add(this.before, event.outcome.spent);
				break;
		}
	}

	get line(): string {
		const doing = this.proposer === '' ? this.stage : `${this.proposer}: ${this.stage}`;
		return `${this.cause}${this.cause === '' ? doing : lowerCase(doing)}${this.tried}`;
	}

	get money(): string {
		return moneyOf(this.spent, this.bid);
	}

	private get testing(): string {
		return this.tests > 1 ? `running your ${this.tests} tests on a fix` : 'running your tests on a fix';
	}

	private at(stage: string): void {
		this.stage = stage;
		this.tried = '';
	}
}

const STAGES: Readonly<Record<string, string>> = {
	'making a worktree': 'Making a private copy of your code',
	'running the tests on the current text': 'Running your tests on the code as it is',
};
const PROPOSED: Readonly<Record<string, string>> = {
	none: 'no fix found',
	unaffordable: 'costs more than is left',
	failed: 'could not be asked',
	cancelled: 'stopping',
};

export function moneyOf(spent: NanoUsd, bid: NanoUsd): string {
	return bid === ZERO ? `${formatUsd(spent)} (free)` : `${formatUsd(spent)} of ${formatUsd(bid)}`;
}

export function count(number: number, noun: string): string {
	return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

export function seconds(ms: number): string {
	return `${(ms / 1000).toFixed(1)} s`;
}

/** `10 minutes`, `90 seconds`. */
export function minutes(ms: number): string {
	return ms % 60_000 === 0 ? count(ms / 60_000, 'minute') : count(Math.round(ms / 1000), 'second');
}

function lowerCase(text: string): string {
	return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

function sentenceCase(text: string): string {
	return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
