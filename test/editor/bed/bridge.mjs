// Lets a test in the extension host ask the launcher to act as the user: type, click, look, take a picture.
import { mkdirSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';

const WAIT_MS = 15_000;

/** @returns `url` to POST `{ op, … }` to, and `close()`. */
export async function startBridge(pageOf, shots) {
	const operations = {
		press: ({ key }) => pageOf().keyboard.press(key),
		type: ({ text }) => pageOf().keyboard.type(text),
		click: ({ selector, button }) => pageOf().locator(selector).first().click({ button, timeout: WAIT_MS }),
		wait: ({ selector, state = 'visible' }) =>
			pageOf().locator(selector).first().waitFor({ state, timeout: WAIT_MS }),
		text: ({ selector }) => pageOf().locator(selector).allInnerTexts(),
		/** What a screen reader finds there: roles and names, as YAML. */
		aria: ({ selector }) => pageOf().locator(selector).first().ariaSnapshot({ timeout: WAIT_MS }),
		/** `body` works on `elements`, all that match, inside their own document. */
		inPage: ({ selector, body }) =>
			pageOf()
				.locator(selector)
				.evaluateAll((elements, source) => new Function('elements', source)(elements), body),
		size: ({ width, height }) => pageOf().setViewportSize({ width, height }),
		async shot({ name }) {
			if (shots !== undefined) {
				mkdirSync(shots, { recursive: true });
				await pageOf().screenshot({ path: path.join(shots, `${name}.png`) });
			}
		},
	};
	const server = http.createServer(async (request, response) => {
		const chunks = [];
		for await (const chunk of request) {
			chunks.push(chunk);
		}
		try {
			const { op, ...rest } = JSON.parse(Buffer.concat(chunks).toString());
			const result = await operations[op](rest);
			response.end(JSON.stringify({ result }));
		} catch (error) {
			response.end(JSON.stringify({ error: String(error?.message ?? error) }));
		}
	});
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${server.address().port}/`,
		close() {
			server.closeAllConnections();
			server.close();
		},
	};
}
