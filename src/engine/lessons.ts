// What is kept of verified fixes, where the user asked for that, and what later runs are shown of it.
import path from 'node:path';
import type { FailedTest, KeptFix } from '../core/keptFix';
import type { Offer } from '../core/offer';
import type { Outcome } from '../core/outcome';
import type { Receipt } from '../core/receipt';
import type { Grammars } from '../propose/free/grammars';
import type { EarlierFix } from '../propose/model/context/earlierText';
import { lessonOf } from '../propose/model/lesson';
import { redact } from '../propose/model/secrets';
import { WorkFiles } from '../propose/model/workFiles';
import type { Worktrees } from '../repo/worktrees';
import { FixStore } from '../store/fixes';
import type { ChangedFile } from './requests';

type Solved = Outcome & { readonly kind: 'solved' };

export interface SolvedRun {
	readonly outcome: Solved;
	readonly receipt: Receipt;
	/** In the order of the patch's files. */
	readonly changes: readonly ChangedFile[];
	/** Absolute path of the repository's root. */
	readonly repository: string;
	readonly trees: Worktrees;
}

const MOST_MESSAGE = 4_000;
const MOST_EARLIER = 300;

export class Lessons {
	readonly store: FixStore;

	constructor(
		home: string,
		private readonly grammars: Grammars,
		private readonly nowIso: () => string = () => new Date().toISOString(),
	) {
		this.store = new FixStore(home);
	}

	/** Earlier fixes of a repository, the latest ones. */
	async earlier(repository: string): Promise<readonly EarlierFix[]> {
		return (await this.store.read(repository)).slice(-MOST_EARLIER);
	}

	/** Resolves to a sentence where the fix is not kept. `secrets`: values that no text may hold. */
	async keep(
		{ outcome, receipt, changes, repository, trees }: SolvedRun,
		secrets: readonly string[],
		signal: AbortSignal,
	): Promise<string | undefined> {
		const texts = changes.flatMap(({ file, base, patched }) =>
			patched === undefined
				? []
				: [{ path: relative(repository, file), patched, ...(base === undefined ? {} : { base }) }],
		);
		const { problem, baseline, chosen, attempt } = outcome;
		if (texts.length !== chosen.patch.files.length) {
			return 'The fix deletes or moves a file.';
		}
		const used = await trees.borrow(
			problem.base,
			(tree) =>
				lessonOf(
					{ problem, baseline, tree },
					texts,
					chosen.summary,
					new WorkFiles(tree.root),
					{ grammars: this.grammars, literals: secrets },
					signal,
				),
			signal,
		);
		if (used.kind === 'failed') {
			return used.reason;
		}
		if (used.value.kind === 'refused') {
			return used.value.reason;
		}
		const clean = (text: string): string => redact(text, secrets).text;
		const kept = await this.store.keep({
			run: outcome.run,
			at: this.nowIso(),
			repository,
			tests: problem.failToPass.map(
				({ id, file, failure }): FailedTest => ({
					id: clean(id),
					...(file === undefined ? {} : { file }),
					message: clean((failure?.message ?? '').slice(0, MOST_MESSAGE)),
				}),
			),
			verified: receipt.verified,
			...sellerOf(attempt.offer),
			spent: outcome.spent,
			lesson: used.value.lesson,
			diff: clean(chosen.patch.diff),
			patchSha256: chosen.patch.hash,
			receipt: cleanReceipt(receipt, clean),
		});
		return kept ? undefined : `It cannot be written to ${this.store.folder}.`;
	}
}

function sellerOf({ id, provider, model }: Offer): Pick<KeptFix, 'offer' | 'provider' | 'model'> {
	return {
		offer: id,
		...(provider === undefined ? {} : { provider }),
		...(model === undefined ? {} : { model }),
	};
}

/** Names and hashes stay: they are what the receipt is found by. */
function cleanReceipt(receipt: Receipt, clean: (text: string) => string): Receipt {
	const texts = cleaned(receipt, clean) as Receipt;
	const { run, base, patch } = receipt;
	return {
		...texts,
		run,
		...(base === undefined ? {} : { base }),
		...(patch === undefined ? {} : { patch }),
	};
}

function cleaned(value: unknown, clean: (text: string) => string): unknown {
	if (typeof value === 'string') {
		return clean(value);
	}
	if (Array.isArray(value)) {
		return value.map((one) => cleaned(one, clean));
	}
	return typeof value === 'object' && value !== null
		? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, cleaned(one, clean)]))
		: value;
}

function relative(repository: string, file: string): string {
	return path.relative(repository, file).split(path.sep).join('/');
}
