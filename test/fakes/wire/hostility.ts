// What a random provider does next: mostly its work, often badly.
import type { Answer, Behaviour, Break, Report } from './behaviour';
import { type Chance, words } from './chance';
import type { Asked } from './dialects';

const KINDS = {
	answer: 48,
	lie: 14,
	break: 14,
	busy: 8,
	refusal: 4,
	broken: 4,
	redirect: 1,
	hang: 0.4,
	drop: 2,
	headerFlood: 0.5,
	gzipBomb: 0.1,
	raw: 1.5,
	cost: 3,
} as const;

const LIES: readonly [Report, ...Report[]] = [
	'missing',
	'twice',
	'zero',
	'tenth',
	'negative',
	'nan',
	'text',
	'huge',
	'above',
];

export function hostile(chance: Chance, asked: Asked, elsewhere: string): Behaviour {
	const kind = chance.weighed(KINDS);
	switch (kind) {
		case 'answer':
			return { kind: 'answer', answer: answerOf(chance), chunk: chance.whole(8, 200), ...drip(chance) };
		case 'lie': {
			const lie = chance.pick(LIES);
			// Its hidden instructions for tools alone may be as much as a tenth of what it really billed would be.
			const report = lie === 'tenth' && Array.isArray(asked.body['tools']) ? 'zero' : lie;
			return { kind: 'answer', answer: answerOf(chance), report, cost: false };
		}
		case 'break':
			return { kind: 'answer', answer: answerOf(chance), breaks: breakOf(chance), ...drip(chance) };
		case 'busy': {
			const status = chance.pick([429, 429, 503, 529]);
			const after = chance.pick([undefined, '0', '1', '7', '3600', 'Wed, 21 Oct 2015 07:28:00 GMT', 'soon']);
			return { kind: 'status', status, ...(after === undefined ? {} : { retryAfter: after }) };
		}
		case 'refusal':
			return { kind: 'status', status: chance.pick([400, 401, 402, 403, 404, 413, 422]) };
		case 'broken':
			return { kind: 'status', status: chance.pick([500, 502, 504, 520]) };
		case 'redirect':
			return { kind: 'redirect', status: chance.pick([301, 302, 307, 308]), to: elsewhere };
		case 'hang':
		case 'drop':
			return { kind };
		case 'headerFlood':
			return { kind, bytes: 10_000_000_000 };
		case 'gzipBomb':
			return { kind, bytes: 200_000_000 };
		case 'raw':
			return chance.pick<Behaviour>([
				{ kind: 'raw', type: 'text/html', body: '<html>Please sign in to the hotel network.</html>' },
				{ kind: 'raw', type: 'text/event-stream', body: '' },
				{ kind: 'raw', type: 'application/json', body: '{"choices":' },
				{ kind: 'raw', type: 'text/event-stream', body: `data: ${'['.repeat(50_000)}\n\n` },
				{ kind: 'raw', type: 'text/event-stream', body: Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28]) },
			]);
		case 'cost':
			return { kind: 'answer', answer: answerOf(chance), cost: chance.pick([0, 0.05, 1.5, 3, 1000]) };
	}
}

function answerOf(chance: Chance): Answer {
	const tools = chance.chance(0.2)
		? [{ name: 'read', arguments: JSON.stringify({ path: words(chance, 2), from: chance.whole(0, 99) }) }]
		: [];
	return {
		text: chance.chance(0.9) ? words(chance, Math.round(chance.spread(1, 400))) : '',
		...(chance.chance(0.2) ? { reasoning: words(chance, chance.whole(1, 60)) } : {}),
		...(chance.chance(0.2) ? { hiddenReasoning: chance.whole(1, 300) } : {}),
		tools,
		...(chance.chance(0.03) ? { finish: 'refused' as const } : {}),
	};
}

function breakOf(chance: Chance): Break {
	const atByte = Math.round(chance.spread(1, 6000));
	return chance.pick<Break>([
		{ kind: 'truncate', atByte },
		{ kind: 'truncate', atByte },
		{ kind: 'disconnect', atByte },
		{ kind: 'disconnect', atByte },
		chance.chance(0.1) ? { kind: 'stall', atByte } : { kind: 'disconnect', atByte },
		{ kind: 'errorEvent' },
		chance.chance(0.5) ? { kind: 'endless' } : { kind: 'errorEvent' },
		{ kind: 'invalidUtf8' },
		{ kind: 'jsonBomb', depth: 20_000 },
		{ kind: 'wrongType', type: 'application/json' },
	]);
}

function drip(chance: Chance): { everyMs?: number } {
	return chance.chance(0.05) ? { everyMs: 1 } : {};
}
