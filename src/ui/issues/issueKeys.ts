// Tokens for reading issues: the sign-in that the editor has already, or one that the user gave for one address. They
// lie in the editor's secret storage, and are in no message and no log.
import * as vscode from 'vscode';
import type { FoundIssue, IssueKey } from '../engine';
import { mayBeOnGitHub, saidIn } from './saidWords';

export type Lacked = NonNullable<Extract<FoundIssue, { kind: 'refused' }>['lacks']>;

const GITHUB = 'https://api.github.com';
/** As Copilot and the pull request extension ask for them: a sign-in is found by exactly its scopes. */
const SCOPES: readonly (readonly string[])[] = [['read:user', 'user:email', 'repo', 'workflow'], ['repo']];
/** A provider that is not there is waited for by the editor for longer than a person would. */
const PATIENCE_MS = 4_000;
const PREFIX = 'underbid.issueToken:';

/** The editor's sign-ins; undefined where there is none. */
export type SessionOf = (
	scopes: readonly string[],
	options: vscode.AuthenticationGetSessionOptions,
) => Thenable<{ readonly accessToken: string } | undefined>;

export class IssueKeys {
	constructor(
		private readonly secrets: vscode.SecretStorage,
		private readonly sessionOf: SessionOf = (scopes, options) =>
			vscode.authentication.getSession('github', scopes, options),
	) {}

	/** What may be used to read what was said, without asking anybody. */
	async known(said: string): Promise<readonly IssueKey[]> {
		const found = saidIn(said);
		const origin = found?.kind === 'link' ? new URL(found.said).origin : undefined;
		const places: Pick<IssueKey, 'source' | 'origin'>[] = [
			...(mayBeOnGitHub(said) ? [{ source: 'github' as const, origin: GITHUB }] : []),
			...(origin === undefined ? [] : (['gitlab', 'jira'] as const).map((source) => ({ source, origin }))),
		];
		const keys: IssueKey[] = [];
		for (const place of places) {
			const kept = await this.kept(place);
			const token = kept === undefined && place.source === 'github' ? await this.session() : undefined;
			if (kept !== undefined) {
				keys.push(kept);
			} else if (token !== undefined) {
				keys.push({ ...place, token });
			}
		}
		return keys;
	}

	/** Asks the editor to sign in; undefined when the user turned away. */
	async signIn(issue: string): Promise<IssueKey | undefined> {
		const detail = vscode.l10n.t('Underbid wants to read issue {0}.', issue);
		const session = await this.sessionOf(['repo'], { createIfNone: { detail } }).then(
			(one) => one,
			() => undefined,
		);
		return session === undefined
			? undefined
			: { source: 'github', origin: GITHUB, token: session.accessToken };
	}

	canSignIn({ source, origin }: Pick<Lacked, 'source' | 'origin'>): boolean {
		return source === 'github' && origin === GITHUB;
	}

	/** Asks for a token and keeps it; undefined when the user turned away. */
	async askToken({ source, origin }: Lacked): Promise<IssueKey | undefined> {
		const host = new URL(origin).host;
		const title = vscode.l10n.t('A Token for {0}', host);
		const token = await vscode.window.showInputBox({
			title,
			prompt: vscode.l10n.t(
				'One that may read issues is enough. It is kept in the editor’s secret storage and goes to {0} alone.',
				host,
			),
			password: true,
			ignoreFocusOut: true,
			validateInput: (value) =>
				value.trim() === '' || /^[\x21-\x7e]+$/.test(value.trim())
					? undefined
					: vscode.l10n.t('A token has no spaces and no special letters.'),
		});
		if (token === undefined || token.trim() === '') {
			return undefined;
		}
		const user =
			source === 'jira'
				? await vscode.window.showInputBox({
						title,
						prompt: vscode.l10n.t('The e-mail address that the token belongs to; empty where it needs none.'),
						ignoreFocusOut: true,
					})
				: '';
		if (user === undefined) {
			return undefined;
		}
		const key: IssueKey = {
			...{ source, origin, token: token.trim() },
			...(user.trim() === '' ? {} : { user: user.trim() }),
		};
		await this.secrets.store(nameOf(key), JSON.stringify({ token: key.token, user: key.user }));
		return key;
	}

	/** How many there were. */
	async forget(): Promise<number> {
		const names = (await this.secrets.keys()).filter((name) => name.startsWith(PREFIX));
		for (const name of names) {
			await this.secrets.delete(name);
		}
		return names.length;
	}

	private async kept(place: Pick<IssueKey, 'source' | 'origin'>): Promise<IssueKey | undefined> {
		try {
			const { token, user } = JSON.parse((await this.secrets.get(nameOf(place))) ?? '{}') as {
				token?: unknown;
				user?: unknown;
			};
			return typeof token === 'string'
				? { ...place, token, ...(typeof user === 'string' ? { user } : {}) }
				: undefined;
		} catch {
			// The storage may be broken, or hold what we did not write.
			return undefined;
		}
	}

	private async session(): Promise<string | undefined> {
		for (const scopes of SCOPES) {
			const session = await inTime(this.sessionOf(scopes, { silent: true }));
			if (session !== undefined) {
				return session.accessToken;
			}
		}
		return undefined;
	}
}

function nameOf({ source, origin }: Pick<IssueKey, 'source' | 'origin'>): string {
	return `${PREFIX}${source}:${origin}`;
}

/** Undefined as well where it fails or takes too long. */
async function inTime<T>(asked: Thenable<T | undefined>): Promise<T | undefined> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const late = new Promise<undefined>((resolve) => {
		timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
	});
	try {
		return await Promise.race([asked, late]);
	} catch {
		return undefined;
	} finally {
		clearTimeout(timer);
	}
}
