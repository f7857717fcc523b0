// `underbid quote`, `models` and `mcp`: what can be bought, and by whom.
import { parseArgs } from 'node:util';
import { parseUsd } from '../../core/money';
import type { AddedModel } from '../../core/settings';
import { UserError } from '../../core/userError';
import type { Command } from '../commands';
import { listed, minutes, readTests, sandboxOf, strict, temperOf } from './words';

const DEFAULT_BIDS = '0,0.05,0.25,1';

export function readQuote(argv: readonly string[], cwd: string): Command {
	const { values } = strict('quote', () =>
		parseArgs({
			args: [...argv],
			options: {
				bids: { type: 'string' },
				proposers: { type: 'string' },
				temper: { type: 'string' },
				folder: { type: 'string', short: 'C' },
				json: { type: 'boolean' },
				help: { type: 'boolean', short: 'h' },
			},
		}),
	);
	if (values.help) {
		return { kind: 'help', topic: 'quote' };
	}
	const bids = (values.bids ?? DEFAULT_BIDS).split(',').map((text) => {
		const parsed = parseUsd(text);
		if (parsed.kind === 'unreadable') {
			throw new UserError(`--bids: ${parsed.message}`);
		}
		return parsed.amount;
	});
	return {
		kind: 'quote',
		folder: values.folder ?? cwd,
		bids,
		proposers: values.proposers === undefined ? undefined : listed(values.proposers),
		temper: temperOf(values.temper),
		json: values.json ?? false,
	};
}

export function readModels(argv: readonly string[]): Command {
	const { values } = strict('models', () =>
		parseArgs({
			args: [...argv],
			options: {
				json: { type: 'boolean' },
				refresh: { type: 'boolean' },
				'accept-prices': { type: 'boolean' },
				all: { type: 'boolean' },
				check: { type: 'boolean' },
				add: { type: 'string' },
				url: { type: 'string' },
				'key-variable': { type: 'string' },
				price: { type: 'string' },
				free: { type: 'boolean' },
				context: { type: 'string' },
				output: { type: 'string' },
				help: { type: 'boolean', short: 'h' },
			},
		}),
	);
	if (values.help) {
		return { kind: 'help', topic: 'models' };
	}
	const { add, ...about } = values;
	if (add !== undefined) {
		return { kind: 'add', model: addedModel(add, about) };
	}
	const stray = ABOUT_ADDED.find((name) => values[name] !== undefined);
	if (stray !== undefined) {
		throw new UserError(`--${stray} is about a model that is added; it goes with --add.`);
	}
	return {
		kind: 'models',
		format: values.json ? 'json' : 'table',
		refresh: values.refresh ?? false,
		acceptPrices: values['accept-prices'] ?? false,
		all: values.all ?? false,
		check: values.check ?? false,
	};
}

export function readMcp(argv: readonly string[], cwd: string): Command {
	const { values } = strict('mcp', () =>
		parseArgs({
			args: [...argv],
			options: {
				limit: { type: 'string' },
				time: { type: 'string' },
				yes: { type: 'boolean', short: 'y' },
				'test-command': { type: 'string' },
				'test-report': { type: 'string' },
				proposers: { type: 'string' },
				temper: { type: 'string' },
				folder: { type: 'string', short: 'C' },
				sandbox: { type: 'string' },
				'allow-network': { type: 'boolean' },
				help: { type: 'boolean', short: 'h' },
			},
		}),
	);
	if (values.help) {
		return { kind: 'help', topic: 'mcp' };
	}
	const limit = values.limit === undefined ? undefined : parseUsd(values.limit);
	if (limit?.kind === 'unreadable') {
		throw new UserError(`--limit: ${limit.message}`);
	}
	const { testCommand, testReport } = readTests(values);
	return {
		kind: 'mcp',
		limit: limit?.amount,
		timeMs: minutes(values.time),
		yes: values.yes ?? false,
		folder: values.folder ?? cwd,
		testCommand,
		testReport,
		proposers: values.proposers === undefined ? undefined : listed(values.proposers),
		temper: temperOf(values.temper),
		sandbox: sandboxOf(values),
	};
}

const ABOUT_ADDED = ['url', 'key-variable', 'price', 'free', 'context', 'output'] as const;

/** The settings' own reader judges what the values mean. */
function addedModel(
	id: string,
	about: {
		readonly url?: string | undefined;
		readonly 'key-variable'?: string | undefined;
		readonly price?: string | undefined;
		readonly free?: boolean | undefined;
		readonly context?: string | undefined;
		readonly output?: string | undefined;
	},
): AddedModel {
	if (!/^[a-z][a-z0-9-]*\/\S+$/.test(id)) {
		throw new UserError(
			`--add takes a provider and a model, like my-server/tuned-coder, not ${JSON.stringify(id)}.`,
		);
	}
	if ((about.price === undefined) === (about.free !== true)) {
		throw new UserError(
			'Say what the model costs: --price IN,OUT in US dollars per million tokens, like --price 0.20,0.80, or --free.',
		);
	}
	const [input, output, ...more] = (about.price ?? '0,0').split(',').map((one) => one.trim());
	if (!input || !output || more.length > 0) {
		throw new UserError(
			`--price takes two prices, in and out, like --price 0.20,0.80; not ${JSON.stringify(about.price)}.`,
		);
	}
	const tokens = (name: 'context' | 'output'): number | undefined => {
		const text = about[name];
		if (text !== undefined && !/^\d{1,10}$/.test(text)) {
			throw new UserError(
				`--${name} takes a whole number of tokens, like 32768; not ${JSON.stringify(text)}.`,
			);
		}
		return text === undefined ? undefined : Number(text);
	};
	const [context, mostOutput] = [tokens('context'), tokens('output')];
	return {
		id,
		price: { input, output },
		...(about.url === undefined ? {} : { baseUrl: about.url }),
		...(about['key-variable'] === undefined ? {} : { keyVariable: about['key-variable'] }),
		...(context === undefined ? {} : { context }),
		...(mostOutput === undefined ? {} : { output: mostOutput }),
	};
}
