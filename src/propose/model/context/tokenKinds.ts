// Keys that are known by their own form, whoever wrote them where. Forms are the issuers' published prefixes.

export interface TokenKind {
	/** For people and models: what stood there. */
	readonly kind: string;
	/** Text without which the pattern cannot match: a cheap first look. */
	readonly hint: string;
	/** Bounded and begun by a fixed text or at a word's start, so that it takes linear time on any input. */
	readonly pattern: RegExp;
}

/** `form` stands alone: not within a longer word. */
function kind(name: string, hint: string, form: string): TokenKind {
	return { kind: name, hint, pattern: new RegExp(`(?<![A-Za-z0-9_])(?:${form})(?![A-Za-z0-9])`, 'g') };
}

export const TOKEN_KINDS: readonly TokenKind[] = [
	// The documentation's own examples end in EXAMPLE.
	kind('AWS access key', 'A', '(?:AKIA|ASIA|ABIA|ACCA)(?![A-Z2-7]{9}EXAMPLE)[A-Z2-7]{16}'),
	kind('AWS Bedrock key', 'ABSK', 'ABSK[A-Za-z0-9+/]{100,300}={0,2}'),
	kind('Google API key', 'AIza', 'AIza[\\w-]{35}'),
	kind('Google OAuth secret', 'GOCSPX-', 'GOCSPX-[\\w-]{24,40}'),
	kind('Google OAuth token', 'ya29.', 'ya29\\.[\\w.-]{20,2000}'),
	kind('Google refresh token', '1//0', '1//0[\\w-]{20,300}'),
	kind('GitHub token', 'gh', 'gh[pousr]_[A-Za-z0-9]{36,255}'),
	kind('GitHub token', 'github_pat_', 'github_pat_[A-Za-z0-9_]{40,255}'),
	kind('GitLab token', 'gl', 'gl(?:pat|dt|cbt|ptt|ft|imt|agent|oas|rt|soat|ffct|wt)-[\\w-]{20,300}'),
	kind('Slack token', 'xox', 'xox[abceoprs]-[\\w-]{10,250}'),
	kind('Slack token', 'xoxe.', 'xoxe\\.xox[bp]-[\\w-]{10,250}'),
	kind('Slack token', 'xapp-', 'xapp-\\d-[\\w-]{20,250}'),
	kind(
		'Slack webhook',
		'hooks.slack.com',
		'hooks\\.slack\\.com/(?:services|workflows|triggers)/[\\w+/]{30,120}',
	),
	kind('Discord webhook', '/api/webhooks/', 'discord(?:app)?\\.com/api/webhooks/\\d{15,22}/[\\w-]{50,100}'),
	kind('Discord token', '.', '[MNO][A-Za-z\\d]{23,27}\\.[\\w-]{6}\\.[\\w-]{27,40}'),
	kind('Telegram token', ':AA', '\\d{8,10}:AA[\\w-]{32,34}'),
	kind('Stripe key', 'k_', '[sr]k_(?:live|test|prod)_[A-Za-z0-9]{16,255}'),
	kind('Stripe webhook secret', 'whsec_', 'whsec_[A-Za-z0-9+/=]{24,255}'),
	kind('Anthropic key', 'sk-ant-', 'sk-ant-[\\w-]{20,255}'),
	kind('OpenRouter key', 'sk-or-', 'sk-or-[\\w-]{20,255}'),
	kind('OpenAI key', 'sk-', 'sk-(?:proj|svcacct|admin|service|None)-[\\w-]{20,255}'),
	kind('API key', 'sk-', 'sk-(?=[A-Za-z]{0,40}\\d)[A-Za-z0-9]{32,100}'),
	kind('Groq key', 'gsk_', 'gsk_[A-Za-z0-9]{40,100}'),
	kind('xAI key', 'xai-', 'xai-[A-Za-z0-9]{60,120}'),
	kind('Hugging Face token', 'hf_', 'hf_[A-Za-z0-9]{30,50}'),
	kind('Replicate token', 'r8_', 'r8_[A-Za-z0-9]{35,45}'),
	kind('Perplexity key', 'pplx-', 'pplx-[A-Za-z0-9]{40,80}'),
	kind('NVIDIA key', 'nvapi-', 'nvapi-[\\w-]{60,90}'),
	kind('Cerebras key', 'csk-', 'csk-[a-z0-9]{40,60}'),
	kind('Together key', 'tgp_v1_', 'tgp_v1_[\\w-]{40,60}'),
	kind('Fireworks key', 'fw_', 'fw_(?=[A-Za-z]{0,20}\\d)[A-Za-z0-9]{20,40}'),
	kind('LangSmith key', 'lsv2_', 'lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}'),
	kind('npm token', 'npm_', 'npm_[A-Za-z0-9]{36}'),
	kind('PyPI token', 'pypi-', 'pypi-AgE[\\w-]{50,1000}'),
	kind('RubyGems key', 'rubygems_', 'rubygems_[a-f0-9]{48}'),
	kind('crates.io token', 'cio', 'cio(?=[A-Za-z]{0,31}\\d)[A-Za-z0-9]{32}'),
	kind('NuGet key', 'oy2', 'oy2[a-z0-9]{43}'),
	kind('Docker token', 'dckr_', 'dckr_[po]at_[\\w-]{27,60}'),
	kind('Terraform token', '.atlasv1.', '[A-Za-z0-9]{14}\\.atlasv1\\.[\\w=-]{60,70}'),
	kind('SendGrid key', 'SG.', 'SG\\.[\\w-]{16,32}\\.[\\w-]{16,64}'),
	kind('Mailgun key', 'key-', 'key-[a-f0-9]{32}'),
	kind('Mailchimp key', '-us', '[a-f0-9]{32}-us\\d{1,2}'),
	kind('Brevo key', 'xkeysib-', 'xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}'),
	kind('Twilio key', 'SK', 'SK[a-f0-9]{32}'),
	kind('Shopify token', 'shp', 'shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}'),
	kind('Square token', 'sq0', 'sq0[a-z]{3}-[\\w-]{22,43}'),
	kind(
		'Braintree token',
		'access_token$',
		'access_token\\$(?:production|sandbox)\\$[0-9a-z]{16}\\$[0-9a-f]{32}',
	),
	kind('DigitalOcean token', '_v1_', 'do[opr]_v1_[a-f0-9]{64}'),
	kind('Heroku key', 'HRKU-', 'HRKU-[\\w-]{36,80}'),
	kind('Fly.io token', 'f', '(?:fo1_[\\w-]{43}|fm[12][ar]?_[A-Za-z0-9+/=]{80,2000})'),
	kind('Netlify token', 'nfp_', 'nfp_[A-Za-z0-9]{36,40}'),
	kind('Vercel token', 'vercel_', 'vercel_blob_rw_[A-Za-z0-9_]{20,100}'),
	kind('Cloudflare key', 'v1.0-', 'v1\\.0-[a-f0-9]{24}-[a-f0-9]{100,180}'),
	kind('Supabase key', 'sb', '(?:sbp_[a-f0-9]{40}|sb_secret_[\\w-]{20,60})'),
	kind('PlanetScale secret', 'pscale_', 'pscale_(?:tkn|pw|oauth)_[\\w.=-]{32,64}'),
	kind('Databricks token', 'dapi', 'dapi[a-f0-9]{32}(?:-\\d)?'),
	kind('New Relic key', 'NRAK-', 'NRAK-[A-Z0-9]{27}'),
	kind('Grafana token', 'gl', '(?:glsa_[A-Za-z0-9]{32}_[a-fA-F0-9]{8}|glc_[A-Za-z0-9+/=]{32,400})'),
	kind('Sentry token', 'sntry', 'sntry[su]_[\\w+/=]{40,300}'),
	kind('Linear key', 'lin_', 'lin_(?:api|oauth)_[A-Za-z0-9]{32,64}'),
	kind('Notion token', '_', '(?:ntn_[A-Za-z0-9]{40,60}|secret_(?=[A-Za-z]{0,42}\\d)[A-Za-z0-9]{43})'),
	kind('Atlassian token', 'AT', 'AT[AC]TT3[\\w=-]{60,400}'),
	kind('Airtable token', 'pat', 'pat[A-Za-z0-9]{14}\\.[a-f0-9]{64}'),
	kind('Figma token', 'fig', 'fig[dor]_[\\w-]{38,60}'),
	kind('Postman key', 'PMAK-', 'PMAK-[a-f0-9]{24}-[a-f0-9]{34}'),
	kind('Doppler token', 'dp.', 'dp\\.(?:pt|st|ct|sa|scim|audit)\\.[\\w.-]{40,80}'),
	kind('Vault token', 'hv', 'hv[sbr]\\.[\\w-]{24,300}'),
	kind('Pulumi token', 'pul-', 'pul-[a-f0-9]{40}'),
	kind('age secret key', 'AGE-SECRET-KEY-', 'AGE-SECRET-KEY-1[A-Z0-9]{58}'),
	kind('1Password token', 'ops_', 'ops_eyJ[\\w=+/-]{100,2000}'),
	kind('Facebook token', 'EAA', 'EAA[A-Z][A-Za-z0-9]{90,400}'),
	kind('Dropbox token', 'sl.', 'sl\\.[\\w-]{130,200}'),
	kind('Azure client secret', 'Q~', '[\\w~.]{3}\\dQ~[\\w~.-]{31,34}'),
	kind('JSON web token', 'eyJ', '(?<!-)eyJ[\\w-]{10,4000}\\.eyJ[\\w-]{5,8000}\\.[\\w-]{10,2000}'),
];
