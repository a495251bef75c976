import type { Message } from "@aws-sdk/client-sqs";
import { MAX_BATCH_ENTRIES } from "../limits.ts";
import type { OutgoingMessage } from "../sqs/outgoing-message.ts";
import { type InvalidMessage, InvalidMessageError } from "./client-errors.ts";
import { type DeadLetter, deadLetterOf, hasReason, holdsOutcome } from "./dead-letters.ts";
import { type Look, lookAt } from "./look.ts";
import { moveAll } from "./move-all.ts";
import type { Services } from "./services.ts";
import { problemOf } from "./submissions.ts";

/** Which dead letters go back to the poll queue, and how. */
export interface RedriveOptions {
  /** Only letters with this status, or whose reason contains this text. `@default` all */
  readonly only?: string | undefined;
  /** Only letters with these messageIds. `@default` those of `edits`, or else all */
  readonly ids?: readonly string[] | undefined;
  /** The corrected body of a letter, by its messageId. */
  readonly edits?: Readonly<Record<string, string>> | undefined;
  /** Called with the number of letters that are back so far. */
  readonly onProgress?: ((moved: number) => void) | undefined;
  /** Stops between two letters: each of them is then in one of the two queues. */
  readonly signal?: AbortSignal | undefined;
}

/** What a redrive did. */
export interface RedriveResult {
  /** How many letters are back in the poll queue. */
  readonly moved: number;
  /** How many letters stay because their body is an outcome: it cannot be polled. */
  readonly outcomesLeft: number;
}

/** The queues of a redrive. */
export interface RedriveQueues {
  readonly deadLetterQueueUrl: string;
  readonly queueUrl: string;
}

/**
 * Takes dead letters back to the poll queue: by SQS's own move task when all of them go back as they are and SQS starts
 * one, otherwise one by one. A letter is sent before it is deleted, so that it can be there twice, but never nowhere;
 * the fence drops the second one.
 *
 * @param now in epoch ms
 * @throws {InvalidMessageError} when a corrected body cannot be polled, before anything is moved
 */
export async function redrive(
  services: Pick<Services, "sqs">,
  queues: RedriveQueues,
  now: () => number,
  { edits = {}, ...given }: RedriveOptions,
): Promise<RedriveResult> {
  checkEdits(edits);
  const edited = Object.keys(edits);
  const { only, ids = edited.length > 0 ? edited : undefined, signal, onProgress } = given;
  const look = () => lookAt(services, queues.deadLetterQueueUrl, { signal, now });
  const options = { ...given, edits };
  if (ids !== undefined) return moveEach(services, queues.queueUrl, look(), new Set(ids), options);
  const { wanted, outcomesLeft } = await lettersIn(look(), options);
  signal?.throwIfAborted();
  if (wanted.size === 0) return { moved: 0, outcomesLeft };
  if (only === undefined && outcomesLeft === 0) {
    const moved = await moveAll(services, queues, { signal, onProgress });
    if (moved !== undefined) return { moved, outcomesLeft };
  }
  const { moved } = await moveEach(services, queues.queueUrl, look(), wanted, options);
  return { moved, outcomesLeft };
}

function checkEdits(edits: Readonly<Record<string, string>>): void {
  const bodies = Object.values(edits);
  const invalid = bodies.flatMap((body, index): InvalidMessage[] => {
    const reason = problemOf(body);
    return reason === undefined ? [] : [{ index, reason }];
  });
  if (invalid.length > 0) throw new InvalidMessageError(invalid, bodies.length);
}

function isSelected(letter: DeadLetter, { only }: RedriveOptions): boolean {
  return only === undefined || hasReason(letter, only);
}

/**
 * The messageIds of the letters to move, before one is moved: a letter that dies again is another one, which would be
 * moved again for ever.
 */
async function lettersIn({ messages }: Look, options: RedriveOptions) {
  const wanted = new Set<string>();
  let outcomesLeft = 0;
  for await (const message of messages) {
    const letter = deadLetterOf(message);
    if (holdsOutcome(letter)) outcomesLeft++;
    else if (isSelected(letter, options)) wanted.add(letter.messageId);
  }
  return { wanted, outcomesLeft };
}

async function moveEach(
  services: Pick<Services, "sqs">,
  queueUrl: string,
  { messages, remove }: Look,
  wanted: ReadonlySet<string>,
  { edits = {}, signal, onProgress, ...options }: RedriveOptions,
): Promise<RedriveResult> {
  const { client, sendMessages } = await services.sqs();
  let moved = 0;
  let outcomesLeft = 0;
  let batch: Message[] = [];
  const move = async () => {
    const letters = batch.map((message) => outgoing(message, edits[message.MessageId ?? ""]));
    const refusals = await sendMessages(client, queueUrl, letters);
    const sent = batch.filter((_, at) => refusals[at] === undefined);
    batch = [];
    if (sent.length > 0) await remove(sent);
    moved += sent.length;
    onProgress?.(moved);
    const refusal = refusals.find((each) => each !== undefined);
    if (refusal !== undefined) throw refusal;
  };
  for await (const message of messages) {
    const letter = deadLetterOf(message);
    if (holdsOutcome(letter)) outcomesLeft++;
    // With `ids`, `only` was not asked before: both count.
    else if (wanted.has(letter.messageId) && isSelected(letter, options)) batch.push(message);
    const isLast = moved + batch.length >= wanted.size;
    if (batch.length >= MAX_BATCH_ENTRIES || isLast) await move();
    if (isLast) break;
  }
  signal?.throwIfAborted();
  if (batch.length > 0) await move();
  return { moved, outcomesLeft };
}

/** The letter as a message of the poll queue: what it says of its death is left out. */
function outgoing({ Body = "", ...message }: Message, edited: string | undefined): OutgoingMessage {
  const { status: _status, reason: _reason, ...attributes } = message.MessageAttributes ?? {};
  const { MessageGroupId: groupId, AWSTraceHeader: traceHeader } = message.Attributes ?? {};
  return {
    body: edited ?? Body,
    attributes,
    traceHeader,
    ...(groupId === undefined ? {} : { groupId }),
  };
}
