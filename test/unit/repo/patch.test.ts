import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { patchFromDiff } from '../../../src/repo/patch';
import { pathRefusal } from '../../../src/repo/paths';

const HUNK = '@@ -1 +1 @@\n-old\n+new\n';

function diffOf(path: string, extra = 'index 1111111..2222222 100644\n'): string {
	return `diff --git a/${path} b/${path}\n${extra}--- a/${path}\n+++ b/${path}\n${HUNK}`;
}

describe('patchFromDiff', () => {
	it('reads files and counts, and hashes the text as it is', () => {
		const diff = `${diffOf('b.js')}${diffOf('a b/ñ.js')}`;
		const read = patchFromDiff(diff);
		assert.ok(read.kind === 'patch');
		assert.deepEqual(read.patch.files, ['a b/ñ.js', 'b.js']);
		assert.deepEqual([read.patch.linesAdded, read.patch.linesRemoved], [2, 2]);
		assert.equal(read.patch.hash, createHash('sha256').update(diff).digest('hex'));
	});

	it('takes plain unified diffs, new and deleted files, and lines that look like heads', () => {
		const plain = `--- a/x.js\n+++ b/x.js\n${HUNK}`;
		const made = 'diff --git a/n b/n\nnew file mode 100755\n--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+x\n';
		const looks =
			'diff --git a/s.sql b/s.sql\n--- a/s.sql\n+++ b/s.sql\n@@ -1,2 +1 @@\n--- a/../../etc\n keep\n';
		const quoted = `diff --git "a/\\303\\261.js" "b/\\303\\261.js"\n--- "a/\\303\\261.js"\n+++ "b/\\303\\261.js"\n${HUNK}`;
		for (const [diff, file] of [
			[plain, 'x.js'],
			[made, 'n'],
			[looks, 's.sql'],
			[quoted, 'ñ.js'],
		] as const) {
			const read = patchFromDiff(diff);
			assert.ok(read.kind === 'patch', JSON.stringify(read));
			assert.deepEqual(read.patch.files, [file]);
		}
	});

	const refused: readonly (readonly [string, string, RegExp])[] = [
		['nothing', '', /changes no file/],
		['a parent folder', diffOf('../x'), /not a plain path/],
		['a parent folder inside', diffOf('a/../../x'), /not a plain path/],
		['an absolute path', diffOf('/etc/passwd'), /absolute|without git's/],
		['an absolute plain name', `--- /etc/passwd\n+++ /etc/passwd\n${HUNK}`, /without git's/],
		['a quoted parent folder', `--- "a/\\056\\056/x"\n+++ "b/\\056\\056/x"\n${HUNK}`, /not a plain path/],
		['a drive', diffOf('C:/x'), /absolute/],
		['back slashes', diffOf('a\\..\\x'), /not a plain path/],
		['.git', diffOf('.git/hooks/pre-commit'), /belongs to git/],
		['.GIT below', diffOf('sub/.GiT/config'), /belongs to git/],
		['git~1', diffOf('git~1/config'), /belongs to git/],
		['.git with ignorable letters', diffOf('.g\u200cit/config'), /belongs to git/],
		['a new link', diffOf('l', 'new file mode 120000\n'), /symbolic link/],
		['a changed link', diffOf('l', 'index 1111111..2222222 120000\n'), /symbolic link/],
		['a mode change to a link', diffOf('l', 'old mode 100644\nnew mode 120000\n'), /symbolic link/],
		['a submodule', diffOf('m', 'index 1111111..2222222 160000\n'), /submodule/],
		['a strange mode', diffOf('m', 'old mode 100644\nnew mode 104755\n'), /file mode/],
		['a binary patch', 'diff --git a/x b/x\nGIT binary patch\nliteral 0\n', /binary/],
		['a binary note', 'diff --git a/x b/x\nBinary files a/x and b/x differ\n', /binary/],
		['a short hunk', '--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n', /too early/],
		['a long hunk', '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n+c\n', /more lines/],
		['a wrong head', '--- a/x\n+++ b/x\n@@ ... @@\n-a\n+b\n', /cannot be read/],
		['another name in the head', `diff --git a/x b/.git/y\n--- a/x\n+++ b/x\n${HUNK}`, /head that cannot/],
		[
			'a rename out',
			'diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to ../y\n',
			/plain path/,
		],
	];
	for (const [what, diff, reason] of refused) {
		it(`refuses ${what}`, () => {
			const read = patchFromDiff(diff);
			assert.ok(read.kind === 'refused', JSON.stringify(read));
			assert.match(read.reason, reason);
		});
	}

	it('lets names through that only resemble git', () => {
		for (const path of ['.gitignore', '.github/x.yml', 'git/x', 'a.git/x', '..x/y', 'x..']) {
			assert.equal(pathRefusal(path), undefined, path);
		}
	});
});
