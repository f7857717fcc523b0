// The view "Underbid" in the Testing container.
import * as vscode from 'vscode';
import { SHOW_ATTEMPT } from './runCommands';
import type { TreeRow } from './runTree';

const VIEW = 'underbid.runs';
const REVEAL_WAITS_MS = [0, 200, 500, 1000];
const HAS_RUNS = 'underbid.hasRuns';

export class RunsTree implements vscode.TreeDataProvider<TreeRow>, vscode.Disposable {
	private readonly changed = new vscode.EventEmitter<undefined>();
	readonly onDidChangeTreeData = this.changed.event;
	private readonly view: vscode.TreeView<TreeRow>;
	private rows: readonly TreeRow[] = [];
	private parents = new Map<string, TreeRow>();
	private had: boolean | undefined;

	/** `asked` is called when the view wants to show something. */
	constructor(private readonly asked: () => void) {
		this.view = vscode.window.createTreeView(VIEW, { treeDataProvider: this, showCollapseAll: true });
	}

	/** `some`: there are runs, though they may not be read yet. `toReview`: what waits, in words. */
	show(rows: readonly TreeRow[], some: boolean, toReview: string | undefined): void {
		this.rows = rows;
		this.parents = parentsOf(rows);
		if (this.had !== some) {
			this.had = some;
			void vscode.commands.executeCommand('setContext', HAS_RUNS, some);
		}
		this.view.badge =
			toReview === undefined
				? undefined
				: { value: 1, tooltip: vscode.l10n.t('1 {0} waits for your review', toReview) };
		this.changed.fire(undefined);
	}

	/** Opens the view at a run; at the newest when it is not there. */
	async reveal(run?: string): Promise<void> {
		if (this.rows.length === 0) {
			void vscode.window.showInformationMessage(vscode.l10n.t('There are no runs yet in this workspace.'));
			return;
		}
		// A view that has just come into being, or is being filled, refuses; it does not say when it is ready.
		for (const waitMs of REVEAL_WAITS_MS) {
			await new Promise((resolve) => setTimeout(resolve, waitMs));
			try {
				await vscode.commands.executeCommand(`${VIEW}.focus`);
				// Rows are made anew whenever something changes, and the view knows none but the last.
				const row = this.rows.find(({ id }) => id === run) ?? this.rows[0];
				if (row === undefined) {
					return;
				}
				await this.view.reveal(row, { select: true, focus: true, expand: 2 });
				return;
			} catch {
				// Again, or it stays as it is: the view is open at least.
			}
		}
	}

	getChildren(row?: TreeRow): TreeRow[] {
		this.asked();
		return [...(row === undefined ? this.rows : row.children)];
	}

	getParent(row: TreeRow): TreeRow | undefined {
		return this.parents.get(row.id);
	}

	getTreeItem(row: TreeRow): vscode.TreeItem {
		const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
		// A run stays open as it was while it went on: the view forgets nothing of a row, not even that it had no children.
		const running = row.of.kind === 'run' && row.of.run.end === undefined;
		const open = running || (row.of.kind === 'run' && row.id === this.rows[0]?.id);
		const some = running || row.children.length > 0;
		const item = new vscode.TreeItem(row.label, some ? (open ? Expanded : Collapsed) : None);
		item.id = row.id;
		item.description = row.description;
		item.tooltip = row.tooltip;
		item.contextValue = row.context;
		item.accessibilityInformation = { label: row.spoken };
		const { id, colour } = row.icon;
		item.iconPath = new vscode.ThemeIcon(
			id,
			colour === undefined ? undefined : new vscode.ThemeColor(colour),
		);
		if (row.of.kind === 'file') {
			item.command = { command: SHOW_ATTEMPT, title: vscode.l10n.t('Show the Change'), arguments: [row] };
		}
		return item;
	}

	dispose(): void {
		this.view.dispose();
		this.changed.dispose();
	}
}

function parentsOf(rows: readonly TreeRow[]): Map<string, TreeRow> {
	const parents = new Map<string, TreeRow>();
	const walk = (row: TreeRow): void => {
		for (const child of row.children) {
			parents.set(child.id, row);
			walk(child);
		}
	};
	rows.forEach(walk);
	return parents;
}
