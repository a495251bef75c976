import type { Item } from "./attribute-value.ts";

/** The errors of DynamoDB (API Reference, "Common Errors" and each action's list) that this table answers. */
export type DynamoDbErrorCode =
  | "ConditionalCheckFailedException"
  | "ResourceInUseException"
  | "ResourceNotFoundException"
  | "ValidationException";

/** An error that DynamoDB would answer. */
export class DynamoDbError extends Error {
  override readonly name = "DynamoDbError";
  readonly code: DynamoDbErrorCode;
  /** The item that refused a condition, where the caller asked for it. */
  readonly item: Item | undefined;

  constructor(code: DynamoDbErrorCode, message: string, item?: Item) {
    super(message);
    this.code = code;
    this.item = item;
  }
}

export function validationError(message: string): DynamoDbError {
  return new DynamoDbError("ValidationException", message);
}

export function invalidParameter(problem: string): DynamoDbError {
  return validationError(`One or more parameter values were invalid: ${problem}`);
}
