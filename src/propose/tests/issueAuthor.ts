// The author that costs nothing: the code in the issue itself.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ISSUE_OFFER } from '../../core/issue/reproduce';
import type { TestAuthor, TestTask, Written } from '../../core/issue/testAuthor';
import { ZERO } from '../../core/money';
import type { Offer, Progress } from '../../core/offer';
import { WorkFiles } from '../model/workFiles';
import { issueTests } from './issueCode';
import { slugOf, testPlace } from './testPlace';

export class IssueAuthor implements TestAuthor {
	readonly offer: Offer = {
		id: ISSUE_OFFER,
		label: 'the code in the issue',
		leastSpend: ZERO,
		expectedSpend: ZERO,
		mostAttempts: 1,
	};

	async write(task: TestTask, report: (progress: Progress) => void, signal: AbortSignal): Promise<Written> {
		report({ stage: 'reading the code in the issue' });
		const { issue, facts, suite, tests, tree } = task;
		const slug = slugOf(issue.source.name, issue.title);
		const place = await testPlace(new WorkFiles(tree.root), tests, suite, facts, slug, signal);
		const made = issueTests(
			issue,
			facts,
			place,
			suite.framework,
			await packageNameAt(tree.root, suite.folder),
		);
		let tried = 0;
		for (const { path: file, text, summary } of made) {
			const patch = await tree.patchOf([{ path: file, text }]);
			if (patch === undefined) {
				continue;
			}
			report({ stage: 'trying the code in the issue', tried });
			const fate = await task.judge({ patch, summary, warnings: [] });
			tried += 1;
			if (fate.kind === 'stopped') {
				return { kind: 'cancelled' };
			}
		}
		return tried > 0
			? { kind: 'done' }
			: { kind: 'none', reason: 'The issue holds no code that states what must come of it.' };
	}
}

/** As package.json has it; undefined where there is none. */
export async function packageNameAt(root: string, folder: string): Promise<string | undefined> {
	try {
		const text = await readFile(path.join(root, folder, 'package.json'), 'utf8');
		const { name } = JSON.parse(text) as { readonly name?: unknown };
		return typeof name === 'string' ? name : undefined;
	} catch {
		return undefined;
	}
}
