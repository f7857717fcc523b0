import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KnownProvider } from '../../../../src/models/catalogue/knownProviders';
import { findServers } from '../../../../src/models/catalogue/localServers';

const never = new AbortController().signal;

describe('model servers on this computer', () => {
	let server: http.Server;
	let pages: Record<string, unknown>;
	let asked: string[];
	let port: number;
	before(async () => {
		server = http.createServer((request, response) => {
			asked.push(request.url ?? '');
			const page = pages[request.url ?? ''];
			if (page === 'hang') {
				return;
			}
			response.writeHead(page === undefined ? 404 : 200).end(JSON.stringify(page));
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		port = (server.address() as AddressInfo).port;
	});
	after(() => {
		server.closeAllConnections();
		server.close();
	});
	beforeEach(() => {
		pages = {};
		asked = [];
	});

	const at = (provider: string, baseUrl = `http://127.0.0.1:${port}/v1`): KnownProvider => ({
		provider,
		name: provider,
		dialect: 'openai-compatible',
		baseUrl,
		keyVariables: [],
		local: true,
		free: false,
	});
	const find = async (provider: string) => (await findServers([at(provider)], fetch, never))[0];

	it('Ollama: what is loaded says what it holds', async () => {
		pages = {
			'/v1/models': {
				object: 'list',
				data: [{ id: 'qwen3:8b' }, { id: 'llama3.2:3b' }, { id: 'nomic-embed-text' }],
			},
			'/api/tags': {
				models: [
					{ name: 'qwen3:8b', model: 'qwen3:8b', details: {}, capabilities: ['completion', 'tools'] },
					{ name: 'llama3.2:3b', context_length: 131072, capabilities: ['completion'] },
				],
			},
			'/api/ps': { models: [{ name: 'qwen3:8b', context_length: 4096 }] },
		};
		assert.deepEqual(await find('ollama'), {
			kind: 'found',
			provider: 'ollama',
			models: [
				{ name: 'qwen3:8b', callsTools: true, context: 4096 },
				{ name: 'llama3.2:3b', callsTools: false },
			],
		});
	});

	it('LM Studio', async () => {
		pages = {
			'/v1/models': { data: [{ id: 'qwen2.5-coder' }, { id: 'text-embedding-nomic' }] },
			'/api/v0/models': {
				data: [
					{ id: 'qwen2.5-coder', type: 'llm', loaded_context_length: 8192, max_context_length: 131072 },
					{ id: 'text-embedding-nomic', type: 'embeddings' },
				],
			},
		};
		assert.deepEqual((await find('lmstudio')) ?? {}, {
			kind: 'found',
			provider: 'lmstudio',
			models: [{ name: 'qwen2.5-coder', context: 8192 }],
		});
	});

	it('llama.cpp', async () => {
		pages = {
			'/v1/models': { data: [{ id: 'model.gguf', meta: { n_ctx_train: 131072 } }] },
			'/props': { default_generation_settings: { n_ctx: 4096 } },
		};
		assert.deepEqual(await find('llamacpp'), {
			kind: 'found',
			provider: 'llamacpp',
			models: [{ name: 'model.gguf', context: 4096 }],
		});
	});

	it('vLLM', async () => {
		pages = { '/v1/models': { data: [{ id: 'Qwen/Qwen3-8B', max_model_len: 40960 }] } };
		assert.deepEqual(await find('vllm'), {
			kind: 'found',
			provider: 'vllm',
			models: [{ name: 'Qwen/Qwen3-8B', context: 40960 }],
		});
		assert.deepEqual(asked, ['/v1/models']);
	});

	for (const [what, page] of [
		['nothing of the kind', undefined],
		['an empty list', { data: [] }],
		['a list of nonsense', { data: [1, null, { id: 'a\nb' }, { id: 7 }] }],
		['something else', 'a web page'],
		['numbers out of range', { data: [{ id: ' ', max_model_len: -1 }] }],
	] as const) {
		it(`is silent for ${what}`, async () => {
			pages = page === undefined ? {} : { '/v1/models': page };
			assert.deepEqual(await find('vllm'), { kind: 'silent', provider: 'vllm' });
		});
	}

	it('does not wait for one that hangs', async () => {
		pages = { '/v1/models': 'hang' };
		const from = performance.now();
		assert.equal((await find('ollama'))?.kind, 'silent');
		assert.ok(performance.now() - from < 3000);
	}).timeout(5000);

	it('asks nobody elsewhere', async () => {
		const calls: string[] = [];
		const spy: typeof fetch = async (url) => {
			assert.ok(typeof url === 'string');
			calls.push(url);
			return new Response('{}');
		};
		const elsewhere = ['http://192.168.1.2:11434/v1', 'https://example.com/v1', 'http://gpu:8000/v1'];
		assert.deepEqual(
			await findServers(
				elsewhere.map((url) => at('vllm', url)),
				spy,
				never,
			),
			[],
		);
		assert.deepEqual(calls, []);
	});
});
