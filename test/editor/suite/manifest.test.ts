import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the extension in VS Code', () => {
	const extension = vscode.extensions.getExtension('underbid.underbid');

	it('is there, and starts in less than 50 ms', async () => {
		assert.ok(extension);
		const startedMs = performance.now();
		await extension.activate();
		const tookMs = performance.now() - startedMs;
		console.log(`      activation: ${tookMs.toFixed(1)} ms`);
		assert.ok(tookMs < 50, `${tookMs} ms`);
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
