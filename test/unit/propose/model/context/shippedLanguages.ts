import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Grammars } from '../../../../../src/propose/free/grammars';

/** Every grammar of the installed package: needs no build. Call inside a `describe`. */
export function shippedLanguages(): () => Grammars {
	const assets = mkdtempSync(path.join(tmpdir(), 'grammars-'));
	const grammars = new Grammars(assets);
	before(() =>
		symlinkSync(
			path.resolve('node_modules/@vscode/tree-sitter-wasm/wasm'),
			path.join(assets, 'grammars'),
			'junction',
		),
	);
	after(() => rmSync(assets, { recursive: true, force: true }));
	return () => grammars;
}
