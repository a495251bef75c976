/** Every error code that the model returns, named as in the SQS API Reference. */
export type SqsErrorCode =
  | "BatchEntryIdsNotDistinct"
  | "BatchRequestTooLong"
  | "EmptyBatchRequest"
  | "InternalError"
  | "InvalidAddress"
  | "InvalidAttributeName"
  | "InvalidAttributeValue"
  | "InvalidBatchEntryId"
  | "InvalidMessageContents"
  | "InvalidParameterValue"
  | "MessageNotInflight"
  | "MissingParameter"
  | "OverLimit"
  | "PurgeQueueInProgress"
  | "QueueDeletedRecently"
  | "QueueDoesNotExist"
  | "QueueNameExists"
  | "ReceiptHandleIsInvalid"
  | "RequestThrottled"
  | "ResourceNotFoundException"
  | "ServiceUnavailable"
  | "TooManyEntriesInBatchRequest"
  | "UnsupportedOperation";

/** An error response of SQS: a code for programs and a message for people. */
export class SqsError extends Error {
  override readonly name = "SqsError";
  readonly code: SqsErrorCode;

  constructor(code: SqsErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The error for an invalid parameter value, in SQS's own wording. */
export function invalidParameter(parameter: string, value: unknown, reason: string): SqsError {
  return new SqsError(
    "InvalidParameterValue",
    `Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}`,
  );
}
