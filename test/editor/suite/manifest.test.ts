import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as vscode from 'vscode';

describe('the extension in VS Code', () => {
	const extension = vscode.extensions.getExtension('underbid.underbid');

	it('is there, and starts with less than 50 ms of work, without reading the engine', async () => {
		assert.ok(extension);
		// Processor time: other programs on a busy machine do not count.
		const before = process.cpuUsage();
		await extension.activate();
		const { user, system } = process.cpuUsage(before);
		const tookMs = (user + system) / 1000;
		console.log(`      activation: ${tookMs.toFixed(1)} ms of processor time`);
		assert.ok(tookMs < 50, `${tookMs} ms`);
		const loaded = Object.keys(createRequire(__filename).cache);
		assert.ok(loaded.some((file) => file.endsWith(path.join('dist', 'extension.js'))));
		assert.ok(!loaded.some((file) => file.endsWith(path.join('dist', 'engine.js'))));
	});

	it('asks for no proposed API, so that it can be published', () => {
		const manifest = extension?.packageJSON as Record<string, unknown>;
		assert.equal('enabledApiProposals' in manifest, false);
	});

	it('has every command that the palette offers', async () => {
		const manifest = extension?.packageJSON as { contributes: { commands: { command: string }[] } };
		const known = new Set(await vscode.commands.getCommands(true));
		const offered = manifest.contributes.commands.map(({ command }) => command);
		assert.ok(offered.length > 0);
		assert.deepEqual(
			offered.filter((command) => !known.has(command)),
			[],
		);
	});
});
