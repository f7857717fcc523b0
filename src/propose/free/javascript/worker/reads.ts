// For frameworks with a module system of their own: every read of a replaced file gives the replacement, and its
// time of change tells replacements apart.
import fs, { type readFileSync } from 'node:fs';
import type { ProjectModules } from './modules';
import { NodeModule } from './nodeModule';

const packageSource = /[\\/]node_modules[\\/].*\.[cm]?js$/;

export function replaceReads(modules: ProjectModules): void {
	const { readFileSync: read, statSync: stat } = fs;
	const packageTexts = new Map<string, string>();
	fs.readFileSync = ((...args: Parameters<typeof readFileSync>) => {
		const [file, options] = args;
		const encoding = typeof options === 'string' ? options : options?.encoding;
		const text = typeof file === 'string' ? modules.replacementOf(file) : undefined;
		if (text !== undefined) {
			return encoding ? text : Buffer.from(text);
		}
		if (typeof file !== 'string' || encoding !== 'utf8' || !packageSource.test(file)) {
			return read.apply(fs, args);
		}
		// Packages' files are read again for every environment, and do not change.
		const known = packageTexts.get(file) ?? read(file, 'utf8');
		packageTexts.set(file, known);
		return known;
	}) as typeof fs.readFileSync;
	const statSync = (...args: Parameters<typeof stat>): ReturnType<typeof stat> => {
		const found = stat(...args);
		const [file] = args;
		if (found && typeof file === 'string' && modules.replacementOf(file) !== undefined) {
			const version = modules.versionOf(file);
			Object.assign(found, { mtimeMs: version, mtime: new Date(version) });
		}
		return found;
	};
	Object.assign(fs, { statSync });
	NodeModule.syncBuiltinESMExports();
}
