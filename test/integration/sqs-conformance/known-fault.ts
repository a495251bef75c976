/** Rows that a server which is not ours is known to fail, and why: AWS documents what the row says. */
export interface KnownFault {
  readonly rows: RegExp;
  readonly fault: string;
  /** What the row's error says where the fault is this one: `Name: message`. */
  readonly error: RegExp;
  /** Where its own project says so, or the code that does so. */
  readonly link: string;
  /** Whether it fails at some times only. */
  readonly unsteady?: true;
}

/**
 * Runs a row that a server is known to fail.
 *
 * @throws {Error} when it passes, and when it fails with another error than the fault's
 */
export async function failsAsKnown(
  run: () => Promise<void>,
  { fault, error, unsteady }: KnownFault,
): Promise<void> {
  const failure = await run().then(() => undefined, String);
  if (failure === undefined) {
    if (unsteady) return;
    throw new Error(`It passes: take it out of the list of known faults, where it "${fault}".`);
  }
  if (error.test(failure)) return;
  throw new Error(
    `It fails otherwise than the list of known faults says (it "${fault}"): ${failure}`,
  );
}

/** The error of a row whose call should have been refused, and was not. */
export const TAKEN = /^Error: The call succeeded; it should have been refused\.$/;
/** The error of a row whose answer the SDK could not read: a page of HTML, or no JSON. */
export const UNREADABLE = /^SyntaxError: |'SyntaxError'/;
