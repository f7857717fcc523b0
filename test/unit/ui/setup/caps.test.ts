import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { type Caps, lowerCaps } from '../../../../src/core/ledger';
import { nanoUsd } from '../../../../src/core/money';
import { createEngine } from '../../../../src/engine/engine';
import { capsOf } from '../../../../src/ui/setup/settingValues';

const amount = fc.option(fc.integer({ min: 0, max: 1000 }).map(nanoUsd), { nil: undefined });
const caps = fc.record({ day: amount, month: amount }).map(
	({ day, month }): Caps => ({
		...(day === undefined ? {} : { day }),
		...(month === undefined ? {} : { month }),
	}),
);

describe('limits of the editor and of the settings file', () => {
	it('hold together: what either forbids is forbidden', () => {
		fc.assert(
			fc.property(caps, caps, fc.integer({ min: 0, max: 1100 }), (one, other, spend) => {
				const allows = ({ day = Infinity, month = Infinity }: { day?: number; month?: number }) =>
					spend <= day && spend <= month;
				assert.equal(allows(lowerCaps(one, other)), allows(one) && allows(other));
			}),
		);
	});

	for (const [file, editor, fits] of [
		['5', 1, false],
		['1', 5, false],
		['5', 5, true],
		['5', null, true],
		['5', 'nonsense', false],
	] as const) {
		it(`a day of $${file} in the file and ${editor} in the editor: a call of $3 ${fits ? 'fits' : 'does not fit'}`, async () => {
			const home = mkdtempSync(path.join(os.tmpdir(), 'ub-caps-'));
			try {
				writeFileSync(path.join(home, 'settings.json'), JSON.stringify({ caps: { day: file } }));
				const { journal } = createEngine({
					dist: home,
					environment: { UNDERBID_HOME: home },
					caps: () => capsOf(editor, null),
				});
				const reserved = await journal.reserve({
					kind: 'reserve',
					run: 'r',
					id: 'r/1',
					attempt: 1,
					offer: 'a/b/edit',
					amount: nanoUsd(3_000_000_000),
				});
				assert.equal(reserved.kind, fits ? 'done' : 'capped');
				if (reserved.kind === 'capped') {
					assert.match(reserved.reason, /settings\.json, or underbid\.dailyLimit in the editor's settings/);
				}
			} finally {
				rmSync(home, { recursive: true, force: true });
			}
		});
	}
});
