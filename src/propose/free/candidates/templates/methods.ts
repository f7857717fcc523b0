// The wrong member of a family of methods or functions.
import type { Template } from '../template';
import { ranked, replace } from '../template';

/** Names that are mistaken for each other. A name may be in several. */
const families: Readonly<Record<'javascript' | 'python', readonly string[]>> = {
	javascript: [
		'min max abs',
		'floor ceil round trunc',
		'sqrt cbrt pow abs',
		'push unshift pop shift concat',
		'slice substring substr splice',
		'some every find filter includes',
		'filter map find findIndex forEach flatMap reduce',
		'find findIndex findLast',
		'reduce reduceRight',
		'startsWith endsWith includes',
		'indexOf lastIndexOf includes search findIndex',
		'toUpperCase toLowerCase',
		'toLocaleUpperCase toUpperCase',
		'keys values entries',
		'padStart padEnd',
		'trim trimStart trimEnd',
		'parseInt parseFloat Number',
		'charCodeAt codePointAt charAt at',
		'fromCharCode fromCodePoint',
		'call apply bind',
		'match exec test matchAll search',
		'replace replaceAll',
		'get has set delete add',
		'add delete has',
		'then catch finally',
		'all allSettled race any',
		'on once off emit',
		'addListener removeListener',
		'setTimeout setInterval setImmediate',
		'isNaN isFinite isInteger isSafeInteger',
		'toString valueOf toFixed toPrecision toJSON',
		'toString String',
		'resolve reject join relative normalize dirname basename',
		'encodeURIComponent encodeURI decodeURIComponent decodeURI escape unescape',
		'getDate getDay getMonth getFullYear',
		'getUTCDate getDate',
		'getUTCHours getHours',
		'before after',
		'first last',
		'warn error log info debug',
		'assign create freeze',
		'getOwnPropertyNames keys getOwnPropertySymbols ownKeys',
		'sort reverse',
		'join concat toString',
		'split slice',
		'flat flatMap',
		'String Number Boolean parseInt',
		'Map WeakMap Set WeakSet Object',
		'Error TypeError RangeError SyntaxError ReferenceError',
		'inspect stringify',
		'readFile readFileSync',
		'stringify parse',
		'left right',
		'length size',
		'prototype constructor',
	],
	python: [
		'min max sum abs len',
		'any all',
		'floor ceil round int trunc',
		'append extend insert add',
		'add update discard remove',
		'pop popleft remove',
		'append appendleft',
		'startswith endswith',
		'find rfind index rindex count',
		'upper lower title capitalize swapcase',
		'isupper islower isalpha isdigit isalnum isspace isnumeric isdecimal',
		'keys values items',
		'strip lstrip rstrip',
		'split rsplit splitlines partition',
		'ljust rjust center zfill',
		'sort sorted reverse reversed',
		'list tuple set sorted dict',
		'int float str bool',
		'ord chr',
		'bin hex oct',
		'get pop setdefault',
		'match search fullmatch findall finditer',
		'union intersection difference symmetric_difference',
		'issubset issuperset isdisjoint',
		'map filter',
		'range enumerate zip',
		'heappush heappop heapify heappushpop heapreplace',
		'permutations combinations product combinations_with_replacement',
		'deepcopy copy',
		'ValueError TypeError KeyError IndexError Exception AttributeError',
		'read readline readlines',
		'write writelines',
		'defaultdict dict Counter OrderedDict',
		'islice takewhile dropwhile',
		'left right',
		'first last',
		'sqrt pow',
		'date datetime timedelta',
		'encode decode',
		'dumps dump loads load',
	],
};

const byName = {
	javascript: indexed(families.javascript),
	python: indexed(families.python),
};

function indexed(lists: readonly string[]): ReadonlyMap<string, readonly string[]> {
	const index = new Map<string, string[]>();
	for (const list of lists) {
		const names = list.split(' ');
		for (const name of names) {
			const others = index.get(name) ?? [];
			others.push(...names.filter((other) => other !== name && !others.includes(other)));
			index.set(name, others);
		}
	}
	return index;
}

const family: Template = {
	name: 'method',
	on: ['member', 'identifier'],
	*changes(node, scene) {
		const member = scene.dialect.member(node);
		const name = member?.property ?? node;
		if (!member && !scene.dialect.isExpression(node)) {
			return;
		}
		for (const [other, share] of ranked(byName[scene.dialect.family].get(name.text) ?? [], 0.85, 14)) {
			yield replace(name, other, share);
		}
	},
};

export const methods: readonly Template[] = [family];
