/** A message that the poller would refuse. */
export interface InvalidMessage {
  /** Its position in the list that was given, from 0. */
  readonly index: number;
  /** Which fields are invalid, and what they must be; never their values. */
  readonly reason: string;
}

/** Messages cannot be polled. Nothing was sent. */
export class InvalidMessageError extends Error {
  override readonly name = "InvalidMessageError";
  readonly invalid: readonly InvalidMessage[];

  /** @param total how many messages were checked */
  constructor(invalid: readonly InvalidMessage[], total: number) {
    const [first] = invalid;
    super(
      total === 1
        ? `the message cannot be polled; nothing was sent: ${first?.reason}`
        : `${invalid.length} of ${total} messages cannot be polled; nothing was sent${listed(invalid)}`,
    );
    this.invalid = invalid;
  }
}

/** A message that was not sent, or may have been. */
export interface UnsentMessage {
  /** Its position in the list that was given, from 0. */
  readonly index: number;
  readonly pollId: string;
  /** What SQS, or the call, said. */
  readonly reason: string;
  /** Whether a call carried it. */
  readonly wasTried: boolean;
  /** Whether it may be in the queue all the same: no answer to that call says otherwise, or none came in time. */
  readonly mayBeSent: boolean;
}

/**
 * Not all messages were sent, as far as is known. Those that may have been sent can be submitted again with their
 * pollIds: while a poll runs, a second message with its pollId changes nothing, if the stack has a table.
 */
export class SubmitError extends Error {
  override readonly name = "SubmitError";
  /** The pollIds of the messages that were sent. */
  readonly sent: readonly string[];
  readonly unsent: readonly UnsentMessage[];

  constructor(sent: readonly string[], unsent: readonly UnsentMessage[], options?: ErrorOptions) {
    const total = sent.length + unsent.length;
    const uncertain = unsent.filter(({ mayBeSent }) => mayBeSent).length;
    const counts = [
      [unsent.length - uncertain, "were not sent"],
      [uncertain, "may have been sent: submit them again only with the same pollIds"],
    ] as const;
    const said = counts.flatMap(([count, what]) =>
      count === 0 ? [] : [`${count} of ${total} messages ${what}`],
    );
    const named = unsent.map(({ index, reason, mayBeSent }) => ({
      index,
      reason: mayBeSent ? `may have been sent: ${reason}` : reason,
    }));
    super(`${said.join("; ")}${listed(named)}`, options);
    this.sent = sent;
    this.unsent = unsent;
  }
}

/** What was asked needs the fence's table, and the client was made without one. */
export class NoTableError extends Error {
  override readonly name = "NoTableError";

  constructor(method: string) {
    super(
      `${method}: needs the fence's table. Make the client with tableName (the stack's output TableName). A stack with ` +
        "Fence=false has none: its outcomes are in the outcome queue, what failed is in the dead-letter queue, and " +
        "expiresAt or maxRetries in a message end its poll",
    );
  }
}

/** What was asked needs an option that the client was made without. */
export class MissingOptionError extends Error {
  override readonly name = "MissingOptionError";

  /** @param meaning what the option names, for example an output of the stack */
  constructor(method: string, option: string, meaning: string) {
    super(`${method}: make the client with ${option}, ${meaning}`);
  }
}

/** A poll did not end in time. It goes on. */
export class WaitTimeoutError extends Error {
  override readonly name = "WaitTimeoutError";
  readonly pollId: string;

  constructor(pollId: string, timeoutMs: number, now: string) {
    super(`poll ${pollId}: has not ended within ${timeoutMs} ms: ${now}`);
    this.pollId = pollId;
  }
}

const MOST_LISTED = 20;

function listed(problems: readonly { readonly index: number; readonly reason: string }[]): string {
  const lines = problems
    .slice(0, MOST_LISTED)
    .map(({ index, reason }) => `\n  message ${index + 1}: ${reason}`);
  const more = problems.length - MOST_LISTED;
  return [...lines, ...(more > 0 ? [`\n  and ${more} more`] : [])].join("");
}
