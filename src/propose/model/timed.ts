// An attempt within its time.
import type { Clock, ProposalTask } from '../../core/effects';
import type { Proposal } from '../../core/offer';

export interface Attempt {
	/** Different states of the files on which tests ran. */
	readonly tried: number;
	proposal(): Promise<Proposal>;
}

/** @param begin is given a signal that aborts when the attempt's time is over. */
export async function timed(
	clock: Clock,
	task: ProposalTask,
	begin: (deadline: AbortSignal) => Attempt,
): Promise<Proposal> {
	const timer = clock.timeout(task.allowance.timeMs);
	try {
		const attempt = begin(timer.signal);
		const proposal = await attempt.proposal();
		return { ...proposal, tried: attempt.tried };
	} finally {
		timer.stop();
	}
}
