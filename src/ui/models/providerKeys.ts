// Keys in the editor's secret storage, held ready for the engine, which asks for one each time a request leaves. Other
// windows may keep and remove keys too. Nothing here writes a key anywhere else.
import type { Disposable, SecretStorage } from 'vscode';

const PREFIX = 'underbid.key.';

export class ProviderKeys implements Disposable {
	private readonly held = new Map<string, string>();
	private readonly listening: Disposable;
	private loaded: Promise<void> | undefined;
	/** Reads happen one after another, so that an older one never stands above a newer one. */
	private reading: Promise<void> = Promise.resolve();

	constructor(private readonly secrets: SecretStorage) {
		this.listening = secrets.onDidChange(({ key }) => {
			if (key.startsWith(PREFIX)) {
				void this.refresh(key);
			}
		});
	}

	/** Resolves when every kept key is at hand. Rejects when the storage cannot be read; the next call tries again. */
	ready(): Promise<void> {
		this.loaded ??= this.load();
		return this.loaded;
	}

	readonly of = (provider: string): string | undefined => this.held.get(provider);

	/** Providers whose key is kept here. */
	get providers(): readonly string[] {
		return [...this.held.keys()].sort();
	}

	async keep(provider: string, key: string): Promise<void> {
		await this.secrets.store(PREFIX + provider, key);
		await this.refresh(PREFIX + provider);
	}

	async remove(provider: string): Promise<void> {
		await this.secrets.delete(PREFIX + provider);
		await this.refresh(PREFIX + provider);
	}

	dispose(): void {
		this.listening.dispose();
		this.held.clear();
	}

	private async load(): Promise<void> {
		try {
			const names = (await this.secrets.keys()).filter((name) => name.startsWith(PREFIX));
			for (const name of names) {
				await this.refresh(name, true);
			}
		} catch (error) {
			this.loaded = undefined;
			throw error;
		}
	}

	private refresh(name: string, strict = false): Promise<void> {
		const read = this.reading.then(async () => {
			const key = await this.secrets.get(name);
			const provider = name.slice(PREFIX.length);
			if (key === undefined) {
				this.held.delete(provider);
			} else {
				this.held.set(provider, key);
			}
		});
		const quiet = read.catch(() => undefined);
		this.reading = quiet;
		return strict ? read : quiet;
	}
}

/** What stands in the way of sending this as a key, for people; undefined when it can be one. */
export function keyFault(text: string): string | undefined {
	const key = text.trim();
	if (key === '') {
		return 'Paste the key.';
	}
	return /^[\x21-\x7e]{1,4096}$/.test(key)
		? undefined
		: 'A key is one word of letters, digits and signs, without blanks.';
}
