/** A failure whose message is meant for the user: one sentence that says what to do. Any other throw is a bug. */
export class UserError extends Error {
	override readonly name = 'UserError';
}
