// `Underbid: Show Spending`: one page a window, drawn anew whenever the journal grows.
import path from 'node:path';
import * as vscode from 'vscode';
import type { Period } from '../../core/spendingPage';
import type { Engine } from '../engine';
import { csvText, jsonText, summaryText } from './exportTexts';
import { type PageReply, type PageRequest, requestOf } from './messages';
import { pageHtml } from './pageHtml';

export const SHOW_SPENDING = 'underbid.showSpending';
export const SPENDING_VIEW = 'underbid.spending';

/** Entries come in bursts; one drawing is enough for each. */
const SETTLE_MS = 300;

export class SpendingPanel implements vscode.WebviewPanelSerializer, vscode.Disposable {
	private panel: vscode.WebviewPanel | undefined;
	private ofPanel: vscode.Disposable[] = [];
	private period: Period = 'month';
	private watched: { readonly file: string; readonly watcher: vscode.Disposable } | undefined;
	private timer: NodeJS.Timeout | undefined;
	/** Only the last answer that was asked for is shown. */
	private asked = 0;

	/** The folder with the page's script and style. */
	private readonly media: vscode.Uri;

	constructor(
		private readonly engine: () => Promise<Engine>,
		private readonly log: vscode.LogOutputChannel,
		private readonly extension: vscode.Uri,
		private readonly fixCommand: string,
	) {
		this.media = vscode.Uri.joinPath(extension, 'dist/spending');
	}

	/** Opens the page, or brings it to the front. */
	show(): void {
		if (this.panel !== undefined) {
			this.panel.reveal();
			return;
		}
		this.take(
			vscode.window.createWebviewPanel(SPENDING_VIEW, 'Spending', vscode.ViewColumn.Active, {
				enableFindWidget: true,
				...this.options(),
			}),
		);
	}

	/** The page was open when the window was closed. */
	async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
		panel.webview.options = this.options();
		this.panel?.dispose();
		this.take(panel);
	}

	dispose(): void {
		this.panel?.dispose();
	}

	private options(): vscode.WebviewOptions {
		return { enableScripts: true, localResourceRoots: [this.media] };
	}

	private take(panel: vscode.WebviewPanel): void {
		this.panel = panel;
		panel.iconPath = { light: this.iconOf('light'), dark: this.iconOf('dark') };
		const { webview } = panel;
		const uriOf = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(this.media, name)).toString();
		this.ofPanel = [
			webview.onDidReceiveMessage((message) => this.answer(message)),
			panel.onDidChangeViewState(() => this.soon()),
			panel.onDidDispose(() => this.closed()),
		];
		webview.html = pageHtml({
			nonce: globalThis.crypto.randomUUID().replaceAll('-', ''),
			styleSource: webview.cspSource,
			script: uriOf('page.js'),
			style: uriOf('style.css'),
		});
	}

	private iconOf(kind: 'light' | 'dark'): vscode.Uri {
		return vscode.Uri.joinPath(this.extension, `media/spending/icon-${kind}.svg`);
	}

	private closed(): void {
		this.panel = undefined;
		clearTimeout(this.timer);
		vscode.Disposable.from(...this.ofPanel).dispose();
		this.watched?.watcher.dispose();
		this.watched = undefined;
	}

	private async answer(message: unknown): Promise<void> {
		const request = requestOf(message);
		if (request === undefined) {
			this.log.warn('The page “Spending” said something that is no request of ours.');
			return;
		}
		try {
			await this.fulfil(request);
		} catch (error) {
			this.log.error(error instanceof Error ? error : String(error));
			const reason = error instanceof Error ? error.message : String(error);
			if (request.kind === 'show') {
				await this.send({
					kind: 'failed',
					reason: vscode.l10n.t('The figures cannot be shown: {0}', reason),
				});
			} else {
				void vscode.window.showErrorMessage(vscode.l10n.t('Underbid: {0}', reason));
			}
		}
	}

	private async fulfil(request: PageRequest): Promise<void> {
		switch (request.kind) {
			case 'show':
				this.period = request.period;
				await this.draw();
				return;
			case 'export':
				await this.export(request.format);
				return;
			case 'copy': {
				const view = await (await this.engine()).spendingFigures(this.period);
				await vscode.env.clipboard.writeText(summaryText(view));
				vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) Spending summary copied'), 3000);
				await this.send({ kind: 'said', text: 'Copied.' });
				return;
			}
			case 'openJournal': {
				const { file } = await (await this.engine()).spendingFigures(this.period);
				await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: true });
				return;
			}
			case 'fix':
				await vscode.commands.executeCommand(this.fixCommand);
				return;
			case 'violation':
				this.log.error(`The content policy of the page “Spending” stopped: ${request.text}`);
		}
	}

	private async draw(): Promise<void> {
		this.asked += 1;
		const mine = this.asked;
		const view = await (await this.engine()).spendingFigures(this.period);
		if (mine === this.asked) {
			this.watch(view.file);
			await this.send({ kind: 'view', view });
		}
	}

	private async send(reply: PageReply): Promise<void> {
		await this.panel?.webview.postMessage(reply);
	}

	private async export(format: 'csv' | 'json'): Promise<void> {
		const engine = await this.engine();
		const [view, rows] = await Promise.all([
			engine.spendingFigures(this.period),
			engine.spendingRows(this.period),
		]);
		const name = `underbid-spending-${view.figures.today}.${format}`;
		const home = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri.fsPath;
		const target = await vscode.window.showSaveDialog({
			title: vscode.l10n.t('Export Spending'),
			filters: format === 'csv' ? { [vscode.l10n.t('CSV table')]: ['csv'] } : { JSON: ['json'] },
			...(home === undefined ? {} : { defaultUri: vscode.Uri.file(path.join(home, name)) }),
		});
		if (target === undefined) {
			return;
		}
		const text = format === 'csv' ? csvText(rows) : jsonText(view, rows);
		await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
		vscode.window.setStatusBarMessage(
			vscode.l10n.t('$(check) Exported to {0}', path.basename(target.fsPath)),
			5000,
		);
		await this.send({ kind: 'said', text: vscode.l10n.t('Exported to {0}.', target.fsPath) });
	}

	private watch(file: string): void {
		if (this.watched?.file === file) {
			return;
		}
		this.watched?.watcher.dispose();
		const folder = vscode.Uri.file(path.dirname(file));
		const watcher = vscode.workspace.createFileSystemWatcher(
			new vscode.RelativePattern(folder, path.basename(file)),
		);
		this.watched = {
			file,
			watcher: vscode.Disposable.from(
				watcher,
				watcher.onDidChange(() => this.soon()),
				watcher.onDidCreate(() => this.soon()),
				watcher.onDidDelete(() => this.soon()),
			),
		};
	}

	/** Draws when nothing more has come for a moment, and somebody looks. */
	private soon(): void {
		clearTimeout(this.timer);
		if (this.panel?.visible === true) {
			this.timer = setTimeout(() => void this.answer({ kind: 'show', period: this.period }), SETTLE_MS);
		}
	}
}
