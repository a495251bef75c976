import type { PollClientOptions } from "./poll-client.ts";

type StackOption =
  | "queueUrl"
  | "tableName"
  | "outcomeQueueUrl"
  | "deadLetterQueueUrl"
  | "functionName";

/** The options of `createPollClient` that the outputs of a stack name. */
export function stackOptions(
  outputs: Readonly<Record<string, string>>,
): Pick<PollClientOptions, StackOption> {
  const { QueueUrl = "", TableName, OutcomeQueueUrl, DeadLetterQueueUrl, FunctionArn } = outputs;
  return {
    queueUrl: QueueUrl,
    tableName: TableName,
    outcomeQueueUrl: OutcomeQueueUrl,
    deadLetterQueueUrl: DeadLetterQueueUrl,
    functionName: FunctionArn,
  };
}
