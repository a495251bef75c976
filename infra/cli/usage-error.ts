/** The user's input is wrong; nothing was started or sent. The command ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
