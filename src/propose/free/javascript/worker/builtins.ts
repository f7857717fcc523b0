// Puts back what tests did to the language's own objects: a polluted prototype would spoil every later run.

const owners: readonly object[] = [
	Object,
	Object.prototype,
	Array,
	Array.prototype,
	Function.prototype,
	String,
	String.prototype,
	Number,
	Number.prototype,
	Boolean.prototype,
	Symbol.prototype,
	Promise,
	Promise.prototype,
	RegExp.prototype,
	Date,
	Date.prototype,
	Error,
	Error.prototype,
	Map.prototype,
	Set.prototype,
	JSON,
	Math,
];

interface Known {
	readonly owner: object;
	readonly keys: ReadonlySet<PropertyKey>;
	readonly values: readonly (readonly [PropertyKey, PropertyDescriptor])[];
}

export class Builtins {
	private known: readonly Known[] = [];

	remember(): void {
		this.known = owners.map((owner) => {
			const entries = Reflect.ownKeys(owner).map(
				(key) => [key, Reflect.getOwnPropertyDescriptor(owner, key) ?? {}] as const,
			);
			return {
				owner,
				keys: new Set(entries.map(([key]) => key)),
				values: entries.filter(([, descriptor]) => 'value' in descriptor && descriptor.configurable),
			};
		});
	}

	restore(): void {
		for (const { owner, keys, values } of this.known) {
			const present = Reflect.ownKeys(owner);
			if (present.length !== keys.size) {
				for (const key of present) {
					if (!keys.has(key)) {
						Reflect.deleteProperty(owner, key);
					}
				}
			}
			for (const [key, descriptor] of values) {
				if (Reflect.get(owner, key) !== descriptor.value) {
					Reflect.defineProperty(owner, key, descriptor);
				}
			}
		}
	}
}
