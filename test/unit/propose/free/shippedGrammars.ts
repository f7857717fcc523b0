import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Grammars } from '../../../../src/propose/free/grammars';

/** Grammars as they lie in `dist`, made from the installed package: needs no build. Call inside a `describe`. */
export function shippedGrammars(): () => Grammars {
	const assets = mkdtempSync(path.join(tmpdir(), 'grammars-'));
	const grammars = new Grammars(assets);
	before(() => {
		cpSync('node_modules/@vscode/tree-sitter-wasm/wasm', path.join(assets, 'grammars'), {
			recursive: true,
			filter: (file) =>
				!/\.wasm$/.test(file) || /tree-sitter(-(javascript|typescript|tsx|python))?\.wasm$/.test(file),
		});
	});
	after(() => rmSync(assets, { recursive: true, force: true }));
	return () => grammars;
}
