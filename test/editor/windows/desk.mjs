// A desk with several windows of one real VS Code. Somebody sits before one of them at a time; each has a hand (../hand)
// that does quickly what they would do slowly.
import http from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { provision } from '../bed/provision.mjs';
import { startWorkbench } from '../bed/workbench.mjs';
import { Person, WAIT_MS } from '../person.mjs';

const AGAIN_MS = 1500;

/** Waits until `look` gives something true, and gives it. */
export async function until(what, look, waitMs = WAIT_MS) {
	for (const deadline = Date.now() + waitMs; ; ) {
		const seen = await look();
		if (seen !== undefined && seen !== false) {
			return seen;
		}
		if (Date.now() > deadline) {
			throw new Error(`never saw ${what}`);
		}
		await sleep(40);
	}
}

export class Desk {
	windows = [];
	callers = [];

	/** @param options as `startWorkbench` takes them; `shots` a folder for pictures, or undefined */
	static async open({ env = {}, helpers = [], shots, ...options }) {
		const desk = new Desk();
		desk.shots = shots;
		desk.switchboard = http.createServer(async (request, response) => {
			const chunks = [];
			for await (const chunk of request) {
				chunks.push(chunk);
			}
			response.end();
			desk.callers.shift()?.(JSON.parse(Buffer.concat(chunks).toString()));
		});
		await new Promise((resolve) => desk.switchboard.listen(0, '127.0.0.1', resolve));
		const launcher = `http://127.0.0.1:${desk.switchboard.address().port}/`;
		desk.workbench = await startWorkbench(await provision(), {
			...options,
			helpers: [path.join(import.meta.dirname, '../hand'), ...helpers],
			env: { ...env, UNDERBID_LAUNCHER: launcher },
		}).catch((error) => {
			desk.switchboard.close();
			throw error;
		});
		return desk;
	}

	/** One more window, looked at from now on. */
	async window(folder) {
		const called = this.called();
		const page = await this.workbench.open({ folder });
		const window = new DeskWindow(this, page);
		this.windows.push(window);
		window.hand = await called;
		await this.turnTo(window);
		return window;
	}

	/** Whoever sits there looks at this window, and at no other. */
	async turnTo(window) {
		for (const other of this.windows) {
			await other.look(other === window);
		}
		await window.page.bringToFront();
	}

	/** What the next hand says that wakes up. Windows are opened one after the other. */
	called() {
		return Promise.race([
			new Promise((resolve) => this.callers.push(resolve)),
			sleep(WAIT_MS, undefined, { ref: false }).then(() => {
				throw new Error(`no window woke up: ${this.workbench.logText().slice(-3000)}`);
			}),
		]);
	}

	async close() {
		await this.workbench.close();
		this.switchboard.closeAllConnections();
		this.switchboard.close();
	}
}

export class DeskWindow extends Person {
	constructor(desk, page) {
		super(page, desk.shots);
		this.desk = desk;
		// "Leave the page?" is asked while the editor has not put unsaved text aside yet. Somebody careful stays.
		page.on('dialog', (dialog) => void dialog.dismiss().catch(() => undefined));
	}

	/** Has the hand do something. */
	async do(op, parameters = {}) {
		const response = await fetch(`http://127.0.0.1:${this.hand.port}/`, {
			method: 'POST',
			body: JSON.stringify({ op, ...parameters }),
		});
		const { result, error } = await response.json();
		if (error !== undefined) {
			throw new Error(`${op} ${JSON.stringify(parameters)}: ${error}`);
		}
		return result;
	}

	run(command, ...args) {
		return this.do('run', { command, args });
	}

	/** The window is gone without a word, as with a crash or a lost connection: its extension host stays for a while. */
	async crash() {
		this.desk.windows = this.desk.windows.filter((one) => one !== this);
		const devtools = await this.page.context().newCDPSession(this.page);
		const crashed = this.page.waitForEvent('crash');
		void devtools.send('Page.crash').catch(() => undefined);
		await crashed;
	}

	/** An item of the status bar. */
	status(words) {
		return this.page.locator('.statusbar-item', { hasText: words });
	}

	/** Orders a fix of the one red test, at the bid that is offered first. Whatever is asked before it is taken as it is. */
	async fixRedTest() {
		await this.do('start', { command: 'underbid.fixFailingTest' });
		for (let title = ''; !title.includes('Your Bid'); ) {
			title = await until('a list', async () => {
				const [seen = ''] = await this.list.locator('.quick-input-title').allInnerTexts();
				return seen.trim() !== '' && seen;
			});
			await this.takeFirst(title);
		}
	}

	/**
	 * A headless page always has the focus: it is told when somebody turns to another. What focused itself meanwhile, as
	 * nothing can in a window that nobody looks at, has made the editor think that it has it.
	 */
	look(here) {
		return this.page.evaluate(async (has) => {
			document.hasFocus = () => false;
			window.dispatchEvent(new Event('blur'));
			await new Promise((resolve) => setTimeout(resolve, 20));
			if (has) {
				document.hasFocus = () => true;
				window.dispatchEvent(new Event('focus'));
			}
		}, here);
	}

	/**
	 * Reloads the whole window: its extension host ends and a new one starts.
	 * @returns milliseconds until the old host was gone
	 */
	async reload(how = 'command') {
		const { pid } = this.hand;
		const called = this.desk.called();
		const startedMs = Date.now();
		const gone = until('the end of the old extension host', () => !lives(pid)).then(
			() => Date.now() - startedMs,
		);
		// Where somebody careful stayed, they try again.
		const again = async () => {
			if (how === 'command') {
				await this.do('start', { command: 'workbench.action.reloadWindow' }).catch(() => undefined);
			} else {
				await this.page.evaluate(() => setTimeout(() => location.reload())).catch(() => undefined);
			}
			await sleep(AGAIN_MS);
			return lives(pid) && this.hand.pid === pid ? again() : undefined;
		};
		void again();
		this.hand = await called;
		const goneMs = await gone;
		await this.desk.turnTo(this);
		return goneMs;
	}

	/** Closes the window as a browser's tab is closed. @returns milliseconds until its extension host was gone */
	async close() {
		const { pid } = this.hand;
		this.desk.windows = this.desk.windows.filter((one) => one !== this);
		const startedMs = Date.now();
		await this.page.close({ runBeforeUnload: true });
		await until('the end of the extension host', () => !lives(pid));
		return Date.now() - startedMs;
	}
}

export function lives(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error.code === 'EPERM';
	}
}
