// Asked once in a lifetime: who writes the fixes besides the free proposer, which needs nothing.
import * as vscode from 'vscode';
import type { Engine } from '../engine';

const ASKED = 'underbid.modelsAsked';
const LOOK_MS = 1500;

interface Source extends vscode.QuickPickItem {
	/** Absent: there is nothing to set up. */
	readonly command?: string;
}

/** False when the user turned away. */
export async function askModelSources(engine: Engine, memory: vscode.Memento): Promise<boolean> {
	if (memory.get(ASKED) === true || (await hasModels(engine))) {
		return true;
	}
	const known = new Set(await vscode.commands.getCommands(true));
	const sources: Source[] = [
		{
			label: vscode.l10n.t('Only the Free Proposer'),
			description: vscode.l10n.t('no key, no model, nothing leaves this computer'),
		},
		{
			label: vscode.l10n.t('Add an API Key…'),
			description: vscode.l10n.t('paid models, cheapest first, never above your bid'),
			command: 'underbid.addKey',
		},
		{
			label: vscode.l10n.t('Models on This Computer, or the Editor’s Own…'),
			description: vscode.l10n.t('Ollama, LM Studio, llama.cpp, GitHub Copilot'),
			command: 'underbid.chooseModels',
		},
	].filter(({ command }) => command === undefined || known.has(command));
	if (sources.length === 1) {
		return true;
	}
	const picked = await vscode.window.showQuickPick(sources, {
		title: vscode.l10n.t('First Time: Where Do Fixes Come From?'),
		placeHolder: vscode.l10n.t('The free proposer always goes first. You can add models later.'),
		ignoreFocusOut: true,
	});
	if (picked === undefined) {
		return false;
	}
	await memory.update(ASKED, true);
	if (picked.command !== undefined) {
		await vscode.commands.executeCommand(picked.command);
	}
	return true;
}

/** A catalogue that cannot be read, or that takes long, is no reason not to ask. */
async function hasModels(engine: Engine): Promise<boolean> {
	try {
		const catalogue = await engine.catalogue();
		const listings = await catalogue.list({}, AbortSignal.timeout(LOOK_MS));
		return listings.some(({ usable }) => usable);
	} catch {
		return false;
	}
}
