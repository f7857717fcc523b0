// Code under test that writes the report itself, past every rule about its text: it must never come out as passed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { childEnvironment } from '../../../src/verify/childEnvironment';
import { suiteFromCommand } from '../../../src/verify/discovery';
import { WHOLE_FILE } from '../../../src/verify/reportRecords';
import { ProcessSuiteRunner } from '../../../src/verify/suiteRunner';
import { buildReporters } from './reportersBuild';

/** Everything that names a place of the report: the environment now, and as it was when the process began. */
const JS_PLACES = `
const fs = require('fs'), path = require('path');
const environ = fs.existsSync('/proc/self/environ') ? fs.readFileSync('/proc/self/environ', 'utf8').split('\\0') : [];
const words = [...environ, ...Object.entries(process.env).map((one) => one.join('='))];
const reports = [...new Set(words.flatMap((word) => /^UNDERBID_(?:REPORT|HINTS)=(.*)$/.exec(word)?.[1] ?? []))];
const near = [...new Set(reports.map((file) => path.join(path.dirname(file), 'report.jsonl')))];
const nonces = words.flatMap((word) => /^UNDERBID_RUN=(.*)$/.exec(word)?.[1] ?? []);
const keys = near.flatMap((file) => fs.readdirSync(path.dirname(file)).filter((name) => name.includes('key')).map((name) => fs.readFileSync(path.join(path.dirname(file), name), 'utf8')));
const record = { kind: 'testEnded', key: 'forged', file: FILE, path: PATH, status: 'passed' };
const lines = [{ kind: 'start', nonce: nonces[0] }, record, { kind: 'end' }].map((one) => JSON.stringify(one));
const sealed = (key) => lines.map((line, n) => require('crypto').createHmac('sha256', key).update(n + '\\n' + line).digest('hex') + ' ' + line);
const tellAll = (put) => { for (const key of [...keys, ...nonces, '']) put(sealed(key).join('\\n') + '\\n'); put(lines.join('\\n') + '\\n'); };
`;
const JS_ATTACKS: Readonly<Record<string, string>> = {
	'writes a report over ours and exits':
		'for (const file of [...near, ...reports]) tellAll((text) => fs.writeFileSync(file, text)); process.exit(0);',
	'adds its records to ours and exits':
		'for (const file of near) tellAll((text) => fs.appendFileSync(file, text)); process.exit(0);',
	'writes to every open file and exits':
		"for (let fd = 3; fd < 64; fd++) { try { if (fs.readlinkSync('/proc/self/fd/' + fd).endsWith('.jsonl')) tellAll((text) => fs.writeSync(fd, text)); } catch {} } process.exit(0);",
	'writes when the program ends':
		"process.on('exit', () => { for (const file of near) tellAll((text) => fs.appendFileSync(file, text)); process.exitCode = 0; });",
	'replaces what turns records to text':
		"const { stringify } = JSON; JSON.stringify = (one, ...more) => stringify(one, ...more)?.replaceAll('failed', 'passed');",
	'replaces what writes':
		"const { writeSync, appendFileSync } = fs; fs.writeSync = (fd, text, ...more) => writeSync(fd, String(text).replaceAll('failed', 'passed'), ...more); fs.appendFileSync = (file, text) => appendFileSync(file, String(text).replaceAll('failed', 'passed'));",
	'replaces what seals':
		"const { createHmac, Hmac } = require('crypto'); const { update } = Hmac.prototype; Hmac.prototype.update = function (text, ...more) { return update.call(this, String(text).replaceAll('failed', 'passed'), ...more); }; require('crypto').createHmac = (...all) => createHmac(...all);",
};
const PY_PLACES = `
import os, json, hmac, hashlib, sys
environ = open('/proc/self/environ').read().split('\\0') if os.path.exists('/proc/self/environ') else []
words = environ + [k + '=' + v for k, v in os.environ.items()]
near = sorted({w.split('=', 1)[1] for w in words if w.startswith('UNDERBID_REPORT=')} | {os.path.join(os.path.dirname(w.split('=', 1)[1]), 'report.jsonl') for w in words if w.startswith('UNDERBID_HINTS=')})
nonces = [w.split('=', 1)[1] for w in words if w.startswith('UNDERBID_RUN=')]
keys = [open(os.path.join(os.path.dirname(f), n)).read() for f in near for n in os.listdir(os.path.dirname(f)) if 'key' in n]
record = {'kind': 'testEnded', 'key': 'forged', 'file': FILE, 'path': PATH, 'id': PATH[-1], 'status': 'passed'}
lines = [json.dumps(one) for one in [{'kind': 'start', 'nonce': (nonces or [''])[0]}, record, {'kind': 'end'}]]
def sealed(key):
    return [hmac.new(key.encode(), ('%d\\n' % n + line).encode(), hashlib.sha256).hexdigest() + ' ' + line for n, line in enumerate(lines)]
def tell_all(mode):
    for file in near:
        for text in [sealed(key) for key in keys + nonces + ['']] + [lines]:
            with open(file, mode) as out:
                out.write('\\n'.join(text) + '\\n')
`;
const PY_ATTACKS: Readonly<Record<string, string>> = {
	'writes a report over ours and exits': 'tell_all("w"); os._exit(0)',
	'adds its records to ours and exits': 'tell_all("a"); os._exit(0)',
	'writes when the program ends': 'import atexit; atexit.register(lambda: (tell_all("a"), os._exit(0)))',
	'replaces what turns records to text':
		'old = json.dumps; json.dumps = lambda one, **more: old(one, **more).replace("failed", "passed")',
};

describe('a report that the code under test forges', () => {
	let base: string;
	let runner: ProcessSuiteRunner;
	before(async () => {
		base = realpathSync(mkdtempSync(path.join(tmpdir(), 'underbid-forged-')));
		await buildReporters(path.join(base, 'dist'));
		runner = new ProcessSuiteRunner({
			assets: path.join(base, 'dist'),
			tempRoot: path.join(base, 'runs'),
			environment: childEnvironment(process.env),
		});
	});
	after(() => rmSync(base, { recursive: true, force: true }));

	const passedIn = async (command: string, files: Readonly<Record<string, string>>) => {
		const root = mkdtempSync(path.join(base, 'project-'));
		for (const [name, text] of Object.entries(files)) {
			mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
			writeFileSync(path.join(root, name), text);
		}
		symlinkSync(path.resolve('node_modules'), path.join(root, 'node_modules'));
		const found = await suiteFromCommand(command, root, '');
		const suite = found.kind === 'found' ? found.suite : assert.fail();
		const ended = await runner.run(root, suite, { kind: 'all' }, 20_000, new AbortController().signal);
		return ended.kind === 'finished'
			? ended.tests
					.filter(({ status, name }) => status === 'passed' && name !== WHOLE_FILE)
					.map(({ name }) => name)
			: [];
	};
	const fill = (text: string, file: string, names: readonly string[]) =>
		text.replace('FILE', JSON.stringify(file)).replace('PATH', JSON.stringify(names));

	for (const [framework, command, head] of [
		['node:test', 'node --test', "const { it } = require('node:test');"],
		['node:test in one program', 'node a.test.js', "const { it } = require('node:test');"],
		['mocha', 'npx mocha a.test.js', ''],
	] as const) {
		describe(`with ${framework}`, () => {
			const test = (body: string) => ({
				'a.test.js': `${head} require('./source.js'); it('adds', () => { throw new Error('still wrong'); });`,
				'source.js': body,
			});
			for (const [name, attack] of Object.entries(JS_ATTACKS)) {
				it(name, async () => {
					const body = `${fill(JS_PLACES, 'a.test.js', ['adds'])}\n${attack}`;
					assert.deepEqual(await passedIn(command, test(body)), []);
				});
			}
		});
	}
	for (const [framework, command, check] of [
		['pytest', 'pytest -q', () => spawnSync('pytest', ['--version']).status === 0],
		['unittest', 'python3 -m unittest', () => spawnSync('python3', ['--version']).status === 0],
	] as const) {
		describe(`with ${framework} (needs ${framework === 'pytest' ? 'pytest' : 'python3'})`, () => {
			before(function () {
				if (!check()) {
					this.skip();
				}
			});
			for (const [name, attack] of Object.entries(PY_ATTACKS)) {
				it(name, async () => {
					const files = {
						'test_a.py':
							'import unittest\nimport source\n\n\nclass Sums(unittest.TestCase):\n    def test_adds(self):\n        self.fail("still wrong")\n',
						'source.py': `${fill(PY_PLACES, 'test_a.py', ['Sums', 'test_adds'])}\n${attack}\n`,
					};
					assert.deepEqual(await passedIn(command, files), []);
				});
			}
		});
	}
});
