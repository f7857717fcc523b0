// jest compiles its own files and the packages' anew for every environment. Here each is parsed once.
import vm from 'node:vm';

type CompileFunction = typeof vm.compileFunction;

const mostBytes = 64 * 1024 * 1024;

/** Keeps what V8 makes of files that `isKept` accepts. Installed once, before the framework is loaded. */
export function cacheCompiledFiles(isKept: (file: string) => boolean): void {
	const compiled = new Map<string, { readonly code: string; readonly data: Buffer }>();
	let bytes = 0;
	const original: CompileFunction = vm.compileFunction.bind(vm);
	const compileFunction: CompileFunction = (code, params, options) => {
		const file = options?.filename;
		if (file === undefined || !isKept(file) || options?.cachedData) {
			return original(code, params, options);
		}
		const known = compiled.get(file);
		if (known?.code === code) {
			return original(code, params, { ...options, cachedData: known.data });
		}
		const made = original(code, params, { ...options, produceCachedData: true });
		if (made.cachedData && bytes < mostBytes) {
			bytes += made.cachedData.length;
			compiled.set(file, { code, data: made.cachedData });
		}
		return made;
	};
	const scripts = new Map<string, { readonly code: string; readonly script: vm.Script }>();
	const Script = new Proxy(vm.Script, {
		construct: (target, [code, options]: [string, vm.ScriptOptions | string | undefined], newTarget) => {
			const file = typeof options === 'object' ? options.filename : undefined;
			const known = file === undefined ? undefined : scripts.get(file);
			if (known?.code === code) {
				return known.script;
			}
			const script = Reflect.construct(target, [code, options], newTarget) as vm.Script;
			if (file !== undefined && isKept(file)) {
				scripts.set(file, { code, script });
			}
			return script;
		},
	});
	Object.assign(vm, { compileFunction, Script });
}
