// Files that hold keys, passwords or tokens by their very name. They never reach a model, whatever git tracks.
import { folded } from './pathRule';

/** Why the file stays on this machine, in a sentence; undefined when its name tells nothing of the kind. */
export function privateRefusal(path: string): string | undefined {
	const plain = folded(path);
	const kind = KINDS.find(([, pattern]) => pattern.test(plain))?.[0];
	return kind === undefined
		? undefined
		: `${JSON.stringify(path)} is ${kind}, which is not shown to a model.`;
}

/** Formats of settings; a source file of such a name is code about credentials, not credentials. */
const DATA = '(\\.(json|jsonc|json5|ya?ml|toml|ini|cfg|conf|csv|txt|xml|properties|plist|enc|gpg|bak|old))*';

const KINDS: readonly (readonly [string, RegExp])[] = [
	['an environment file', /(^|\/)(\.env[^/]*|[^/]+\.env|\.?envrc)$/],
	[
		'a key or certificate',
		/\.(pem|key|p8|p12|pfx|pkcs12|jks|keystore|kdbx?|ppk|ovpn|mobileprovision|gpg|asc|age)$/,
	],
	['a private key', /(^|\/)(id_(rsa|dsa|ecdsa|ed25519)[^/]*|[^/]*_rsa)$/],
	[
		'a file of credentials',
		/(^|\/)(\.npmrc|\.yarnrc(\.yml)?|\.pypirc|[._]netrc|\.git-credentials|\.htpasswd|\.pgpass|\.my\.cnf|\.dockercfg|\.s3cfg|\.boto|\.vault-token|\.terraformrc|kubeconfig|local\.settings\.json)$/,
	],
	[
		'a file of credentials',
		new RegExp(`(^|/)[^/]*(credentials?|secrets?|service[-_]?account[^/]*|client_secret[^/]*)${DATA}$`),
	],
	['a file of credentials', /(^|\/)(\.aws|\.ssh|\.gnupg|\.azure|\.kube|\.docker|\.config\/gcloud)\//],
	['a state of infrastructure', /\.(tfstate|tfvars)(\.[^/]*)?$/],
];
