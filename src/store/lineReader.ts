// The quick way of reading journal lines: one regular expression a kind, for lines exactly as we write them. They know
// no escapes, no signs, no exponents, no large numbers and no other order of fields; whatever they do not know is left
// to the strict way. Parsing JSON and checking it takes ten times as long.
import type { Caps } from '../core/ledger';
import type { NanoUsd } from '../core/money';
import type { StampedEntry } from './journalLine';

const TEXT = '([ !#-\\[\\]-~]*)';
const WHOLE = '(0|[1-9]\\d{0,14})';
const DECIMAL = '((?:0|[1-9]\\d{0,14})(?:\\.\\d{1,20})?)';
const MOMENT = '(\\d{4}-\\d\\d-\\d\\d)T\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';
const LIMIT = '(?:0|[1-9]\\d{0,14})';
const CAPS = `(,"caps":\\{(?:"day":${LIMIT}(?:,"month":${LIMIT})?|"month":${LIMIT})\\})`;
const line = (kind: StampedEntry['kind'], rest: string): RegExp =>
	new RegExp(`\\{"at":"${MOMENT}","kind":"${kind}","run":"${TEXT}",${rest}\\}\\n`, 'y');

const RUN = line('run', `"bid":${WHOLE},"repository":"${TEXT}","target":"${TEXT}"`);
const RESERVE = line(
	'reserve',
	`"attempt":${WHOLE},"offer":"${TEXT}","id":"${TEXT}","amount":${WHOLE}${CAPS}?`,
);
const SETTLE = line(
	'settle',
	`"attempt":${WHOLE},"offer":"${TEXT}","id":"${TEXT}","cost":\\{"amount":${WHOLE},"basis":"(billed|estimated)"\\}(?:,"doubt":${WHOLE})?`,
);
const RELEASE = line('release', `"id":"${TEXT}"`);
const ATTEMPT = line(
	'attempt',
	`"attempt":${WHOLE},"offer":"${TEXT}","ended":"${TEXT}","verified":(true|false),"proposeMs":${DECIMAL},"verifyMs":${DECIMAL}`,
);
const OUTCOME = line('outcome', `"outcome":"${TEXT}"`);

/** Where the kind stands in a line. */
const KIND_AT = '{"at":"2026-11-25T10:00:00.000Z","kind":"'.length;

export class LineReader {
	/** After the line break of the line that `read` gave back. */
	end = 0;
	/** Parts of a text hold on to all of it, and these are kept; so each is copied, once. */
	private readonly copies = new Map<string, string>();
	private lastDay = '';
	private lastOffer = '';
	private lastLimits = '';
	private lastCaps: { readonly caps: Caps } = { caps: {} };

	/**
	 * Reads the line that begins at `start` and has its line break. Undefined when the strict way must judge it. The
	 * moment is cut to its day.
	 * @param text one character a byte
	 */
	read(text: string, start: number): StampedEntry | undefined {
		// reserve, release, run, settle, attempt, outcome: told apart by their first and third letter.
		switch (text[start + KIND_AT]) {
			case 'r':
				switch (text[start + KIND_AT + 2]) {
					case 's':
						return this.reserve(text, start);
					case 'l':
						return this.release(text, start);
					default:
						return this.run(text, start);
				}
			case 's':
				return this.settle(text, start);
			case 'a':
				return this.attempt(text, start);
			default:
				return this.outcome(text, start);
		}
	}

	private reserve(text: string, start: number): StampedEntry | undefined {
		const found = this.match(RESERVE, text, start);
		if (found === null) {
			return undefined;
		}
		const limits = found[7];
		return {
			at: this.day(found[1]),
			kind: 'reserve',
			run: found[2] ?? '',
			attempt: whole(found[3]),
			offer: this.offer(found[4]),
			id: ownCopy(found[5]),
			amount: whole(found[6]),
			...(limits === undefined ? NOTHING : this.caps(limits)),
		};
	}

	private settle(text: string, start: number): StampedEntry | undefined {
		const found = this.match(SETTLE, text, start);
		if (found === null) {
			return undefined;
		}
		const doubt = found[8];
		return {
			at: this.day(found[1]),
			kind: 'settle',
			run: found[2] ?? '',
			attempt: whole(found[3]),
			offer: this.offer(found[4]),
			id: found[5] ?? '',
			cost: { amount: whole(found[6]), basis: found[7] === 'billed' ? 'billed' : 'estimated' },
			...(doubt === undefined ? NOTHING : { doubt: whole(doubt) }),
		};
	}

	private release(text: string, start: number): StampedEntry | undefined {
		const found = this.match(RELEASE, text, start);
		return found === null
			? undefined
			: { at: this.day(found[1]), kind: 'release', run: found[2] ?? '', id: found[3] ?? '' };
	}

	private run(text: string, start: number): StampedEntry | undefined {
		const found = this.match(RUN, text, start);
		return found === null
			? undefined
			: {
					at: this.day(found[1]),
					kind: 'run',
					run: ownCopy(found[2]),
					bid: whole(found[3]),
					repository: this.copy(found[4]),
					target: found[5] ?? '',
				};
	}

	private attempt(text: string, start: number): StampedEntry | undefined {
		const found = this.match(ATTEMPT, text, start);
		return found === null
			? undefined
			: {
					at: this.day(found[1]),
					kind: 'attempt',
					run: found[2] ?? '',
					attempt: whole(found[3]),
					offer: this.offer(found[4]),
					ended: found[5] ?? '',
					verified: found[6] === 'true',
					proposeMs: Number(found[7]),
					verifyMs: Number(found[8]),
				};
	}

	private outcome(text: string, start: number): StampedEntry | undefined {
		const found = this.match(OUTCOME, text, start);
		return found === null
			? undefined
			: {
					at: this.day(found[1]),
					kind: 'outcome',
					run: found[2] ?? '',
					outcome: this.copy(found[3]),
				};
	}

	private caps(text: string): { readonly caps: Caps } {
		if (text !== this.lastLimits) {
			this.lastLimits = ownCopy(text);
			// It is JSON already, but for the comma before it.
			this.lastCaps = JSON.parse(`{${text.slice(1)}}`) as { caps: Caps };
		}
		return this.lastCaps;
	}

	private day(part: string | undefined): string {
		if (part !== this.lastDay) {
			this.lastDay = this.copy(part);
		}
		return this.lastDay;
	}

	private offer(part: string | undefined): string {
		if (part !== this.lastOffer) {
			this.lastOffer = this.copy(part);
		}
		return this.lastOffer;
	}

	private match(expression: RegExp, text: string, start: number): RegExpExecArray | null {
		expression.lastIndex = start;
		const found = expression.exec(text);
		this.end = expression.lastIndex;
		return found;
	}

	/** For texts that come again and again. */
	private copy(part = ''): string {
		let copied = this.copies.get(part);
		if (copied === undefined) {
			if (this.copies.size >= MOST_COPIES) {
				this.copies.clear();
			}
			copied = ownCopy(part);
			this.copies.set(copied, copied);
		}
		return copied;
	}
}

const NOTHING = {};
const MOST_COPIES = 10_000;

/** Short parts are copies by nature. */
function ownCopy(part = ''): string {
	return part.length < 13 ? part : Buffer.from(part, 'latin1').toString('latin1');
}

/** Digits only, few enough to be exact. */
function whole(digits = ''): NanoUsd {
	let value = 0;
	for (let i = 0; i < digits.length; i++) {
		value = value * 10 + digits.charCodeAt(i) - 0x30;
	}
	return value as NanoUsd;
}
