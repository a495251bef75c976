import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { vi } from "vitest";
import {
  type LocalInvocation,
  type LocalStack,
  type LocalStackOptions,
  startLocalStack,
} from "../../../infra/local/stack.ts";

export interface TestStackOptions {
  /** The module that exports `handler`. */
  readonly code: string;
  /** Properties of the function, its SQS event and its queue that override those below. */
  readonly function?: Readonly<Record<string, unknown>>;
  readonly event?: Readonly<Record<string, unknown>>;
  readonly queue?: Readonly<Record<string, unknown>>;
  readonly stack?: LocalStackOptions;
  /** Further outputs of the template. */
  readonly outputs?: Readonly<Record<string, unknown>>;
}

export interface TestStack extends LocalStack, AsyncDisposable {
  /** The invocations so far, in the order in which they ended. */
  readonly invocations: readonly LocalInvocation[];
  readonly logs: readonly string[];
  send(...bodies: readonly string[]): Promise<void>;
  /** Makes a record that is still in the queue visible at once. */
  showAgain(record: SQSRecord | undefined): Promise<void>;
  /** How many messages the poll queue has, including invisible ones. */
  depth(): Promise<number>;
  /** The bodies of up to ten messages of a queue, which stay visible. */
  peek(queueUrl: string): Promise<string[]>;
}

/** A handler that processes all records. */
export const PROCESSES_ALL = "export const handler = async () => ({ batchItemFailures: [] });";

/** A template with one function on one queue, without a batching window, so that tests are quick. */
export function testTemplate(options: Omit<TestStackOptions, "stack">): string {
  const arn = (logicalId: string) => ({ "Fn::GetAtt": [logicalId, "Arn"] });
  return JSON.stringify({
    Resources: {
      Work: {
        Type: "AWS::SQS::Queue",
        Properties: {
          VisibilityTimeout: 60,
          RedrivePolicy: { deadLetterTargetArn: arn("Dead"), maxReceiveCount: 5 },
          ...options.queue,
        },
      },
      Dead: { Type: "AWS::SQS::Queue" },
      Outcomes: { Type: "AWS::SQS::Queue" },
      Poller: {
        Type: "AWS::Serverless::Function",
        Properties: {
          CodeUri: ".",
          Handler: "index.handler",
          Runtime: "nodejs24.x",
          Timeout: 10,
          MemorySize: 256,
          AutoPublishAlias: "live",
          Environment: { Variables: { QUEUE_URL: { Ref: "Work" } } },
          Events: {
            Work: {
              Type: "SQS",
              Properties: {
                Queue: arn("Work"),
                FunctionResponseTypes: ["ReportBatchItemFailures"],
                ...options.event,
              },
            },
          },
          ...options.function,
        },
      },
    },
    Outputs: {
      QueueUrl: { Value: { Ref: "Work" } },
      OutcomeQueueUrl: { Value: { Ref: "Outcomes" } },
      DeadLetterQueueUrl: { Value: { Ref: "Dead" } },
      ...options.outputs,
    },
  });
}

/** Starts the template with `code` as its function. `await using` closes it and removes its files. */
export async function startTestStack(options: TestStackOptions): Promise<TestStack> {
  await using resources = new AsyncDisposableStack();
  const folder = resources.use(await mkdtempDisposable(join(tmpdir(), "local-stack-"))).path;
  const templatePath = join(folder, "template.json");
  await writeFile(templatePath, testTemplate(options));
  await writeFile(join(folder, "index.mjs"), options.code);
  const invocations: LocalInvocation[] = [];
  const logs: string[] = [];
  const stack = await startLocalStack({
    templatePath,
    onInvocation: (invocation) => invocations.push(invocation),
    onLog: (line) => logs.push(line),
    ...options.stack,
  });
  resources.defer(() => stack.close());
  const kept = resources.move();
  return {
    ...stack,
    invocations,
    logs,
    async send(...bodies) {
      for (let start = 0; start < bodies.length; start += 10) {
        const Entries = bodies
          .slice(start, start + 10)
          .map((MessageBody, index) => ({ Id: String(index), MessageBody }));
        await stack.sqs.send(new SendMessageBatchCommand({ QueueUrl: stack.queueUrl, Entries }));
      }
    },
    async showAgain(record) {
      await stack.sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: stack.queueUrl,
          ReceiptHandle: record?.receiptHandle,
          VisibilityTimeout: 0,
        }),
      );
    },
    async depth() {
      const { Attributes = {} } = await stack.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: stack.queueUrl, AttributeNames: ["All"] }),
      );
      const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } = Attributes;
      return Number(ApproximateNumberOfMessages) + Number(ApproximateNumberOfMessagesNotVisible);
    },
    async peek(QueueUrl) {
      const { Messages = [] } = await stack.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
      );
      return Messages.map(({ Body = "" }) => Body);
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Repeats an assertion until it passes, for at most a minute. */
export const eventually = (assertion: () => unknown): Promise<unknown> =>
  vi.waitFor(assertion, { timeout: 60_000, interval: 10 });

/** The record bodies of an invocation. */
export const bodies = ({ records }: LocalInvocation): string[] => records.map(({ body }) => body);
