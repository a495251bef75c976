import type { StoredMessage } from "./message.ts";
import { SqsError, type SqsErrorCode } from "./sqs-error.ts";

/** The actions on messages, as the API Reference names them. */
export type MessageAction =
  | "ChangeMessageVisibility"
  | "ChangeMessageVisibilityBatch"
  | "DeleteMessage"
  | "DeleteMessageBatch"
  | "ReceiveMessage"
  | "SendMessage"
  | "SendMessageBatch";

export interface CallFault {
  readonly code: SqsErrorCode;
  /** Whether the call has taken effect all the same: its answer was lost on the way. */
  readonly applied?: boolean;
}

/**
 * What goes wrong on demand. Each is asked at the moment it could happen; absent or falsy means
 * that nothing does.
 */
export interface Faults {
  /** The whole call fails. */
  readonly call?: (action: MessageAction, queueName: string) => CallFault | undefined;
  /** One entry of a batch is refused, behind a call that succeeds. */
  readonly entry?: (
    action: MessageAction,
    queueName: string,
    entryId: string,
  ) => SqsErrorCode | undefined;
  /** A received message stays visible, so that it is delivered again, perhaps in one batch. */
  readonly duplicate?: (message: Readonly<StoredMessage>, queueName: string) => boolean;
  /** A delete is answered as done, and is not. */
  readonly forgetDelete?: (message: Readonly<StoredMessage>, queueName: string) => boolean;
}

/** @throws SqsError with the fault's code. */
export function throwFault(code: SqsErrorCode, where: string): never {
  throw new SqsError(code, `Injected fault: ${where} was told to fail with ${code}.`);
}
