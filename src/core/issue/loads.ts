/** What is loaded, written over several lines. */
const SPREAD =
	/^[ \t]*(?:import\s[^'";]{0,2000}?from|(?:const|let|var)\s*\{[^}]{0,2000}\}\s*=\s*require|from\s+[\w.]+\s+import\s*\([^)]{0,2000}\))/gm;
const LOADS = /^\s*(?:import|from|export)\b|\brequire\(|\bimport\(/;

/** Lines of a source that load other modules, each statement in one line, and all the other lines. */
export function partedByLoads(text: string): {
	readonly loads: readonly string[];
	readonly rest: readonly string[];
} {
	const lines = text.replace(SPREAD, (head) => head.replaceAll('\n', ' ')).split('\n');
	return { loads: lines.filter((line) => LOADS.test(line)), rest: lines.filter((line) => !LOADS.test(line)) };
}
