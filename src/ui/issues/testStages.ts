/** What a run does while and after the user is asked about a written test, as the engine tells its stages. */
export const TEST_STAGES = {
	waits: 'waiting for your word on the test',
	reruns: 'running the test as you edited it',
	goesOn: 'going on',
} as const;
