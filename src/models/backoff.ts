// How long to wait before a call is tried again.

const FIRST_MS = 1_000;
const MOST_MS = 20_000;

/** Doubles from try to try (1-based), never shorter than what the provider asked for, spread so that many do not meet. */
export function waitMs(tried: number, random: number, askedMs: number | undefined): number {
	const own = Math.min(MOST_MS, FIRST_MS * 2 ** (tried - 1)) * (0.5 + random / 2);
	return Math.ceil(askedMs === undefined ? own : Math.max(askedMs + random * 250, own / 2));
}

/** `Retry-After` in seconds or as a date, `retry-after-ms` where a provider has it. Undefined when it says nothing. */
export function retryAfterMs(headers: Headers, nowEpochMs: number): number | undefined {
	const exact = Number.parseFloat(headers.get('retry-after-ms') ?? '');
	if (Number.isFinite(exact) && exact >= 0) {
		return exact;
	}
	const text = headers.get('retry-after')?.trim() ?? '';
	if (/^\d+(\.\d+)?$/.test(text)) {
		return Number(text) * 1_000;
	}
	const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
	return Number.isNaN(date) ? undefined : Math.max(0, date - nowEpochMs);
}

/** Resolves after so long, or as soon as the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal.aborted) {
			resolve();
			return;
		}
		const end = () => {
			clearTimeout(timer);
			signal.removeEventListener('abort', end);
			resolve();
		};
		const timer = setTimeout(end, ms);
		signal.addEventListener('abort', end, { once: true });
	});
}
