import assert from 'node:assert/strict';
import { NO_SETTINGS } from '../../../../src/core/settings';
import { UserError } from '../../../../src/core/userError';
import { keyIn, providersOf, urlVariable } from '../../../../src/models/catalogue/knownProviders';

const find = (
	id: string,
	settings: Parameters<typeof providersOf>[0] = NO_SETTINGS,
	environment: Parameters<typeof providersOf>[1] = {},
) => {
	const found = providersOf(settings, environment).find(({ provider }) => provider === id);
	assert.ok(found, id);
	return found;
};

describe('providers', () => {
	for (const [id, dialect, baseUrl, key] of [
		['openrouter', 'openrouter', 'https://openrouter.ai/api/v1', 'OPENROUTER_API_KEY'],
		['openai', 'openai-compatible', 'https://api.openai.com/v1', 'OPENAI_API_KEY'],
		['anthropic', 'anthropic', 'https://api.anthropic.com/v1', 'ANTHROPIC_API_KEY'],
		['google', 'google', 'https://generativelanguage.googleapis.com/v1beta', 'GEMINI_API_KEY'],
		['deepseek', 'openai-compatible', 'https://api.deepseek.com', 'DEEPSEEK_API_KEY'],
		['groq', 'openai-compatible', 'https://api.groq.com/openai/v1', 'GROQ_API_KEY'],
		['together', 'openai-compatible', 'https://api.together.xyz/v1', 'TOGETHER_API_KEY'],
		['mistral', 'openai-compatible', 'https://api.mistral.ai/v1', 'MISTRAL_API_KEY'],
		['xai', 'openai-compatible', 'https://api.x.ai/v1', 'XAI_API_KEY'],
		['ollama', 'openai-compatible', 'http://127.0.0.1:11434/v1', undefined],
		['lmstudio', 'openai-compatible', 'http://127.0.0.1:1234/v1', undefined],
		['llamacpp', 'openai-compatible', 'http://127.0.0.1:8080/v1', undefined],
		['vllm', 'openai-compatible', 'http://127.0.0.1:8000/v1', undefined],
	] as const) {
		it(`${id} is where it is`, () => {
			const provider = find(id);
			assert.deepEqual(
				[provider.dialect, provider.baseUrl, provider.keyVariables[0], provider.free],
				[dialect, baseUrl, key, false],
			);
		});
	}

	it('take a key from the first variable that is set', () => {
		const google = find('google');
		assert.equal(keyIn({ GOOGLE_API_KEY: 'c', GOOGLE_GENERATIVE_AI_API_KEY: ' b\n' }, google), 'b');
		assert.equal(keyIn({ GOOGLE_API_KEY: 'c', GEMINI_API_KEY: '' }, google), 'c');
		assert.equal(keyIn({}, google), undefined);
		assert.equal(keyIn({ GEMINI_API_KEY: 'two\nlines' }, google), undefined);
		assert.equal(keyIn({ OPENAI_API_KEY: 'x' }, google), undefined);
	});

	it('are moved by the settings, and above them by the environment', () => {
		const settings = {
			providers: [
				{ id: 'openai', baseUrl: 'https://proxy.example.com/v1', keyVariable: 'PROXY_KEY', free: false },
				{ id: 'my-server', baseUrl: 'http://10.0.0.2/v1', free: true },
			],
		};
		assert.equal(find('openai', settings).baseUrl, 'https://proxy.example.com/v1');
		assert.deepEqual(find('openai', settings).keyVariables, ['PROXY_KEY']);
		const here = {
			UNDERBID_OPENAI_URL: 'http://127.0.0.1:9/v1/',
			UNDERBID_MY_SERVER_URL: 'http://localhost:8/v1',
		};
		assert.equal(find('openai', settings, here).baseUrl, 'http://127.0.0.1:9/v1');
		assert.equal(find('my-server', settings, here).baseUrl, 'http://localhost:8/v1');
		assert.ok(find('my-server', settings).free);
		assert.equal(urlVariable('my-server'), 'UNDERBID_MY_SERVER_URL');
	});

	it('on this computer are free by one word', () => {
		assert.deepEqual(
			['ollama', 'lmstudio', 'llamacpp', 'vllm', 'openai'].map(
				(id) => find(id, { providers: [], local: 'free' }).free,
			),
			[true, true, true, true, false],
		);
	});

	for (const [what, settings, environment, words] of [
		[
			'an address on the open network',
			NO_SETTINGS,
			{ UNDERBID_GROQ_URL: 'http://example.com' },
			'UNDERBID_GROQ_URL: write https',
		],
		[
			'a new provider without an address',
			{ providers: [{ id: 'mine', free: false }] },
			{},
			'"mine" without baseUrl',
		],
		[
			'a seller that is said to be free',
			{ providers: [{ id: 'openai', free: true }] },
			{},
			'OpenAI bills for its models',
		],
	] as const) {
		it(`refuse ${what}`, () =>
			assert.throws(
				() => providersOf(settings, environment),
				(error) => error instanceof UserError && error.message.includes(words),
			));
	}
});
