import type { Clock } from '../core/effects';

export const clock: Clock = {
	nowMs: () => performance.now(),
	timeout: (ms) => {
		const controller = new AbortController();
		const timer = setTimeout(() => controller.abort(), Math.min(ms, 2 ** 31 - 1));
		return { signal: controller.signal, stop: () => clearTimeout(timer) };
	},
};
