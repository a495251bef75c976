/** Rows that another SQS server is known to fail, and why. AWS documents the behaviour in the row. */
export interface KnownFault {
  readonly rows: RegExp;
  readonly fault: string;
  /** Matches the row's error if it is this fault: `Name: message`. */
  readonly error: RegExp;
  /** The project's issue about it, or the code that causes it. */
  readonly link: string;
  /** Set if the row fails only sometimes. */
  readonly unsteady?: true;
}

/**
 * Runs a row that a server is known to fail.
 *
 * @throws {Error} when it passes, or fails with another error than the fault's
 */
export async function failsAsKnown(
  run: () => Promise<void>,
  { fault, error, unsteady }: KnownFault,
): Promise<void> {
  const failure = await run().then(() => undefined, String);
  if (failure === undefined) {
    if (unsteady) return;
    throw new Error(`The row passes: remove the known fault "${fault}" from the list.`);
  }
  if (error.test(failure)) return;
  throw new Error(
    `The row fails with another error than that of the known fault "${fault}": ${failure}`,
  );
}

/** The error of a row whose call was accepted and should have been refused. */
export const TAKEN = /^Error: The call succeeded; it should have been refused\.$/;
/** The error of a row whose answer the SDK could not read: HTML, or invalid JSON. */
export const UNREADABLE = /^SyntaxError: |'SyntaxError'/;
