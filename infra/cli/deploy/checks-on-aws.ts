import { GetFunctionRecursionConfigCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { ParameterValue } from "../../local/template/parameters.ts";
import { UsageError } from "../usage-error.ts";

/**
 * Checks a queue that the stack does not create: it must be in the stack's region, and its visibility timeout must be six
 * times the function's timeout plus the batching window, as for the stack's own queue (AWS Lambda Developer Guide,
 * "Using Lambda with Amazon SQS").
 *
 * @param parameters all parameters of the stack
 * @param region the region of the stack
 * @throws {UsageError} when it is not so. A queue that cannot be read passes: its owner may not grant the right
 */
export async function checkExistingQueue(
  parameters: ReadonlyMap<string, ParameterValue>,
  region: string,
): Promise<void> {
  const [, , , queueRegion, account, name] = String(
    parameters.get("ExistingPollQueueArn") ?? "",
  ).split(":");
  if (account === undefined || name === undefined) return;
  if (region !== queueRegion) {
    throw new UsageError(
      `--parameter ExistingPollQueueArn: ${name} is in ${queueRegion}, and must be in the region of the stack, ${region}`,
    );
  }
  const needed = 6 * Number(parameters.get("Timeout")) + Number(parameters.get("BatchWindow"));
  const visibility = await visibilityOf(name, account).catch(() => undefined);
  if (visibility === undefined || visibility >= needed) return;
  throw new UsageError(
    `--parameter ExistingPollQueueArn: the visibility timeout of ${name} is ${visibility} s, and must be ${needed} s ` +
      "or more: six times Timeout, plus BatchWindow",
  );
}

async function visibilityOf(name: string, account: string): Promise<number> {
  const sqs = new SQSClient();
  try {
    const { QueueUrl } = await sqs.send(
      new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account }),
    );
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["VisibilityTimeout"] }),
    );
    return Number(Attributes.VisibilityTimeout);
  } finally {
    sqs.destroy();
  }
}

/**
 * Checks that Lambda allows a function to send to its own queue.
 *
 * @throws when it does not: Lambda would stop each poll near its 16th request
 */
export async function checkRecursionAllowed(functionArn: string): Promise<void> {
  const name = functionArn.split(":")[6];
  if (name === undefined) throw new Error("the stack has no output FunctionArn");
  const lambda = new LambdaClient();
  try {
    const setting = await lambda.send(
      new GetFunctionRecursionConfigCommand({ FunctionName: name }),
    );
    if (setting.RecursiveLoop === "Allow") return;
    throw new Error(
      `Lambda stops ${name} after 16 requests per poll (recursive loop detection): ` +
        `run \`aws lambda put-function-recursion-config --function-name ${name} --recursive-loop Allow\``,
    );
  } finally {
    lambda.destroy();
  }
}
