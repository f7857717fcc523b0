/** One line of JSON for each test that ended. */
export default async function* lines(events) {
	for await (const { type, data } of events) {
		if (type === 'test:pass' || type === 'test:fail') {
			const { name, file, line, details } = data;
			const { message, expected, actual, stack } = details?.error?.cause ?? {};
			yield `${JSON.stringify({ failed: type === 'test:fail', name, file, line, ms: details?.duration_ms, message, expected, actual, stack })}\n`;
		}
	}
}
