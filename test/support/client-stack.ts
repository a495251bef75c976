import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { startLocalStack } from "../../infra/local/stack.ts";
import {
  createPollClient,
  type DeadLetter,
  localStack,
  type PollClient,
} from "../../lib/client/index.ts";

/** The local stack, and a client that found it by its port. */
export interface ClientStack extends AsyncDisposable {
  readonly port: number;
  readonly client: PollClient;
  /** The variables that a program with an AWS SDK needs. */
  readonly environment: Readonly<Record<string, string>>;
  /** Sends a message that must become a dead letter, and waits for it. */
  dies(body: string): Promise<DeadLetter>;
}

/** Starts it so that it gathers nothing: the function is invoked with each message at once. */
export async function startClientStack(
  parameters: Readonly<Record<string, string>> = {},
): Promise<ClientStack> {
  const stack = await startLocalStack({ parameters: { BatchSize: "1", ...parameters } });
  const port = Number(new URL(stack.endpoint).port);
  const target = await localStack({ port });
  const client = createPollClient(target);
  return {
    port,
    client,
    environment: {
      QUEUE_URL: stack.queueUrl,
      OUTCOME_QUEUE_URL: stack.outcomeQueueUrl,
      DEAD_LETTER_QUEUE_URL: stack.deadLetterQueueUrl,
      TABLE_NAME: stack.outputs.TableName ?? "",
      AWS_ENDPOINT_URL_SQS: stack.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: stack.dynamoDbEndpoint ?? "",
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
    },
    async dies(MessageBody) {
      await stack.sqs.send(new SendMessageCommand({ QueueUrl: stack.queueUrl, MessageBody }));
      for (;;) for await (const letter of client.deadLetters()) return letter;
    },
    async [Symbol.asyncDispose]() {
      target.sqs.destroy();
      target.lambda.destroy();
      target.dynamodb?.destroy();
      await stack.close();
    },
  };
}
