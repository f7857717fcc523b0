// Packages that only `import()` can load are loaded once, before the run that needs them, and then answered
// synchronously.
import vm from 'node:vm';

interface Wanted {
	readonly request: string;
	readonly from: string;
}

type Importer = (request: string) => Promise<unknown>;

export class PackageImports {
	private readonly namespaces = new Map<string, { readonly namespace: unknown }>();
	private readonly wanted = new Map<string, Wanted>();

	known(request: string, from: string | undefined): { readonly namespace: unknown } | undefined {
		return from === undefined ? undefined : this.namespaces.get(keyOf({ request, from }));
	}

	/** Remembers that `require` could not load it. */
	want(request: string, from: string | undefined): void {
		if (from !== undefined) {
			this.wanted.set(keyOf({ request, from }), { request, from });
		}
	}

	/** Loads what was wanted; false when nothing new could be loaded. */
	async load(): Promise<boolean> {
		let loaded = false;
		for (const [key, { request, from }] of this.wanted) {
			try {
				this.namespaces.set(key, { namespace: await importerOf(from)(request) });
				loaded = true;
			} catch {
				// The project's own import would fail too; the test then says so.
			}
		}
		this.wanted.clear();
		return loaded;
	}
}

function keyOf({ request, from }: Wanted): string {
	return `${from}\n${request}`;
}

/** An `import()` that resolves names as the file would. */
export function importerOf(file: string): Importer {
	return vm.compileFunction('return import(request)', ['request'], {
		filename: file,
		importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER as never,
	}) as Importer;
}
