import * as vscode from 'vscode';

export const TEST_SCHEME = 'underbid-test';

/** Written tests that wait for the user's word, in memory alone: they can be edited and saved like files. */
export class TestTexts implements vscode.FileSystemProvider, vscode.Disposable {
	private readonly files = new Map<string, { readonly bytes: Uint8Array; readonly atMs: number }>();
	private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
	readonly onDidChangeFile = this.changed.event;
	private readonly registration: vscode.Disposable;

	constructor() {
		this.registration = vscode.workspace.registerFileSystemProvider(TEST_SCHEME, this, {
			isCaseSensitive: true,
		});
	}

	/** `group` keeps the files of one question from those of another. */
	put(group: number, name: string, text: string): vscode.Uri {
		const uri = vscode.Uri.from({ scheme: TEST_SCHEME, path: `/${group}/${name}` });
		this.files.set(uri.path, { bytes: Buffer.from(text), atMs: Date.now() });
		return uri;
	}

	drop(uri: vscode.Uri): void {
		this.files.delete(uri.path);
		this.changed.fire([{ type: vscode.FileChangeType.Deleted, uri }]);
	}

	stat(uri: vscode.Uri): vscode.FileStat {
		const { bytes, atMs } = this.at(uri);
		return { type: vscode.FileType.File, ctime: atMs, mtime: atMs, size: bytes.length };
	}

	readFile(uri: vscode.Uri): Uint8Array {
		return this.at(uri).bytes;
	}

	writeFile(uri: vscode.Uri, content: Uint8Array): void {
		this.at(uri);
		this.files.set(uri.path, { bytes: content, atMs: Date.now() });
		this.changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
	}

	watch(): vscode.Disposable {
		return new vscode.Disposable(() => undefined);
	}

	readDirectory(): [string, vscode.FileType][] {
		return [];
	}

	createDirectory(uri: vscode.Uri): void {
		throw vscode.FileSystemError.NoPermissions(uri);
	}

	delete(uri: vscode.Uri): void {
		throw vscode.FileSystemError.NoPermissions(uri);
	}

	rename(uri: vscode.Uri): void {
		throw vscode.FileSystemError.NoPermissions(uri);
	}

	dispose(): void {
		this.registration.dispose();
		this.changed.dispose();
		this.files.clear();
	}

	private at(uri: vscode.Uri): { readonly bytes: Uint8Array; readonly atMs: number } {
		const found = this.files.get(uri.path);
		if (found === undefined) {
			throw vscode.FileSystemError.FileNotFound(uri);
		}
		return found;
	}
}
