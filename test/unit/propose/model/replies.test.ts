import assert from 'node:assert/strict';
import type { ChatReply, Trouble } from '../../../../src/core/model';
import type { Proposal } from '../../../../src/core/offer';
import { troubleProposal } from '../../../../src/propose/model/replies';

describe('replies that are no answer', () => {
	const cases: readonly (readonly [ChatReply, Proposal | undefined])[] = [
		[{ kind: 'replied', text: '', toolCalls: [], finish: 'stop' }, undefined],
		[
			{ kind: 'unaffordable', needs: 12, reason: 'Too dear.' },
			{ kind: 'unaffordable', needs: 12 as never, reason: 'Too dear.' },
		],
		[
			{ kind: 'closed', reason: 'The limit for today.' },
			{ kind: 'none', reason: 'The limit for today.' },
		],
		[
			{ kind: 'timedOut', reason: 'No answer within 60 s.' },
			{ kind: 'failed', reason: 'No answer within 60 s.' },
		],
		[{ kind: 'cancelled' }, { kind: 'cancelled' }],
	];
	for (const [reply, proposal] of cases) {
		it(`${reply.kind} becomes ${proposal?.kind ?? 'nothing: it is an answer'}`, () => {
			assert.deepEqual(troubleProposal(reply), proposal);
		});
	}

	const wide: Record<Trouble, boolean> = {
		key: true,
		busy: true,
		down: true,
		gone: false,
		refused: false,
		malformed: false,
		price: false,
		request: false,
	};
	for (const trouble of Object.keys(wide) as Trouble[]) {
		it(`${trouble} shuts ${wide[trouble] ? 'the provider' : 'this offer alone'}`, () => {
			assert.deepEqual(troubleProposal({ kind: 'failed', trouble, reason: 'So.' }), {
				kind: 'failed',
				reason: 'So.',
				...(wide[trouble] ? { providerWide: true } : {}),
			});
		});
	}
});
