import assert from 'node:assert/strict';
import { baseUrlOf, isLoopbackHost } from '../../../src/core/endpoint';

describe('base addresses', () => {
	for (const [text, url] of [
		['https://api.example.com/v1/', 'https://api.example.com/v1'],
		['https://api.example.com', 'https://api.example.com'],
		[' http://127.0.0.1:8000/v1 ', 'http://127.0.0.1:8000/v1'],
		['http://localhost:1234', 'http://localhost:1234'],
		['http://[::1]:8080/v1', 'http://[::1]:8080/v1'],
		['http://192.168.1.20:11434/v1', 'http://192.168.1.20:11434/v1'],
		['http://10.1.2.3/v1', 'http://10.1.2.3/v1'],
		['http://172.31.0.1/v1', 'http://172.31.0.1/v1'],
		['http://host.docker.internal:8000', 'http://host.docker.internal:8000'],
		['http://gpu:8000/v1', 'http://gpu:8000/v1'],
		// Another way to write 127.0.0.1.
		['http://2130706433/v1', 'http://127.0.0.1/v1'],
	] as const) {
		it(`takes ${text.trim()}`, () => assert.deepEqual(baseUrlOf(text), { kind: 'url', url }));
	}
	for (const text of [
		'',
		'api.example.com',
		'ftp://example.com',
		'javascript:alert(1)',
		'http://example.com/v1',
		'http://172.32.0.1/v1',
		'http://11.0.0.1/v1',
		'http://127.0.0.1.nip.io/v1',
		'http://localhost.example.com',
		'http://[2001:db8::1]/v1',
		'https://user:secret-word@example.com',
		'https://example.com/v1?key=secret-word',
		'https://example.com/v1#secret-word',
	]) {
		it(`refuses ${text || 'nothing'} and repeats none of it`, () => {
			const read = baseUrlOf(text);
			assert.ok(read.kind === 'refused' && /\.$/.test(read.reason) && !read.reason.includes('secret-word'));
		});
	}
	it('this computer is not the network', () => {
		assert.deepEqual(
			['localhost', '127.0.0.1', '127.9.9.9', '[::1]', '192.168.1.1', 'gpu', '127.0.0.1.nip.io'].map(
				isLoopbackHost,
			),
			[true, true, true, true, false, false, false],
		);
	});
});
