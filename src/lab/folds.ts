// Which tasks are held out, and what may be known of their repository before the first of them.
import type { Atoms } from '../core/cascade/atoms';
import { type Mixing, mixingOfGroup, noMixing } from '../core/cascade/mixing';
import { randomOf, shuffled } from './random';
import { type Market, must } from './rows';

/** At random; each repository in turn; django and all others in turn. */
export type FoldKind = 'kfold' | 'repo' | 'domain';

export interface Fold {
	readonly train: readonly number[];
	readonly test: readonly number[];
}

export function foldsOf(market: Market, kind: FoldKind, seed: number, count = 5): Fold[] {
	const all = [...market.tasks.keys()];
	const split = (test: readonly number[]): Fold => {
		const held = new Set(test);
		return { test, train: all.filter((task) => !held.has(task)) };
	};
	const repositoryOf = (task: number): string => must(market.tasks[task]).repository;
	switch (kind) {
		case 'kfold': {
			const mixed = shuffled(all, randomOf(seed));
			return Array.from({ length: count }, (_, fold) =>
				split(mixed.filter((_task, index) => index % count === fold)),
			);
		}
		case 'repo':
			return [...new Set(all.map(repositoryOf))]
				.sort()
				.map((repository) => split(all.filter((task) => repositoryOf(task) === repository)));
		case 'domain': {
			const django = all.filter((task) => repositoryOf(task) === 'django');
			const others = all.filter((task) => repositoryOf(task) !== 'django');
			return [split(django), split(others)];
		}
	}
}

/** What the training rows themselves say of a repository; nothing where it is not among them. */
export function startOf(atoms: Atoms): (repository: string) => Mixing {
	return (repository) =>
		atoms.groups.includes(repository) ? mixingOfGroup(atoms, repository) : noMixing(atoms);
}
