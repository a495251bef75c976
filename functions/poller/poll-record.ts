import { timeForRequest } from "../../lib/deadline.ts";
import type { RecordHandler } from "../../lib/each-record.ts";
import type { Agents } from "../../lib/http/guarded-agents.ts";
import { sendRequest } from "../../lib/http/send-request.ts";
import { sentAt } from "../../lib/poll-message/next-message.ts";
import { parsePollMessage } from "../../lib/poll-message/parse.ts";
import { afterRequest, expiredBeforeRequest, type Poll } from "../../lib/poll-step.ts";
import { held } from "../../lib/record-result.ts";
import { attributesSize, attributesToSend } from "../../lib/sqs/message-attributes.ts";

/** What one poll needs of the world. */
export interface PollPorts {
  readonly agents: Agents;
  /** The clock, in epoch ms. */
  readonly now: () => number;
  /** A number from 0 up to 1. */
  readonly random: () => number;
}

/** Makes the record handler that polls: parses the message, asks once, and says what becomes of the poll. */
export function pollRecord({ agents, now, random }: PollPorts): RecordHandler {
  return async (record, { signal, deadline }) => {
    const attributesBytes = attributesSize(attributesToSend(record.messageAttributes));
    const message = parsePollMessage(record.body, attributesBytes);
    const poll: Poll = {
      message,
      pollId: message.pollId ?? record.messageId,
      startedAt: message.startedAt ?? sentAt(record) ?? now(),
    };
    const expired = expiredBeforeRequest(poll, now());
    if (expired !== undefined) return expired;

    const timeoutMs = timeForRequest(message.request.timeoutMs, deadline);
    if (timeoutMs === undefined) return held();
    const answer = await sendRequest(message.request, { agents, timeoutMs, signal });
    return afterRequest(poll, answer, now(), random);
  };
}
