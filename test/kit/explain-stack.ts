import type { SQSRecord } from "aws-lambda";
import { isJsonObject } from "../../lib/json/json.ts";
import { fateOf, type RecordFacts } from "./record-fate.ts";
import type { StandingMessage } from "./test-queue.ts";

/** An invocation, with what is known of each of its records. */
export interface ExplainedInvocation {
  readonly records: readonly { readonly record: SQSRecord; readonly facts: RecordFacts }[];
  /** In epoch ms. */
  readonly endedAt: number;
  /** Why all of it failed, if it did. */
  readonly error?: string | undefined;
  readonly response?: unknown;
}

/** Only the last ones are shown: a run of three days has hundreds. */
const SHOWN_INVOCATIONS = 20;

const SHOWN_RECORDS = 20;

/**
 * Says where each record went, and what stands in the queue now.
 *
 * @param now on the clock, in epoch ms
 */
export function explainStack(
  invocations: readonly ExplainedInvocation[],
  standing: readonly StandingMessage[],
  queueName: string,
  now: number,
): string {
  if (invocations.length === 0) {
    const lines = ["no invocation: time passes only in stack.advance(...)"];
    return [...lines, ...standingLines(standing, queueName, now)].join("\n");
  }
  const earlier = Math.max(0, invocations.length - SHOWN_INVOCATIONS);
  return [
    ...(earlier > 0 ? [`(${earlier} earlier invocations)`] : []),
    ...invocations.slice(earlier).flatMap((of, n) => invocationLines(of, earlier + n + 1)),
    ...standingLines(standing, queueName, now),
  ].join("\n");
}

function invocationLines(invocation: ExplainedInvocation, nth: number): string[] {
  const { records, endedAt } = invocation;
  const problem = problemOf(invocation);
  const count = `${records.length} ${records.length === 1 ? "record" : "records"}`;
  return [
    `invocation ${nth}, ${new Date(endedAt).toISOString()}, ${count}`,
    ...(problem === undefined ? [] : [`  the whole batch comes back: ${problem}`]),
    ...limited(records.map(({ record, facts }) => `  ${record.messageId}: ${fateOf(facts)}`)),
  ];
}

/** The results of `eachRecord` alone are no response to Lambda. */
function problemOf({ error, response }: ExplainedInvocation): string | undefined {
  if (error === undefined || !isSettledList(response)) return error;
  return "the handler returned the results of eachRecord themselves: wrap it by middy(), with sqsPartialBatchFailure as the first use";
}

function isSettledList(response: unknown): boolean {
  return Array.isArray(response) && response.every((of) => isJsonObject(of) && "status" in of);
}

function standingLines(
  standing: readonly StandingMessage[],
  queueName: string,
  now: number,
): string[] {
  if (standing.length === 0) return [`${queueName} is empty`];
  const lines = standing.map(({ messageId, receiveCount, visibleAt }) => {
    const seconds = Math.ceil((visibleAt - now) / 1000);
    const when = seconds > 0 ? `visible in ${seconds} s` : "visible now";
    return `  ${messageId}: ${when}, received ${receiveCount} ${receiveCount === 1 ? "time" : "times"}`;
  });
  return [`${queueName} has ${standing.length}:`, ...limited(lines)];
}

function limited(lines: readonly string[]): string[] {
  const more = lines.length - SHOWN_RECORDS;
  return more > 0 ? [...lines.slice(0, SHOWN_RECORDS), `  and ${more} more`] : [...lines];
}
