import type * as z from "zod/mini";
import { type RecordFacts, readBody } from "../../batch/record-facts.ts";
import { PoisonRecordError } from "../../batch/record-result.ts";
import { isJsonObject, type JsonObject, numberOf } from "../../json/json.ts";
import { MAX_DELAY_SECONDS, MAX_HEADERS, MAX_MESSAGE_BYTES } from "../../limits.ts";
import { nearestName } from "../../options/did-you-mean.ts";
import { knownNames, knownPaths } from "../../options/known-names.ts";
import type { Backoff } from "../../timing/backoff.ts";
import { compileUntil, type Until } from "../../verdict/until.ts";
import { type CompletePollMessage, pollMessageSchema } from "./schema.ts";

/** A poll message that is ready to run: with defaults, compiled acceptors, and times in epoch ms. */
export interface ParsedPollMessage
  extends Omit<CompletePollMessage, "until" | "expiresAt" | "backoff"> {
  readonly until: Until;
  readonly backoff: Backoff;
  /** In epoch ms. */
  readonly expiresAt?: number;
  /** The body as received, with the digits of its numbers: a requeue starts from it. */
  readonly body: JsonObject;
}

/** The most problems in one error: a message can have a hundred thousand. */
const MAX_PROBLEMS = 10;

/** The most bytes that the poller adds to a body when it requeues it. */
const BOOKKEEPING_BYTES = 1024;

/** How many bytes a message that already has this field can still grow by, when it is requeued. */
const FURTHER_BOOKKEEPING_BYTES = { copyId: 192, startedAt: 512 } as const;

/**
 * Parses the body of a poll message.
 *
 * @param received the body of the SQS message, as text or already read
 * @param attributesBytes the size of its message attributes that counts against SQS's limit. `@default` 0
 * @returns the message with its defaults
 * @throws {PoisonRecordError} naming each invalid field and what it must be, never its value
 */
export function parsePollMessage(
  received: string | RecordFacts,
  attributesBytes: number = 0,
): ParsedPollMessage {
  const facts = typeof received === "string" ? readBody(received) : received;
  const bytes = Buffer.byteLength(facts.text);
  const maxBytes = MAX_MESSAGE_BYTES - growthOf(facts.body) - attributesBytes;
  if (bytes > maxBytes) {
    throw new PoisonRecordError(
      `message body: must be at most ${maxBytes} bytes, so that it can be requeued, got ${bytes}`,
    );
  }
  if (facts.body === undefined) throw new PoisonRecordError(`message body: ${facts.problem}`);
  const { body } = facts;
  refuseManyHeaders(body);
  const result = pollMessageSchema.safeParse(withDoubles(withKnownFields(body)));
  if (!result.success) {
    const { issues } = result.error;
    const logMessage = reasonOf(issues, () => "[name]");
    throw new PoisonRecordError(reasonOf(issues, shortened), { logMessage });
  }

  const { until, expiresAt, backoff, ...message } = result.data;
  if (message.retryCount > message.maxRetries) {
    throw new PoisonRecordError(
      `retryCount: must be at most maxRetries, ${message.maxRetries}, got ${message.retryCount}`,
    );
  }
  return {
    ...message,
    until: compileUntil(until),
    backoff: {
      ...backoff,
      maxDelaySeconds: backoff.maxDelaySeconds ?? Math.max(MAX_DELAY_SECONDS, message.delaySeconds),
    },
    ...(expiresAt === undefined ? {} : { expiresAt: Date.parse(expiresAt) }),
    body,
  };
}

/** Checked before the schema: a problem per header, for 80,000 headers, would take 100 MB. */
function refuseManyHeaders({ request }: JsonObject): void {
  const headers = isJsonObject(request) ? request.headers : undefined;
  if (isJsonObject(headers) && Object.keys(headers).length > MAX_HEADERS) {
    throw new PoisonRecordError(`request.headers: must be at most ${MAX_HEADERS} headers`);
  }
}

/**
 * During a deployment, each version receives messages that the other has requeued: an unknown field in such a message
 * is not a sender's typing error, so it is ignored.
 */
function withKnownFields(body: JsonObject): JsonObject {
  if (typeof body.copyId !== "string") return body;
  return Object.fromEntries(
    Object.entries(body).filter(([name]) => Object.hasOwn(pollMessageSchema.shape, name)),
  );
}

function growthOf({ copyId, startedAt }: JsonObject = {}): number {
  if (copyId !== undefined) return FURTHER_BOOKKEEPING_BYTES.copyId;
  return startedAt === undefined ? BOOKKEEPING_BYTES : FURTHER_BOOKKEEPING_BYTES.startedAt;
}

/** Fields that are passed on unread: their numbers keep their digits. */
const UNREAD = new Set(["context", "request.body"]);

/** Converts the numbers in a value to doubles, except in fields that are passed on unread. */
function withDoubles(value: unknown, path: string = ""): unknown {
  if (UNREAD.has(path)) return value;
  if (Array.isArray(value)) return value.map((element) => withDoubles(element, path));
  if (!isJsonObject(value)) return numberOf(value) ?? value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      withDoubles(member, path === "" ? name : `${path}.${name}`),
    ]),
  );
}

/** How a name that the sender chose is shown. */
type ShowName = (name: string) => string;

function reasonOf(issues: readonly z.core.$ZodIssue[], show: ShowName): string {
  const problems = issues.flatMap((issue) => describe(issue, show));
  const more = problems.length - MAX_PROBLEMS;
  return [...problems.slice(0, MAX_PROBLEMS), ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
}

function describe(issue: z.core.$ZodIssue, show: ShowName): string[] {
  const isHeader = issue.path[0] === "request" && issue.path[1] === "headers";
  const names = issue.path.map((name, depth) =>
    isHeader && depth === 2 ? show(String(name)) : String(name),
  );
  const field = names.join(".") || "message body";
  if (issue.code === "unrecognized_keys") {
    const prefix = issue.path.length === 0 ? "" : `${field}.`;
    return issue.keys.map((key, index) => {
      const meant = index < MAX_PROBLEMS ? fieldMeantBy(key, issue.path) : "";
      return `${prefix}${show(key)}: unknown field, must be left out${meant}`;
    });
  }
  if (issue.code === "invalid_key") {
    // An invalid name may really be a secret value, so it is not shown.
    const [problem = issue] = issue.issues;
    const parent = names.slice(0, -1).join(".");
    return [`${problem.code === "invalid_format" ? parent : field}: ${problem.message}`];
  }
  if (issue.code === "invalid_union") {
    // The last member of the union is the object form: its problems help more than "neither matched".
    const inner = issue.errors.at(-1) ?? [];
    return inner.flatMap((of) => describe({ ...of, path: [...issue.path, ...of.path] }, show));
  }
  return [`${field}: ${issue.message}`];
}

/** Suggests the field with a similar name, here or elsewhere: `timeoutMs` belongs to `request`. */
function fieldMeantBy(name: string, path: readonly PropertyKey[]): string {
  const here = knownNames(pollMessageSchema, path).map((known) => [...path, known].join("."));
  const last = (field: string) => field.slice(field.lastIndexOf(".") + 1);
  for (const fields of [here, knownPaths(pollMessageSchema)]) {
    const meant = nearestName(name, fields.map(last));
    const field = fields.find((known) => last(known) === meant);
    if (field !== undefined) return `: did you mean ${field}?`;
  }
  return "";
}

/** Shortens a field's name: a sender can make it as long as the message. */
function shortened(name: string): string {
  return name.slice(0, 64);
}
