import assert from 'node:assert/strict';
import type { Trouble } from '../../../../src/core/model';
import { editorTroubleOf } from '../../../../src/ui/models/editorTrouble';

function coded(code: string, message = 'no'): Error {
	return Object.assign(new Error(message), { code });
}

describe("the editor's errors about its models", () => {
	const table: readonly (readonly [string, unknown, Trouble, boolean])[] = [
		['consent refused', coded('NoPermissions'), 'key', true],
		['quota', coded('Blocked'), 'busy', true],
		['no such model', coded('NotFound'), 'gone', true],
		[
			'listed, and not usable',
			coded('Unknown', 'Request Failed: 400 {"code":"model_not_supported"}'),
			'gone',
			true,
		],
		[
			'the same, as a cause',
			Object.assign(new Error('Unknown', { cause: new Error('The requested model is not supported') })),
			'gone',
			true,
		],
		['rate limit in words', coded('Unknown', 'You hit your rate limit'), 'busy', true],
		['filtered', new Error('Response got filtered by content_filter'), 'refused', false],
		['anything else', new Error('socket hang up'), 'down', false],
		['no error at all', 'oh', 'down', false],
	];
	for (const [title, error, trouble, noWork] of table) {
		it(`${title}: ${trouble}`, () => {
			const found = editorTroubleOf(error, 'GPT (Copilot)');
			assert.deepEqual([found.trouble, found.noWork], [trouble, noWork]);
			assert.match(found.reason, /^GPT \(Copilot\) .*/);
		});
	}

	it('are told in one line of bearable length', () => {
		const { reason } = editorTroubleOf(new Error('a\nb '.repeat(5_000)), 'X');
		assert.ok(!reason.includes('\n') && reason.length < 260);
	});
});
