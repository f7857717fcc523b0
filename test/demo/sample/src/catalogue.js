'use strict';

class Catalogue {
	constructor(products) {
		this.products = new Map();
		for (const product of products) {
			this.add(product);
		}
	}

	add(product) {
		if (this.products.has(product.sku)) {
			throw new Error(`twice in the catalogue: ${product.sku}`);
		}
		this.products.set(product.sku, { tax: 'standard', weight: 0, ...product });
	}

	find(sku) {
		const product = this.products.get(sku);
		if (!product) {
			throw new Error(`no such product: ${sku}`);
		}
		return product;
	}

	search(words) {
		const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
		return [...this.products.values()].filter((product) => wanted.every((word) => product.name.toLowerCase().includes(word)));
	}
}

module.exports = { Catalogue };
