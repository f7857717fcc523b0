// Shows a prompt before it leaves, and asks where there is somebody to ask.
import { createInterface } from 'node:readline/promises';
import type { OutgoingPrompt } from '../core/effects';
import { printable, type Style } from './style';

export interface Console {
	readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
	readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** True when it may be sent: always, where input or output is no terminal. Only "n" or "no" withholds it. */
export async function showPrompt(
	prompt: OutgoingPrompt,
	{ input, output }: Console,
	style: Style,
	signal: AbortSignal,
): Promise<boolean> {
	const bytes = Buffer.byteLength(prompt.text);
	const head = `── to ${prompt.offer}, call ${prompt.call} of attempt ${prompt.attempt}, ${bytes} bytes ──`;
	output.write(`\n${style.bold(head)}\n`);
	for (const line of prompt.text.split('\n')) {
		output.write(`${printable(line)}\n`);
	}
	output.write(`${style.bold('──')}\n`);
	if (input.isTTY !== true || output.isTTY !== true) {
		return true;
	}
	const lines = createInterface({ input, output });
	try {
		const answer = await lines.question('Send it? [Y/n] ', { signal });
		return !/^\s*no?\s*$/i.test(answer);
	} catch {
		return false;
	} finally {
		lines.close();
	}
}
