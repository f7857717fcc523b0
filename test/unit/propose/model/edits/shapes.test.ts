import { applied, BASE, casesOf, judge, type Texts } from './shop';

const windows = (text: string) => `\uFEFF${text.replaceAll('\n', '\r\n')}`;
const unended = (text: string) => text.replace(/\n$/, '');

function all(change: (text: string) => string): Texts {
	return new Map([...BASE].map(([path, text]) => [path, change(text)]));
}

describe('answers in the shapes that models give', () => {
	for (const one of casesOf('shapes.txt')) {
		it(one.name, async () => {
			judge(await applied(one.reply, BASE), one, BASE, (text) => text);
		});
		it(`${one.name}: the answer has CRLF`, async () => {
			judge(await applied(one.reply.replaceAll('\n', '\r\n'), BASE), one, BASE, (text) => text);
		});
		it(`${one.name}: the files have CRLF and a byte order mark`, async () => {
			judge(await applied(one.reply, all(windows)), one, BASE, windows);
		});
		it(`${one.name}: the files have no line end at their end`, async () => {
			judge(await applied(one.reply, all(unended)), one, BASE, unended);
		});
	}
});
