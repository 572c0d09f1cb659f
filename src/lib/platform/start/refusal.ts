/**
 * A start or a command that cannot go on for a reason that the operator can mend. Its message says what was found,
 * what was kept and what to do; the entry prints it without a stack and ends with status 1.
 */
export class Refusal extends Error {
	override readonly name = 'Refusal';
}

/** The `code` of a system or PostgreSQL error ('ENOSPC', '53100'), or '' where there is none. */
export function errorCode(error: unknown): string {
	return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
