import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { redact, secretLiterals } from '../../../../src/propose/model/secrets';

/** Text that looks drawn at random and is always the same; made here so that no scanner finds a key in this file. */
function drawn(alphabet: string, length: number, seed = 'a'): string {
	let text = '';
	for (let round = 0; text.length < length; round += 1) {
		for (const byte of createHash('sha256').update(`${seed}${round}`).digest()) {
			text += alphabet[byte % alphabet.length];
		}
	}
	return text.slice(0, length);
}
const HEX = '0123456789abcdef';
const SMALL = 'abcdefghijklmnopqrstuvwxyz0123456789';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const BASE62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const BASE64 = `${BASE62}+/`;
const hex = (length: number) => drawn(HEX, length);
const word = (length: number) => drawn(BASE62, length);
const base64 = (length: number) => drawn(BASE64, length);
const lines = (count: number) => Array.from({ length: count }, (_, at) => drawn(BASE64, 64, `l${at}`));
const begin = (name = '') => `-----BEGIN ${name}PRIVATE ${'KEY'}-----`;
const end = (name = '') => `-----END ${name}PRIVATE ${'KEY'}-----`;
const jwt = `${'eyJ'}${word(30)}.eyJ${word(60)}.${word(43)}`;

/** What it is, the secret itself, and the text around it. */
const SECRETS: readonly (readonly [string, string, (secret: string) => string])[] = [
	['AWS access key', `AKIA${drawn(BASE32, 16)}`, (s) => `accessKeyId: '${s}',`],
	['AWS session key', `ASIA${drawn(BASE32, 16)}`, (s) => `key=${s}`],
	['AWS secret in a file of settings', base64(40), (s) => `aws_secret_access_key = ${s}\n`],
	['AWS secret in code', base64(40), (s) => `secretAccessKey: "${s}"`],
	['AWS session token', base64(300), (s) => `aws_session_token=${s}\n`],
	['Google API key', `${'AI'}za${word(35)}`, (s) => `https://maps/api?key=${s}&q=1`],
	['Google OAuth secret', `GOC${'SPX'}-${word(28)}`, (s) => `"client_secret": "${s}"`],
	['Google OAuth token', `ya29.${word(80)}`, (s) => `token ${s}`],
	['Google service account', lines(3).join('\\n'), (s) => `"private_key": "${begin()}\\n${s}\\n${end()}\\n"`],
	['Google service account id', hex(40), (s) => `"private_key_id": "${s}"`],
	['GitHub personal', `ghp_${word(36)}`, (s) => `git clone https://x:${s}@github.com/a/b`],
	['GitHub OAuth', `gho_${word(36)}`, (s) => s],
	['GitHub server', `ghs_${word(36)}`, (s) => `(${s})`],
	['GitHub fine-grained', `github_pat_${word(22)}_${word(59)}`, (s) => `TOKEN="${s}"`],
	['GitLab', `glpat-${word(20)}`, (s) => `token: ${s}`],
	['GitLab deploy', `gldt-${word(20)}`, (s) => `'${s}'`],
	['Slack bot', `xoxb-${drawn('0123456789', 12)}-${word(24)}`, (s) => `slack('${s}')`],
	['Slack app', `xapp-1-${word(40)}`, (s) => s],
	['Slack webhook', `T${word(8)}/B${word(10)}/${word(24)}`, (s) => `https://hooks.slack.com/services/${s}`],
	['Discord webhook', word(68), (s) => `https://discord.com/api/webhooks/123456789012345678/${s}`],
	['Telegram', `${drawn('123456789', 10)}:AA${word(33)}`, (s) => `bot${''}("${s}")`],
	['Stripe live', `sk_${'live'}_${word(24)}`, (s) => `stripe('${s}')`],
	['Stripe restricted', `rk_${'live'}_${word(24)}`, (s) => s],
	['Stripe webhook', `whsec_${word(32)}`, (s) => s],
	['OpenAI old', `sk-${word(20)}T3${'Blbk'}FJ${word(20)}`, (s) => `OPENAI_API_KEY=${s}`],
	['OpenAI project', `sk-proj-${word(80)}`, (s) => `new OpenAI({ apiKey: '${s}' })`],
	['Anthropic', `sk-ant-api03-${word(95)}`, (s) => `"${s}"`],
	['OpenRouter', `sk-or-v1-${hex(64)}`, (s) => `key ${s}`],
	['DeepSeek', `sk-${drawn(HEX, 32, 'd')}`, (s) => `'${s}'`],
	['Groq', `gsk_${word(52)}`, (s) => s],
	['xAI', `xai-${word(80)}`, (s) => s],
	['Hugging Face', `hf_${drawn(BASE62.slice(0, 52), 34)}`, (s) => `login("${s}")`],
	['Replicate', `r8_${word(37)}`, (s) => s],
	['npm', `npm_${word(36)}`, (s) => `//registry.npmjs.org/:_authToken=${s}`],
	['npm legacy', `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`, (s) => `//host/:_authToken=${s}`],
	['npm basic', base64(24), (s) => `//host/:_auth="${s}"`],
	['PyPI', `pypi-AgEIcHlwaS5vcmc${word(80)}`, (s) => `password = ${s}`],
	['RubyGems', `rubygems_${hex(48)}`, (s) => s],
	['NuGet', `oy2${drawn(SMALL, 43)}`, (s) => s],
	['Docker', `dckr_pat_${word(27)}`, (s) => s],
	['Terraform', `${word(14)}.atlasv1.${word(65)}`, (s) => s],
	['SendGrid', `SG.${word(22)}.${word(43)}`, (s) => `"${s}"`],
	['Mailgun', `key-${hex(32)}`, (s) => `auth=('api', '${s}')`],
	['Mailchimp', `${hex(32)}-us12`, (s) => s],
	['Twilio key', `SK${hex(32)}`, (s) => s],
	['Twilio token', hex(32), (s) => `TWILIO_AUTH_TOKEN=${s}`],
	['Shopify', `shpat_${hex(32)}`, (s) => s],
	['DigitalOcean', `dop_v1_${hex(64)}`, (s) => s],
	['Supabase', `sbp_${hex(40)}`, (s) => s],
	['Databricks', `dapi${hex(32)}`, (s) => s],
	['Grafana', `glsa_${word(32)}_${hex(8)}`, (s) => s],
	['Linear', `lin_api_${word(40)}`, (s) => s],
	['Atlassian', `ATATT3${word(186)}`, (s) => s],
	['Vault', `hvs.${word(90)}`, (s) => s],
	['age', `AGE-SECRET-KEY-1${drawn(BASE32, 58)}`, (s) => s],
	['Azure client secret', `a1B8Q~${word(33)}`, (s) => s],
	[
		'Azure storage',
		`${base64(86)}==`,
		(s) => `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${s};`,
	],
	['Azure service bus', `${base64(43)}=`, (s) => `SharedAccessKeyName=x;SharedAccessKey=${s}`],
	['Azure signature', `${word(50)}%3D`, (s) => `https://a.blob/c?sv=2020&sig=${s}`],
	['JSON web token', jwt, (s) => `expect(decode('${s}'))`],
	['a bearer', word(40), (s) => `curl -H "Authorization: Bearer ${s}"`],
	[
		'basic authentication',
		Buffer.from('robot:hunter2hunter2').toString('base64'),
		(s) => `{ Authorization: 'Basic ${s}' }`,
	],
	['password in a URL', 'h7Kq2mZ9', (s) => `postgres://app:${s}@db.internal:5432/app`],
	['password in a connection string', 'h7Kq!2mZ9', (s) => `Server=db;User Id=sa;Password=${s};`],
	['key in code', word(32), (s) => `const API_KEY = '${s}';`],
	['key in JSON', hex(32), (s) => `{"api_key": "${s}"}`],
	['key in Python', word(32), (s) => `SECRET_KEY = b"${s}"`],
	['key in Go', word(32), (s) => `apiToken := "${s}"`],
	['key in Ruby', word(32), (s) => `:api_token => '${s}'`],
	['key in YAML', word(32), (s) => `  clientSecret: ${s}\n`],
	['key in XML', word(32), (s) => `<apiKey>${s}</apiKey>`],
	['key of a header', word(32), (s) => `headers.set('x-api-key', '${s}')`],
	['key with a type', word(32), (s) => `const token: string = "${s}"`],
	['key as a default', word(32), (s) => `apiKey: process.env.API_KEY || '${s}'`],
	['key on a command line', word(32), (s) => `deploy --token ${s} --yes`],
	['key in a query', word(32), (s) => `fetch("https://a.b/c?access_token=${s}&x=1")`],
	['a chosen password', 'Sommer!2024x', (s) => `password: '${s}'`],
	['PEM', lines(5).join('\n'), (s) => `${begin('RSA ')}\n${s}\n${end('RSA ')}`],
	[
		'PEM, encrypted',
		lines(3).join('\n'),
		(s) =>
			`${begin('RSA ')}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,${hex(32)}\n\n${s}\n${end('RSA ')}`,
	],
	['PEM, Windows lines', lines(3).join('\r\n'), (s) => `${begin('EC ')}\r\n${s}\r\nabcd==\r\n${end('EC ')}`],
	['PEM, OpenSSH', lines(4).join('\n'), (s) => `${begin('OPENSSH ')}\n${s}\nAAEC\n${end('OPENSSH ')}\n`],
	['PEM, cut short', lines(3).join('\n'), (s) => `key = """${begin()}\n${s}\n"""\nprint(1)`],
	[
		'PEM, joined in source',
		lines(3).join("\\n' +\n\t'"),
		(s) => `'${begin()}\\n' +\n\t'${s}\\n' +\n\t'${end()}'`,
	],
	[
		'PGP',
		lines(3).join('\n'),
		(s) =>
			`${begin('PGP ').replace('KEY-', 'KEY BLOCK-')}\nVersion: GnuPG v2\n\n${s}\n=abcd\n${end('PGP ').replace('KEY-', 'KEY BLOCK-')}`,
	],
];

/** Ordinary text that must come out as it went in. */
const ORDINARY: readonly string[] = [
	"import { tokenize, Token } from './tokenizer';",
	'const token = this.tokens[this.position + 1];',
	'const accessToken = await getAccessToken(clientId, clientSecret);',
	'if (password.length < MINIMUM_PASSWORD_LENGTH) throw new Error("password is too short");',
	"const passwordField = screen.getByLabelText('password');",
	'type Secret = { name: string; secretValue: string | undefined };',
	"const apiKey = process.env['OPENAI_API_KEY'];",
	'api_key = os.environ["SERVICE_API_KEY"]',
	'SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY", "change-me-in-production")',
	"password: 'password123'",
	"login({ user: 'alice', password: 'secret' })",
	"const token = 'test-token';",
	"token: 'my-very-long-test-token-for-the-unit-tests'",
	'const passwordPattern = /^(?=.*[A-Z])(?=.*\\d).{8,}$/;',
	`"integrity": "sha512-${base64(86)}==",`,
	`"resolved": "https://registry.npmjs.org/left-pad/-/left-pad-1.3.0.tgz#${hex(40)}"`,
	`assert.equal(sha1('abc'), '${hex(40)}');`,
	`expect(md5(text)).toBe('${hex(32)}')`,
	`index ${hex(7)}..${drawn(HEX, 7, 'x')} 100644`,
	`commit ${hex(40)}`,
	`const id = '${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}';`,
	`"passwordHash": "$2b$10$${word(53)}"`,
	`<img src="data:image/png;base64,${base64(120)}">`,
	'const url = new URL("http://user:pass@example.com:8080/path?a=b#c");',
	"parse('https://localhost:3000/login?next=/home')",
	'postgres://postgres:postgres@localhost:5432/test',
	'mongodb://${user}:${password}@${host}/db',
	'https://<user>:<password>@host/',
	"fetch('https://api.example.com/v1/tokens/count?limit=100')",
	'const tokenTypesByExtension2 = new Map(Object.entries(standardTokenTypes));',
	'private static final String TOKEN_PARAMETER_NAME = "authenticationTokenParameterName";',
	'export const SECRET_MANAGER_CLIENT_TOKEN = Symbol("SECRET_MANAGER_CLIENT_TOKEN");',
	'tokens.push({ kind: "punctuation", value: "=>" })',
	"this.token = 'abcdefghijklmnopqrstuvwxyz0123456789';",
	"const bearer = request.headers.authorization?.replace('Bearer ', '');",
	'Authorization: Bearer <your token here>',
	'curl -u user:password https://host/',
	`if (key.startsWith('${begin()}')) { return decodePrivateKeyFromArmour(key, '${end()}'); }`,
	`-----BEGIN CERTIFICATE-----\n${lines(3).join('\n')}\n-----END CERTIFICATE-----`,
	`-----BEGIN PUBLIC KEY-----\n${lines(3).join('\n')}\n-----END PUBLIC KEY-----`,
	'.sk-fading-circle .sk-circle-before-animation-delay-one { width: 100% }',
	'const skeleton = "sk-something-with-a-rather-long-class-name";',
	'accessKeyId: "AKIAIOSFODNN7EXAMPLE"',
	"it('removes ghp_ and glpat- tokens', () => {",
	'class KeyTokenSecretFactory<TPasswordCredentialProvider extends TokenCredentialProvider> {}',
	'[remote "origin"]\n\turl = git@github.com:owner/repository.git',
	'author = "Jane Doe <jane.doe@example.com>"',
	"const authorizationEndpoint = 'https://login.host.io/oauth2/v2.0/authorize';",
	'token == other.token && tokenType === TokenType.Identifier2Expression',
	"expect(tokens).toEqual(['a1', 'b2', 'c3', 'd4']);",
	'--password-file /run/secrets/database_password',
	'x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
	'def test_token_expires_after_24_hours(self):',
	"@pytest.mark.parametrize('token', ['', ' ', None, 'x' * 300])",
	'const CSRF_TOKEN_HEADER_NAME = "X-CSRF-Token-Header-Name";',
	'let secret_number: u32 = rand::thread_rng().gen_range(1..101);',
];

describe('secrets', () => {
	assert.ok(SECRETS.length >= 60 && ORDINARY.length >= 40);
	for (const [name, secret, around] of SECRETS) {
		it(`removes ${name}`, () => {
			const { text, found } = redact(`before\n${around(secret)}\nafter`);
			for (const part of secret.split(/\\n|['+\s]+/).filter((one) => one.length > 3)) {
				assert.ok(!text.includes(part), text);
			}
			assert.ok(text.startsWith('before\n') && text.endsWith('\nafter'), text);
			assert.ok(found.length > 0);
			assert.equal(text.split('\n').length, `before\n${around(secret)}\nafter`.split('\n').length);
		});
	}

	for (const text of ORDINARY) {
		it(`leaves ${text.slice(0, 60)}`, () => assert.deepEqual(redact(text), { text, found: [] }));
	}

	it('says what stood there and leaves the code around it', () => {
		const key = `ghp_${word(36)}`;
		assert.deepEqual(redact(`const a = '${key}';\nconst b = "${key}";`), {
			text: `const a = '[removed: GitHub token]';\nconst b = "[removed: GitHub token]";`,
			found: ['GitHub token'],
		});
	});

	it('removes what is known by its value, also quoted and encoded', () => {
		const value = 'correct "horse" battery';
		const { text } = redact(`a ${value} b ${JSON.stringify({ value })} c ${encodeURIComponent(value)}`, [
			value,
		]);
		assert.equal(
			text,
			'a [removed: a secret of the environment] b {"value":"[removed: a secret of the environment]"} c [removed: a secret of the environment]',
		);
		assert.equal(redact('it is a test', ['a', 'test', '']).text, 'it is a test');
	});

	it('knows which variables of the environment hold secrets', () => {
		assert.deepEqual(
			secretLiterals({
				GITHUB_TOKEN: 'value-of-the-github-token-1',
				DATABASE_URL: 'postgres://a:b@c/d',
				HOME: '/home/somebody-with-a-long-name',
				SSH_AUTH_SOCK: '/tmp/ssh-socket/agent.1234',
				KEY_REPEAT: '12345678901',
				API_KEY: 'short',
				PWD: '/home/somebody/project',
				TOKEN_URL: 'https://login.host.io/token/endpoint',
				EMPTY_SECRET: undefined,
			}),
			['value-of-the-github-token-1', 'postgres://a:b@c/d'],
		);
	});

	it('removes a secret wherever it stands, and the second time finds nothing', () => {
		const some = SECRETS.map(([, secret, around]) => around(secret));
		fc.assert(
			fc.property(
				fc.array(fc.oneof(fc.constantFrom(...some), fc.constantFrom(...ORDINARY)), { maxLength: 6 }),
				(parts) => {
					const once = redact(parts.join('\n\n'));
					assert.deepEqual(redact(once.text), { text: once.text, found: [] });
				},
			),
			{ numRuns: 60 },
		);
	});

	it('takes linear time, whatever the text', function () {
		this.timeout(60_000);
		const pieces = [
			'a',
			'A1',
			' ',
			'\n',
			'=',
			'-',
			'/',
			'+',
			'token',
			'password="',
			'secret: ',
			'eyJ',
			'eyJaaaaaaaaaaaa.',
			'sk-',
			'://a:',
			'Bearer ',
			'AKIA',
			'ghp_',
			`${begin()}\n`,
			`${begin()}\n${lines(1).join('')}\n`,
			'key = ',
			"'",
			'"',
			'\\n',
			'token token-',
			'api_key(',
			'Proc-Type: a\n',
			';pwd=',
			'M0a.',
			'ya29.-',
			'?sig=',
			'or ',
			'a||',
			'token.',
		];
		const took = (unit: string, size: number) => {
			const text = unit.repeat(Math.ceil(size / unit.length)).slice(0, size);
			const before = performance.now();
			redact(text);
			return performance.now() - before;
		};
		for (const piece of pieces) {
			const ms = took(piece, 200_000);
			assert.ok(ms < 3_000, `${JSON.stringify(piece)} took ${Math.round(ms)} ms`);
		}
		fc.assert(
			fc.property(fc.array(fc.constantFrom(...pieces), { minLength: 2, maxLength: 5 }), (chosen) => {
				assert.ok(took(chosen.join(''), 60_000) < 2_000);
			}),
			{ numRuns: 30 },
		);
	});
});
