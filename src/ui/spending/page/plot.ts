// The frame of a plot: a picture with a name, a tip that follows pointer and arrow keys, and a voice for the latter.
import { type Child, html, svg } from './dom';

/** A place of the plot that can be asked about. */
export interface Stop {
	/** Middle, in pixels. */
	readonly x: number;
	readonly y: number;
	/** What is known there, line by line. */
	readonly lines: readonly string[];
}

export interface Size {
	readonly width: number;
	readonly height: number;
}

export interface Drawing {
	/** The picture in one sentence. */
	readonly label: string;
	readonly size: Size;
	readonly parts: readonly Child[];
	readonly stops: readonly Stop[];
	/** Stops lie beside each other, or below each other. */
	readonly along: 'x' | 'y';
}

export function plot({ label, size, parts, stops, along }: Drawing): HTMLElement {
	const { width, height } = size;
	const mark = svg('line', { class: 'mark', 'aria-hidden': 'true' });
	const picture = svg(
		'svg',
		{
			...{ width, height, viewBox: `0 0 ${width} ${height}`, focusable: 'true' },
			...(stops.length > 0 ? { tabindex: 0 } : {}),
			role: 'img',
			'aria-label': `${label} Arrow keys step through it; the table has the same.`,
		},
		mark,
		...parts,
	);
	const tip = html('div', { class: 'tip', 'aria-hidden': 'true' });
	const voice = html('div', { class: 'unseen', 'aria-live': 'polite' });
	let at = -1;
	const hide = () => {
		at = -1;
		tip.classList.remove('shown');
		mark.classList.remove('shown');
	};
	const show = (index: number, aloud: boolean) => {
		const stop = stops[index];
		if (stop === undefined) {
			return;
		}
		if (index !== at) {
			at = index;
			const [head = '', ...rest] = stop.lines;
			tip.replaceChildren(html('strong', {}, head), ...rest.map((line) => html('div', {}, line)));
			if (along === 'x') {
				setAll(mark, { x1: stop.x, x2: stop.x, y1: 8, y2: height - 24 });
			} else {
				setAll(mark, { x1: 0, x2: width, y1: stop.y + 15, y2: stop.y + 15 });
			}
			tip.classList.add('shown');
			mark.classList.add('shown');
			place(tip, stop, size);
		}
		if (aloud) {
			voice.textContent = stop.lines.join(', ');
		}
	};
	picture.addEventListener('pointermove', (event) => {
		const box = picture.getBoundingClientRect();
		show(nearest(stops, along, along === 'x' ? event.clientX - box.left : event.clientY - box.top), false);
	});
	picture.addEventListener('pointerleave', hide);
	picture.addEventListener('blur', hide);
	picture.addEventListener('keydown', (event) => {
		const to = stepOf(event.key, at, stops.length);
		if (to !== undefined) {
			event.preventDefault();
			show(to, true);
		} else if (event.key === 'Escape') {
			hide();
		}
	});
	return html('div', { class: 'plot' }, picture, tip, voice);
}

/** Where a key leads, from `at` (-1: nowhere yet). */
function stepOf(key: string, at: number, length: number): number | undefined {
	switch (key) {
		case 'ArrowRight':
		case 'ArrowDown':
			return Math.min(length - 1, at + 1);
		case 'ArrowLeft':
		case 'ArrowUp':
			return at < 0 ? length - 1 : Math.max(0, at - 1);
		case 'Home':
			return 0;
		case 'End':
			return length - 1;
		default:
			return undefined;
	}
}

function nearest(stops: readonly Stop[], along: 'x' | 'y', to: number): number {
	return stops.reduce(
		(best, stop, index) =>
			Math.abs(stop[along] - to) < Math.abs((stops[best]?.[along] ?? 0) - to) ? index : best,
		0,
	);
}

function place(tip: HTMLElement, { x, y }: Stop, { width, height }: Size): void {
	const { offsetWidth, offsetHeight } = tip;
	const right = x + 12 + offsetWidth <= width;
	const left = right ? x + 12 : Math.max(0, x - 12 - offsetWidth);
	const top = Math.max(0, Math.min(y - offsetHeight / 2, height - offsetHeight));
	// Through the object model: the content policy knows no inline styles.
	tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
}

function setAll(element: Element, attributes: Readonly<Record<string, number>>): void {
	for (const [name, value] of Object.entries(attributes)) {
		element.setAttribute(name, String(value));
	}
}
