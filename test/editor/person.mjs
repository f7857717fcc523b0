// A person in front of a real VS Code: asks the palette, answers lists, reads messages.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';

export const WAIT_MS = 60_000;

const INPUT = '.quick-input-widget:not([style*="display: none"]) .quick-input-box input';

export class Person {
	/** @param shots a folder for pictures of the whole window, or undefined */
	constructor(page, shots) {
		this.page = page;
		this.shots = shots;
		page.setDefaultTimeout(WAIT_MS);
	}

	/** The list that is open. */
	get list() {
		return this.page.locator('.quick-input-widget:not([style*="display: none"])');
	}

	/**
	 * Runs a command by its whole title in the palette. The list does not grow while it is open, so it is opened again
	 * until the command is there.
	 */
	async command(title) {
		const row = this.page.locator(`.quick-input-list .monaco-list-row[aria-label^="${title}"]`).first();
		for (const deadline = Date.now() + WAIT_MS; ; ) {
			await this.page.keyboard.press('F1');
			await this.page.locator(INPUT).fill(`>${title}`);
			const there = await row.waitFor({ timeout: 1500 }).then(
				() => true,
				() => false,
			);
			if (there) {
				return row.click();
			}
			assert.ok(Date.now() < deadline, `never saw ${title} in the palette`);
			await this.page.keyboard.press('Escape');
		}
	}

	/** Takes what a list offers first, by Enter. */
	async takeFirst(title) {
		const asked = this.page.locator('.quick-input-title', { hasText: title });
		await asked.waitFor();
		await this.shot(title.toLowerCase().replaceAll(/[^a-z]+/g, '-'));
		await this.page.keyboard.press('Enter');
		await asked.waitFor({ state: 'hidden' });
	}

	message(words) {
		return this.page.locator('.notifications-toasts .notification-list-item', { hasText: words });
	}

	/** Whatever fades or is drawn late has come to rest: two pictures one after the other are the same. */
	async settled() {
		let before;
		for (const deadline = Date.now() + 5000; Date.now() < deadline; ) {
			await new Promise((resolve) => setTimeout(resolve, 300));
			const now = await this.page.screenshot();
			if (before?.equals(now)) {
				return;
			}
			before = now;
		}
	}

	async shot(name) {
		if (this.shots) {
			mkdirSync(this.shots, { recursive: true });
			await this.page.screenshot({ path: path.join(this.shots, `${name}.png`) });
		}
	}
}
