import type { CancellationToken } from 'vscode';

/** The one bridge from the editor's cancellation to an AbortSignal. `release` ends listening. */
export function signalOf(token: CancellationToken): {
	readonly signal: AbortSignal;
	readonly release: () => void;
} {
	const controller = new AbortController();
	if (token.isCancellationRequested) {
		controller.abort();
	}
	const listening = token.onCancellationRequested(() => controller.abort());
	return { signal: controller.signal, release: () => void listening.dispose() };
}
