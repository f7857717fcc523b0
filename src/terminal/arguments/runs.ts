// `underbid fix` and `verify`.
import { parseArgs } from 'node:util';
import { parseUsd, ZERO } from '../../core/money';
import { MAY_CHANGE, type MayChange } from '../../core/protectedFiles';
import { UserError } from '../../core/userError';
import type { Command } from '../commands';
import { listed, minutes, readTests, sandboxOf, strict, temperOf } from './words';

export function readFix(argv: readonly string[], cwd: string): Command {
	if (argv.some((word) => word === '--resume' || word.startsWith('--resume='))) {
		return readResume(argv, cwd);
	}
	const { values } = strict('fix', () =>
		parseArgs({
			args: [...argv],
			options: {
				test: { type: 'string', multiple: true },
				issue: { type: 'string' },
				all: { type: 'boolean' },
				yes: { type: 'boolean', short: 'y' },
				'test-command': { type: 'string' },
				'test-report': { type: 'string' },
				'remote-suite': { type: 'string' },
				'max-spend': { type: 'string' },
				time: { type: 'string' },
				proposers: { type: 'string' },
				temper: { type: 'string' },
				folder: { type: 'string', short: 'C' },
				json: { type: 'boolean' },
				apply: { type: 'boolean' },
				'show-prompt': { type: 'boolean' },
				'hold-out': { type: 'boolean' },
				sandbox: { type: 'string' },
				'allow-network': { type: 'boolean' },
				'may-change': { type: 'string' },
				help: { type: 'boolean', short: 'h' },
			},
		}),
	);
	if (values.help) {
		return { kind: 'help', topic: 'fix' };
	}
	const issue = values.issue?.trim();
	if (issue === '') {
		throw new UserError(
			'--issue needs a number, a URL, a file, a place like src/a.js:12, or - for standard input.',
		);
	}
	if (issue !== undefined && values.test !== undefined) {
		throw new UserError('Give --issue or --test, not both: an issue is first turned into a failing test.');
	}
	if (values.all && (values['hold-out'] || (values['may-change'] ?? 'code') !== 'code')) {
		throw new UserError('--all goes without --hold-out and --may-change: fix such a test by itself.');
	}
	if (values.all && (issue !== undefined || values.test !== undefined)) {
		throw new UserError('--all is everything that fails now; it goes without --test and without --issue.');
	}
	if (values.yes && issue === undefined) {
		throw new UserError('--yes is about the test that is written for an issue; it goes with --issue.');
	}
	if (issue !== undefined && mayChangeOf(values['may-change']) !== 'code') {
		throw new UserError(
			'--may-change goes with --test: the test of an issue is found or written first, and you are asked about it.',
		);
	}
	if (issue !== undefined && values['hold-out']) {
		throw new UserError(
			'--hold-out goes with --test: the test of an issue is written with the others in sight.',
		);
	}
	const spend = values['max-spend'];
	if (spend === undefined) {
		throw new UserError(
			'Say the most you will pay with --max-spend, in US dollars, like --max-spend 0.25 (0 uses the free proposer alone).',
		);
	}
	const amount = parseUsd(spend);
	if (amount.kind === 'unreadable') {
		throw new UserError(`--max-spend: ${amount.message}`);
	}
	return {
		kind: 'fix',
		bid: { spend: amount.amount, timeMs: minutes(values.time) },
		...readTests(values),
		issue,
		all: values.all ?? false,
		yes: values.yes ?? false,
		folder: values.folder ?? cwd,
		proposers: values.proposers === undefined ? undefined : listed(values.proposers),
		temper: temperOf(values.temper),
		sandbox: sandboxOf(values),
		mayChange: mayChangeOf(values['may-change']),
		json: values.json ?? false,
		apply: values.apply ?? false,
		showPrompt: values['show-prompt'] ?? false,
		holdOut: values['hold-out'] ?? false,
	};
}

/** The run's own order stands: what it was asked for cannot be changed on the way, but for money and time. */
function readResume(argv: readonly string[], cwd: string): Command {
	const at = argv.indexOf('--resume');
	const next = argv[at + 1];
	const named = at < 0 || (next !== undefined && !next.startsWith('-'));
	const { values } = strict('fix', () =>
		parseArgs({
			args: named ? [...argv] : argv.flatMap((word, index) => (index === at ? ['--resume='] : [word])),
			options: {
				resume: { type: 'string' },
				'max-spend': { type: 'string' },
				time: { type: 'string' },
				folder: { type: 'string', short: 'C' },
				json: { type: 'boolean' },
				apply: { type: 'boolean' },
				'show-prompt': { type: 'boolean' },
				help: { type: 'boolean', short: 'h' },
			},
		}),
	);
	if (values.help) {
		return { kind: 'help', topic: 'fix' };
	}
	const amount = values['max-spend'] === undefined ? undefined : parseUsd(values['max-spend']);
	if (amount?.kind === 'unreadable') {
		throw new UserError(`--max-spend: ${amount.message}`);
	}
	const run = values.resume?.trim() ?? '';
	return {
		kind: 'resume',
		run: run === '' ? undefined : run,
		spend: amount?.amount,
		timeMs: values.time === undefined ? undefined : minutes(values.time),
		folder: values.folder ?? cwd,
		json: values.json ?? false,
		apply: values.apply ?? false,
		showPrompt: values['show-prompt'] ?? false,
	};
}

export function readVerify(argv: readonly string[], cwd: string): Command {
	const { values } = strict('verify', () =>
		parseArgs({
			args: [...argv],
			options: {
				patch: { type: 'string' },
				test: { type: 'string', multiple: true },
				'test-command': { type: 'string' },
				'test-report': { type: 'string' },
				'remote-suite': { type: 'string' },
				time: { type: 'string' },
				folder: { type: 'string', short: 'C' },
				sandbox: { type: 'string' },
				'allow-network': { type: 'boolean' },
				'may-change': { type: 'string' },
				json: { type: 'boolean' },
				help: { type: 'boolean', short: 'h' },
			},
		}),
	);
	if (values.help) {
		return { kind: 'help', topic: 'verify' };
	}
	const patch = values.patch?.trim() ?? '';
	if (patch === '') {
		throw new UserError('Name the patch with --patch FILE, or --patch - to read it from standard input.');
	}
	return {
		kind: 'verify',
		bid: { spend: ZERO, timeMs: minutes(values.time) },
		...readTests(values),
		folder: values.folder ?? cwd,
		patch,
		sandbox: sandboxOf(values),
		mayChange: mayChangeOf(values['may-change']),
		json: values.json ?? false,
	};
}

function mayChangeOf(text: string | undefined): MayChange {
	const found = MAY_CHANGE.find((one) => one === (text ?? 'code'));
	if (found === undefined) {
		throw new UserError(`--may-change takes ${MAY_CHANGE.join(', ')}, not ${JSON.stringify(text)}.`);
	}
	return found;
}
