// Shows a test that was written for an issue, and asks whether it may be used: yes, no, or after an edit.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Consent } from '../core/issue/reproduce';
import type { Shown } from '../core/issue/reproduction';
import type { FileEdit, ProposedPatch } from '../core/patch';
import type { Console } from './promptQuestion';
import { printable, type Style } from './style';

export interface TestQuestion {
	readonly proposed: ProposedPatch;
	readonly texts: readonly FileEdit[];
	readonly shown: Shown;
	/** Why the user's last edit of it cannot be used. */
	readonly refused: string | undefined;
}

/** "no" also where the question is cancelled, or nobody can be asked. */
export async function askAboutTest(
	{ proposed, texts, shown, refused }: TestQuestion,
	{ input, output }: Console,
	style: Style,
	edit: (text: string, name: string) => Promise<string | undefined>,
	signal: AbortSignal,
): Promise<Consent> {
	output.write(`\n${style.bold('── a test that shows the issue ──')}\n`);
	for (const line of proposed.patch.diff.trimEnd().split('\n')) {
		output.write(`${printable(line)}\n`);
	}
	output.write(`${style.bold('──')} ${printable(proposed.summary)}\n`);
	for (const { id, failure } of shown.tests.slice(0, 3)) {
		output.write(`  ${style.red('✗')} ${printable(id)}: ${printable(firstLine(failure?.message ?? ''))}\n`);
	}
	if (shown.agrees.length > 0) {
		output.write(`  It fails with ${shown.agrees.join(', ')}.\n`);
	}
	if (refused !== undefined) {
		output.write(`  Your edit cannot be used: ${printable(refused)}\n`);
	}
	for (;;) {
		const answer = await answerTo(
			'Look for a fix that makes it pass? [Y/n/e to edit] ',
			{ input, output },
			signal,
		);
		if (answer === undefined || /^\s*no?\s*$/i.test(answer)) {
			return { kind: 'no' };
		}
		const [first, ...rest] = texts;
		if (/^\s*(?:y(?:es)?)?\s*$/i.test(answer)) {
			return { kind: 'yes' };
		}
		if (!/^\s*e(?:dit)?\s*$/i.test(answer) || first === undefined) {
			output.write('  Answer y, n or e.\n');
			continue;
		}
		const text = await edit(first.text, path.basename(first.path));
		if (text === undefined) {
			output.write(
				'  It could not be edited: set EDITOR to your editor, one that waits until the file is closed.\n',
			);
		} else if (text !== first.text) {
			return { kind: 'edited', changes: [{ path: first.path, text }, ...rest] };
		}
	}
}

/** Undefined where the question is cancelled or the input ends. */
async function answerTo(
	question: string,
	{ input, output }: Console,
	signal: AbortSignal,
): Promise<string | undefined> {
	const lines = createInterface({ input, output });
	try {
		const closed = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)));
		return await Promise.race([lines.question(question, { signal }), closed]);
	} catch {
		return undefined;
	} finally {
		lines.close();
	}
}

/** Opens the user's own editor on a copy. Undefined when there is none, or it ended badly. */
export async function editText(
	text: string,
	name: string,
	environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
	const command = (environment['VISUAL'] ?? environment['EDITOR'] ?? '').trim();
	const [program, ...words] = command.split(/\s+/);
	if (program === undefined || program === '') {
		return undefined;
	}
	const folder = await mkdtemp(path.join(os.tmpdir(), 'underbid-edit-'));
	try {
		const file = path.join(folder, name);
		await writeFile(file, text);
		const status = await new Promise<number | null>((resolve) => {
			const child = spawn(program, [...words, file], { stdio: 'inherit' });
			child.on('error', () => resolve(null));
			child.on('close', resolve);
		});
		return status === 0 ? await readFile(file, 'utf8') : undefined;
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

function firstLine(text: string): string {
	return text.split('\n').find((line) => line.trim() !== '') ?? '';
}
