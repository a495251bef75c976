import type { Item } from "./attribute-value.ts";

/** The errors of DynamoDB (API Reference, "Common Errors" and each action's list) that this table returns. */
export type DynamoDbErrorCode =
  | "ConditionalCheckFailedException"
  | "ResourceInUseException"
  | "ResourceNotFoundException"
  | "ValidationException";

/** An error as DynamoDB would return it. */
export class DynamoDbError extends Error {
  override readonly name = "DynamoDbError";
  readonly code: DynamoDbErrorCode;
  /** The item that failed a condition, if the caller asked for it. */
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
