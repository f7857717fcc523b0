import { readdirSync } from 'node:fs';
import path from 'node:path';

/** Files below a folder, without dependencies and hidden folders; bounded. */
export function filesBelow(folder: string, most = 5000): readonly string[] {
	const files: string[] = [];
	const open = [folder];
	for (let next = open.shift(); next !== undefined && files.length < most; next = open.shift()) {
		for (const entry of readdirSync(next, { withFileTypes: true })) {
			const full = path.join(next, entry.name);
			if (entry.isDirectory()) {
				if (entry.name !== 'node_modules' && !entry.name.startsWith('.')) {
					open.push(full);
				}
			} else {
				files.push(full);
			}
		}
	}
	return files;
}
