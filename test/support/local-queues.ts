import {
  CreateQueueCommand,
  type Message,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { deleteRecords } from "../../infra/local/event-source-mapping/delete-records.ts";
import { lambdaRecord } from "../../infra/local/event-source-mapping/lambda-record.ts";
import type { Faults, MessageAction } from "../../infra/local/queue/faults.ts";
import { QueueService } from "../../infra/local/queue/queue-service.ts";
import { startSqsServer } from "../../infra/local/sqs/server.ts";
import { takeMessages } from "./take-messages.ts";

/** Three queues on the local SQS server, the calls that it got, and its clock. */
export interface LocalQueues {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly outcomeQueueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** The message calls since the last `event()`. */
  calls: MessageAction[];
  /** Sets the faults of all following calls. */
  fail(faults: Faults): void;
  /** Sends messages, receives all visible ones, and returns them as one Lambda event. */
  event(...messages: OutgoingBody[]): Promise<SQSEvent>;
  /** Deletes the records of an event that an answer does not name as failed, as Lambda does. */
  acknowledge(event: SQSEvent, answer: SQSBatchResponse): Promise<void>;
  /** Receives all messages that are visible now. */
  receive(queueUrl: string): Promise<Message[]>;
  /** Moves the queues' clock forward. */
  advance(ms: number): void;
  now(): number;
  close(): Promise<void>;
}

type OutgoingBody = string | Partial<SendMessageCommandInput>;

const QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000:polls";

/** Starts the queues `polls`, `outcomes` and `dead-letters`. */
export async function startLocalQueues(): Promise<LocalQueues> {
  let clock = Date.parse("2026-01-01T00:00:00Z");
  const now = () => clock;
  const calls: MessageAction[] = [];
  const counting = (faults: Faults): Faults => ({
    ...faults,
    call: (action, queueName) => {
      queues.calls.push(action);
      return faults.call?.(action, queueName);
    },
  });
  const service = new QueueService({ now });
  service.faults = counting({});
  const server = await startSqsServer({ service, now });
  const sqs = new SQSClient({
    endpoint: server.endpoint,
    region: server.region,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    useQueueUrlAsEndpoint: false,
    maxAttempts: 1,
  });
  const create = async (QueueName: string) => {
    // So long that no message becomes visible by itself in a test that moves the clock.
    const Attributes = { VisibilityTimeout: "43200" };
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
    return QueueUrl;
  };
  const receive = (QueueUrl: string) => takeMessages(sqs, { QueueUrl });
  const queueUrl = await create("polls");
  const queues: LocalQueues = {
    sqs,
    queueUrl,
    outcomeQueueUrl: await create("outcomes"),
    deadLetterQueueUrl: await create("dead-letters"),
    calls,
    fail: (faults) => {
      service.faults = counting(faults);
    },
    async event(...messages) {
      for (const message of messages) {
        const input = typeof message === "string" ? { MessageBody: message } : message;
        await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: "{}", ...input }));
      }
      const received = await receive(queueUrl);
      queues.calls = [];
      return { Records: received.map((message) => lambdaRecord(message, QUEUE_ARN)) };
    },
    async acknowledge({ Records }, { batchItemFailures }) {
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      const processed = Records.filter(({ messageId }) => !failed.has(messageId));
      const problems = await deleteRecords(sqs, queueUrl, processed);
      if (problems.length > 0) throw new Error(problems.join("; "));
    },
    receive,
    advance: (ms) => {
      clock += ms;
      service.settle();
    },
    now,
    async close() {
      sqs.destroy();
      await server.close();
    },
  };
  return queues;
}
