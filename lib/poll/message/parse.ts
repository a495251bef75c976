import type * as z from "zod/mini";
import { type RecordFacts, readBody } from "../../batch/record-facts.ts";
import { PoisonRecordError } from "../../batch/record-result.ts";
import { isJsonObject, type JsonObject, numberOf } from "../../json/json.ts";
import {
  MAX_BOOKKEEPING_BYTES,
  MAX_DELAY_SECONDS,
  MAX_HEADERS,
  MAX_MESSAGE_BYTES,
  MAX_NAMED_REQUEST_BYTES,
} from "../../limits.ts";
import { nearestName } from "../../options/did-you-mean.ts";
import { knownNames, knownPaths } from "../../options/known-names.ts";
import type { Backoff } from "../../timing/backoff.ts";
import type { Until } from "../../verdict/expressions.ts";
import type { Step } from "../../verdict/facts.ts";
import { BUILT_IN_PRESETS, type PresetList } from "../../verdict/preset-list.ts";
import { compileUntil, UnknownPresetError, type WrittenUntil } from "../../verdict/until.ts";
import { type CompletePollMessage, pollMessageSchema } from "./schema.ts";

type CompleteRequest = NonNullable<CompletePollMessage["request"]>;

/** A poll message that is ready to run: with defaults, compiled acceptors, and times in epoch ms. */
export interface ParsedPollMessage
  extends Omit<
    CompletePollMessage,
    "start" | "request" | "step" | "until" | "expiresAt" | "backoff"
  > {
  /** The request that is made now: to start the job, to poll it, or to fetch its result. */
  readonly request: CompleteRequest;
  readonly step: Step;
  /** Whether a start may be sent more than once. */
  readonly isIdempotent: boolean;
  readonly until: Until;
  readonly backoff: Backoff;
  /** In epoch ms. */
  readonly expiresAt?: number;
  /**
   * The body as received, with the digits of its numbers: the message after an answer starts from it. It has no
   * `undelivered`, because a poll that was asked has no outcome yet, whatever its sender wrote.
   */
  readonly body: JsonObject;
}

/** A newer version of the poller requeued the message, and this version cannot read it. */
export class NewerVersionError extends Error {
  override readonly name = "NewerVersionError";
}

/** The most problems in one error: a message can have a hundred thousand. */
const MAX_PROBLEMS = 10;

/** The most bytes that requests, as servers name them, and the sender's own origin add to a body. */
const namedBytes = (requests: number) => requests * MAX_NAMED_REQUEST_BYTES + 512;

/** How many bytes a message that already has this field can still grow by, when it is requeued. */
const FURTHER_BOOKKEEPING_BYTES = { copyId: 192, startedAt: 512 } as const;

/**
 * Parses the body of a poll message.
 *
 * @param received the body of the SQS message, as text or already read
 * @param attributesBytes the size of its message attributes that counts against SQS's limit. `@default` 0
 * @param presets the presets that it may name. `@default` those of this package
 * @returns the message with its defaults
 * @throws {PoisonRecordError} naming each invalid field and what it must be, never its value
 * @throws {NewerVersionError} when the poller has requeued it, and it names a preset that this version does not know
 */
export function parsePollMessage(
  received: string | RecordFacts,
  attributesBytes: number = 0,
  presets: PresetList = BUILT_IN_PRESETS,
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
    const found = result.error.issues.flatMap(describe);
    const logMessage = textsOf(found, () => "[name]").join("; ");
    const problems = textsOf(found, shortened);
    throw new PoisonRecordError(problems.join("; "), { logMessage, problems });
  }

  const { start, request, step, until, expiresAt, backoff, ...message } = result.data;
  if (message.retryCount > message.maxRetries) {
    throw new PoisonRecordError(
      `retryCount: must be at most maxRetries, ${message.maxRetries}, got ${message.retryCount}`,
    );
  }
  const said = start ?? request;
  if (said === undefined) {
    throw new PoisonRecordError("request: must be an object, or start must be one instead");
  }
  const compiled = compiledUntil(until, presets, body);
  refuseGrowing(body, compiled, bytes, maxBytes);
  refuseAbortToNowhere(message, compiled);
  const { idempotent, ...first } = { idempotent: false, ...said };
  return {
    ...message,
    request: first,
    step: start === undefined ? (step ?? "poll") : "start",
    isIdempotent: idempotent,
    until: compiled,
    backoff: {
      ...backoff,
      maxDelaySeconds: backoff.maxDelaySeconds ?? Math.max(MAX_DELAY_SECONDS, message.delaySeconds),
    },
    ...(expiresAt === undefined ? {} : { expiresAt: Date.parse(expiresAt) }),
    body: body.undelivered === undefined ? body : withoutUndelivered(body),
  };
}

function withoutUndelivered({ undelivered: _, ...body }: JsonObject): JsonObject {
  return body;
}

function compiledUntil(until: WrittenUntil, presets: PresetList, body: JsonObject): Until {
  try {
    return compileUntil(until, presets);
  } catch (error) {
    if (!(error instanceof UnknownPresetError)) throw error;
    // A canary of a newer version may share the queue with this one.
    if (typeof body.copyId === "string") throw new NewerVersionError(error.message);
    const meant = nearestName(error.presetName, presets.names);
    const hint = meant
      ? `did you mean ${meant}?`
      : '"request-poller presets" lists those of the package';
    throw new PoisonRecordError(`${error.message}: ${hint}`);
  }
}

/** Servers can name a next request, one for the result, and one that stops the job: a submission leaves room for them. */
function refuseGrowing(body: JsonObject, until: Until, bytes: number, maxBytes: number): void {
  if (until === "http" || body.copyId !== undefined) return;
  const { next, fetch, abort } = until;
  const requests = ((next ?? fetch) === undefined ? 0 : 2) + (abort === undefined ? 0 : 1);
  const most = maxBytes - namedBytes(requests);
  if (requests === 0 || bytes <= most) return;
  throw new PoisonRecordError(
    `message body: must be at most ${most} bytes, so that it can be requeued with what servers name, got ${bytes}`,
  );
}

function refuseAbortToNowhere({ abort }: Pick<CompletePollMessage, "abort">, until: Until): void {
  if (abort === undefined || abort.url !== undefined) return;
  if (until !== "http" && until.abort !== undefined) return;
  throw new PoisonRecordError(
    "abort.url: must be an absolute http or https URL, or until.abort must name it",
  );
}

/** Checked before the schema: a problem per header, for 80,000 headers, would take 100 MB. */
function refuseManyHeaders(body: JsonObject): void {
  for (const name of ["start", "request", "abort"]) {
    const request = body[name];
    const headers = isJsonObject(request) ? request.headers : undefined;
    if (isJsonObject(headers) && Object.keys(headers).length > MAX_HEADERS) {
      throw new PoisonRecordError(`${name}.headers: must be at most ${MAX_HEADERS} headers`);
    }
  }
}

/**
 * During a deployment, each version receives messages that the other has requeued: an unknown field in such a message
 * is not a sender's typing error, so it is ignored.
 */
function withKnownFields(body: JsonObject): JsonObject {
  const { shape } = pollMessageSchema;
  const isKnown = (name: string) => Object.hasOwn(shape, name);
  if (typeof body.copyId !== "string" || Object.keys(body).every(isKnown)) return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => isKnown(name)));
}

function growthOf({ copyId, startedAt }: JsonObject = {}): number {
  if (copyId !== undefined) return FURTHER_BOOKKEEPING_BYTES.copyId;
  return startedAt === undefined ? MAX_BOOKKEEPING_BYTES : FURTHER_BOOKKEEPING_BYTES.startedAt;
}

/** Fields that are passed on unread: their numbers keep their digits. */
const UNREAD = new Set([
  "context",
  "request.body",
  "start.body",
  "fetch.body",
  "abort.body",
  "abortAt.body",
]);

/** Converts the numbers in a value to doubles, except in fields that are passed on unread. */
function withDoubles(value: unknown, path: string = ""): unknown {
  if (typeof value !== "object" || value === null || UNREAD.has(path)) return value;
  if (Array.isArray(value)) return value.map((element) => withDoubles(element, path));
  if (!isJsonObject(value)) return numberOf(value);
  let copy: Record<string, unknown> | undefined;
  for (const [name, member] of Object.entries(value)) {
    const converted = withDoubles(member, path === "" ? name : `${path}.${name}`);
    if (converted === member) continue;
    copy ??= { ...value };
    copy[name] = converted;
  }
  return copy ?? value;
}

/** How a name that the sender chose is shown. */
type ShowName = (name: string) => string;

/** A problem of a message, in words. */
type Problem = (show: ShowName) => string;

function textsOf(found: readonly Problem[], show: ShowName): string[] {
  // A string that should be a list can break the rule of its length too.
  const problems = [...new Set(found.map((problem) => problem(show)))];
  const more = problems.length - MAX_PROBLEMS;
  return [...problems.slice(0, MAX_PROBLEMS), ...(more > 0 ? [`and ${more} more`] : [])];
}

function describe(issue: z.core.$ZodIssue): Problem[] {
  const isHeader = issue.path[1] === "headers";
  const namesBy = (show: ShowName) =>
    issue.path.map((name, depth) => (isHeader && depth === 2 ? show(String(name)) : String(name)));
  const fieldBy = (show: ShowName) => namesBy(show).join(".") || "message body";
  if (issue.code === "unrecognized_keys") {
    const prefixBy = (show: ShowName) => (issue.path.length === 0 ? "" : `${fieldBy(show)}.`);
    return issue.keys.map((key, index) => {
      const meant = index < MAX_PROBLEMS ? fieldMeantBy(key, issue.path) : "";
      return (show) => `${prefixBy(show)}${show(key)}: unknown field, must be left out${meant}`;
    });
  }
  if (issue.code === "invalid_key") {
    // An invalid name may really be a secret value, so it is not shown.
    const [problem = issue] = issue.issues;
    const parentBy = (show: ShowName) => namesBy(show).slice(0, -1).join(".");
    const whereBy = problem.code === "invalid_format" ? parentBy : fieldBy;
    return [(show) => `${whereBy(show)}: ${problem.message}`];
  }
  if (issue.code === "invalid_union") {
    // The member that the value has the form of, else the last one, the object form: their problems help more than
    // "neither matched".
    const hasForm = (problems: readonly z.core.$ZodIssue[]) =>
      problems.every(({ code, path }) => path.length > 0 || !/^invalid_(?:type|value)$/.test(code));
    const inner = issue.errors.find(hasForm) ?? issue.errors.at(-1) ?? [];
    return inner.flatMap((of) => describe({ ...of, path: [...issue.path, ...of.path] }));
  }
  return [(show) => `${fieldBy(show)}: ${issue.message}`];
}

let allFields: readonly string[] | undefined;

/**
 * Suggests the field with a similar name, here or elsewhere: `timeoutMs` belongs to `request`. A field whose last word is
 * the name comes before those elsewhere: `id` is `pollId`.
 */
function fieldMeantBy(name: string, path: readonly PropertyKey[]): string {
  const here = knownNames(pollMessageSchema, path).map((known) => [...path, known].join("."));
  const last = (field: string) => field.slice(field.lastIndexOf(".") + 1);
  const word = name.slice(0, 1).toUpperCase() + name.slice(1);
  const longer = here.find((field) => word !== "" && last(field).endsWith(word));
  if (longer !== undefined) return `: did you mean ${longer}?`;
  allFields ??= knownPaths(pollMessageSchema);
  for (const fields of [here, allFields]) {
    const meant = nearestName(name, fields.map(last));
    const field = fields.find((known) => last(known) === meant);
    if (field !== undefined) return `: did you mean ${field}?`;
  }
  return "";
}

/** Shortens a field's name: a sender can make it as long as the message, or leave it empty. */
function shortened(name: string): string {
  return name === "" ? '""' : name.slice(0, 64);
}
