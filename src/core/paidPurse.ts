import type { NanoUsd } from './money';
import type { Purse, Reserved } from './purse';

/** While answers are there already nothing is paid for them, and what is left is what it was when they were bought. */
export class PaidPurse implements Purse {
	readonly of: NonNullable<Purse['of']>;

	constructor(
		private readonly inner: Purse & { readonly of: NonNullable<Purse['of']> },
		private readonly allowance: NanoUsd,
		private readonly replays: () => boolean,
	) {
		this.of = inner.of;
	}

	get left(): NanoUsd {
		return this.replays() ? this.allowance : this.inner.left;
	}

	reserve(amount: NanoUsd): Promise<Reserved> {
		return this.inner.reserve(amount);
	}

	settle(...of: Parameters<Purse['settle']>): Promise<void> {
		return this.inner.settle(...of);
	}

	release(reservation: Parameters<Purse['release']>[0]): Promise<void> {
		return this.inner.release(reservation);
	}
}
