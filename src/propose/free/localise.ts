// Where the fault may be: spectrum-based fault localisation over what the tests executed.
import type { WarmBase } from './warmRunner';

/** Suspicion of each line, 0 to 1, per file. Lines that no failing test executed are absent. */
export type Suspicion = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** Added for a line in the failure's stack, innermost frame most. */
const FRAME_RAISE = 0.35;
/** Lines this near to a frame's line share a part of the raise: the fault often sits just above the throw. */
const FRAME_REACH = 3;

/**
 * Ochiai: failing tests through a line over the root of (all failing × all through the line)
 * (Abreu, Zoeteweij, van Gemund: "An evaluation of similarity coefficients for software fault localization",
 * PRDC 2006), raised near the frames of the failure's stack.
 */
export function localise(base: WarmBase): Suspicion {
	const failing = base.coverage.filter((test) => !test.passed);
	const through = new Map<string, Map<number, { failed: number; passed: number }>>();
	for (const test of base.coverage) {
		for (const [file, lines] of test.lines) {
			const counts = through.get(file) ?? new Map<number, { failed: number; passed: number }>();
			through.set(file, counts);
			for (const line of lines) {
				const count = counts.get(line) ?? { failed: 0, passed: 0 };
				count[test.passed ? 'passed' : 'failed'] += 1;
				counts.set(line, count);
			}
		}
	}
	const suspicion = new Map<string, Map<number, number>>();
	for (const [file, counts] of through) {
		for (const [line, { failed, passed }] of counts) {
			if (failed > 0) {
				raise(suspicion, file, line, failed / Math.sqrt(failing.length * (failed + passed)));
			}
		}
	}
	for (const [depth, { file, line }] of base.frames.slice(0, 8).entries()) {
		for (let near = Math.max(1, line - FRAME_REACH); near <= line + 1; near += 1) {
			const known = suspicion.get(file)?.get(near);
			if (known !== undefined || near === line) {
				raise(suspicion, file, near, (FRAME_RAISE / (1 + depth)) * (near === line ? 1 : 0.5));
			}
		}
	}
	return normalised(suspicion);
}

/** How suspicious a line is; a line between executed ones (a closing brace, a multi-line expression) takes the nearest above. */
export function suspicionAt(suspicion: Suspicion, file: string, line: number): number {
	const lines = suspicion.get(file);
	for (let above = line; lines !== undefined && above > line - 6 && above > 0; above -= 1) {
		const known = lines.get(above);
		if (known !== undefined) {
			return known;
		}
	}
	return 0;
}

function raise(suspicion: Map<string, Map<number, number>>, file: string, line: number, by: number): void {
	const lines = suspicion.get(file) ?? new Map<number, number>();
	suspicion.set(file, lines);
	lines.set(line, (lines.get(line) ?? 0) + by);
}

function normalised(suspicion: Map<string, Map<number, number>>): Suspicion {
	let most = 0;
	for (const lines of suspicion.values()) {
		for (const value of lines.values()) {
			most = Math.max(most, value);
		}
	}
	for (const lines of suspicion.values()) {
		for (const [line, value] of lines) {
			lines.set(line, value / most);
		}
	}
	return suspicion;
}
