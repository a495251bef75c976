import {
  CreateQueueCommand,
  type Message,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { QueueService } from "../../infra/local/queue/queue-service.ts";
import { startSqsServer } from "../../infra/local/sqs/server.ts";
import {
  createPollClient,
  type PollClient,
  type PollClientOptions,
} from "../../lib/client/index.ts";
import { type LocalTable, startLocalTable } from "./local-table.ts";
import { takeMessages } from "./take-messages.ts";

/** The queues and the table of a stack, on the local servers, and a client of them. */
export interface ClientWorld extends AsyncDisposable {
  readonly client: PollClient;
  readonly table: LocalTable;
  readonly service: QueueService;
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly outcomeQueueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** A client of the same stack with other options. */
  with(options: Partial<PollClientOptions>): PollClient;
  /** Puts a message with text attributes into a queue. */
  put(
    queueUrl: string,
    body: string,
    attributes?: Readonly<Record<string, string>>,
  ): Promise<string>;
  /** Takes all messages that are visible now. */
  take(queueUrl: string): Promise<Message[]>;
}

export async function startClientWorld(): Promise<ClientWorld> {
  const service = new QueueService();
  const server = await startSqsServer({ service });
  const table = await startLocalTable();
  const sqs = new SQSClient({
    endpoint: server.endpoint,
    region: server.region,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  // A queue on this machine has no servers that a receive without a wait could miss.
  sqs.middlewareStack.add(
    (next) => (sent) =>
      next({
        ...sent,
        input: "WaitTimeSeconds" in sent.input ? { ...sent.input, WaitTimeSeconds: 0 } : sent.input,
      }),
    { step: "initialize", name: "noLongPolls" },
  );
  const create = async (QueueName: string, Attributes: Record<string, string> = {}) =>
    (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? "";
  const deadLetterQueueUrl = await create("dead-letters");
  const deadLetterTargetArn = `arn:aws:sqs:${server.region}:${server.accountId}:dead-letters`;
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 5 });
  const queueUrl = await create("polls", { RedrivePolicy, VisibilityTimeout: "0" });
  const outcomeQueueUrl = await create("outcomes");
  const options: PollClientOptions = {
    queueUrl,
    outcomeQueueUrl,
    deadLetterQueueUrl,
    tableName: table.tableName,
    sqs,
    dynamodb: table.documents,
  };
  return {
    client: createPollClient(options),
    table,
    service,
    sqs,
    queueUrl,
    outcomeQueueUrl,
    deadLetterQueueUrl,
    with: (others) => createPollClient({ ...options, ...others }),
    async put(QueueUrl, MessageBody, attributes = {}) {
      const MessageAttributes = Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [
          name,
          { DataType: "String", StringValue },
        ]),
      );
      const command = new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes });
      return (await sqs.send(command)).MessageId ?? "";
    },
    take: (QueueUrl) => takeMessages(sqs, { QueueUrl, VisibilityTimeout: 1000 }),
    async [Symbol.asyncDispose]() {
      sqs.destroy();
      await Promise.all([server.close(), table.close()]);
    },
  };
}
