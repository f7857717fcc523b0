import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Layout } from '../../../src/repo/layout';

describe('Layout', () => {
	it('makes a folder before what was added to it first', () => {
		const root = mkdtempSync(path.join(os.tmpdir(), 'layout-'));
		try {
			writeFileSync(path.join(root, 'from.js'), 'x');
			const layout = new Layout(root);
			const text = { kind: 'text', text: 'built', mode: 0o644 } as const;
			layout.add('dist/a.js', text);
			layout.add('dist', { kind: 'folder' });
			layout.add('dist/a.js', text);
			layout.build();
			assert.equal(readFileSync(path.join(root, 'dist/a.js'), 'utf8'), 'built');
		} finally {
			rmSync(root, { recursive: true });
		}
	});
});
