'use strict';

class Basket {
	constructor(catalogue) {
		this.catalogue = catalogue;
		this.quantities = new Map();
	}

	put(sku, quantity = 1) {
		if (!Number.isInteger(quantity) || quantity < 1) {
			throw new RangeError(`not a quantity: ${quantity}`);
		}
		this.catalogue.find(sku);
		this.quantities.set(sku, (this.quantities.get(sku) || 0) + quantity);
		return this;
	}

	take(sku, quantity = 1) {
		const left = (this.quantities.get(sku) || 0) - quantity;
		if (left > 0) {
			this.quantities.set(sku, left);
		} else {
			this.quantities.delete(sku);
		}
		return this;
	}

	lines() {
		return [...this.quantities].map(([sku, quantity]) => {
			const product = this.catalogue.find(sku);
			return { product, quantity, amount: product.price * quantity };
		});
	}

	get count() {
		return this.lines().reduce((sum, line) => sum + line.quantity, 0);
	}

	get weight() {
		return this.lines().reduce((sum, line) => sum + line.product.weight * line.quantity, 0);
	}

	get subtotal() {
		return this.lines().reduce((sum, line) => sum + line.amount, 0);
	}
}

module.exports = { Basket };
