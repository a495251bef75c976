import { randomUUID } from "node:crypto";
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
  type SendMessageCommandInput,
  type SendMessageCommandOutput,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, it } from "vitest";
import { type SqsServer, startSqsServer } from "../../../infra/local/sqs/server.ts";
import { failsAsKnown } from "./known-fault.ts";
import { knownFault } from "./known-faults.ts";

/** How long SQS may take for results that it documents as approximate or eventual. */
export const EVENTUALLY = { timeout: 60_000, interval: 20 };

/** A known fault shows within this time: some only once waiting is over, and one of ElasticMQ's calls takes 20 s. */
const KNOWN_FAULT_MS = EVENTUALLY.timeout + 40_000;

type Attributes = Record<string, string>;
export type ReceivedMessage = Message & { ReceiptHandle: string; MessageId: string; Body: string };

/** The SQS server under test: that of SQS_ENDPOINT, or the embedded one. */
export class Target {
  #client: SQSClient | undefined;
  #server: SqsServer | undefined;
  readonly #queueUrls = new Set<string>();
  endpoint = process.env.SQS_ENDPOINT ?? "";

  async start(): Promise<void> {
    if (this.endpoint === "") {
      this.#server = await startSqsServer();
      this.endpoint = this.#server.endpoint;
    }
    this.#client = new SQSClient({
      endpoint: this.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "conformance", secretAccessKey: "conformance" },
      useQueueUrlAsEndpoint: false,
      maxAttempts: 1,
    });
  }

  async stop(): Promise<void> {
    for (const QueueUrl of this.#queueUrls) {
      await this.sqs.send(new DeleteQueueCommand({ QueueUrl })).catch(() => undefined);
    }
    this.#client?.destroy();
    await this.#server?.close();
  }

  get sqs(): SQSClient {
    if (this.#client === undefined) throw new Error("The target has not been started.");
    return this.#client;
  }

  queueName(): string {
    return `conformance-${randomUUID()}`;
  }

  /** Creates a queue, which is deleted after the file's tests; returns its URL. */
  async queue(attributes: Attributes = {}, name = this.queueName()): Promise<string> {
    const created = await this.sqs.send(
      new CreateQueueCommand({ QueueName: name, Attributes: attributes }),
    );
    const url = present(created.QueueUrl, "QueueUrl");
    this.#queueUrls.add(url);
    return url;
  }

  send(
    QueueUrl: string,
    MessageBody: string,
    more: Partial<SendMessageCommandInput> = {},
  ): Promise<SendMessageCommandOutput> {
    return this.sqs.send(new SendMessageCommand({ ...more, QueueUrl, MessageBody }));
  }

  /** The messages visible now. */
  async receive(
    QueueUrl: string,
    more: Partial<ReceiveMessageCommandInput> = {},
  ): Promise<ReceivedMessage[]> {
    const { Messages } = await this.sqs.send(new ReceiveMessageCommand({ ...more, QueueUrl }));
    return (Messages ?? []).map((message) => ({
      ...message,
      ReceiptHandle: present(message.ReceiptHandle, "ReceiptHandle"),
      MessageId: present(message.MessageId, "MessageId"),
      Body: present(message.Body, "Body"),
    }));
  }

  /** The next message with its system attributes, after a wait of at most 20 s. */
  async receiveOne(
    QueueUrl: string,
    more: Partial<ReceiveMessageCommandInput> = {},
  ): Promise<ReceivedMessage> {
    const [message] = await this.receive(QueueUrl, {
      WaitTimeSeconds: 20,
      MessageSystemAttributeNames: ["All"],
      ...more,
    });
    return present(message, `a message in ${QueueUrl}`);
  }

  /** A queue's attributes by name. All of them if no names are given. */
  async attributes(QueueUrl: string): Promise<Attributes> {
    const { Attributes = {} } = await this.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
    );
    return Attributes;
  }

  async arn(queueUrl: string): Promise<string> {
    return present((await this.attributes(queueUrl)).QueueArn, "QueueArn");
  }
}

/** The target for the tests of one file. */
export function useTarget(): Target {
  const target = new Target();
  beforeAll(() => target.start());
  afterAll(() => target.stop());
  return target;
}

/**
 * One row of the suite. A row that the server under test is known to fail must fail with its known error: a
 * fixed fault is removed from the table. Rows run at once, so a failing `expect().resolves` would fail another row.
 * @param source where AWS documents it: an action of the API Reference with a quotation, or a
 *   page of the Developer Guide by its title
 */
export function row(behaviour: string, source: string, run: () => Promise<void>): void {
  const name = `${behaviour} [${source}]`;
  const fault = knownFault(name);
  if (fault === undefined) it.concurrent(name, run);
  else {
    const named = `${name}: known fault of ${fault.server}, it ${fault.fault} (${fault.link})`;
    it.concurrent(named, () => failsAsKnown(run, fault), KNOWN_FAULT_MS);
  }
}

/** The name of a call's error. @throws {Error} when the call succeeds */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
  throw new Error("The call succeeded; it should have been refused.");
}

export function present<Value>(value: Value | undefined, what: string): Value {
  if (value !== undefined) return value;
  throw new Error(`Expected ${what}, got none.`);
}
