// What only real windows show: reloads, second windows, closed ones, in the middle of a review and of a run, with the
// packaged extension, a real engine and a provider over real HTTP. `npm run build` comes first.
//   UNDERBID_SEED=number       another storm
//   UNDERBID_PART=storm|…      one part alone
//   UNDERBID_SHOTS=folder      leaves screenshots there
//   UNDERBID_LOG=file          the log of the windows and their hosts
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pack } from '../../vsix.mjs';
import { SEED as seed } from '../seed.ts';
import { Desk } from './windows/desk.mjs';
import { Interrupted } from './windows/interrupted.mjs';
import { Market } from './windows/market.mjs';
import { Storm } from './windows/storm.mjs';
import { Together } from './windows/together.mjs';

const { UNDERBID_PART: only, UNDERBID_SHOTS: shots, UNDERBID_LOG: log } = process.env;
const startedMs = Date.now();
const temporary = mkdtempSync(path.join(os.tmpdir(), 'ub-windows-'));

const PARTS = {
	async storm({ desk, market }) {
		const storm = new Storm(desk, market, path.join(temporary, 'storm'), seed);
		const { actions, reloads, seconds } = await storm.run();
		return `${actions} actions, ${reloads} reloads, ${seconds} second windows, seed ${seed}`;
	},
	interrupted: ({ desk, market }) => new Interrupted(desk, market, path.join(temporary, 'interrupted')).run(),
	together: ({ desk, market }) => new Together(desk, market, temporary).run(),
};

let desk;
let market;
try {
	const vsix = path.join(temporary, 'underbid.vsix');
	await pack(vsix, 'https://example.invalid/raw/HEAD');
	market = await Market.open(path.join(temporary, 'home'));
	desk = await Desk.open({
		vsix: [vsix],
		env: market.env,
		shots,
		settings: { 'underbid.defaultLimit': 0.25 },
	});
	for (const [name, run] of Object.entries(PARTS)) {
		if (only !== undefined && only !== name) {
			continue;
		}
		const partMs = Date.now();
		let said;
		let end = 'passed';
		try {
			said = await run({ desk, market });
		} catch (error) {
			said = error.stack;
			end = 'failed';
			process.exitCode = 1;
			for (const [index, window] of desk.windows.entries()) {
				await window.shot(`windows-failed-${name}-${index}`).catch(() => undefined);
				await window.crash();
			}
		}
		console.log(`${name}: ${end}, ${((Date.now() - partMs) / 1000).toFixed(1)} s: ${said}`);
	}
	for (const fault of desk.workbench.faults()) {
		console.error(`The extension left an error that nobody caught:\n${fault}`);
		process.exitCode = 1;
	}
	const end = process.exitCode ? 'failed' : 'passed';
	console.log(`Windows: ${end}, ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
} catch (error) {
	console.error(error.stack);
	process.exitCode = 1;
} finally {
	if (log !== undefined && desk !== undefined) {
		writeFileSync(log, desk.workbench.logText());
	}
	await desk?.close();
	await market?.close();
	rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
}
