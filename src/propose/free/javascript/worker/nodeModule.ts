// The parts of node's module loader that tools such as ts-node, proxyquire and rewire build on. They are not in
// node's types, and have been the same since node 0.x.
import Module from 'node:module';

export interface LoadedModule {
	id: string;
	filename: string | null;
	loaded: boolean;
	exports: unknown;
	paths: string[];
	children: LoadedModule[];
	require(id: string): unknown;
	load(filename: string): void;
	_compile(content: string, filename: string): unknown;
}

export type ExtensionHandler = (module: LoadedModule, filename: string) => void;

export interface ModuleLoader {
	new (id: string, parent?: LoadedModule): LoadedModule;
	prototype: LoadedModule;
	_cache: Record<string, LoadedModule | undefined>;
	_extensions: Record<string, ExtensionHandler | undefined>;
	_pathCache: Record<string, string>;
	_load(request: string, parent: LoadedModule | null | undefined, isMain: boolean): unknown;
	_resolveFilename(
		request: string,
		parent: LoadedModule | null | undefined,
		isMain?: boolean,
		options?: object,
	): string;
	_nodeModulePaths(from: string): string[];
	syncBuiltinESMExports(): void;
	createRequire(filename: string): NodeJS.Require;
	builtinModules: string[];
}

export const NodeModule = Module as unknown as ModuleLoader;

/** A property of any thrown or loaded thing; undefined where it has none. */
export function propertyOf(value: unknown, name: PropertyKey): unknown {
	return (typeof value === 'object' && value !== null) || typeof value === 'function'
		? (Reflect.get(value, name) as unknown)
		: undefined;
}
