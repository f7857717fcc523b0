// `underbid spend`, `outcomes`, `export` and `explain`: what was done before.
import { parseArgs } from 'node:util';
import { SPEND_KEYS } from '../../core/spend';
import { ROW_FORMATS } from '../../core/trainingRows';
import { UserError } from '../../core/userError';
import type { Command } from '../commands';
import { strict } from './words';

export function readExplain(argv: readonly string[]): Command {
	const [run, ...more] = argv;
	if (run === undefined || run.startsWith('-') || more.length > 0) {
		throw new UserError('underbid explain takes the name of one run, as the receipt and --json give it.');
	}
	return { kind: 'explain', run };
}

export function readOutcomes(argv: readonly string[]): Command {
	const { values } = strict('outcomes', () =>
		parseArgs({
			args: [...argv],
			options: {
				export: { type: 'boolean' },
				clear: { type: 'boolean' },
				help: { type: 'boolean', short: 'h' },
			},
		}),
	);
	if (values.help) {
		return { kind: 'help', topic: 'outcomes' };
	}
	if (values.export && values.clear) {
		throw new UserError('underbid outcomes takes one of --export and --clear.');
	}
	return { kind: 'outcomes', what: values.export ? 'lines' : values.clear ? 'clear' : 'table' };
}

export function readExport(argv: readonly string[]): Command {
	const { values, positionals } = strict('export', () =>
		parseArgs({
			args: [...argv],
			allowPositionals: true,
			options: {
				format: { type: 'string' },
				include: { type: 'string', multiple: true },
				checked: { type: 'boolean' },
				clear: { type: 'boolean' },
				help: { type: 'boolean', short: 'h' },
			},
		}),
	);
	if (values.help) {
		return { kind: 'help', topic: 'export' };
	}
	const [file, ...more] = positionals;
	if (more.length > 0 || (file === undefined) === (values.clear !== true)) {
		throw new UserError('underbid export takes the file to write, like fixes.jsonl, or --clear.');
	}
	const format = ROW_FORMATS.find((one) => one === (values.format ?? 'chat'));
	if (format === undefined) {
		throw new UserError(`--format takes ${ROW_FORMATS.join(', ')}, not ${JSON.stringify(values.format)}.`);
	}
	const include = (values.include ?? []).flatMap((text) => text.split(',').map((name) => name.trim()));
	if (include.some((name) => name === '')) {
		throw new UserError('--include takes the name of a provider, like --include deepseek.');
	}
	return { kind: 'export', file, format, include, checked: values.checked ?? false };
}

export function readSpend(argv: readonly string[]): Command {
	const { values } = strict('spend', () =>
		parseArgs({
			args: [...argv],
			options: {
				by: { type: 'string' },
				since: { type: 'string' },
				until: { type: 'string' },
				json: { type: 'boolean' },
				csv: { type: 'boolean' },
				help: { type: 'boolean', short: 'h' },
			},
		}),
	);
	if (values.help) {
		return { kind: 'help', topic: 'spend' };
	}
	if (values.json && values.csv) {
		throw new UserError('Choose one of --json and --csv.');
	}
	const by = values.by ?? 'day';
	const key = SPEND_KEYS.find((one) => one === by);
	if (key === undefined) {
		throw new UserError(`--by takes ${SPEND_KEYS.join(', ')}, not ${JSON.stringify(by)}.`);
	}
	const span = {
		...(values.since === undefined ? {} : { since: dayOf(values.since, '--since') }),
		...(values.until === undefined ? {} : { until: dayOf(values.until, '--until') }),
	};
	if (span.since !== undefined && span.until !== undefined && span.since > span.until) {
		throw new UserError('--since names a day after --until; turn them round.');
	}
	return { kind: 'spend', by: key, span, format: values.json ? 'json' : values.csv ? 'csv' : 'table' };
}

/** A day that is in the calendar. */
function dayOf(text: string, option: string): string {
	const moment = new Date(`${text}T00:00:00.000Z`);
	if (Number.isNaN(moment.getTime()) || moment.toISOString().slice(0, 10) !== text) {
		throw new UserError(`${option} takes a day like 2026-11-25, not ${JSON.stringify(text)}.`);
	}
	return text;
}
