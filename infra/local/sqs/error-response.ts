import { messageOf } from "../../../lib/message-of.ts";
import { type ErrorResponse, ProtocolError, type ProtocolErrorCode } from "../http/aws-json.ts";
import { SqsError, type SqsErrorCode } from "../queue/sqs-error.ts";

interface ErrorShape {
  readonly status: number;
  /** The name of the error's shape in the response body. */
  readonly type: string;
  /** The error code of the older query protocol, which SDKs give to programs written for it. */
  readonly queryCode: string;
}

const modelled = (name: SqsErrorCode, queryCode: string, status = 400): ErrorShape => ({
  status,
  type: `com.amazonaws.sqs#${name}`,
  queryCode,
});
const sqsNamed = (name: SqsErrorCode, status = 400): ErrorShape =>
  modelled(name, `AWS.SimpleQueueService.${name}`, status);
const common = (name: string, queryCode: string, status = 400): ErrorShape => ({
  status,
  type: `com.amazon.coral.service#${name}`,
  queryCode,
});

/** Status codes and query codes: the error lists of the API Reference, and 'Common Errors'. */
const SHAPES: Readonly<Record<SqsErrorCode | ProtocolErrorCode, ErrorShape>> = {
  BatchEntryIdsNotDistinct: sqsNamed("BatchEntryIdsNotDistinct"),
  BatchRequestTooLong: sqsNamed("BatchRequestTooLong"),
  EmptyBatchRequest: sqsNamed("EmptyBatchRequest"),
  InvalidAddress: modelled("InvalidAddress", "InvalidAddress", 404),
  InvalidAttributeName: modelled("InvalidAttributeName", "InvalidAttributeName"),
  InvalidAttributeValue: modelled("InvalidAttributeValue", "InvalidAttributeValue"),
  InvalidBatchEntryId: sqsNamed("InvalidBatchEntryId"),
  InvalidMessageContents: modelled("InvalidMessageContents", "InvalidMessageContents"),
  MessageNotInflight: sqsNamed("MessageNotInflight"),
  OverLimit: modelled("OverLimit", "OverLimit", 403),
  PurgeQueueInProgress: sqsNamed("PurgeQueueInProgress", 403),
  QueueDeletedRecently: sqsNamed("QueueDeletedRecently"),
  QueueDoesNotExist: modelled("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"),
  QueueNameExists: modelled("QueueNameExists", "QueueAlreadyExists"),
  ReceiptHandleIsInvalid: modelled("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", 404),
  RequestThrottled: modelled("RequestThrottled", "RequestThrottled", 403),
  ResourceNotFoundException: modelled(
    "ResourceNotFoundException",
    "ResourceNotFoundException",
    404,
  ),
  TooManyEntriesInBatchRequest: sqsNamed("TooManyEntriesInBatchRequest"),
  UnsupportedOperation: sqsNamed("UnsupportedOperation"),
  InternalError: common("InternalFailure", "InternalError", 500),
  InvalidParameterValue: common("InvalidParameterValueException", "InvalidParameterValue"),
  MissingParameter: common("MissingRequiredParameterException", "MissingParameter"),
  ServiceUnavailable: common("ServiceUnavailableException", "ServiceUnavailable", 503),
  AccessDeniedException: common("AccessDeniedException", "AccessDenied", 403),
  SerializationException: common("SerializationException", "MalformedInput"),
  UnknownOperationException: common("UnknownOperationException", "InvalidAction", 404),
};

/** The response for an error that an action threw; anything unknown is an internal error. */
export function errorResponse(error: unknown): ErrorResponse {
  const known = error instanceof SqsError || error instanceof ProtocolError;
  const { status, type, queryCode } = SHAPES[known ? error.code : "InternalError"];
  const fault = status >= 500 ? "Receiver" : "Sender";
  return {
    status,
    headers: { "x-amzn-query-error": `${queryCode};${fault}` },
    body: { __type: type, message: messageOf(error) },
  };
}
