// Numbers of a bench: seeded chance, quantiles, the table at the end.
import { createHash } from 'node:crypto';

/** The same number in [0, 1) for the same text, on every machine. */
export function random(text) {
	return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}

/** Absent when there is nothing to measure. */
export function quantile(numbers, q) {
	const sorted = numbers.filter((n) => n !== undefined).sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

export function table(results) {
	const whole = results.filter((r) => r.cancelAfterMs === undefined);
	const verified = whole.filter((r) => r.verified);
	const own = (r) => (r.timings === undefined ? undefined : r.overheadMs - r.timings.proposeMs);
	const rows = [
		['cases', `${results.length} (${results.length - whole.length} cancelled on purpose)`],
		['verified', share(verified.length, whole.length)],
		[
			'called verified but fails on a clean clone',
			results.filter((r) => r.verified && r.holds !== true).length,
		],
		['no fix found', whole.filter((r) => r.outcome === 'exhausted' && r.by !== 'time').length],
		['out of time', whole.filter((r) => r.outcome === 'exhausted' && r.by === 'time').length],
		['blocked', whole.filter((r) => r.outcome === 'blocked').length],
		['inconclusive verdicts', whole.filter((r) => r.inconclusive.length > 0).length],
		['crashes', results.filter((r) => r.crashed !== undefined).length],
		['left something behind or changed', results.filter((r) => r.leftovers.length > 0).length],
		['time to the verified diff, median / p90', seconds(verified.map((r) => r.wallMs))],
		['… of it not test runs', seconds(verified.map((r) => r.overheadMs))],
		['… of it neither test runs nor proposing', seconds(verified.map(own))],
		['… processor time of the engine and its ended children', seconds(verified.map((r) => r.cpuMs))],
		['time of all runs, median / p90', seconds(whole.map((r) => r.wallMs))],
		['end after cancelling, median / p90', seconds(results.map((r) => r.endedAfterCancelMs))],
		[
			'candidates tried, median / p90',
			pair(
				whole.map((r) => r.tried),
				String,
			),
		],
		['peak memory of the engine', megabytes(results.map((r) => r.engineKb))],
		['peak memory of the largest child', megabytes(results.map((r) => r.childKb))],
	];
	const width = Math.max(...rows.map(([name]) => name.length));
	return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

export function share(part, whole) {
	return whole === 0 ? 'none' : `${part} of ${whole} (${((100 * part) / whole).toFixed(1)} %)`;
}

function seconds(list) {
	return pair(list, (ms) => `${(ms / 1000).toFixed(2)} s`);
}

function pair(list, word) {
	const median = quantile(list, 0.5);
	const most = quantile(list, 0.9);
	return median === undefined ? 'unknown' : `${word(median)} / ${word(most)}`;
}

function megabytes(list) {
	return list.length === 0 ? 'unknown' : `${Math.round(Math.max(...list) / 1024)} MB`;
}
