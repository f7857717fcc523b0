// What the page asks of the editor, and what it is told. The page is a document of its own: nothing it says is
// believed unread.
import { PERIODS, type Period } from '../../core/spendingPage';
import type { SpendingView } from '../engine';

export type PageRequest =
	| { readonly kind: 'show'; readonly period: Period }
	| { readonly kind: 'export'; readonly format: 'csv' | 'json' }
	| { readonly kind: 'copy' }
	| { readonly kind: 'openJournal' }
	| { readonly kind: 'fix' }
	/** The content policy stopped something: a fault of ours. */
	| { readonly kind: 'violation'; readonly text: string };

export type PageReply =
	| { readonly kind: 'view'; readonly view: SpendingView }
	| { readonly kind: 'failed'; readonly reason: string }
	/** Something was done, in words. */
	| { readonly kind: 'said'; readonly text: string };

/** Undefined when it is none of ours. */
export function requestOf(message: unknown): PageRequest | undefined {
	if (typeof message !== 'object' || message === null || !('kind' in message)) {
		return undefined;
	}
	switch (message.kind) {
		case 'show': {
			const period = 'period' in message ? PERIODS.find((one) => one === message.period) : undefined;
			return period === undefined ? undefined : { kind: 'show', period };
		}
		case 'export': {
			const format = 'format' in message ? message.format : undefined;
			return format === 'csv' || format === 'json' ? { kind: 'export', format } : undefined;
		}
		case 'copy':
		case 'openJournal':
		case 'fix':
			return { kind: message.kind };
		case 'violation':
			return 'text' in message && typeof message.text === 'string'
				? { kind: 'violation', text: message.text.slice(0, 500) }
				: undefined;
		default:
			return undefined;
	}
}
