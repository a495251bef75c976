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
  /** Whether the call takes effect although it fails: its response is lost. */
  readonly applied?: boolean;
}

/**
 * Faults to inject. Each function is called at the moment when its fault could happen. When it is absent or
 * returns a falsy value, nothing fails.
 */
export interface Faults {
  /** The whole call fails. */
  readonly call?: (action: MessageAction, queueName: string) => CallFault | undefined;
  /** One entry of a batch is refused, while the call succeeds. */
  readonly entry?: (
    action: MessageAction,
    queueName: string,
    entryId: string,
  ) => SqsErrorCode | undefined;
  /** A received message stays visible, so that it is delivered again, possibly in the same batch. */
  readonly duplicate?: (message: Readonly<StoredMessage>, queueName: string) => boolean;
  /** A delete is reported as successful, but does not happen. */
  readonly forgetDelete?: (message: Readonly<StoredMessage>, queueName: string) => boolean;
}

/** @throws SqsError with the fault's code. */
export function throwFault(code: SqsErrorCode, where: string): never {
  throw new SqsError(code, `Injected fault: ${where} was told to fail with ${code}.`);
}
