// What a run inside sees of this machine: the system as it is, to read; home, temporary files and running services
// out of sight; of those again what tests need.
import { lstatSync, realpathSync, type Stats } from 'node:fs';
import path from 'node:path';
import type { Reach } from '../../core/sandbox';
import { HOME_PLACES, PROGRAM_SIBLINGS, RUN_PLACES } from './homePlaces';

/** What decides where people and tools keep things. */
export interface Machine {
	/** Absolute, real. */
	readonly homes: readonly string[];
	/** Absolute; each gets an empty folder instead, for the time of a run. */
	readonly temporary: readonly string[];
	/** The folders of PATH. */
	readonly programs: readonly string[];
	/** Absolute: where tools were told to keep what they fetch (CARGO_HOME and the like). */
	readonly tools: readonly string[];
}

export type Place =
	/** An empty folder that can be written and is gone after the run. */
	| { readonly kind: 'empty'; readonly path: string; readonly mode: '700' | '755' | '1777' }
	| { readonly kind: 'readable'; readonly path: string }
	| { readonly kind: 'writable'; readonly path: string };

export interface SandboxPlan {
	/** Each inside what comes before it, or apart from it; all of them exist. */
	readonly places: readonly Place[];
	readonly network: boolean;
}

/** Later ones of the same path win. */
export function planOf(reach: Reach, machine: Machine, network: boolean): SandboxPlan {
	const homes = machine.homes.filter((home) => home !== path.parse(home).root);
	const hidden = unique([...homes, ...machine.temporary, '/run', ...reach.hidden]).filter(isFolder);
	const isHidden = (place: string): boolean => hidden.some((folder) => isWithin(folder, place));
	const programs = machine.programs.filter((folder) => !homes.includes(folder)).filter(isHidden);
	const shown = [
		...homes.flatMap((home) => HOME_PLACES.map((place) => path.join(home, place))),
		...programs.flatMap((folder) => [
			folder,
			...PROGRAM_SIBLINGS.map((name) => path.join(path.dirname(folder), name)),
		]),
		...RUN_PLACES,
		...machine.tools,
		...reach.readable,
	].filter((place) => exists(place) && !hidden.includes(place));
	const places = new Map<string, Place>();
	const modeOf = (folder: string): '700' | '755' | '1777' =>
		machine.temporary.includes(folder) ? '1777' : folder === '/run' ? '755' : '700';
	for (const folder of hidden) {
		places.set(folder, { kind: 'empty', path: folder, mode: modeOf(folder) });
	}
	for (const place of shown.filter(isHidden)) {
		places.set(place, { kind: 'readable', path: place });
	}
	for (const place of reach.writable.filter(exists)) {
		places.set(place, { kind: 'writable', path: place });
	}
	return {
		places: withoutNested([...places.values()].sort((a, b) => depth(a.path) - depth(b.path))),
		network,
	};
}

/** What shows again what already shows is left out: each costs a mount. */
function withoutNested(places: readonly Place[]): Place[] {
	const kept: Place[] = [];
	for (const place of places) {
		const around = kept.findLast((one) => isWithin(one.path, place.path));
		const same =
			around?.kind === 'empty' && place.kind === 'empty'
				? around.mode === place.mode
				: around?.kind === place.kind;
		if (!same) {
			kept.push(place);
		}
	}
	return kept;
}

/** True for the folder itself too. */
export function isWithin(folder: string, place: string): boolean {
	return place === folder || place.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
}

export function machineOf(
	environment: Readonly<Record<string, string | undefined>>,
	homeOfAccount: string,
	temporary: string,
): Machine {
	const absolute = (text: string | undefined): text is string => text !== undefined && path.isAbsolute(text);
	const homes = [environment['HOME'], homeOfAccount].filter(absolute);
	const tools = [
		'GOMODCACHE',
		'NVM_DIR',
		'PYENV_ROOT',
		'RUSTUP_HOME',
		'VOLTA_HOME',
		'PNPM_HOME',
		'FNM_MULTISHELL_PATH',
		'FNM_DIR',
		'CONDA_PREFIX',
		'VIRTUAL_ENV',
		'JAVA_HOME',
		'PLAYWRIGHT_BROWSERS_PATH',
	].map((name) => environment[name]);
	const cargo = environment['CARGO_HOME'];
	return {
		homes: unique(homes.flatMap(bothNames)),
		temporary: unique(['/tmp', '/var/tmp', temporary].flatMap(bothNames)),
		programs: unique(
			(environment['PATH'] ?? '').split(path.delimiter).filter(absolute).map(withoutSlash).flatMap(bothNames),
		),
		tools: [
			...tools.filter(absolute),
			...(absolute(cargo)
				? ['bin', 'config', 'config.toml', 'git', 'registry'].map((name) => path.join(cargo, name))
				: []),
			path.dirname(process.execPath),
		],
	};
}

/** A path as written and as it is behind links; what does not exist has one name. */
function bothNames(written: string): string[] {
	try {
		return [withoutSlash(written), realpathSync(written)];
	} catch {
		return [withoutSlash(written)];
	}
}

function withoutSlash(text: string): string {
	return text.length > 1 ? text.replace(/\/+$/, '') : text;
}

function unique(texts: readonly string[]): string[] {
	return [...new Set(texts)];
}

/** A link to a folder is not one: its target is what counts. */
function isFolder(place: string): boolean {
	return found(place)?.isDirectory() ?? false;
}

function exists(place: string): boolean {
	return found(place) !== undefined;
}

/** What we may not even look at is not there. */
function found(place: string): Stats | undefined {
	try {
		return lstatSync(place, { throwIfNoEntry: false });
	} catch {
		return undefined;
	}
}

function depth(place: string): number {
	return place.split(path.sep).length;
}
