// Numbers to places on a plot, and round numbers to write beside it.

/** Round numbers from 0 up, the last one not below `most`; at least 0 and one more. */
export function ticksTo(most: number, about = 4): readonly number[] {
	const least = most > 0 ? most : 1;
	const rough = least / about;
	const power = 10 ** Math.floor(Math.log10(rough));
	const step = ([1, 2, 2.5, 5, 10].find((one) => one * power >= rough) ?? 10) * power;
	return Array.from({ length: Math.ceil(least / step - 1e-9) + 1 }, (_, index) => index * step);
}

/** Every how many labels there is room for one. */
export function everyNth(labels: number, width: number, labelWidth: number): number {
	return Math.max(1, Math.ceil((labels * labelWidth) / Math.max(1, width)));
}

/** Half pixels make lines crisp. */
export function crisp(place: number): number {
	return Math.round(place) + 0.5;
}

/** Powers of ten that hold both. */
export function powersAround(least: number, most: number): readonly number[] {
	const first = Math.floor(Math.log10(least) + 1e-9);
	const last = Math.max(first + 1, Math.ceil(Math.log10(most) - 1e-9));
	return Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
}
