import { hash } from "node:crypto";
import type { SQSRecord } from "aws-lambda";

/** The trace that a record's message belongs to, in the words of X-Ray. */
export interface Trace {
  /** `1-`, 8 hex digits of its time in epoch seconds, `-`, and 24 hex digits. */
  readonly root: string;
  /** The segment of who sent the poll: 16 hex digits. `undefined`: not known. */
  readonly parent: string | undefined;
  /** `undefined`: nobody has decided. */
  readonly isSampled: boolean | undefined;
}

/**
 * The trace of a record: that of its message's `AWSTraceHeader`, or one made from the message's id and time, which the
 * next messages of the poll then carry. So a poll has one trace from its first message to its outcome, and two polls
 * never share one, as they would if SQS took the trace of the invocation that sends them.
 *
 * @returns `undefined` when the message has neither a valid header nor a time
 */
export function traceOf({ messageId, attributes }: SQSRecord): Trace | undefined {
  const given = parseTraceHeader(attributes?.AWSTraceHeader);
  if (given !== undefined) return given;
  const sentAt = Number(attributes?.SentTimestamp);
  if (!(sentAt > 0 && sentAt < MAX_EPOCH_MS)) return undefined;
  const time = Math.floor(sentAt / 1000)
    .toString(16)
    .padStart(8, "0");
  return {
    root: `1-${time}-${digest(messageId, 24)}`,
    parent: undefined,
    isSampled: undefined,
  };
}

/** The last time that 8 hex digits of seconds can say. */
const MAX_EPOCH_MS = 2 ** 32 * 1000;

/**
 * Reads an X-Ray trace header (AWS X-Ray Developer Guide, "Tracing header"). Only `Root`, `Parent` and `Sampled` are
 * read. `Lineage` is left out on purpose: Lambda counts there how often a message has led to the same function, and
 * stops at 16 (AWS Lambda Developer Guide, "recursive loop detection"). A poll is meant to come back more often.
 */
export function parseTraceHeader(header: string | undefined): Trace | undefined {
  const fields = new Map(
    header?.split(";").map((field): [string, string] => {
      const [name = "", value = ""] = field.split("=", 2);
      return [name.trim(), value.trim()];
    }),
  );
  const [root = "", parent = "", sampled] = ["Root", "Parent", "Sampled"].map((name) =>
    fields.get(name),
  );
  if (!/^1-[0-9a-f]{8}-[0-9a-f]{24}$/.test(root) || /^1-[0-]+$/.test(root)) return undefined;
  return {
    root,
    parent: isSpanId(parent) ? parent : undefined,
    isSampled: sampled === "1" ? true : sampled === "0" ? false : undefined,
  };
}

/**
 * The `AWSTraceHeader` of a message that follows from a record. It wins over the trace of the invocation, and does not
 * count against the size of a message (AWS X-Ray Developer Guide, "Amazon SQS and AWS X-Ray").
 *
 * @returns `undefined` when the record has no trace
 */
export function traceHeaderOf(record: SQSRecord): string | undefined {
  const trace = traceOf(record);
  if (trace === undefined) return undefined;
  const { root, parent, isSampled } = trace;
  return [
    `Root=${root}`,
    ...(parent === undefined ? [] : [`Parent=${parent}`]),
    ...(isSampled === undefined ? [] : [`Sampled=${Number(isSampled)}`]),
  ].join(";");
}

/**
 * The id of what is done with a record now, within its trace: 16 hex digits. Each receive of each message has its own,
 * and all who ask get the same.
 */
export function spanIdOf({ messageId, attributes }: SQSRecord): string {
  const id = digest(`${messageId} ${attributes?.ApproximateReceiveCount ?? ""}`, 16);
  return isSpanId(id) ? id : "1".padStart(16, "0");
}

/**
 * The value of `traceparent` for the request that a record makes (W3C Trace Context, section 3.2): its trace, a new
 * parent-id for each request (section 3.4), and whether the trace is sampled.
 *
 * @returns `undefined` when the record has no trace
 */
export function traceparentOf(record: SQSRecord): string | undefined {
  const trace = traceOf(record);
  if (trace === undefined) return undefined;
  const traceId = trace.root.slice(2).replace("-", "");
  return `00-${traceId}-${spanIdOf(record)}-${trace.isSampled === true ? "01" : "00"}`;
}

/** All zeros are no id (W3C Trace Context, section 3.2.2.4). */
function isSpanId(text: string): boolean {
  return /^[0-9a-f]{16}$/.test(text) && !/^0+$/.test(text);
}

function digest(text: string, digits: number): string {
  return hash("sha256", text).slice(0, digits);
}
