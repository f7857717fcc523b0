// Acts as the person at the keyboard, through the launcher.

const url = process.env['UNDERBID_BRIDGE'];

/** False on a desktop under test-electron, where nobody types for us. */
export const hasUser = url !== undefined;

export const INPUT = '.quick-input-widget:not([style*="display: none"]) .quick-input-box input';

async function ask(op: string, parameters: object): Promise<unknown> {
	if (url === undefined) {
		throw new Error('there is no user here: the bridge is not set');
	}
	const response = await fetch(url, { method: 'POST', body: JSON.stringify({ op, ...parameters }) });
	const { result, error } = (await response.json()) as { result?: unknown; error?: string };
	if (error !== undefined) {
		throw new Error(`${op} ${JSON.stringify(parameters)}: ${error}`);
	}
	return result;
}

export async function press(key: string): Promise<void> {
	await ask('press', { key });
}

export async function type(text: string): Promise<void> {
	await ask('type', { text });
}

export async function click(selector: string): Promise<void> {
	await ask('click', { selector });
}

/** With the other button of the mouse. */
export async function rightClick(selector: string): Promise<void> {
	await ask('click', { selector, button: 'right' });
}

export async function see(
	selector: string,
	state: 'visible' | 'hidden' | 'attached' = 'visible',
): Promise<void> {
	await ask('wait', { selector, state });
}

export async function read(selector: string): Promise<readonly string[]> {
	return (await ask('text', { selector })) as string[];
}

/** What a screen reader finds there: roles and names, as YAML. */
export async function aria(selector: string): Promise<string> {
	return (await ask('aria', { selector })) as string;
}

/** What the body of a function of `elements` returns, as JSON; it runs in the document of what `selector` matches. */
export async function inPage(selector: string, body: string): Promise<unknown> {
	return ask('inPage', { selector, body });
}

/** Makes the window so large, in pixels. */
export async function size(width: number, height: number): Promise<void> {
	await ask('size', { width, height });
}

/** A picture, where UNDERBID_SHOTS asks for them. */
export async function shot(name: string): Promise<void> {
	await ask('shot', { name });
}

/** Waits until `look` gives something true. */
export async function until<T>(
	what: string,
	look: () => T | undefined | false | Promise<T | undefined | false>,
	patienceMs = 15_000,
): Promise<T> {
	const deadline = Date.now() + patienceMs;
	for (;;) {
		const seen = await look();
		if (seen !== undefined && seen !== false) {
			return seen;
		}
		if (Date.now() > deadline) {
			throw new Error(`never saw ${what}`);
		}
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

const OPEN = '.quick-input-widget:not([style*="display: none"])';

/** Whatever is asked before the bid is answered with what is offered first. */
export async function bidNothing(): Promise<void> {
	await until('the bid', async () => {
		// A list that was closed keeps its title, out of sight.
		const titles = (await read(`${OPEN} .quick-input-title`)).join(' ');
		if (titles.includes('Your Bid')) {
			return true;
		}
		if (titles.trim() !== '') {
			// What failed before is offered first.
			const offered = (await read(`${OPEN} .monaco-list-row`)).some((row) =>
				row.includes('Run the tests now'),
			);
			await (offered ? click(`${OPEN} .monaco-list-row:has-text("Run the tests now")`) : press('Enter'));
			await new Promise((resolve) => setTimeout(resolve, 300));
		}
		return false;
	});
	await click(INPUT);
	await type('0');
	await new Promise((resolve) => setTimeout(resolve, 300));
	await press('Enter');
}
