import {
  SendMessageBatchCommand,
  type SendMessageBatchCommandInput,
  type SendMessageBatchRequestEntry,
  type SQSClientResolvedConfig,
} from "@aws-sdk/client-sqs";
import { getRetryPlugin } from "@smithy/core/retry";
import * as z from "zod/mini";
import { type CallOptions, callDirectly, contextOf, type Operation } from "../aws/direct-call.ts";

type Config = SQSClientResolvedConfig;
type Resolve = SendMessageBatchCommand["resolveMiddleware"];

const SEND_MESSAGE_BATCH: Operation = {
  service: "sqs",
  target: "AmazonSQS.SendMessageBatch",
  command: SendMessageBatchCommand,
};

/**
 * The SDK's SendMessageBatch as a direct call, because a full batch of records makes ten. Its output has no list of what
 * was sent.
 */
export class DirectSendMessageBatchCommand extends SendMessageBatchCommand {
  override resolveMiddleware(
    _clientStack: Parameters<Resolve>[0],
    config: Config,
    options?: CallOptions,
  ): ReturnType<Resolve> {
    this.middlewareStack.use(getRetryPlugin(config));
    const send: ReturnType<Resolve> = ({ input }) => sendBatch(input, config, options);
    return this.middlewareStack.resolve(send, contextOf(options));
  }
}

/** The parts of an answer (Amazon SQS API Reference, SendMessageBatch). Only those entries count that SQS refused. */
const answerSchema = z.object({
  Successful: z.nullish(z.array(z.unknown())),
  Failed: z.nullish(
    z.array(
      z.object({
        Id: z.string(),
        Code: z.optional(z.string()),
        Message: z.optional(z.string()),
        SenderFault: z.optional(z.boolean()),
      }),
    ),
  ),
});

async function sendBatch(
  input: SendMessageBatchCommandInput,
  config: Config,
  options: CallOptions,
) {
  const call = { body: batchJson(input), url: queueEndpoint(input, config) };
  const done = await callDirectly(SEND_MESSAGE_BATCH, config, call, options);
  const { response, answer, $metadata } = done;
  const { Successful, Failed: refused } = answerSchema.parse(answer);
  const named = (Successful?.length ?? 0) + (refused?.length ?? 0);
  if (named !== input.Entries?.length)
    throw new TypeError("the answer of status 200 does not name every entry");
  const Failed = refused?.map(({ Id, SenderFault, Code, Message }) => {
    return { Id, SenderFault, Code, Message };
  });
  return { response, output: { $metadata, Successful: undefined, Failed } };
}

/** The SDK calls a queue at its own URL's host, unless the client says where SQS is. */
function queueEndpoint({ QueueUrl = "" }: SendMessageBatchCommandInput, config: Config) {
  if (config.endpoint !== undefined || !config.useQueueUrlAsEndpoint) return undefined;
  const origin = URL.parse(QueueUrl)?.origin;
  return origin === undefined ? undefined : new URL(origin);
}

function batchJson({ Entries = [], ...input }: SendMessageBatchCommandInput): string {
  return JSON.stringify({ ...input, Entries: Entries.map(entryJson) });
}

/** An entry in SQS's JSON, in which bytes are base64. */
function entryJson({ MessageAttributes, ...entry }: SendMessageBatchRequestEntry) {
  if (MessageAttributes === undefined) return entry;
  const attributes = Object.entries(MessageAttributes).map(([name, { BinaryValue, ...value }]) => [
    name,
    BinaryValue === undefined
      ? value
      : { ...value, BinaryValue: Buffer.from(BinaryValue).toString("base64") },
  ]);
  return { ...entry, MessageAttributes: Object.fromEntries(attributes) };
}
