/** What the user wrote cannot be run; nothing was started or sent. The command ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
