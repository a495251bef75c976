import { hash } from "node:crypto";
import type { SQSRecord } from "aws-lambda";
import { isJsonObject, type JsonObject, numberOf } from "../json/json.ts";
import type { LogEntry } from "../log/logger.ts";
import { maskRecord } from "./logged-fields.ts";
import { secondsTaken } from "./poll-facts.ts";
import { recordFacts } from "./record-facts.ts";
import type { Held, Pending } from "./record-result.ts";
import type { BatchResults } from "./settled-results.ts";

/** Of this many polls, one has a line for each time that it goes on. */
const POLLS_PER_SAMPLE = 10;

/**
 * The log lines of a batch: one for each poll that has ended, and one for each record that goes on of a tenth of the
 * polls. A poll is in the sample with all its records or with none, so the life of one in it can be read.
 *
 * @param results the results after requeue and delivery, and before dead letters are acknowledged
 */
export function pollLines(results: BatchResults): LogEntry[] {
  return results.fulfilled("completed", "pending", "held").flatMap(({ record, result }) => {
    if (result.kind === "completed") return endLine(record, result.outcome);
    return isSampled(record) ? [nextLine(record, result)] : [];
  });
}

/** The end of a group, or what a handler of your own calls an outcome, is not the end of a poll. */
function endLine(record: SQSRecord, outcome: JsonObject | undefined): LogEntry[] {
  if (outcome === undefined) return [];
  const { pollId, status, groupId, error, response } = outcome;
  if (typeof pollId !== "string" || typeof status !== "string" || groupId !== undefined) return [];
  const { origin } = maskRecord(record);
  return [
    {
      level: "INFO",
      message: "poll ended",
      pollId,
      status,
      retryCount: numberOf(outcome.retryCount),
      seconds: secondsTaken(outcome),
      origin,
      httpStatus: isJsonObject(response) ? numberOf(response.status) : undefined,
      error: isJsonObject(error) ? error.name : undefined,
    },
  ];
}

function nextLine(record: SQSRecord, { kind, delaySeconds }: Pending | Held): LogEntry {
  const { messageId, pollId = messageId, retryCount = 0, method, origin } = maskRecord(record);
  return {
    level: "INFO",
    message: kind === "pending" ? "poll pending" : "poll held",
    pollId,
    retryCount,
    delaySeconds: Math.round(delaySeconds * 1000) / 1000,
    method,
    origin,
  };
}

/** A record that was held before its handler has a message that nobody has checked. */
function isSampled(record: SQSRecord): boolean {
  const said = recordFacts(record).body?.pollId;
  const pollId = typeof said === "string" ? said : record.messageId;
  return Number.parseInt(hash("sha256", pollId).slice(0, 8), 16) % POLLS_PER_SAMPLE === 0;
}
