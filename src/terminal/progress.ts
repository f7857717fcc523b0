// A run as a person sees it in a terminal: one live line where the stream is a terminal, plain lines where not.
import type { SolveEvent } from '../core/events';
import { add, formatUsd, type NanoUsd, ZERO } from '../core/money';
import type { Bid } from '../core/problem';
import { triedWords } from '../core/receipt';
import { printable, type Style } from './style';

export interface ProgressStream {
	readonly isTTY?: boolean;
	readonly columns?: number;
	write(text: string): unknown;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

export class ProgressView {
	private bid: Bid | undefined;
	private stage = 'starting';
	private attempt = '';
	private detail = '';
	private spent: NanoUsd = ZERO;
	/** Of the groups before. */
	private before: NanoUsd = ZERO;
	private frame = 0;
	private shown = false;
	private asides = 0;
	private readonly timer: NodeJS.Timeout | undefined;
	private readonly startedMs = performance.now();

	constructor(
		private readonly stream: ProgressStream,
		private readonly style: Style,
		/** Where several runs are made under one bid, that bid. */
		private readonly several?: Bid,
	) {
		this.bid = several;
		if (stream.isTTY) {
			this.timer = setInterval(() => this.draw(), 100);
			this.timer.unref();
		}
	}

	show(event: SolveEvent): void {
		switch (event.kind) {
			case 'started':
				this.bid ??= event.bid;
				break;
			case 'stage':
				this.at(event.stage);
				break;
			case 'note':
				this.line(`  ${printable(event.text)}`);
				break;
			case 'ran':
				this.line(
					this.style.dim(
						`  ${event.record.what}: ${event.record.result} (${inSeconds(event.record.durationMs)})`,
					),
				);
				break;
			case 'baseline':
				for (const test of event.failToPass.slice(0, 5)) {
					this.line(`  ${this.style.red('✗')} ${printable(test.id)}`);
				}
				if (event.failToPass.length > 5) {
					this.line(`  … and ${event.failToPass.length - 5} more`);
				}
				break;
			case 'reproducing':
				this.attempt = `looking for a test, ${event.offer.label}`;
				this.at('writing a test');
				this.line(`${this.attempt} (may use ${formatUsd(event.allowance)})`);
				break;
			case 'candidate':
				this.line(
					`  ${printable(event.proposed.patch.files.join(', '))}: ${printable(event.refusal?.reason ?? 'shows the issue')}`,
				);
				break;
			case 'group': {
				const { number, of, group, bid } = event;
				const tests = group.tests.length === 1 ? 'one test' : `${group.tests.length} tests`;
				this.attempt = '';
				this.before = this.spent;
				this.line(
					this.style.bold(
						`cause ${number} of ${of}: ${tests}, ${printable(group.error)} (may use ${formatUsd(bid.spend)})`,
					),
				);
				break;
			}
			case 'reproduced':
				this.attempt = '';
				this.detail = '';
				break;
			case 'attempt':
				this.attempt = `attempt ${event.attempt}, ${event.offer.label}`;
				this.at('proposing');
				this.line(`${this.attempt} (may use ${formatUsd(event.allowance)})`);
				break;
			case 'progress': {
				const { stage, tried, plausible } = event.progress;
				const counts = tried === undefined ? '' : `, ${tried} tried${plausible ? `, ${plausible} pass` : ''}`;
				this.detail = `${stage}${counts}`;
				break;
			}
			case 'money':
				this.spent = add(this.before, event.spent);
				break;
			case 'proposed': {
				this.spent = add(this.before, event.spent);
				this.detail = '';
				const { proposal } = event;
				const tried = triedWords(proposal.tried);
				const said =
					proposal.kind === 'patches'
						? `${proposal.patches.length} to verify`
						: 'reason' in proposal
							? proposal.reason
							: 'cancelled';
				this.line(`  ${printable(said)}${tried}`);
				break;
			}
			case 'verdict':
				if (event.verdict.kind !== 'resolved') {
					this.line(`  ${event.verdict.kind}: ${printable(event.verdict.reason)}`);
				}
				break;
			case 'finished':
				// Of several groups the next one follows.
				if (this.several === undefined) {
					this.close();
				}
				break;
		}
		this.draw();
	}

	/** Takes the live line away while something else writes or asks. */
	async aside<T>(use: () => Promise<T>): Promise<T> {
		this.clear();
		this.asides += 1;
		try {
			return await use();
		} finally {
			this.asides -= 1;
		}
	}

	/** Takes the live line away and stops drawing. */
	close(): void {
		clearInterval(this.timer);
		this.clear();
		this.shown = false;
		this.stage = '';
	}

	private at(stage: string): void {
		this.stage = stage;
		this.detail = '';
		if (!this.stream.isTTY) {
			this.stream.write(`${stage}…\n`);
		}
	}

	private line(text: string): void {
		this.clear();
		this.stream.write(`${text}\n`);
	}

	private draw(): void {
		if (!this.stream.isTTY || this.stage === '' || this.asides > 0) {
			return;
		}
		this.frame = (this.frame + 1) % FRAMES.length;
		const money = this.bid === undefined ? '' : `${formatUsd(this.spent)} of ${formatUsd(this.bid.spend)}`;
		const parts = [
			this.attempt,
			this.detail || this.stage,
			money,
			inSeconds(performance.now() - this.startedMs),
		];
		const text = `${FRAMES[this.frame]} ${parts.filter((part) => part !== '').join(' · ')}`;
		this.clear();
		this.stream.write([...text].slice(0, (this.stream.columns ?? 80) - 1).join(''));
		this.shown = true;
	}

	private clear(): void {
		if (this.shown) {
			this.stream.write('\r\u001b[2K');
			this.shown = false;
		}
	}
}

function inSeconds(ms: number): string {
	return `${(ms / 1000).toFixed(1)} s`;
}
