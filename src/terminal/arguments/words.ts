// What several commands read alike.
import type { Temper } from '../../core/cascade/options';
import { SANDBOX_WISHES, type SandboxChoice } from '../../core/sandbox';
import { UserError } from '../../core/userError';
import type { FixCommand } from '../commands';

const TEMPERS: readonly Temper[] = ['thrifty', 'balanced', 'determined'];

export const DEFAULT_MINUTES = 10;

const MOST_MINUTES = 24 * 60;

export function strict<T>(topic: string, read: () => T): T {
	try {
		return read();
	} catch (error) {
		const said = error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error);
		throw new UserError(`${said.replace(/\.$/, '')} (see underbid ${topic} --help).`);
	}
}

export function minutes(text: string | undefined): number {
	const value =
		text === undefined ? DEFAULT_MINUTES : /^\d*\.?\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
	if (!(value > 0 && value <= MOST_MINUTES)) {
		throw new UserError(
			`--time takes minutes, more than 0 and at most ${MOST_MINUTES}, like --time 5; not ${JSON.stringify(text)}.`,
		);
	}
	return value * 60_000;
}

export function listed(text: string): readonly string[] {
	const names = text.split(',').map((name) => name.trim());
	if (names.some((name) => name === '')) {
		throw new UserError('--proposers takes names with commas between them, like --proposers free.');
	}
	return names;
}

export function temperOf(text: string | undefined): Temper | undefined {
	const temper = TEMPERS.find((one) => one === text);
	if (text !== undefined && temper === undefined) {
		throw new UserError(`--temper takes ${TEMPERS.join(', ')}, not ${JSON.stringify(text)}.`);
	}
	return temper;
}

export function sandboxOf(values: {
	readonly sandbox?: string | undefined;
	readonly 'allow-network'?: boolean | undefined;
}): SandboxChoice {
	const wish = SANDBOX_WISHES.find((one) => one === values.sandbox);
	if (values.sandbox !== undefined && wish === undefined) {
		throw new UserError(
			`--sandbox takes ${SANDBOX_WISHES.join(', ')}, not ${JSON.stringify(values.sandbox)}.`,
		);
	}
	return { wish, network: values['allow-network'] };
}

/** Which tests, and how they are run. */
export function readTests(values: {
	readonly test?: string[] | undefined;
	readonly 'test-command'?: string | undefined;
	readonly 'test-report'?: string | undefined;
	readonly 'remote-suite'?: string | undefined;
}): Pick<FixCommand, 'target' | 'testCommand' | 'testReport' | 'remoteSuite'> {
	const names = (values.test ?? []).map((test) => test.trim());
	if (names.includes('')) {
		throw new UserError('--test needs the name of a test, like --test "adds two numbers".');
	}
	const command = values['test-command']?.trim();
	if (command === '') {
		throw new UserError('--test-command needs a command, like --test-command "npx mocha".');
	}
	const testReport = values['test-report']?.trim();
	if (testReport !== undefined && (testReport === '' || command === undefined)) {
		throw new UserError(
			'--test-report names what --test-command leaves: "tap", or a path of JUnit XML like build/junit.xml; give both.',
		);
	}
	const remoteSuite = values['remote-suite']?.trim();
	if (remoteSuite !== undefined && command !== undefined) {
		throw new UserError('Give --remote-suite or --test-command, not both: each says how the tests are run.');
	}
	return {
		remoteSuite,
		target: names.length > 0 ? { kind: 'named', names } : { kind: 'failing' },
		testCommand: command,
		testReport,
	};
}
