// Takes the README's pictures from the editor tests as they run in a real VS Code. `npm run build` comes first.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from './build.mjs';

/** By suite file: the test's picture, and its name in media/screenshots. */
const PICTURES = {
	failures: { 'failures-1-peek': 'failure' },
	bid: { 'bid-3-odds': 'bid' },
	realEngine: { 'real-2-verified': 'verified', 'real-4-inline': 'review' },
	runs: { 'runs-5-tree': 'runs' },
	spending: { 'spending-dark-1280': 'spending' },
};

const shots = mkdtempSync(path.join(os.tmpdir(), 'ub-shots-'));
const media = path.join(root, 'media/screenshots');
try {
	mkdirSync(media, { recursive: true });
	for (const [file, pictures] of Object.entries(PICTURES)) {
		execFileSync(process.execPath, [path.join(root, 'test/editor/run.mjs')], {
			env: { ...process.env, UNDERBID_FILE: file, UNDERBID_SHOTS: shots },
			stdio: 'inherit',
		});
		for (const [shot, name] of Object.entries(pictures)) {
			copyFileSync(path.join(shots, `${shot}.png`), path.join(media, `${name}.png`));
		}
	}
} finally {
	rmSync(shots, { recursive: true, force: true });
}
