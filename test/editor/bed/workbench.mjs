// Starts the real VS Code server and opens its workbench in headless Chromium, with data folders of its own.
import { execFileSync, spawn } from 'node:child_process';
import {
	cpSync,
	createWriteStream,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { faultsIn, hostFaults } from './faults.mjs';

const START_MS = 60_000;
const END_MS = 5_000;

const SETTINGS = {
	'telemetry.telemetryLevel': 'off',
	'update.mode': 'none',
	'extensions.autoUpdate': 'off',
	'extensions.autoCheckUpdates': false,
	'extensions.ignoreRecommendations': true,
	'workbench.enableExperiments': false,
	'workbench.startupEditor': 'none',
	'workbench.tips.enabled': false,
	'workbench.secondarySideBar.defaultVisibility': 'hidden',
	'workbench.editor.enablePreview': false,
	'chat.commandCenter.enabled': false,
	'chat.disableAIFeatures': true,
	// With other servers on the machine a toast about forwarded ports would cover what is looked at.
	'remote.autoForwardPorts': false,
	'git.openRepositoryInParentFolders': 'never',
	'git.autofetch': false,
	'npm.fetchOnlinePackageInfo': false,
	'typescript.disableAutomaticTypeAcquisition': true,
	'json.schemaDownload.enable': false,
	'window.confirmBeforeClose': 'never',
	// Browser-hosted VS Code saves after a delay by default, the desktop does not.
	'files.autoSave': 'off',
	'files.simpleDialog.enable': true,
	'editor.fontFamily': "'DejaVu Sans Mono', monospace",
};

/**
 * @param bed what `provision` gave
 * @param options `folder` (or .code-workspace file) to open, undefined for an empty window; `vsix` files to install first; `helpers` folders of
 * extensions; `driver` true lets the page load an extension from its sources and run tests in the host, and hides toasts;
 * `trusted` false: restricted mode; `env` for the server and the extension host; `scale` pixels of a picture for each
 * of the page
 * @returns `open(parameters)` gives a page, `close()` ends every process and removes every file
 */
export async function startWorkbench(
	bed,
	{ folder, vsix = [], helpers = [], driver, env = {}, settings = {}, trusted = true, scale = 1 },
) {
	// A short path: unix sockets live in it.
	const temporary = mkdtempSync(path.join(os.tmpdir(), 'ub-bed-'));
	const log = createWriteStream(path.join(temporary, 'log'));
	let server;
	let browser;
	const kill = () => killGroup(server, 'SIGKILL');
	const interrupted = () => process.exit(130);
	process.once('exit', kill);
	process.once('SIGINT', interrupted);
	process.once('SIGTERM', interrupted);
	const close = async () => {
		await browser?.close().catch(() => undefined);
		await end(server);
		log.end();
		process.off('exit', kill);
		process.off('SIGINT', interrupted);
		process.off('SIGTERM', interrupted);
		rmSync(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
	};
	try {
		const data = path.join(temporary, 'data');
		const user = path.join(data, 'data/User');
		mkdirSync(user, { recursive: true });
		mkdirSync(path.join(temporary, 'tmp'));
		writeFileSync(path.join(user, 'settings.json'), JSON.stringify({ ...SETTINGS, ...settings }));
		const extensions = path.join(temporary, 'extensions');
		for (const helper of helpers) {
			cpSync(helper, path.join(extensions, path.basename(helper)), { recursive: true });
		}
		const argv = serverArguments(bed, data, extensions);
		const serverEnv = { ...ownEnvironment(), TMPDIR: path.join(temporary, 'tmp'), ...env };
		for (const file of vsix) {
			execFileSync(bed.node, [...argv, '--install-extension', file, '--force'], {
				env: serverEnv,
				stdio: ['ignore', 'ignore', 'inherit'],
			});
		}
		const listening = [
			'--host',
			'127.0.0.1',
			'--port',
			'0',
			'--without-connection-token',
			'--enable-remote-auto-shutdown',
		];
		const switches = [
			...(trusted ? ['--disable-workspace-trust'] : []),
			...(driver ? ['--enable-smoke-test-driver'] : []),
		];
		server = spawn(bed.node, [...argv, ...listening, ...switches], {
			env: serverEnv,
			stdio: ['ignore', 'pipe', 'pipe'],
			detached: true,
		});
		server.stderr.pipe(log, { end: false });
		const port = await portOf(server, log);
		browser = await launchBrowser(bed, temporary);
		const context = await browser.newContext({
			viewport: { width: 1280, height: 800 },
			deviceScaleFactor: scale,
			locale: 'en-US',
			permissions: ['clipboard-read', 'clipboard-write'],
		});
		return {
			server,
			/** Where all of its data lies. */
			home: temporary,
			authority: `127.0.0.1:${port}`,
			logText: () => readFileSync(log.path, 'utf8'),
			/** What went wrong in our extension and nobody caught, in any window so far. */
			faults: () => [...faultsIn(readFileSync(log.path, 'utf8')), ...hostFaults(data)],
			/**
			 * `prepare` sees the page before it goes anywhere; `payload` is the workbench's own parameter; `folder` in place of
			 * the one that it was started with.
			 */
			async open({ payload = [], prepare = () => undefined, folder: own = folder } = {}) {
				const page = await context.newPage();
				page.on('console', (message) => log.write(`[${message.type()}] ${message.text()}\n`));
				page.on('pageerror', (error) => log.write(`[page] ${error.stack}\n`));
				await prepare(page);
				const kind = own?.endsWith('.code-workspace') ? 'workspace' : 'folder';
				const query = new URLSearchParams(own === undefined ? { ew: 'true' } : { [kind]: own });
				if (payload.length > 0) {
					query.set('payload', JSON.stringify(payload));
				}
				await page.goto(`http://127.0.0.1:${port}/?${query}`, { waitUntil: 'domcontentloaded' });
				return page;
			},
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}

function serverArguments(bed, data, extensions) {
	const quiet = ['--disable-telemetry', '--disable-update-check', '--disable-experiments'];
	return [
		bed.server,
		'--accept-server-license-terms',
		'--telemetry-level',
		'off',
		...quiet,
		'--server-data-dir',
		data,
		'--extensions-dir',
		extensions,
	];
}

/** The caller's environment without what would confuse VS Code when the tests are started from one. */
function ownEnvironment() {
	const foreign = /^(VSCODE_|ELECTRON_|npm_|NODE_OPTIONS$)/;
	const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
	return { ...Object.fromEntries(kept), EXTENSIONS_GALLERY: '{"serviceUrl":""}' };
}

function portOf(server, log) {
	return new Promise((resolve, reject) => {
		let said = '';
		const fail = (why) => reject(new Error(`The VS Code server did not start (${why}): ${said.trim()}`));
		const timer = setTimeout(() => fail(`not within ${START_MS / 1000} s`), START_MS);
		server.stdout.on('data', (data) => {
			log.write(data);
			const died = /Extension Host Process exited with code: (\S+), signal: (\S+)\./.exec(data);
			if (died) {
				server.emit('host-exit', `code ${died[1]}, signal ${died[2]}`);
			}
			said = said.length < 10_000 ? said + data : said;
			const found = /Extension host agent listening on (\d+)/.exec(said);
			if (found) {
				clearTimeout(timer);
				resolve(Number(found[1]));
			}
		});
		server.on('error', (error) => fail(error.code));
		server.on('exit', (code) => fail(`exit ${code}`));
	});
}

async function launchBrowser(bed, temporary) {
	// Only the bed's fonts: the same pixels everywhere, and with no font at all the first editor never opens.
	const fonts = path.join(temporary, 'fonts.conf');
	const prefer = (family, font) =>
		`<alias><family>${family}</family><prefer><family>${font}</family></prefer></alias>`;
	writeFileSync(
		fonts,
		`<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${bed.fonts}</dir>` +
			`<cachedir>${path.join(temporary, 'fontcache')}</cachedir>` +
			`${prefer('sans-serif', 'DejaVu Sans')}${prefer('monospace', 'DejaVu Sans Mono')}</fontconfig>`,
	);
	return chromium.launch({
		executablePath: bed.chromium,
		headless: true,
		env: { ...process.env, ...bed.chromiumEnv, FONTCONFIG_FILE: fonts },
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
			'--disable-dev-shm-usage',
			'--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
		],
	});
}

/** The server leads a process group of its own: extension hosts and terminals go with it. */
async function end(server) {
	if (server?.pid === undefined) {
		return;
	}
	if (server.exitCode === null && server.signalCode === null) {
		const gone = new Promise((resolve) => server.once('exit', resolve));
		killGroup(server, 'SIGTERM');
		const timer = setTimeout(() => killGroup(server, 'SIGKILL'), END_MS);
		await gone;
		clearTimeout(timer);
	}
	killGroup(server, 'SIGKILL');
}

function killGroup(server, signal) {
	try {
		process.kill(-server.pid, signal);
	} catch {
		// Already gone.
	}
}
