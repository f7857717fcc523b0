import assert from 'node:assert/strict';
import { mayBeOnGitHub, saidIn } from '../../../../src/ui/issues/saidWords';

describe('what is typed for an issue', () => {
	for (const [typed, kind, onGitHub] of [
		['', undefined, false],
		['   ', undefined, false],
		['12', 'number', true],
		['#12', 'number', true],
		['acme/roman#12', 'number', true],
		[' https://github.com/acme/roman/issues/12 ', 'link', true],
		['https://gitlab.com/acme/roman/-/issues/12', 'link', false],
		['https://github.com.evil.example/acme/roman/issues/12', 'link', false],
		['12 is written as XIIII', 'words', false],
		['see https://github.com/acme/roman/issues/12', 'words', false],
		['TypeError: Cannot read properties of undefined\n    at roman (roman.js:1:5)', 'words', false],
	] as const) {
		it(JSON.stringify(typed), () => {
			assert.equal(saidIn(typed)?.kind, kind);
			assert.equal(mayBeOnGitHub(typed), onGitHub);
		});
	}
});
