import {
  type BatchResultErrorEntry,
  ChangeMessageVisibilityBatchCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import pLimit from "p-limit";
import { attemptsOf, mayHaveChanged } from "../aws/attempts.ts";
import { connectionsWithin } from "../descriptors.ts";
import { inBatches } from "./batches.ts";
import { isOwnClient } from "./client.ts";
import { DirectSendMessageBatchCommand } from "./direct-send.ts";
import { messageSize, type OutgoingMessage } from "./outgoing-message.ts";

/** The result of one entry: `undefined` when SQS accepted it, else the reason why not. */
export type EntryResult = SqsRefusalError | undefined;

/** SQS refused an entry, or the call that carried it failed. */
export class SqsRefusalError extends Error {
  override readonly name = "SqsRefusalError";
  /** SQS's error code; `undefined` when it gave none. */
  readonly code: string | undefined;
  /**
   * Whether SQS may have accepted the message all the same: the call that carried it got no answer that says otherwise.
   * False for a change of visibility, of which nobody asks it.
   */
  readonly mayBeAccepted: boolean;

  constructor(
    message: string,
    options: ErrorOptions & {
      readonly code?: string | undefined;
      readonly mayBeAccepted?: boolean;
    } = {},
  ) {
    super(message, options);
    this.code = options.code;
    this.mayBeAccepted = options.mayBeAccepted ?? false;
  }
}

export interface CallOptions {
  /** Aborts the calls. Entries whose call was under way then count as refused. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends messages in batches, several batches at once; large messages after all others. Never throws.
 *
 * @returns each message's result, in their order
 */
export function sendMessages(
  client: SQSClient,
  queueUrl: string,
  messages: readonly OutgoingMessage[],
  options: CallOptions = {},
): Promise<EntryResult[]> {
  return callInBatches(messages, messageSize, "SendMessage", (batch) => {
    const Entries = batch.map(sendEntry);
    const Command = isOwnClient(client) ? DirectSendMessageBatchCommand : SendMessageBatchCommand;
    const command = new Command({ QueueUrl: queueUrl, Entries });
    const attempts = attemptsOf(command);
    return {
      send: () => client.send(command, requestOptions(options)),
      mayBeAccepted: () => mayHaveChanged(attempts),
    };
  });
}

/** A change of a received message's visibility timeout. */
export interface VisibilityChange {
  readonly receiptHandle: string;
  /** Whole seconds from now, 0 to 43200. */
  readonly visibilityTimeoutSeconds: number;
}

/**
 * Changes visibility timeouts in batches, several batches at once. Never throws.
 *
 * @returns each change's result, in their order
 */
export function changeVisibility(
  client: SQSClient,
  queueUrl: string,
  changes: readonly VisibilityChange[],
  options: CallOptions = {},
): Promise<EntryResult[]> {
  return callInBatches(
    changes,
    () => 0,
    "ChangeMessageVisibility",
    (batch) => {
      const Entries = batch.map((change, index) => ({
        Id: String(index),
        ReceiptHandle: change.receiptHandle,
        VisibilityTimeout: change.visibilityTimeoutSeconds,
      }));
      const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries });
      return { send: () => client.send(command, requestOptions(options)) };
    },
  );
}

/** A hundred small messages need ten calls. More calls at once cost memory: a call can hold 1 MiB several times. */
const CALLS_AT_ONCE = connectionsWithin(10);

interface BatchCall {
  send(): Promise<BatchResponse>;
  /** Whether SQS may have accepted the entries although `send` has failed. Absent: nobody asks. */
  mayBeAccepted?(): boolean;
}

interface BatchResponse {
  readonly Failed?: readonly BatchResultErrorEntry[] | undefined;
}

async function callInBatches<Entry>(
  entries: readonly Entry[],
  sizeOf: (entry: Entry) => number,
  action: string,
  call: (batch: readonly Entry[]) => BatchCall,
): Promise<EntryResult[]> {
  const callOne = async (batch: readonly Entry[]): Promise<EntryResult[]> => {
    const ofBatch = call(batch);
    try {
      return resultsOf(batch, await ofBatch.send(), action);
    } catch (cause) {
      const code = cause instanceof Error ? cause.name : undefined;
      const options = { cause, code, mayBeAccepted: ofBatch.mayBeAccepted?.() ?? false };
      const refusal = new SqsRefusalError(`${action} failed: ${reasonOf(cause)}`, options);
      return batch.map(() => refusal);
    }
  };
  const sized = entries.map((entry, place) => ({ entry, place, bytes: sizeOf(entry) }));
  // Large messages take most of the time. They go last, so that they cannot use up the time of all others.
  const isLarge = ({ bytes }: { bytes: number }) => Number(bytes > LARGE_BYTES);
  const largeLast = sized.toSorted((one, other) => isLarge(one) - isLarge(other));
  const batches = inBatches(largeLast, ({ bytes }) => bytes);
  const results: EntryResult[] = [];
  await pLimit(CALLS_AT_ONCE).map(batches, async (batch) => {
    const found = await callOne(batch.map(({ entry }) => entry));
    batch.forEach(({ place }, index) => {
      results[place] = found[index];
    });
  });
  return results;
}

/** Ten messages of this size fit into one call. */
const LARGE_BYTES = 100 * 1024;

function resultsOf(batch: readonly unknown[], response: BatchResponse, action: string) {
  const refusals = new Map(response.Failed?.map((failed) => [failed.Id, failed]));
  return batch.map((_, index): EntryResult => {
    const refused = refusals.get(String(index));
    if (refused === undefined) return undefined;
    const said = refused.Message === undefined ? "" : `: ${refused.Message}`;
    const code = refused.Code;
    return new SqsRefusalError(`SQS refused ${action}: ${code ?? "no code"}${said}`, { code });
  });
}

function sendEntry(message: OutgoingMessage, index: number): SendMessageBatchRequestEntry {
  const { body, delaySeconds, attributes = {}, groupId, traceHeader } = message;
  return {
    Id: String(index),
    MessageBody: body,
    ...(delaySeconds === undefined ? {} : { DelaySeconds: delaySeconds }),
    ...(Object.keys(attributes).length === 0 ? {} : { MessageAttributes: attributes }),
    ...(groupId === undefined ? {} : { MessageGroupId: groupId }),
    ...(traceHeader === undefined ? {} : systemAttributes(traceHeader)),
  };
}

function systemAttributes(traceHeader: string) {
  const AWSTraceHeader = { DataType: "String", StringValue: traceHeader };
  return { MessageSystemAttributes: { AWSTraceHeader } };
}

function requestOptions({ signal }: CallOptions): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}
