// So many of something, as a sentence wants it: languages have plurals of their own.
import * as vscode from 'vscode';

type Noun = 'attempt' | 'change' | 'file' | 'otherFailing' | 'passing';

/** `1 change`, `3 changes`. */
export function counted(many: number, noun: Noun): string {
	switch (noun) {
		case 'attempt':
			return many === 1 ? vscode.l10n.t('1 attempt') : vscode.l10n.t('{0} attempts', many);
		case 'change':
			return many === 1 ? vscode.l10n.t('1 change') : vscode.l10n.t('{0} changes', many);
		case 'file':
			return many === 1 ? vscode.l10n.t('1 file') : vscode.l10n.t('{0} files', many);
		case 'otherFailing':
			return many === 1 ? vscode.l10n.t('1 other test fails') : vscode.l10n.t('{0} other tests fail', many);
		case 'passing':
			return many === 1 ? vscode.l10n.t('1 test passes') : vscode.l10n.t('{0} tests pass', many);
	}
}
