import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { landPatch } from '../../../src/repo/land';
import { FixtureRepository, gitIn, SIGNAL } from './fixtureRepository';

const line = fc.constantFrom(
	'',
	'a',
	'b',
	'\t',
	' ',
	'--- a/x',
	'+++ b/x',
	'@@ -1 +1 @@',
	'\\ No newline',
	'ünï',
	'\u2028',
	'-',
	'+',
);
const ending = fc.constantFrom('\n', '\n', '\n', '\r\n');
const text = fc
	.tuple(fc.array(fc.tuple(line, ending), { maxLength: 12 }), fc.constantFrom('', 'last', '\ufeff', '\r'))
	.map(([lines, last]) => lines.map((parts) => parts.join('')).join('') + last);
const path = fc.constantFrom(
	'a.js',
	'b c.txt',
	'ñ/x.js',
	'd/e/f',
	'd/g',
	'-dash',
	'"quoted"',
	'tab\tname',
	'new/n',
	"it's",
);
const files = fc.dictionary(path, text, { minKeys: 1, maxKeys: 6 });
/** Undefined: the file shall be gone. */
const changed = fc.dictionary(path, fc.option(text, { nil: undefined, freq: 3 }), { minKeys: 1, maxKeys: 6 });

describe('patchOf', () => {
	it("makes patches that give exactly the edited bytes in a clone and in the user's folder", async () => {
		await fc.assert(
			fc.asyncProperty(files, changed, async (base, edited) => {
				const fixture = new FixtureRepository('a project');
				try {
					fixture.commit({ '.gitignore': '', ...base });
					gitIn(fixture.parent, 'clone', '-q', fixture.root, 'clone');
					const clone = join(fixture.parent, 'clone');
					const edits = Object.entries(edited).map(([path, text]) =>
						text === undefined ? { path, deleted: true as const } : { path, text },
					);
					const wanted: Record<string, string | undefined> = { ...base, ...edited };
					await fixture.inTree(async (tree, snapshot, _, workshop) => {
						const patch = await tree.patchOf(edits);
						const changes = Object.entries(edited).some(([path, text]) => base[path] !== text);
						assert.equal(patch !== undefined, changes);
						if (patch === undefined) {
							return;
						}
						execFileSync('git', ['apply', '-'], { cwd: clone, input: patch.diff, stdio: 'pipe' });
						assert.equal((await tree.apply(patch)).kind, 'done');
						const landed = await landPatch(workshop, snapshot, patch, SIGNAL);
						assert.equal(landed.kind, 'landed', JSON.stringify(landed));
						for (const [path, text] of Object.entries(wanted)) {
							for (const root of [clone, tree.root, fixture.root]) {
								const file = join(root, path);
								const now = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
								assert.equal(now, text, `${path} in ${root}`);
							}
						}
						assert.equal((await tree.reset()).kind, 'done');
						for (const path of Object.keys(wanted)) {
							const file = join(tree.root, path);
							assert.equal(existsSync(file) ? readFileSync(file, 'utf8') : undefined, base[path]);
						}
					});
				} finally {
					await fixture.remove();
				}
			}),
			{ numRuns: Number(process.env['UNDERBID_PROPERTY_RUNS'] ?? 12) },
		);
	}).timeout(120_000);
});
