// `npm run demo`: a copy of the sample project in a temporary folder, its red test, and Underbid at $0.00.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const cli = path.join(here, '../../dist/cli.js');
const folder = mkdtempSync(path.join(os.tmpdir(), 'corner-shop-'));

cpSync(path.join(here, 'sample'), folder, { recursive: true });
const git = (...args) =>
	execFileSync(
		'git',
		['-c', 'user.name=Demo', '-c', 'user.email=demo@example.invalid', '-c', 'commit.gpgsign=false', ...args],
		{
			cwd: folder,
			stdio: 'ignore',
		},
	);
git('init');
git('add', '-A');
git('commit', '-m', 'A shop with one red test');

console.log('A small shop: 8 source files, 51 tests, one of them red.');
console.log('$ underbid fix --max-spend 0\n');
const child = spawn(process.execPath, [cli, 'fix', '--max-spend', '0', ...process.argv.slice(2)], {
	cwd: folder,
	stdio: 'inherit',
});
// Ctrl-C reaches the child as well; it cleans up, then we do.
process.on('SIGINT', () => undefined);
child.on('exit', (code) => {
	rmSync(folder, { recursive: true, force: true });
	process.exitCode = code ?? 130;
});
