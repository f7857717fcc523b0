// Writes prices.json, the prices that go out with the build: `npx tsx src/models/catalogue/generate.mjs`.
// It takes the models data out of one version of a published package, which is not a dependency of ours, and leaves
// out what it cannot price. With --compare it also shows where a second package disagrees, and writes nothing.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ratePerMillion } from '../../core/decimal.ts';

const SOURCE = '@earendil-works/pi-ai@1.5.2';
const SECOND = '@pydantic/genai-prices@0.1.8';
const PROVIDERS = [
	'anthropic', 'deepseek', 'github-copilot', 'google', 'groq', 'mistral', 'openai', 'openrouter', 'together', 'xai',
];

/** Ids whose price is not the price of the text in and out, or that our client cannot call. */
const LEFT_OUT = [
	// Batches answer within a day; the second form names whatever is newest, at a price that moves.
	[/:batch$/, /.*/],
	[/^~/, /.*/],
	// Routers: what they cost is what the model costs that they choose.
	[/^(auto|openrouter\/.*|typesafe\/jev-router)$/, /^openrouter$/],
	// Pictures, sound and searches are billed on top.
	[/-image\b|nano-banana|audio|voxtral|deep-research|computer-use|robotics/, /.*/],
	// Only on the Responses API, which we do not speak.
	[/-pro$|-codex|-cyber$|daybreak/, /^openai$/],
];

const folder = mkdtempSync(path.join(os.tmpdir(), 'prices-'));
try {
	const root = unpack(SOURCE);
	const models = Object.fromEntries(PROVIDERS.map((provider) => [provider, rowsOf(root, provider)]));
	for (const [provider, rows] of Object.entries(models)) {
		process.stderr.write(`${provider}: ${rows.length}, ${rows.filter((row) => row.input === undefined).length} without a price\n`);
	}
	if (process.argv.includes('--compare')) {
		await compare(models);
	} else {
		write(models);
	}
} finally {
	rmSync(folder, { recursive: true });
}

function unpack(what) {
	const name = npm(['pack', '--silent', what]).trim().split('\n').at(-1);
	execFileSync('tar', ['xzf', name], { cwd: folder });
	const root = path.join(folder, name.replace(/\.tgz$/, ''));
	execFileSync('mv', ['package', root], { cwd: folder });
	return root;
}

function npm(args) {
	return execFileSync('npm', args, { cwd: folder, encoding: 'utf8' });
}

function rowsOf(root, provider) {
	const groups = withTextNumbers(readFileSync(path.join(root, `dist/providers/data/${provider}.json`), 'utf8'));
	return Object.values(groups)
		.flatMap((group) => Object.values(group))
		.filter(({ type, id }) => type === 'chat' && !LEFT_OUT.some(([ids, where]) => ids.test(id) && where.test(provider)))
		.map((model) => rowOf(model, provider))
		.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Numbers stay the text they are: parsed by us, digit by digit. */
function withTextNumbers(json) {
	return JSON.parse(
		json.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
			token.startsWith('"') ? token : `"${token}"`,
		),
	);
}

function rowOf({ id, name, cost, contextWindow, maxTokens, reasoning }, provider) {
	const price = cost === undefined ? undefined : ratesOf(cost, provider);
	// The source writes 0 where it knows nothing: only what says that it is free is free.
	const free = price?.input === 0 && price.output === 0;
	const priced = price !== undefined && (!free || id.endsWith(':free'));
	const tiers = (cost?.tiers ?? []).map((tier) => ({
		inputTokensAbove: Number(tier.inputTokensAbove),
		...ratesOf(tier, provider),
	}));
	return {
		id,
		name,
		...(priced ? price : {}),
		...(priced && tiers.length > 0 ? { tiers } : {}),
		...(Number(contextWindow) > 0 ? { context: Number(contextWindow) } : {}),
		...(Number(maxTokens) > 0 ? { maxOutput: Number(maxTokens) } : {}),
		reasoning,
	};
}

/** A cache rate of 0 beside a paid input is one that is not known, so it is left out. */
function ratesOf(cost, provider) {
	const rate = (text) => {
		const exact = ratePerMillion(text);
		if (exact === undefined) {
			throw new Error(`not a price: ${text}`);
		}
		// The source rounds OpenRouter's prices to six decimals: one that uses them all may be half a unit higher.
		return provider === 'openrouter' && /\.\d{6}$/.test(text) ? exact + 500 : exact;
	};
	const [input, output] = [rate(cost.input), rate(cost.output)];
	const cache = (text) => (text === undefined || (rate(text) === 0 && input > 0) ? undefined : rate(text));
	return { input, output, cacheRead: cache(cost.cacheRead), cacheWrite: cache(cost.cacheWrite) };
}

function write(models) {
	const [, name, version] = /^(.+)@(.+)$/.exec(SOURCE);
	const published = JSON.parse(npm(['view', name, 'time', '--json']))[version].slice(0, 10);
	const source = { package: name, version, published, unit: 'nano-dollars per million tokens' };
	const providers = Object.entries(models).map(
		([provider, rows]) => `"${provider}": [\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]`,
	);
	const file = path.join(import.meta.dirname, 'prices.json');
	writeFileSync(file, `{\n"source": ${JSON.stringify(source)},\n"models": {\n${providers.join(',\n')}\n}\n}\n`);
	process.stderr.write(`${file}: ${readFileSync(file).length} bytes\n`);
}

/** For a look before a new version is taken; the second source may well be the one that is behind. */
async function compare(models) {
	const { calcPrice } = await import(pathToFileURL(path.join(unpack(SECOND), 'dist/index.js')).href);
	const counts = { same: 0, unknown: 0, lower: 0, higher: 0 };
	for (const [provider, rows] of Object.entries(models)) {
		for (const row of rows.filter(({ input }) => input !== undefined)) {
			const [input, output] = [
				calcPrice({ input_tokens: 1000 }, row.id, { providerId: provider })?.input_price,
				calcPrice({ input_tokens: 1000, output_tokens: 1000 }, row.id, { providerId: provider })?.output_price,
			].map((usd) => (usd === undefined ? undefined : Math.round(usd * 1e12)));
			const kind =
				input === undefined || output === undefined ? 'unknown'
				: Math.abs(input - row.input) <= 1000 && Math.abs(output - row.output) <= 1000 ? 'same'
				: input > row.input || output > row.output ? 'lower' : 'higher';
			counts[kind]++;
			if (kind === 'lower' || kind === 'higher') {
				process.stdout.write(`${provider}/${row.id}: ours ${row.input / 1e9}/${row.output / 1e9}, theirs ${input / 1e9}/${output / 1e9}\n`);
			}
		}
	}
	process.stdout.write(`ours is the same ${counts.same}, lower ${counts.lower}, higher ${counts.higher}; theirs unknown ${counts.unknown}\n`);
}
