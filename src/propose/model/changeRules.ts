// What a model may edit, in our words to it: code, unless the user said that the test may be wrong.
import type { MayChange } from '../../core/protectedFiles';

const IN_GENERAL =
	"Make the smallest change that is right in general; do not write the tests' own values into the program.";
const NEVER = 'Lockfiles and the configuration of builds and tests cannot be edited.';
const ASK_AS_MUCH =
	'A test that you correct must go on asking as much as before: never skip it, take checks out, or weaken them.';

export function changeRules(mayChange: MayChange): string {
	switch (mayChange) {
		case 'code':
			return `- Find the cause in the source and repair it there. ${IN_GENERAL}
- Tests, fixtures, lockfiles and the configuration of builds and tests cannot be edited.`;
		case 'test':
			return `- The user says that the code is right and the failing tests are wrong. Correct what the tests expect; only tests, their snapshots and their fixtures can be edited. ${ASK_AS_MUCH}
- ${NEVER}`;
		case 'either':
			return `- The user says that the code or the failing tests may be wrong. Find out which from names, documentation and the other tests, and repair that one; where nothing tells, repair the code. ${IN_GENERAL} ${ASK_AS_MUCH}
- ${NEVER}`;
	}
}

/** What an answer is told that changed what it may not. */
export function elsewhere(mayChange: MayChange): string {
	switch (mayChange) {
		case 'code':
			return 'Repair the source instead.';
		case 'test':
			return 'Correct the failing tests instead.';
		case 'either':
			return 'Repair the source or the failing tests instead.';
	}
}
