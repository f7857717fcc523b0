import assert from 'node:assert/strict';
import { createEngine } from '../../../src/engine/engine';
import type { CreateEngine } from '../../../src/ui/engine';

describe("the editor's port", () => {
	it('is what the engine is', () => {
		// The two are bundled apart: only the compiler can see that they fit.
		const fits: CreateEngine = createEngine;
		assert.equal(typeof fits, 'function');
	});
});
