import assert from 'node:assert/strict';
import type { Event, SecretStorage, SecretStorageChangeEvent } from 'vscode';
import { keyFault, ProviderKeys } from '../../../../src/ui/models/providerKeys';

/** One storage behind several windows, as the editor has it. */
class Vault {
	readonly values = new Map<string, string>();
	broken = false;
	private readonly listeners = new Set<(event: SecretStorageChangeEvent) => void>();

	window(): SecretStorage {
		const onDidChange: Event<SecretStorageChangeEvent> = (listener) => {
			this.listeners.add(listener);
			return { dispose: () => void this.listeners.delete(listener) };
		};
		return {
			keys: async () => {
				if (this.broken) {
					throw new Error('no keyring');
				}
				return [...this.values.keys()];
			},
			get: async (key) => this.values.get(key),
			store: async (key, value) => {
				this.values.set(key, value);
				this.tell(key);
			},
			delete: async (key) => {
				this.values.delete(key);
				this.tell(key);
			},
			onDidChange,
		};
	}

	get watched(): number {
		return this.listeners.size;
	}

	private tell(key: string): void {
		for (const listener of this.listeners) {
			listener({ key });
		}
	}
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('ProviderKeys', () => {
	it('keeps a key for every window, and forgets it in every window', async () => {
		const vault = new Vault();
		const [here, there] = [new ProviderKeys(vault.window()), new ProviderKeys(vault.window())];
		await Promise.all([here.ready(), there.ready()]);
		await here.keep('openrouter', 'sk-1');
		await settled();
		assert.deepEqual([here.of('openrouter'), there.of('openrouter')], ['sk-1', 'sk-1']);
		await there.keep('openrouter', 'sk-2');
		await settled();
		assert.equal(here.of('openrouter'), 'sk-2');
		await here.remove('openrouter');
		await settled();
		assert.deepEqual([here.of('openrouter'), there.of('openrouter')], [undefined, undefined]);
		assert.equal(vault.values.size, 0);
		here.dispose();
		there.dispose();
		assert.equal(vault.watched, 0);
	});

	it('has what was kept before, and looks at nothing that is not ours', async () => {
		const vault = new Vault();
		vault.values.set('underbid.key.openai', 'sk-old').set('other', 'x');
		const keys = new ProviderKeys(vault.window());
		assert.equal(keys.of('openai'), undefined);
		await keys.ready();
		assert.equal(keys.of('openai'), 'sk-old');
		assert.deepEqual(keys.providers, ['openai']);
	});

	it('says that the storage is broken, and tries again', async () => {
		const vault = new Vault();
		vault.broken = true;
		vault.values.set('underbid.key.openai', 'sk-old');
		const keys = new ProviderKeys(vault.window());
		await assert.rejects(keys.ready(), /no keyring/);
		vault.broken = false;
		await keys.ready();
		assert.equal(keys.of('openai'), 'sk-old');
	});

	for (const [text, fine] of [
		['sk-or-v1-abc', true],
		['  sk-or-v1-abc\n', true],
		['', false],
		['two words', false],
		['ключ', false],
		['x'.repeat(5_000), false],
	] as const) {
		it(`${JSON.stringify(text.slice(0, 20))} ${fine ? 'may' : 'may not'} be a key`, () =>
			assert.equal(keyFault(text) === undefined, fine));
	}
});
