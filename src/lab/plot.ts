// Line plots as SVG text, without a library: axes, ticks, lines, a legend.

export interface Plot {
	readonly title: string;
	readonly x: { readonly label: string; readonly log?: boolean };
	readonly y: { readonly label: string };
	readonly lines: readonly {
		readonly label: string;
		readonly points: readonly (readonly [number, number])[];
	}[];
}

const WIDTH = 720;
const HEIGHT = 440;
const EDGE = { left: 70, right: 190, top: 40, bottom: 50 };
/** Colours that are told apart by colour-blind people too (Okabe and Ito). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];

export function svgOf({ title, x, y, lines }: Plot): string {
	const all = lines.flatMap(({ points }) => points);
	const toX = (value: number): number => (x.log === true ? Math.log10(value) : value);
	const [left, right] = range(all.map(([value]) => toX(value)));
	const [, top] = range(all.map(([, value]) => value));
	const bottom = Math.min(0, ...all.map(([, value]) => value));
	const px = (value: number): number =>
		EDGE.left + ((toX(value) - left) / (right - left)) * (WIDTH - EDGE.left - EDGE.right);
	const py = (value: number): number =>
		HEIGHT - EDGE.bottom - ((value - bottom) / (top - bottom)) * (HEIGHT - EDGE.top - EDGE.bottom);
	const parts = [
		`<text x="${EDGE.left}" y="22" font-size="15">${escaped(title)}</text>`,
		...ticks(left, right).map((tick) => {
			const at = px(x.log === true ? 10 ** tick : tick);
			return `<line x1="${n(at)}" y1="${EDGE.top}" x2="${n(at)}" y2="${HEIGHT - EDGE.bottom}" stroke="#ddd"/><text x="${n(at)}" y="${HEIGHT - EDGE.bottom + 18}" text-anchor="middle">${label(x.log === true ? 10 ** tick : tick)}</text>`;
		}),
		...ticks(bottom, top).map((tick) => {
			const at = py(tick);
			return `<line x1="${EDGE.left}" y1="${n(at)}" x2="${WIDTH - EDGE.right}" y2="${n(at)}" stroke="#ddd"/><text x="${EDGE.left - 6}" y="${n(at + 4)}" text-anchor="end">${label(tick)}</text>`;
		}),
		`<text x="${(EDGE.left + WIDTH - EDGE.right) / 2}" y="${HEIGHT - 12}" text-anchor="middle">${escaped(x.label)}</text>`,
		`<text transform="translate(16 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">${escaped(y.label)}</text>`,
		...lines.flatMap(({ label: name, points }, index) => {
			const colour = COLOURS[index % COLOURS.length] ?? '#000000';
			const at = EDGE.top + 14 + 18 * index;
			return [
				`<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.map(([a, b]) => `${n(px(a))},${n(py(b))}`).join(' ')}"/>`,
				`<line x1="${WIDTH - EDGE.right + 12}" y1="${at - 4}" x2="${WIDTH - EDGE.right + 34}" y2="${at - 4}" stroke="${colour}" stroke-width="2"/><text x="${WIDTH - EDGE.right + 40}" y="${at}">${escaped(name)}</text>`,
			];
		}),
	];
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" role="img" aria-label="${escaped(title)}">\n<rect width="100%" height="100%" fill="#fff"/>\n${parts.join('\n')}\n</svg>\n`;
}

function range(values: readonly number[]): [number, number] {
	const [low, high] = [Math.min(...values), Math.max(...values)];
	return high > low ? [low, high] : [low - 0.5, low + 0.5];
}

/** About five round numbers. */
function ticks(low: number, high: number): number[] {
	const rough = (high - low) / 5;
	const power = 10 ** Math.floor(Math.log10(rough));
	const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough) ?? rough;
	const made: number[] = [];
	for (let tick = Math.ceil(low / step) * step; tick <= high + step * 1e-6; tick += step) {
		made.push(tick);
	}
	return made;
}

function label(value: number): string {
	return Math.abs(value) >= 1e5 ? value.toExponential(0) : String(Number(value.toPrecision(3)));
}

function n(value: number): string {
	return value.toFixed(1);
}

function escaped(text: string): string {
	return text
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;');
}
