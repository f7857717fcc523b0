// Where the text of the failing tests may be found, also where the framework names no file.
import type { Patch } from '../patch';
import type { Problem } from '../problem';

/** Rust keeps tests of a module in the module's own file. */
export function mayHoldTests(file: string): boolean {
	return file.endsWith('.rs');
}

/** Paths to try, likeliest first; not all of them need be there. */
export function testFilesOf(patch: Patch, { failToPass, suite }: Problem): readonly string[] {
	const known = failToPass.flatMap(({ file }) => file ?? []);
	const said = failToPass
		.filter(({ file }) => file === undefined)
		.flatMap(
			({ failure }) =>
				`${failure?.message ?? ''}\n${failure?.stack ?? ''}`.match(/[\w@./-]+\.[a-z]+(?=:\d)/g) ?? [],
		);
	const named = known.length > 0 ? [] : suite.argv.slice(1).filter((word) => /^[\w@./-]+\.\w+$/.test(word));
	const folders = new Set(['', suite.folder, ...patch.files.map((file) => file.replace(/[^/]*$/, ''))]);
	const guessed = [...said, ...named].flatMap((name) =>
		[...folders].map((folder) => `${folder}/${name}`.replace(/\/(?:\.\/)*/g, '/').replace(/^\//, '')),
	);
	return [...new Set([...known, ...patch.files.filter(mayHoldTests), ...guessed])];
}
