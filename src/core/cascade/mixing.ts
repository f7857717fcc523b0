// Mixing weights of a repository over the atoms: the general prior, worth a few tasks, and every task that was seen
// here, as far as its own posterior tells which atom it was. Whole groups of atoms gain or lose with each task too, so
// that a repository which is like one that was measured is known after a few tasks.
import { type Atoms, normalised, type Tuning } from './atoms';

/** What the tasks of one repository have shown. Plain data; never changed in place. */
export interface Mixing {
	/** Tasks that were, in expectation, each atom. */
	readonly seen: Float64Array;
	/** Log-weight of each group, 0 before anything is seen. */
	readonly groups: Float64Array;
	readonly tasks: number;
}

export function noMixing(atoms: Atoms): Mixing {
	return {
		seen: new Float64Array(atoms.size),
		groups: new Float64Array(atoms.groups.length),
		tasks: 0,
	};
}

/** Atoms that were measured in this very repository count as tasks seen here. */
export function mixingOfGroup(atoms: Atoms, group: string): Mixing {
	const wanted = atoms.groups.indexOf(group);
	const seen = atoms.weight.map((weight, atom) => (atoms.group[atom] === wanted ? weight : 0));
	return { ...noMixing(atoms), seen, tasks: seen.reduce((sum, one) => sum + one, 0) };
}

/** The mass of each atom for the next task here; sums to 1. */
export function priorOf(atoms: Atoms, mixing: Mixing, tuning: Tuning): Float64Array {
	const mass = groupMass(atoms);
	const total = mass.reduce((sum, one) => sum + one, 0);
	const top = Math.max(...mass.map((one, group) => Math.log(one) + (mixing.groups[group] ?? 0)));
	const tilted = normalised(
		mass.map((one, group) => Math.exp(Math.log(one) + (mixing.groups[group] ?? 0) - top)),
	);
	const { groupFloor, priorTasks } = tuning;
	// By group: what one of its weight is worth.
	const worth = mass.map((one, group) => {
		const share = (1 - groupFloor) * (tilted[group] ?? 0) + (groupFloor * one) / total;
		return (priorTasks * share) / one;
	});
	const prior = new Float64Array(atoms.size);
	let sum = 0;
	for (let atom = 0; atom < prior.length; atom += 1) {
		const own = (worth[atoms.group[atom] ?? 0] ?? 0) * (atoms.weight[atom] ?? 0) + (mixing.seen[atom] ?? 0);
		prior[atom] = own;
		sum += own;
	}
	for (let atom = 0; atom < prior.length; atom += 1) {
		prior[atom] = (prior[atom] ?? 0) / sum;
	}
	return prior;
}

/** One task more: `posterior` is what was believed at its end, `prior` what was believed before it. */
export function learnTask(
	atoms: Atoms,
	mixing: Mixing,
	prior: Float64Array,
	posterior: Float64Array,
	tuning: Tuning,
): Mixing {
	const mass = groupMass(atoms);
	const likelihood = new Float64Array(atoms.groups.length);
	const seen = new Float64Array(atoms.size);
	for (let atom = 0; atom < atoms.size; atom += 1) {
		const group = atoms.group[atom] ?? 0;
		const after = posterior[atom] ?? 0;
		const ratio = after / Math.max(prior[atom] ?? 0, 1e-12);
		likelihood[group] = (likelihood[group] ?? 0) + (ratio * (atoms.weight[atom] ?? 0)) / (mass[group] ?? 1);
		seen[atom] = (mixing.seen[atom] ?? 0) + after;
	}
	return {
		seen,
		groups: mixing.groups.map(
			(one, group) => one + tuning.groupTrust * Math.log(Math.max(likelihood[group] ?? 0, 1e-3)),
		),
		tasks: mixing.tasks + 1,
	};
}

const MASSES = new WeakMap<Atoms, Float64Array>();

function groupMass(atoms: Atoms): Float64Array {
	const known = MASSES.get(atoms);
	if (known !== undefined) {
		return known;
	}
	const mass = new Float64Array(atoms.groups.length);
	for (let atom = 0; atom < atoms.size; atom += 1) {
		const group = atoms.group[atom] ?? 0;
		mass[group] = (mass[group] ?? 0) + (atoms.weight[atom] ?? 0);
	}
	MASSES.set(atoms, mass);
	return mass;
}
