import type { SQSRecord } from "aws-lambda";
import { saidDueAt, startedAtOf } from "../../lib/batch/poll-facts.ts";
import { recordFacts } from "../../lib/batch/record-facts.ts";
import { PoisonRecordError } from "../../lib/batch/record-result.ts";
import type { Destination } from "../../lib/deliveries/destination.ts";
import type { Fence } from "../../lib/fence/fence.ts";
import { hasAbort } from "../../lib/poll/abort-request.ts";
import { destinationsIn } from "../../lib/poll/message/deliver.ts";
import { groupIn } from "../../lib/poll/message/group.ts";
import {
  NewerVersionError,
  type ParsedPollMessage,
  parsePollMessage,
} from "../../lib/poll/message/parse.ts";
import { cappedPoll, type OperatorCaps } from "../../lib/poll/operator-caps.ts";
import type { Poll } from "../../lib/poll/poll.ts";
import { attributesSize, attributesToSend } from "../../lib/sqs/message-attributes.ts";
import type { PresetList } from "../../lib/verdict/preset-list.ts";

/** A deployment or a canary does not last longer than this: then the record is a dead letter, which can be redriven. */
const NEWER_VERSION_WAIT_MS = 14 * 24 * 60 * 60 * 1000;

/** What the stack allows and has, and the clock. */
export interface ReadingPorts {
  /** `undefined`: duplicates of a poll are not detected. */
  readonly fence: Fence | undefined;
  /** The presets that messages may name. Absent: those of this package. */
  readonly presets?: PresetList | undefined;
  /** Throws a {@link PoisonRecordError} when a message may not name one of these destinations. Absent: it may. */
  readonly refuseForbidden?: (destinations: readonly Destination[], field?: string) => void;
  /** Whether messages may name a group, because there is a table that counts. Absent: they may not. */
  readonly hasGroups?: boolean;
  /** `undefined`: no caps. */
  readonly caps: OperatorCaps | undefined;
  /** The clock, in epoch ms. */
  readonly now: () => number;
}

/**
 * Reads the poll of a record, and refuses what this stack cannot do for it.
 *
 * @returns `undefined`: a newer version of the poller must read the record
 * @throws {PoisonRecordError} when the message is wrong, or asks for what this stack does not have
 */
export function readPoll(record: SQSRecord, ports: ReadingPorts): Poll | undefined {
  const { now, caps, presets, fence } = ports;
  const message = readMessage(record, presets, now());
  if (message === undefined) return undefined;
  ports.refuseForbidden?.(destinationsIn(message.body) ?? []);
  refuseGroup(message, ports);
  if (fence === undefined) refuseRepeated(message);
  const poll = {
    message,
    pollId: message.pollId ?? record.messageId,
    startedAt: startedAtOf(message.body, record) ?? now(),
  };
  return caps === undefined ? poll : cappedPoll(poll, caps);
}

/**
 * Without a table, any request may be made twice.
 *
 * @throws {PoisonRecordError} when the message has one that must be made at most once
 */
function refuseRepeated(message: ParsedPollMessage): void {
  const refused = (field: string, what: string) =>
    new PoisonRecordError(
      `${field}: must have idempotent: true, because this poller has no table (TABLE_NAME) that prevents a second ${what}`,
    );
  if (message.step === "start" && !message.isIdempotent) throw refused("start", "start");
  if (hasAbort(message) && !message.abort?.idempotent) throw refused("abort", "abort");
}

/** @throws {PoisonRecordError} when the message names a group that could not be counted, or told of */
function refuseGroup(
  { body, pollId }: ParsedPollMessage,
  { hasGroups = false, refuseForbidden }: ReadingPorts,
): void {
  const group = groupIn(body);
  if (group === undefined) return;
  if (!hasGroups) {
    throw new PoisonRecordError(
      "group: must be left out, because this poller has no table (TABLE_NAME) that counts its polls",
    );
  }
  if (pollId === undefined) {
    throw new PoisonRecordError("pollId: must be set beside group, so that a poll is counted once");
  }
  refuseForbidden?.([group.deliver ?? []].flat(), "group.deliver");
}

function readMessage(
  record: SQSRecord,
  presets: PresetList | undefined,
  now: number,
): ParsedPollMessage | undefined {
  const attributesBytes = attributesSize(attributesToSend(record.messageAttributes));
  try {
    return parsePollMessage(recordFacts(record), attributesBytes, presets);
  } catch (error) {
    if (!(error instanceof NewerVersionError)) throw error;
    const dueAt = saidDueAt(recordFacts(record).body, record) ?? now;
    if (now - dueAt < NEWER_VERSION_WAIT_MS) return undefined;
    throw new PoisonRecordError(error.message);
  }
}
