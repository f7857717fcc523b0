import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { faultsIn, hostFaults } from '../../editor/bed/faults.mjs';

const STACK = '    at Review.step (/tmp/ub/extensions/underbid.underbid-0.1.0/dist/extension.js:10:2)';

describe('faults in logs of an editor', () => {
	for (const [what, text, found] of [
		[
			'a promise that nobody looked at',
			`[log] all is well\n[warning] stack trace: Error: no\n${STACK}\n[log] and on\n`,
			[`[warning] stack trace: Error: no\n${STACK}`],
		],
		[
			'an error by its extension',
			'[error] [underbid.underbid]no such command\n',
			['[error] [underbid.underbid]no such command'],
		],
		[
			'an activation that failed',
			'2026-11-26 03:00:00.123 [error] Activating extension underbid.underbid failed due to an error:\nError: no\n',
			[
				'2026-11-26 03:00:00.123 [error] Activating extension underbid.underbid failed due to an error:\nError: no',
			],
		],
		[
			'another extension',
			'[error] [vscode.git]no repository\n    at /lib/vscode/extensions/git/dist/main.js:1:1\n',
			[],
		],
		['what is only told', `[log] ran ${STACK}\n[03:00:00] Loading underbid.underbid\n`, []],
		['advice', '2026-11-26 03:00:00.123 [warning] [underbid.underbid] this is not how it is done\n', []],
		[
			'a model of another extension that fails when ours asks it',
			'[error] %c  ERR color: #f33 [CHAT] extension request ERRORED in STREAM the vendor fell over: Error: the vendor fell over\n\tat lender.behave (/tmp/lender.js:1:1) underbid.underbid 17148\n',
			[],
		],
		['a window that goes away', `[error] Canceled: Canceled\n${STACK}\n`, []],
	] as const) {
		it(`${found.length > 0 ? 'sees' : 'lets pass'} ${what}`, () => assert.deepEqual(faultsIn(text), found));
	}

	it('looks into the log of every host', () => {
		const data = mkdtempSync(path.join(os.tmpdir(), 'faults-'));
		try {
			assert.deepEqual(hostFaults(data), []);
			for (const name of ['exthost1', 'exthost2']) {
				const folder = path.join(data, 'data/logs/20261126T030000', name);
				mkdirSync(folder, { recursive: true });
				writeFileSync(
					path.join(folder, 'remoteexthost.log'),
					`2026-11-26 03:00:00.123 [info] up\n2026-11-26 03:00:00.124 [error] Error: ${name}\n${STACK}\n`,
				);
				writeFileSync(path.join(folder, 'other.log'), '2026-11-26 03:00:00.124 [error] underbid.underbid\n');
			}
			assert.deepEqual(
				hostFaults(data)
					.map((fault) => /Error: (\w+)/.exec(fault)?.[1])
					.sort(),
				['exthost1', 'exthost2'],
			);
		} finally {
			rmSync(data, { recursive: true });
		}
	});
});
