// Runs a mocha entry point inside the extension host of a real VS Code, as @vscode/test-electron does on a desktop.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { format } from 'node:util';
import { startBridge } from './bridge.mjs';
import { startWorkbench } from './workbench.mjs';

/** The workbench mixes its own chatter into the log; the suite's entry point marks its lines with this. */
const MARK = '\u0001';
const LIMIT_MS = 20 * 60_000;
const GRACE_MS = 3_000;

/**
 * @param bed what `provision` gave
 * @param options absolute paths: `extension` (its folder), `helpers` (folders of
 * other extensions that tests need), `tests` (a module that exports `run`), `folder` to open or undefined for an empty
 * window; `env` for the tests; `shots` a folder for screenshots, or undefined; `trusted` and `settings` as
 * `startWorkbench` takes them
 * @returns 0 when every test passed, at least one ran, and the extension left no error that nobody caught
 */
export async function runHostTests(
	bed,
	{ extension, helpers = [], tests, folder, env = {}, shots, trusted, settings },
) {
	const temporary = mkdtempSync(path.join(os.tmpdir(), 'ub-results-'));
	const results = path.join(temporary, 'results.json');
	let page;
	const bridge = await startBridge(() => page, shots);
	let workbench;
	try {
		workbench = await startWorkbench(bed, {
			folder,
			helpers,
			driver: true,
			trusted,
			settings,
			env: { ...env, UNDERBID_RESULTS: results, UNDERBID_MARK: MARK, UNDERBID_BRIDGE: bridge.url },
		});
		const remote = (file) => `vscode-remote://${workbench.authority}${encodeURI(file)}`;
		let end;
		const ended = new Promise((resolve) => {
			end = resolve;
		});
		const limit = setTimeout(
			() => end({ code: 1, reason: `the tests did not end within ${LIMIT_MS / 1000} s` }),
			LIMIT_MS,
		);
		// The host also ends by itself after the tests, and its exit may be told before theirs.
		workbench.server.on('host-exit', (how) =>
			setTimeout(
				() => end({ code: 1, reason: `the extension host died before the tests ended (${how})` }),
				GRACE_MS,
			).unref(),
		);
		workbench.server.on('exit', (code) => end({ code: 1, reason: `the VS Code server died (${code})` }));
		page = await workbench.open({
			payload: [
				['extensionDevelopmentPath', remote(extension)],
				['extensionTestsPath', remote(tests)],
			],
			async prepare(opened) {
				// The workbench calls these two when tests run in it.
				await opened.exposeFunction('codeAutomationLog', (_type, args) => {
					const line = format(...args);
					if (line.startsWith(MARK)) {
						process.stdout.write(`${line.slice(MARK.length)}\n`);
					}
				});
				await opened.exposeFunction('codeAutomationExit', (code) => end({ code }));
				opened.on('crash', () => end({ code: 1, reason: 'the page crashed' }));
			},
		});
		const { code, reason } = await ended;
		clearTimeout(limit);
		// A host that dies is reported with exit code 0: only the file proves that mocha came to its end.
		const ran = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : undefined;
		const fault =
			reason ??
			(ran === undefined
				? 'the tests left no results: the extension host died or the suite could not be loaded'
				: ran.passed + ran.failed === 0
					? 'no test ran'
					: undefined);
		if (fault !== undefined) {
			console.error(`[bed] ${fault}\n${workbench.logText().slice(-4000)}`);
		}
		if (process.env.UNDERBID_LOG) {
			writeFileSync(process.env.UNDERBID_LOG, workbench.logText());
		}
		const faults = workbench.faults();
		for (const one of faults) {
			console.error(`[bed] the extension left an error that nobody caught:\n${one}`);
		}
		return fault === undefined && ran.failed === 0 && faults.length === 0 ? code : code || 1;
	} finally {
		await workbench?.close();
		bridge.close();
		rmSync(temporary, { recursive: true, force: true });
	}
}
