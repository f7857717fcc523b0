// Remembers the last test command that failed in a terminal or as a task. No message is shown: whoever listens offers a
// fix quietly, until the command succeeds or somebody sees to it.
import * as vscode from 'vscode';
import { isTestCommand, OutputTail, typed } from './testCommandLine';

export interface FailedCommand {
	/** As typed. */
	readonly command: string;
	/** Absolute path of the folder it ran in. */
	readonly folder?: string;
	/** Whether the editor vouches that the user typed it. */
	readonly trusted: boolean;
	/** The end of what it printed. */
	readonly output: string;
}

/** Ended by Ctrl+C or by a signal: that says nothing of the tests. */
const STOPPED = new Set([130, 137, 143]);

export class FailedCommands implements vscode.Disposable {
	private readonly running = new WeakMap<vscode.TerminalShellExecution, OutputTail>();
	private readonly listening: vscode.Disposable;
	private failed: FailedCommand | undefined;
	private seenTo = false;

	/** `changed` is called when `offered` may be another. */
	constructor(private readonly changed: () => void) {
		this.listening = vscode.Disposable.from(
			vscode.window.onDidStartTerminalShellExecution(({ execution }) => this.started(execution)),
			vscode.window.onDidEndTerminalShellExecution(({ execution, exitCode }) =>
				this.ended(execution, exitCode),
			),
			vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => this.taskEnded(execution.task, exitCode)),
		);
	}

	get last(): FailedCommand | undefined {
		return this.failed;
	}

	/** The command to offer a fix for, unless somebody sees to it. */
	get offered(): string | undefined {
		return this.seenTo ? undefined : this.failed?.command;
	}

	/** It is being seen to. */
	see(): void {
		this.seenTo = true;
		this.changed();
	}

	dispose(): void {
		this.listening.dispose();
	}

	private started(execution: vscode.TerminalShellExecution): void {
		if (!isTestCommand(execution.commandLine.value)) {
			return;
		}
		const tail = new OutputTail();
		this.running.set(execution, tail);
		// What a command prints can be read from its beginning only.
		void (async () => {
			try {
				for await (const text of execution.read()) {
					tail.add(text);
				}
			} catch {
				// The terminal is gone; what was read until then stays.
			}
		})();
	}

	private ended(execution: vscode.TerminalShellExecution, exitCode: number | undefined): void {
		const { value, isTrusted } = execution.commandLine;
		const command = value.trim();
		if (exitCode === undefined || !isTestCommand(command)) {
			return;
		}
		const folder = execution.cwd?.scheme === 'file' ? execution.cwd.fsPath : undefined;
		this.note(exitCode, {
			command,
			...(folder === undefined ? {} : { folder }),
			trusted: isTrusted,
			output: this.running.get(execution)?.plain ?? '',
		});
	}

	private taskEnded(task: vscode.Task, exitCode: number | undefined): void {
		const command = commandOf(task.execution);
		// Another extension host's group is a copy.
		const isTest = task.group?.id === vscode.TaskGroup.Test.id;
		if (command === undefined || exitCode === undefined || !(isTest || isTestCommand(command))) {
			return;
		}
		const scope = typeof task.scope === 'object' ? task.scope.uri.fsPath : undefined;
		const folder = folderOf(task.execution) ?? scope;
		this.note(exitCode, { command, ...(folder === undefined ? {} : { folder }), trusted: false, output: '' });
	}

	private note(exitCode: number, ran: FailedCommand): void {
		if (STOPPED.has(exitCode)) {
			return;
		}
		if (exitCode !== 0) {
			this.failed = ran;
			this.seenTo = false;
			this.changed();
		} else if (this.failed?.command === ran.command && this.failed.folder === ran.folder) {
			this.failed = undefined;
			this.changed();
		}
	}
}

/** Undefined where it is not a program with arguments, or holds variables that only the task system knows. */
function commandOf(execution: vscode.Task['execution']): string | undefined {
	const command = typedBy(execution);
	return command === undefined || command === '' || command.includes('${') ? undefined : command;
}

function typedBy(execution: vscode.Task['execution']): string | undefined {
	if (execution instanceof vscode.ProcessExecution) {
		return typed([execution.process, ...execution.args]);
	}
	if (!(execution instanceof vscode.ShellExecution)) {
		return undefined;
	}
	if (execution.commandLine !== undefined) {
		return execution.commandLine.trim();
	}
	const words = [execution.command, ...(execution.args ?? [])].filter((word) => word !== undefined);
	return words.map((word) => (typeof word === 'string' ? word : typed([word.value]))).join(' ');
}

function folderOf(execution: vscode.Task['execution']): string | undefined {
	const isRun = execution instanceof vscode.ProcessExecution || execution instanceof vscode.ShellExecution;
	const cwd = isRun ? execution.options?.cwd : undefined;
	return cwd === undefined || cwd.includes('${') ? undefined : cwd;
}
