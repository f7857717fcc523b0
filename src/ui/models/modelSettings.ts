// The user's own settings about models. Application scope: no workspace can change them.
import * as vscode from 'vscode';
import { ownValue, poolOf } from '../setup/settingValues';

export type EditorModelUse = 'off' | 'ask' | 'on';

const DEFAULT_CALLS = 20;

export class ModelSettings {
	/** Models chosen by the user; undefined: Underbid's own choice stands. */
	get pool(): readonly string[] | undefined {
		return poolOf(read('pool'));
	}

	/** Whether the pool is tried as it stands, whatever the odds. */
	get inOrder(): boolean {
		return read('poolOrder') === 'pool';
	}

	get editorModels(): EditorModelUse {
		const use: unknown = read('editorModels');
		return use === 'off' || use === 'on' ? use : 'ask';
	}

	/** Calls that one run may make to the editor's models. */
	get editorModelCalls(): number {
		const calls: unknown = read('editorModelCalls');
		return typeof calls === 'number' && Number.isSafeInteger(calls) && calls >= 0 ? calls : DEFAULT_CALLS;
	}

	get editorModelPrices(): unknown {
		return read('editorModelPrices');
	}

	get localFree(): boolean {
		return read('localModels') === 'free';
	}

	/** `inOrder`: tried as they stand. No ids: our own choice. */
	async setPool(ids: readonly string[], inOrder: boolean): Promise<void> {
		await write('pool', ids.length === 0 ? undefined : ids);
		await write('poolOrder', inOrder && ids.length > 0 ? 'pool' : undefined);
	}

	setEditorModels(use: EditorModelUse): Promise<void> {
		return write('editorModels', use);
	}

	setLocalFree(): Promise<void> {
		return write('localModels', 'free');
	}

	setEditorModelPrice(id: string, price: { readonly input: string; readonly output: string }): Promise<void> {
		const before = this.editorModelPrices;
		return write('editorModelPrices', { ...(typeof before === 'object' ? before : {}), [id]: price });
	}
}

/** The user's own value or the default: what a workspace says is not looked at, whatever the scope allows. */
function read(name: string): unknown {
	return ownValue(vscode.workspace.getConfiguration('underbid').inspect<unknown>(name));
}

async function write(name: string, value: unknown): Promise<void> {
	await vscode.workspace.getConfiguration('underbid').update(name, value, vscode.ConfigurationTarget.Global);
}
