import assert from 'node:assert/strict';
import { textBefore } from '../../../../src/core/issue/testBase';

const ADDED = `diff --git a/a.test.js b/a.test.js
--- a/a.test.js
+++ b/a.test.js
@@ -1,2 +1,3 @@
 one
+two
 three
`;
const MADE = `diff --git a/b.test.js b/b.test.js
new file mode 100644
--- /dev/null
+++ b/b.test.js
@@ -0,0 +1 @@
+one
`;

describe('the text before a written test', () => {
	for (const [what, path, text, before] of [
		['lines were added to a file', 'a.test.js', 'one\ntwo\nthree\n', 'one\nthree\n'],
		['the file is new', 'b.test.js', 'one\n', undefined],
		['the file is not in the patch', 'c.test.js', 'as it was\n', 'as it was\n'],
	] as const) {
		it(what, () => assert.equal(textBefore({ path, text }, { diff: ADDED + MADE }), before));
	}
});
