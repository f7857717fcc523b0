// The child of unseen.mjs: records how the tests call the true function, then asks both functions the same.
// argv: compare RIGHT PATCHED TEST INPUTS. The last line it prints is one JSON object.
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const vm = require('node:vm');
const { inspect } = require('node:util');

const CALL_LIMIT_MS = 400;
const [, , , rightFile, patchedFile, testFile, inputs] = process.argv;
let state = 20240601;
for (const name of ['log', 'assert', 'error', 'warn']) {
	console[name] = () => undefined;
}
const calls = recorded();
setImmediate(() => setTimeout(compare, 300));

/** Calls of the module's function while its tests run against the true one. */
function recorded() {
	const seen = [];
	const load = Module._load;
	for (const name of ['describe', 'it']) {
		globalThis[name] ??= (_title, body) => body();
	}
	Module._load = function (request, parent, isMain) {
		const exported = load.call(this, request, parent, isMain);
		const recording = typeof exported === 'function' && Module._resolveFilename(request, parent) === rightFile;
		return recording
			? new Proxy(exported, {
					apply: (target, self, given) => {
						seen.push(structuredClone(given));
						return Reflect.apply(target, self, given);
					},
				})
			: exported;
	};
	try {
		require(testFile);
	} catch {
		// What was called until then is enough.
	}
	return seen;
}

function compare() {
	const right = loaded(rightFile);
	const patched = loaded(patchedFile);
	let compared = 0;
	let slow = 0;
	for (let n = 0; n < Number(inputs) && calls.length > 0 && slow < 8; n++) {
		const given = n < calls.length ? calls[n] : made();
		const expected = right(structuredClone(given));
		if (expected === 'too slow') {
			slow++;
			continue;
		}
		compared++;
		const answer = patched(structuredClone(given));
		if (answer !== expected) {
			const shown = inspect(given, { depth: 4, compact: true, breakLength: Infinity }).slice(0, 160);
			done({ kind: 'different', compared, detail: `after ${n}: ${shown} gives ${cut(answer)}, not ${cut(expected)}` });
			return;
		}
	}
	done(compared === 0 ? { kind: 'unjudged', detail: 'no calls were seen' } : { kind: 'same', compared });
}

function done(answer) {
	process.stdout.write(`\n${JSON.stringify(answer)}\n`, () => process.exit(0));
}

/** The module's function in a context of its own, so that a call that never ends can be ended. */
function loaded(file) {
	const module = { exports: {} };
	const quiet = { log() {}, assert() {}, error() {}, warn() {} };
	const context = vm.createContext({ module, exports: module.exports, require: Module.createRequire(file), console: quiet });
	const whole = readFileSync(file, 'utf8');
	try {
		vm.runInContext(whole, context, { timeout: 3000, filename: path.basename(file) });
	} catch {
		return () => 'the module does not load';
	}
	context.subject = module.exports;
	const call = new vm.Script('JSON.stringify({ value: subject(...given) })');
	return (given) => {
		context.given = given;
		try {
			return call.runInContext(context, { timeout: CALL_LIMIT_MS });
		} catch (error) {
			return error?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' ? 'too slow' : 'throws';
		}
	};
}

/** Arguments like those of the tests: one argument of a real call changed, or each from another call. */
function made() {
	const base = one(calls);
	if (chance(0.5)) {
		const changed = upTo(base.length);
		return base.map((value, at) => (at === changed ? like(value, observed(at)) : value));
	}
	return base.map((_, at) => {
		const value = one(observed(at));
		return chance(0.7) ? like(value, observed(at)) : value;
	});
}

function observed(at) {
	return calls.filter((call) => call.length > at).map((call) => call[at]);
}

function like(value, pool) {
	if (typeof value === 'number') {
		return number(pool.filter((other) => typeof other === 'number'));
	}
	if (typeof value === 'string') {
		return text(value, pool.filter((other) => typeof other === 'string'));
	}
	if (typeof value === 'boolean') {
		return chance(0.5);
	}
	if (Array.isArray(value)) {
		return list(value, pool.filter(Array.isArray));
	}
	if (value !== null && typeof value === 'object') {
		const values = Object.values(value);
		return Object.fromEntries(
			Object.entries(value)
				.filter(() => chance(0.85))
				.map(([key, inner]) => [key, chance(0.5) ? like(inner, values) : inner]),
		);
	}
	return value;
}

/** In the range the tests use, a little above it too; below zero and broken numbers only where the tests have them. */
function number(pool) {
	const low = Math.min(...pool);
	const high = Math.max(...pool);
	const span = Math.min(high - low, 1000) * 1.2 + 3;
	const start = chance(0.3) ? one(pool) - (low < 0 ? span / 2 : 0) : low;
	const found = start + state01() * span;
	const whole = pool.every(Number.isInteger) || chance(0.2);
	const result = whole ? Math.round(found) : Math.round(found * 100) / 100;
	return low >= 0 ? Math.max(low, result) : result;
}

function text(value, pool) {
	const letters = [...new Set(pool.join(''))];
	const shortest = Math.min(...pool.map((other) => other.length));
	const longest = Math.max(1, ...pool.map((other) => other.length));
	let result = [...value];
	for (let edits = 1 + upTo(4); edits > 0 && letters.length > 0; edits--) {
		const at = upTo(result.length + 1);
		if (chance(0.3)) {
			result.splice(at, 1);
		} else if (chance(0.5)) {
			result.splice(at, 0, one(letters));
		} else if (chance(0.6)) {
			result[Math.min(at, Math.max(0, result.length - 1))] = one(letters);
		} else {
			result = [...result.slice(at), ...one(pool).slice(0, 1 + upTo(12))];
		}
	}
	while (result.length < shortest && letters.length > 0) {
		result.push(one(letters));
	}
	return result.slice(0, Math.max(longest + 4, 8)).join('');
}

function list(value, pool) {
	const inner = pool.flat();
	if (inner.length === 0) {
		return value;
	}
	const shortest = Math.min(...pool.map((other) => other.length));
	const longest = Math.max(...pool.map((other) => other.length));
	if (chance(0.4)) {
		return value.map((element) => (chance(0.4) ? like(element, inner) : chance(0.2) ? one(inner) : element));
	}
	const length = shortest + upTo(longest - shortest + (shortest === longest ? 1 : 3));
	return Array.from({ length }, () => (chance(0.5) ? one(inner) : like(one(inner), inner)));
}

function one(list) {
	return list[upTo(list.length)];
}

function upTo(count) {
	return Math.floor(state01() * count);
}

function chance(share) {
	return state01() < share;
}

/** mulberry32: the same inputs for every patch of a case, every time. */
function state01() {
	state = (state + 0x6d2b79f5) | 0;
	let t = Math.imul(state ^ (state >>> 15), 1 | state);
	t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
	return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

function cut(answer) {
	return String(answer).slice(0, 80);
}
