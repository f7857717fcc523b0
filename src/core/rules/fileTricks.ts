// A fix that opens files: those that judge it, or marks that it leaves for its next run.
import { protectedAs } from '../protectedFiles';
import { codeOf, type FileLines } from './changedLines';
import { literalsIn } from './literals';
import type { Finding } from './tampering';

const WRITES =
	/\b(?:writeFile|appendFile|unlink|rm|rmdir|rename|copyFile|symlink|link|truncate|createWriteStream|mkdir|mkdtemp|cp|chmod|utimes|outputFile|outputJson|writeJson|write_text|write_bytes|WriteFile|Create|OpenFile|Remove|RemoveAll|Rename)(?:Sync)?\s*\(|\bos\s*\.\s*(?:remove|rename|replace|unlink|mkdir|makedirs)\s*\(|\bopen\s*\([^)]*,\s*(?:mode\s*=\s*)?['"][rb]*[wax+]|\bfs::(?:write|remove\w*|rename|create\w*)\b|\bFile::create\b/;
const READS =
	/\b(?:readFile|createReadStream|readdir|opendir|readJson|read_text|read_bytes|ReadFile|ReadDir|Open)(?:Sync)?\s*\(|(?:^|[^\w.])open\s*\(|\brequire\s*\(|\bimport\s*\(|\bfs::read\w*|\bFile::open\b|\binclude_(?:str|bytes)!/;
const LOOKS =
	/\b(?:exists|existsSync|access|accessSync|stat|statSync|lstatSync|is_file|is_dir|isfile|isdir|Stat|getmtime)\s*\(|\bpath\s*\.\s*exists\b/;

export function fileTricks(files: readonly FileLines[]): Finding[] {
	return files.flatMap((file) => {
		const old = [...file.removed.map(codeOf), ...file.context].join('\n');
		const lines = file.added.map((line) => ({ line, code: codeOf(line) }));
		const looks = lines.some(({ code }) => LOOKS.test(code));
		return lines.flatMap(({ line, code }): Finding[] => {
			const writes = WRITES.test(code);
			const judge = writes || READS.test(code) ? literalsIn(code).find(isJudge) : undefined;
			if (judge !== undefined) {
				return [{ kind: 'broken', does: `opens ${judge}, which judges it`, line }];
			}
			if (!writes || WRITES.test(old)) {
				return [];
			}
			return looks && !LOOKS.test(old)
				? [
						{
							kind: 'broken',
							does: 'leaves a file and looks for it, so that one run answers for the next',
							line,
						},
					]
				: [{ kind: 'warning', does: 'writes files', line }];
		});
	});
}

/** Only what is clearly a path: a word alone may mean anything. */
function isJudge(literal: string): boolean {
	const path = literal.replace(/^(?:\.{0,2}\/)+/, '');
	return /^[\w@./-]+$/.test(path) && /[./]/.test(path) && protectedAs(path) !== undefined;
}
