// Elements by hand: text is always text, and nothing is ever styled by an attribute.

export type Child = Node | string | undefined;
type Value = string | number | boolean | undefined;
export type Attributes = Readonly<Record<string, Value>>;

const SVG = 'http://www.w3.org/2000/svg';

export function html<K extends keyof HTMLElementTagNameMap>(
	tag: K,
	attributes: Attributes = {},
	...children: readonly Child[]
): HTMLElementTagNameMap[K] {
	return filled(document.createElement(tag), attributes, children);
}

export function svg<K extends keyof SVGElementTagNameMap>(
	tag: K,
	attributes: Attributes = {},
	...children: readonly Child[]
): SVGElementTagNameMap[K] {
	return filled(document.createElementNS(SVG, tag), attributes, children);
}

export function button(
	label: string,
	attributes: Attributes,
	press: () => void,
	...children: readonly Child[]
): HTMLButtonElement {
	const made = html(
		'button',
		{ type: 'button', ...attributes },
		...(children.length > 0 ? children : [label]),
	);
	made.addEventListener('click', press);
	return made;
}

function filled<T extends Element>(element: T, attributes: Attributes, children: readonly Child[]): T {
	for (const [name, value] of Object.entries(attributes)) {
		if (value !== undefined && value !== false) {
			element.setAttribute(name, value === true ? '' : String(value));
		}
	}
	element.append(...children.filter((child) => child !== undefined));
	return element;
}
