// A run in words that a person understands who never read how it works.
import type { SolveEvent } from '../core/events';
import { formatUsd, type NanoUsd, ZERO } from '../core/money';

/** Folds the events of one run into one short line. */
export class RunWords {
	private stage = 'Starting';
	private proposer = '';
	private tried = '';
	spent: NanoUsd = ZERO;

	constructor(readonly bid: NanoUsd) {}

	see(event: SolveEvent): void {
		switch (event.kind) {
			case 'started':
				break;
			case 'stage':
				this.at(STAGES[event.stage] ?? sentenceCase(event.stage));
				break;
			case 'ran':
			case 'note':
				break;
			case 'baseline':
				this.at(`${count(event.failToPass.length, 'failing test')} seen to fail`);
				break;
			case 'attempt':
				this.proposer = `Attempt ${event.attempt} (${event.offer.label})`;
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
				this.spent = event.spent;
				break;
			case 'proposed':
				this.spent = event.spent;
				this.at(event.proposal.kind === 'patches' ? 'verifying with your tests' : 'no fix found');
				break;
			case 'verdict':
				this.at(event.verdict.kind === 'resolved' ? 'verified' : 'that change did not hold');
				break;
			case 'finished':
				this.at('Cleaning up');
				this.proposer = '';
				this.spent = event.outcome.spent;
				break;
		}
	}

	get line(): string {
		const doing = this.proposer === '' ? this.stage : `${this.proposer}: ${this.stage}`;
		return `${doing}${this.tried}`;
	}

	get money(): string {
		return moneyOf(this.spent, this.bid);
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

export function moneyOf(spent: NanoUsd, bid: NanoUsd): string {
	return bid === ZERO ? `${formatUsd(spent)} (free)` : `${formatUsd(spent)} of ${formatUsd(bid)}`;
}

export function count(number: number, noun: string): string {
	return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function sentenceCase(text: string): string {
	return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
