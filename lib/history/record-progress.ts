import type { SQSRecord } from "aws-lambda";
import { countOf, startedAtOf } from "../batch/poll-facts.ts";
import { recordFacts } from "../batch/record-facts.ts";
import type { Asked, Held, Pending } from "../batch/record-result.ts";
import { isJsonObject, type JsonObject, numberOf } from "../json/json.ts";
import { type HistoryStep, ownHistory, type StepKind, withStep } from "./history.ts";
import { type Progress, progressText, type RowState } from "./progress.ts";

/** The state of a record's poll while it is asked. @param now in epoch ms */
export function asking(record: SQSRecord, now: number): RowState {
  const progress = progressOf(record, ownHistory(bodyOf(record).history));
  return { state: "asking", changedAt: now, progress: progressText(progress) };
}

/**
 * The state of a record's poll once it waits.
 *
 * @param settledAt when its handler returned, in epoch ms
 */
export function waiting(record: SQSRecord, result: Pending | Held, settledAt: number): RowState {
  const { kind, delaySeconds, waitReason } = result;
  const progress = {
    ...progressOf(record, historyAfter(record, result, settledAt)),
    dueAt: Math.ceil(settledAt + delaySeconds * 1000),
    waitReason,
  };
  const usesRetry = kind === "pending" && result.usesNoRetry !== true;
  return {
    state: kind === "held" ? "held" : "waiting",
    changedAt: settledAt,
    progress: progressText(
      usesRetry ? { ...progress, retryCount: progress.retryCount + 1 } : progress,
    ),
  };
}

/** The state of a record's poll once it has ended. @param status of its outcome. @param now in epoch ms */
export function ended(
  record: SQSRecord,
  status: unknown,
  asked: Asked | undefined,
  now: number,
): RowState {
  const { history } = bodyOf(record);
  const step = asked && { ...asked, kind: stepKindOf(bodyOf(record)) };
  const progress = progressOf(record, step ? withStep(history, step) : ownHistory(history));
  return {
    state: typeof status === "string" ? status : "succeeded",
    changedAt: now,
    progress: progressText(progress),
  };
}

/** A result that waits. */
type Waited = Pick<Pending, "delaySeconds" | "asked" | "waitReason"> & { readonly kind: string };

/** The last history of each record, because its next message and its row have the same one. */
const made = new WeakMap<SQSRecord, { result: object; settledAt: number; history: string }>();

/**
 * The history that a record's next message carries: with its request, or with a hold that is more than a hop of its
 * wait.
 *
 * @param settledAt when its handler returned, in epoch ms
 */
export function historyAfter(record: SQSRecord, result: Waited, settledAt: number): string {
  const known = made.get(record);
  if (known?.result === result && known.settledAt === settledAt) return known.history;
  const history = withResult(record, result, settledAt);
  made.set(record, { result, settledAt, history });
  return history;
}

function withResult(record: SQSRecord, result: Waited, settledAt: number): string {
  const { history } = bodyOf(record);
  const { kind, delaySeconds, asked, waitReason } = result;
  const waited = { waitSeconds: delaySeconds, ...(waitReason && { waitReason }) };
  if (asked !== undefined) {
    return withStep(history, { ...asked, ...waited, kind: stepKindOf(bodyOf(record)) });
  }
  if (kind !== "held" || waitReason === undefined) return ownHistory(history);
  const hold: HistoryStep = { kind: "held", at: settledAt, latencyMs: 0, ...waited };
  return withStep(history, hold);
}

function bodyOf(record: SQSRecord): JsonObject {
  return recordFacts(record).body ?? {};
}

/** What a body's request is for. */
function stepKindOf({ delivery, start, step }: JsonObject): Exclude<StepKind, "held"> {
  if (delivery !== undefined) return "delivery";
  if (start !== undefined) return "start";
  return step === "result" ? "result" : "poll";
}

function progressOf(record: SQSRecord, history: string): Progress {
  const body = bodyOf(record);
  const kind = stepKindOf(body);
  const said = body.start ?? body.request;
  const { url, method, timeoutMs } = isJsonObject(said) ? said : {};
  return {
    retryCount: countOf(body.retryCount),
    maxRetries: numberOf(body.maxRetries),
    step: kind === "delivery" ? "poll" : kind,
    method: methodOf(method, kind),
    origin: originOf(url),
    timeoutMs: numberOf(timeoutMs),
    startedAt: startedAtOf(body, record),
    delivers: deliversOf(body),
    history,
  };
}

/** The message is not checked yet: an id that is too long for the row is left out. */
function deliversOf({ delivery }: JsonObject): string | undefined {
  if (delivery === undefined) return undefined;
  const pollId = isJsonObject(delivery) ? delivery.pollId : undefined;
  return typeof pollId === "string" && pollId.length <= MAX_POLL_ID_LENGTH ? pollId : "";
}

/** The message is not checked yet: what is no method, or is too long for the row, is left out. */
function methodOf(method: unknown, kind: StepKind): string | undefined {
  if (method === undefined) return kind === "start" ? "POST" : "GET";
  return typeof method === "string" && method.length <= MAX_METHOD_LENGTH ? method : undefined;
}

/** A path or a query may hold a secret. */
function originOf(url: unknown): string | undefined {
  const origin = typeof url === "string" ? URL.parse(url)?.origin : undefined;
  return origin !== undefined && origin.length <= MAX_ORIGIN_LENGTH ? origin : undefined;
}

const MAX_POLL_ID_LENGTH = 256;
const MAX_METHOD_LENGTH = 16;
const MAX_ORIGIN_LENGTH = 256;
