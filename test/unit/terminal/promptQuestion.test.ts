import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { showPrompt } from '../../../src/terminal/promptQuestion';
import { styleFor } from '../../../src/terminal/style';

const prompt = { run: 'r', attempt: 2, call: 1, offer: 'acme/one/edit', text: 'fix \u001b[31mthis' };
const style = styleFor({}, {});

function terminal(isTTY: boolean) {
	const input = Object.assign(new PassThrough(), { isTTY });
	const output = Object.assign(new PassThrough(), { isTTY });
	let shown = '';
	output.on('data', (chunk: Buffer) => {
		shown += chunk.toString();
	});
	return { input, output, shown: () => shown };
}

describe('showPrompt', () => {
	it('prints what would be sent, control characters made visible, and lets it leave where nobody can be asked', async () => {
		const console = terminal(false);
		assert.equal(await showPrompt(prompt, console, style, new AbortController().signal), true);
		assert.ok(console.shown().includes('to acme/one/edit, call 1 of attempt 2'));
		assert.ok(console.shown().includes('fix \\x1b[31mthis'));
	});

	for (const [typed, sent] of [
		['\n', true],
		['y\n', true],
		['n\n', false],
		['No\n', false],
	] as const) {
		it(`${JSON.stringify(typed)} ${sent ? 'sends' : 'withholds'} it`, async () => {
			const console = terminal(true);
			const answer = showPrompt(prompt, console, style, new AbortController().signal);
			console.input.write(typed);
			assert.equal(await answer, sent);
		});
	}

	it('a cancelled question withholds it', async () => {
		const cancel = new AbortController();
		const answer = showPrompt(prompt, terminal(true), style, cancel.signal);
		cancel.abort();
		assert.equal(await answer, false);
	});
});
