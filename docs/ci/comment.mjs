// Puts what `underbid fix --json` said into one comment of a pull request, and brings that comment up to date later.
// It writes comments and nothing else: no push, no branch, no review, no label.
//   node comment.mjs fix.json 12      GITHUB_TOKEN, GITHUB_REPOSITORY, GITHUB_API_URL as Actions sets them
import { readFileSync } from 'node:fs';

const MARK = '<!-- underbid: one comment, kept up to date -->';
const MOST_DIFF = 40_000;
const MOST_ROWS = 20;

/** A fence that nothing inside can close. */
function fenced(text, language) {
	const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
	const fence = '`'.repeat(longest + 1);
	return `${fence}${language}\n${text.endsWith('\n') ? text : `${text}\n`}${fence}`;
}

/** Names of tests and the like are data: one line, in code, in a cell, calling nobody. */
function code(text) {
	const line = String(text).replace(/[\p{C}\s]+/gu, ' ').replaceAll('|', '¦').slice(0, 200);
	const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
	const ticks = '`'.repeat(longest + 1);
	return `${ticks} ${line} ${ticks}`;
}

function usd(nano) {
	return `$${(nano / 1e9).toFixed(4).replace(/(\.\d\d\d*?)0+$/, '$1')}`;
}

function part(title, patch) {
	return patch.diff.length > MOST_DIFF
		? [`**${title}** is too long for a comment; it is in the job's artifact. sha256 ${code(patch.sha256)}`]
		: [`**${title}** (sha256 ${code(patch.sha256.slice(0, 16))})`, '', fenced(patch.diff, 'diff')];
}

/** The comment as Markdown. */
export function commentOf(said) {
	const head = said.verified
		? 'Underbid: a verified fix'
		: said.checked
			? 'Underbid: a checked fix (it passes a test that was written for it; read that test)'
			: 'Underbid: no verified fix';
	const rows = [
		...said.target.slice(0, MOST_ROWS).map((id) => ['to be fixed', code(id)]),
		['spent', `${usd(said.money.spent)} of ${usd(said.money.bid)}`],
		...(said.outcome.reason === undefined ? [] : [['why it ended', code(said.outcome.reason)]]),
		...(said.receipt?.before && said.receipt.after
			? [
					[
						'suite',
						`${said.receipt.before.passed} passed, ${said.receipt.before.failed} failed → ${said.receipt.after.passed} passed, ${said.receipt.after.failed} failed`,
					],
				]
			: []),
		...(said.receipt?.failsWithout ? [['without the patch', 'the target fails again']] : []),
		...(said.receipt === undefined ? [] : [['sandbox', code(said.receipt.sandbox)], ['run', code(said.receipt.run)]]),
		...said.attempts
			.slice(0, MOST_ROWS)
			.map(({ number, offer, cost, ended }) => [
				`attempt ${number}`,
				`${code(offer)} ${usd(cost.billed + cost.estimated)}${cost.estimated > 0 ? ' (estimated)' : ''}: ${ended}`,
			]),
		...(said.receipt?.warnings ?? []).slice(0, MOST_ROWS).map((warning) => ['look twice', code(warning)]),
	];
	return [
		...[MARK, `### ${head}`, '', '| | |', '| --- | --- |', ...rows.map(([key, value]) => `| ${key} | ${value} |`), ''],
		...(said.test === undefined ? [] : [...part('The written test', said.test), '']),
		...(said.patch === undefined ? [] : [...part('The fix', said.patch), '']),
		'Nothing was pushed. To take it: copy the diff and run `git apply`.',
	].join('\n');
}

async function main([file, number]) {
	const { GITHUB_TOKEN: token, GITHUB_REPOSITORY: repository, GITHUB_API_URL: api = 'https://api.github.com' } = process.env;
	if (file === undefined || !/^\d+$/.test(number ?? '') || !token || !/^[\w.-]+\/[\w.-]+$/.test(repository ?? '')) {
		throw new Error('usage: node comment.mjs fix.json PULL_REQUEST, with GITHUB_TOKEN and GITHUB_REPOSITORY');
	}
	const body = commentOf(JSON.parse(readFileSync(file, 'utf8')));
	const call = async (method, path, sent) => {
		const response = await fetch(`${api}/repos/${repository}/issues/${path}`, {
			method,
			redirect: 'error',
			headers: {
				authorization: `Bearer ${token}`,
				accept: 'application/vnd.github+json',
				'x-github-api-version': '2022-11-28',
				'user-agent': 'underbid',
				...(sent === undefined ? {} : { 'content-type': 'application/json' }),
			},
			...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
		});
		if (!response.ok) {
			throw new Error(`GitHub answered ${method} ${path} with ${response.status}`);
		}
		return response.json();
	};
	const comments = await call('GET', `${number}/comments?per_page=100`);
	// Anybody can write our mark: only a comment of a bot is ours to change.
	const own = comments.find((one) => one.user?.type === 'Bot' && one.body?.startsWith(MARK));
	await (own === undefined
		? call('POST', `${number}/comments`, { body })
		: call('PATCH', `comments/${own.id}`, { body }));
}

if (process.argv[1]?.endsWith('comment.mjs')) {
	await main(process.argv.slice(2));
}
