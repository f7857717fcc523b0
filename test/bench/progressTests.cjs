// One case's tests on many texts of its module, each on its own, in one process: text in, results out, as JSON lines.
// node progressTests.cjs FOLDER MODULE < {"texts":[…]}
const { readFileSync, readdirSync } = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

const [folder = '.', moduleFile = 'main.js'] = process.argv.slice(2);
const LIMIT_MS = 60;
const testFiles = readdirSync(path.join(folder, 'test')).map((name) => path.join(folder, 'test', name));

function run(text) {
	const results = [];
	for (const file of testFiles) {
		const listed = [];
		const add = (name, body) => listed.push([name, body]);
		const node = { test: Object.assign(add, { test: add }), assert: require('node:assert') };
		const context = vm.createContext({ console: { log() {}, error() {} } });
		const own = { exports: {} };
		const requireOf = (name) =>
			/main$|main\.js$/.test(name) ? own.exports : /test$/.test(name) ? node.test : node.assert;
		const wrap = (code) => `(function (module, exports, require) {${code}\n})`;
		try {
			const timed = { timeout: LIMIT_MS };
			vm.runInContext(wrap(text), context)(own, own.exports, require);
			const source = readFileSync(file, 'utf8');
			vm.runInContext(wrap(source), context, timed)({ exports: {} }, {}, requireOf);
		} catch (error) {
			return { broken: String(error && error.message) };
		}
		for (const [name, body] of listed) {
			context.body = body;
			try {
				vm.runInContext('body()', context, { timeout: LIMIT_MS });
				results.push({ id: name, name, status: 'passed' });
			} catch (error) {
				const message = String(error?.message ?? error).slice(0, 300);
				const hung = error?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
				const actual = String(JSON.stringify(error?.actual) ?? '').slice(0, 200);
				results.push({ id: name, name, status: 'failed', failure: { message, actual, ...(hung ? { hung } : {}) } });
				if (hung) {
					// One that hangs makes the others wait for nothing.
					for (const [other] of listed.slice(results.length)) {
						results.push({ id: other, name: other, status: 'failed', failure: { message: 'hung', hung } });
					}
					break;
				}
			}
		}
	}
	return { results };
}

const { texts } = JSON.parse(readFileSync(0, 'utf8'));
for (const text of texts) {
	process.stdout.write(`${JSON.stringify(run(text))}\n`);
}
