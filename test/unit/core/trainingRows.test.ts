import assert from 'node:assert/strict';
import type { KeptFix } from '../../../src/core/keptFix';
import { ZERO } from '../../../src/core/money';
import { trainingRows } from '../../../src/core/trainingRows';
import { trainingTermsOf } from '../../../src/core/trainingTerms';

function kept(run: string, more: Partial<KeptFix> = {}): KeptFix {
	const patchSha256 = more.patchSha256 ?? `hash of ${run}`;
	const verified = more.verified ?? true;
	const receipt = { run, verified, checked: !verified, patch: { sha256: patchSha256 } };
	return {
		run,
		at: '2026-11-26T00:00:00.000Z',
		repository: '/repository',
		tests: [{ id: 'a test', message: 'it failed' }],
		verified,
		offer: 'free',
		spent: ZERO,
		lesson: { system: 'S', prompt: 'P', answer: 'A' },
		diff: 'D',
		patchSha256,
		receipt: receipt as unknown as KeptFix['receipt'],
		...more,
	};
}
const bought = (run: string, model: string, more: Partial<KeptFix> = {}) =>
	kept(run, { offer: `${model}/edit`, provider: model.split('/')[0] ?? '', model, ...more });
const choice = (more: object = {}) => ({ format: 'chat' as const, include: [], checked: false, ...more });

describe('terms of training', () => {
	for (const [model, kind, name] of [
		[undefined, 'own', 'free'],
		['openai/gpt-6-luna', 'forbidden', 'openai'],
		['anthropic/claude-haiku-5-5', 'forbidden', 'anthropic'],
		['google/gemini-4', 'forbidden', 'google'],
		['openrouter/x-ai/grok-5', 'forbidden', 'openrouter/x-ai'],
		['openrouter/anthropic/claude-haiku-5.5', 'forbidden', 'openrouter/anthropic'],
		['openrouter/qwen/qwen3-coder', 'unclear', 'openrouter/qwen'],
		['deepseek/deepseek-v4-pro', 'unclear', 'deepseek'],
		['groq/openai/gpt-oss-20b', 'unclear', 'groq/openai'],
		['openrouter/google/gemma-4-27b', 'unclear', 'openrouter/google'],
		['openrouter/google/gemini-4', 'forbidden', 'openrouter/google'],
		['ollama/qwen3', 'unclear', 'ollama'],
		['my-server/tuned', 'unclear', 'my-server'],
	] as const) {
		it(`of ${model ?? 'the free proposer'}: ${kind}`, () => {
			const terms = trainingTermsOf(
				model === undefined ? {} : { provider: model.split('/')[0] ?? '', model },
			);
			assert.deepEqual([terms.kind, terms.name], [kind, name]);
			assert.match(terms.words, /\.$/);
		});
	}
});

describe('rows for training', () => {
	it('leaves out what its terms forbid or leave open, and says how to take it in', () => {
		const fixes = [kept('r1'), bought('r2', 'openai/gpt-6-luna'), bought('r3', 'ollama/qwen3')];
		const { rows, sources, leftOut } = trainingRows(fixes, choice());
		assert.deepEqual([rows.length, sources.map(({ run }) => run)], [1, ['r1']]);
		assert.deepEqual(
			leftOut.map(({ fixes: count, why }) => [count, /--include \S+\./.exec(why)?.[0]]),
			[
				[1, '--include openai.'],
				[1, '--include ollama.'],
			],
		);
		const taken = trainingRows(fixes, choice({ include: ['openai'] }));
		assert.deepEqual(
			taken.sources.map(({ row, run, included }) => [row, run, included]),
			[
				[1, 'r1', undefined],
				[2, 'r2', 'by your word'],
			],
		);
	});

	it('refuses what its receipt does not stand for', () => {
		const other = kept('r1', { patchSha256: 'x' });
		const fixes: KeptFix[] = [
			{ ...other, receipt: { ...other.receipt, run: 'r9' } },
			{ ...other, patchSha256: 'y' },
			{ ...other, receipt: { ...other.receipt, verified: false } },
		];
		const { rows, leftOut } = trainingRows(fixes, choice());
		assert.equal(rows.length, 0);
		assert.deepEqual(leftOut, [
			{ why: 'its receipt is of another patch', fixes: 2 },
			{ why: 'its receipt does not say that it was verified', fixes: 1 },
		]);
	});

	it('takes what was only checked when that is wanted, and the same fix once', () => {
		const fixes = [
			kept('r1', { verified: false }),
			kept('r2', { patchSha256: 'same' }),
			kept('r3', { patchSha256: 'same' }),
		];
		assert.deepEqual(
			trainingRows(fixes, choice()).sources.map(({ run }) => run),
			['r2'],
		);
		assert.deepEqual(
			trainingRows(fixes, choice({ checked: true })).sources.map(({ run, verified }) => [run, verified]),
			[
				['r1', false],
				['r2', true],
			],
		);
	});

	for (const [format, row] of [
		[
			'chat',
			{
				messages: [
					{ role: 'system', content: 'S' },
					{ role: 'user', content: 'P' },
					{ role: 'assistant', content: 'A' },
				],
			},
		],
		[
			'sharegpt',
			{
				conversations: [
					{ from: 'system', value: 'S' },
					{ from: 'human', value: 'P' },
					{ from: 'gpt', value: 'A' },
				],
			},
		],
		[
			'gemini',
			{
				systemInstruction: { role: 'system', parts: [{ text: 'S' }] },
				contents: [
					{ role: 'user', parts: [{ text: 'P' }] },
					{ role: 'model', parts: [{ text: 'A' }] },
				],
			},
		],
	] as const) {
		it(`writes ${format}`, () => {
			const { rows } = trainingRows([kept('r1')], choice({ format }));
			assert.deepEqual(JSON.parse(rows[0] ?? ''), row);
			assert.ok(!rows[0]?.includes('\n'));
		});
	}
});
