// A model's colour, letter and hatching. The colours themselves are the theme's, in page.css.
import { svg } from './dom';

/** The class that carries the colour. */
export function tone(seat: number): string {
	return `tone${seat % 6}`;
}

export function letterOf(seat: number): string {
	return String.fromCharCode('A'.charCodeAt(0) + seat);
}

/** Patterns named `<plot>-<seat>`. */
export function hatches(plot: string, seats: number): SVGElement {
	return svg(
		'defs',
		{},
		...Array.from({ length: Math.max(1, seats) }, (_, seat) =>
			svg(
				'pattern',
				{
					id: `${plot}-${seat}`,
					...{ width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
				},
				svg('rect', { class: `wash ${tone(seat)}`, width: 6, height: 6 }),
				svg('rect', { class: `solid ${tone(seat)}`, width: 2, height: 6 }),
			),
		),
	);
}
