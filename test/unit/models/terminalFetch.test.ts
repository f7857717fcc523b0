import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { networkFault } from '../../../src/models/networkFault';
import { terminalFetch } from '../../../src/models/terminalFetch';
import { WireServer } from '../../fakes/wire/server';

/** A proxy that lets calls through a tunnel, or answers with a status. */
class Proxy {
	readonly tunnels: string[] = [];
	private constructor(private readonly http: Server) {}

	static async start(status?: number): Promise<Proxy> {
		const http = createServer();
		const proxy = new Proxy(http);
		http.on('connect', (request, client, head) => {
			proxy.tunnels.push(request.url ?? '');
			if (status !== undefined) {
				client.end(`HTTP/1.1 ${status} No\r\n\r\n`);
				return;
			}
			const [host = '', port = ''] = (request.url ?? '').split(':');
			const target = connect(Number(port), host, () => {
				client.write('HTTP/1.1 200 Connection established\r\n\r\n');
				target.write(head);
				target.pipe(client);
				client.pipe(target);
			});
			target.on('error', () => client.destroy());
			client.on('error', () => target.destroy());
			client.on('close', () => target.destroy());
		});
		await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
		return proxy;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
	}

	close(): void {
		this.http.closeAllConnections();
		this.http.close();
	}
}

describe('terminalFetch', () => {
	let server: WireServer;
	const body = JSON.stringify({ model: 'm', max_tokens: 10, messages: [] });
	const ask = (fetch: typeof globalThis.fetch) =>
		fetch(`${server.base('openrouter')}/chat/completions`, {
			method: 'POST',
			body,
			headers: { authorization: 'Bearer k' },
		});

	before(async () => {
		server = await WireServer.start();
	});
	after(() => server.close());

	for (const name of ['http_proxy', 'HTTP_PROXY'] as const) {
		it(`goes through the proxy that ${name} names, and the answer streams back`, async () => {
			const proxy = await Proxy.start();
			const response = await ask(terminalFetch({ [name]: proxy.url }));
			assert.match(await response.text(), /Nothing was asked/);
			assert.deepEqual(proxy.tunnels, [server.origin.slice('http://'.length)]);
			proxy.close();
		});
	}

	it('hosts that NO_PROXY names are called directly', async () => {
		const proxy = await Proxy.start();
		const response = await ask(terminalFetch({ HTTP_PROXY: proxy.url, NO_PROXY: 'example.com,127.0.0.1' }));
		assert.equal(response.status, 200);
		await response.text();
		assert.deepEqual(proxy.tunnels, []);
		proxy.close();
	});

	it('a proxy that refuses is told as such, and nothing has reached the provider', async () => {
		const proxy = await Proxy.start(407);
		const seen = server.seen.length;
		const error = await ask(terminalFetch({ HTTP_PROXY: proxy.url })).then(
			() => undefined,
			(one: unknown) => one,
		);
		const fault = networkFault(error);
		assert.deepEqual([fault.sent, fault.trouble], ['nothing', 'down']);
		assert.match(fault.reason, /proxy said 407/);
		assert.equal(server.seen.length, seen);
		proxy.close();
	});

	it('a proxy that is no URL is told as such', async () => {
		await assert.rejects(ask(terminalFetch({ HTTPS_PROXY: 'not a url' })), /proxy named in the environment/);
	});

	it('without a proxy the global fetch of that moment is used', async () => {
		const before = globalThis.fetch;
		const fetch = terminalFetch({});
		try {
			globalThis.fetch = async () => new Response('patched');
			assert.equal(await (await ask(fetch)).text(), 'patched');
		} finally {
			globalThis.fetch = before;
		}
	});
});
