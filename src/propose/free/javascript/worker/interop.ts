// What `import` of a module gives, where both sides were compiled to CommonJS.
import { types } from 'node:util';

/** Exports of project files that were ES modules; their `default` is a real default export. */
const moduleExports = new WeakSet<object>();
const wrappers = new WeakMap<object, object>();

export function markModule(exports: object): void {
	moduleExports.add(exports);
}

/**
 * The object that a compiled import reads from. `nodeRules`: the importer is an ES module to node, to which a
 * CommonJS module's `exports` is always the default export.
 */
export function asImported(exports: unknown, nodeRules: boolean): unknown {
	if ((typeof exports !== 'object' || exports === null) && typeof exports !== 'function') {
		return nodeRules ? { __esModule: true, default: exports } : exports;
	}
	if (types.isModuleNamespaceObject(exports)) {
		return wrapped(exports, () => Object.assign(Object.create(null) as object, exports));
	}
	if (!nodeRules || moduleExports.has(exports)) {
		return exports;
	}
	return wrapped(exports, () =>
		Object.defineProperty(Object.create(exports) as object, 'default', {
			value: exports,
			enumerable: true,
			writable: true,
		}),
	);
}

function wrapped(exports: object, make: () => object): object {
	const known = wrappers.get(exports);
	if (known) {
		return known;
	}
	const made = Object.defineProperty(make(), '__esModule', { value: true });
	wrappers.set(exports, made);
	return made;
}
