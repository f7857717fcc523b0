// The command line, read strictly: what is not understood is told off in one sentence before anything starts.
import { UserError } from '../core/userError';
import { readExplain, readExport, readOutcomes, readSpend } from './arguments/books';
import { readMcp, readModels, readQuote } from './arguments/offers';
import { readFix, readVerify } from './arguments/runs';
import type { Command, Topic } from './commands';

const TOPICS: readonly Topic[] = [
	'underbid',
	'fix',
	'verify',
	'quote',
	'spend',
	'models',
	'outcomes',
	'export',
	'mcp',
];

/** @throws UserError with one sentence on what to write instead. */
export function readArguments(argv: readonly string[], cwd: string): Command {
	const [name, ...rest] = argv;
	switch (name) {
		case undefined:
		case 'help':
		case '--help':
		case '-h':
			return { kind: 'help', topic: TOPICS.find((topic) => topic === rest[0]) ?? 'underbid' };
		case '--version':
		case '-v':
		case 'version':
			return { kind: 'version' };
		case 'fix':
			return readFix(rest, cwd);
		case 'quote':
			return readQuote(rest, cwd);
		case 'explain':
			return readExplain(rest);
		case 'outcomes':
			return readOutcomes(rest);
		case 'export':
			return readExport(rest);
		case 'lab':
			return { kind: 'lab', argv: rest };
		case 'verify':
			return readVerify(rest, cwd);
		case 'spend':
			return readSpend(rest);
		case 'models':
			return readModels(rest);
		case 'mcp':
			return readMcp(rest, cwd);
		default:
			throw new UserError(
				`underbid has no command ${JSON.stringify(name)}; it has fix, verify, quote, models, spend, explain, outcomes, export, mcp and lab (see underbid --help).`,
			);
	}
}
