// What a run must leave as it was: every file of the tree and, of .git, everything but the order of its packs.
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';

/** Paths with a hash of what is there; installed packages by size and time only, for they are many. */
export function fingerprint(folder) {
	const seen = new Map();
	walk('');
	return { seen, differences: (other) => differences(seen, other.seen) };

	function walk(inside) {
		for (const entry of readdirSync(path.join(folder, inside), { withFileTypes: true })) {
			const file = path.posix.join(inside, entry.name);
			const whole = path.join(folder, file);
			if (entry.isSymbolicLink()) {
				seen.set(file, `link ${readlinkSync(whole)}`);
			} else if (entry.isDirectory()) {
				seen.set(file, 'folder');
				walk(file);
			} else {
				const { mode, size, mtimeMs } = lstatSync(whole);
				const content = file.split('/').includes('node_modules')
					? `${size} ${mtimeMs}`
					: createHash('sha256').update(readFileSync(whole)).digest('hex');
				seen.set(file, `${mode} ${content}`);
			}
		}
	}
}

function differences(before, after) {
	const changed = [];
	for (const [file, was] of before) {
		const is = after.get(file);
		if (is !== was) {
			changed.push(is === undefined ? `${file} (gone)` : file);
		}
	}
	for (const file of after.keys()) {
		if (!before.has(file)) {
			changed.push(`${file} (new)`);
		}
	}
	return changed;
}
