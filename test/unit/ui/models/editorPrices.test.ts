import assert from 'node:assert/strict';
import { shippedModels } from '../../../../src/models/catalogue/shipped';
import {
	editorModelId,
	isEditorModelId,
	picksEditorModel,
	priceOf,
	priceWords,
} from '../../../../src/ui/models/editorPrices';

const published = (seller: string) =>
	[...shippedModels(seller).values()].map((model) => ({ ...model, source: 'shipped 2026-11-10' }));

function model(vendor: string, id: string, family = id) {
	return { vendor, id, family, name: id };
}

describe("the price of one of the editor's models", () => {
	const [row] = shippedModels('github-copilot').values();
	const name = row?.id ?? '';

	it('is what is published of Copilot, by id or by family, however it is spelt', () => {
		for (const one of [
			model('copilot', name),
			model('copilot', name.replaceAll('.', '-').toUpperCase()),
			model('copilot', 'opaque-7', name),
		]) {
			const found = priceOf(one, published, new Map());
			assert.ok(found.kind === 'priced');
			assert.deepEqual(found.price, row?.price);
			assert.equal(found.source, 'shipped 2026-11-10');
			assert.equal(found.outputLimit, row?.maxOutput);
		}
	});

	it("is the maker's where the editor's vendor is the maker", () => {
		const [maker] = shippedModels('anthropic').values();
		assert.equal(priceOf(model('anthropic', maker?.id ?? ''), published, new Map()).kind, 'priced');
	});

	it('is not guessed: a model without one is no offer, and says how to give one', () => {
		for (const one of [model('copilot', 'auto'), model('acme', name), model('constructor', '__proto__')]) {
			const found = priceOf(one, published, new Map());
			assert.ok(found.kind === 'unpriced');
			assert.match(found.why, /underbid\.editorModelPrices/);
		}
	});

	it("is the user's word before everything else", () => {
		const { prices } = priceWords({ [editorModelId(model('copilot', name))]: { input: '0.1', output: 2 } });
		const found = priceOf(model('copilot', name), published, prices);
		assert.ok(found.kind === 'priced');
		assert.deepEqual(
			[found.price.input, found.price.output, found.source],
			[100_000_000, 2_000_000_000, 'yours'],
		);
	});

	it('names what is no price in the setting, and takes the rest', () => {
		const { prices, unreadable } = priceWords({
			'editor/a/b': { input: '0', output: '0' },
			'editor/a/c': { input: '-1', output: '1' },
			'editor/a/d': { input: 'cheap', output: '1' },
			'editor/a/e': 3,
			'editor/a/f': { input: '1' },
		});
		assert.deepEqual([...prices.keys()], ['editor/a/b']);
		assert.deepEqual(unreadable, ['editor/a/c', 'editor/a/d', 'editor/a/e', 'editor/a/f']);
		assert.deepEqual(priceWords('nothing'), { prices: new Map(), unreadable: [] });
	});

	it('is kept under a name that no other model has', () => {
		assert.equal(editorModelId({ vendor: 'copilot', id: 'gpt-6' }), 'editor/copilot/gpt-6');
		assert.ok(isEditorModelId('editor/copilot/gpt-6'));
		assert.ok(!isEditorModelId('editorial/x'));
	});

	it('is picked by its id, a leading part, or a pattern', () => {
		for (const [entry, fine] of [
			['editor/copilot/gpt-6.1', true],
			['editor/copilot', true],
			['editor', true],
			['editor/*/gpt-6.1', true],
			['editor/copilot/gpt-*', true],
			['editor/copilot/gpt', false],
			['editor/copilot/gpt-6x1', false],
			['*', true],
			['openai/gpt-6.1', false],
		] as const) {
			assert.equal(picksEditorModel(entry, 'editor/copilot/gpt-6.1'), fine, entry);
		}
	});
});
