import type { SQSRecord } from "aws-lambda";
import { type AnyLogger, tellLogger } from "../log/logger.ts";
import { hasRecords, sqsEventOf } from "./event-records.ts";
import { rejectNotStored, takeBackNotStored } from "./not-stored.ts";
import { type BatchRequest, type BatchResults, resultsIn } from "./settled-results.ts";
import { checkPlace, type UsedMiddleware } from "./stack-order.ts";
import {
  answerItself,
  answerWhatIsStored,
  correctAnswer,
  settledResults,
} from "./stack-response.ts";
import { keepTexts, stackStateOf } from "./stack-state.ts";

/** The batch of an after-hook. */
export interface HookBatch extends BatchResults {
  isStored(record: SQSRecord): boolean;
  /** Notes that a record may be acknowledged: it was requeued, or its outcome was delivered. */
  noteStored(record: SQSRecord): void;
  /** Notes that a record may be acknowledged, because its outcome goes nowhere. */
  noteUnaddressed(record: SQSRecord): void;
}

interface StackHooks {
  readonly before?: (request: BatchRequest) => void;
  readonly after: (batch: HookBatch, request: BatchRequest) => Promise<void> | void;
  readonly logger: AnyLogger;
}

/**
 * Makes the hooks of a middleware of this package. They prevent a stack in a wrong order from losing records: each
 * middleware notes its place before the handler runs; afterwards a pending or held record, or one with an outcome,
 * counts as failed until it is stored.
 *
 * - The before-hook throws when the event has no records, or when the middleware's place would lose records.
 * - The after-hook throws only when there were never any settled results, so nothing has been sent.
 * - The on-error hook rethrows these errors, so that no other middleware makes a response and the invocation fails. If
 *   another middleware threw after records were requeued or delivered, it makes the response itself: reporting those
 *   records as failed would fork their polls.
 */
export function stackHooks(used: UsedMiddleware, { before, after, logger }: StackHooks) {
  const hooks = {
    before(request: BatchRequest): void {
      request.event = sqsEventOf(request.event, used.name);
      const state = stackStateOf(request);
      const oddity = checkPlace(state.used, used);
      if (oddity !== undefined) warnOnce(logger, oddity);
      state.used.push(used);
      const { Records: records } = request.event;
      if (state.records === undefined && records.some(isParsed)) {
        warnOnce(logger, parsedBefore(used.name));
      }
      state.records = records;
      keepTexts(state, records);
      before?.(request);
    },

    async after(request: BatchRequest): Promise<void> {
      const state = stackStateOf(request);
      // Another middleware may have filtered or replaced the event's records.
      if (hasRecords(request.event)) state.records = request.event.Records;
      const { records = [] } = state;
      keepTexts(state, records);
      const settled = settledResults(request, state, records, used.name, logger);
      const results = resultsIn(settled, records);
      const failedBefore = new Set(results.rejected().map(({ record }) => record.messageId));
      const place = state.used.indexOf(used);
      const names = state.used.map(({ name }) => name);

      takeBackNotStored(results, place < 0 ? [used.name] : names.slice(0, place + 1));
      if (place >= 0) {
        rejectNotStored(results, state.stored, names.slice(0, place + 1), names);
      }
      const noteStored = ({ messageId }: SQSRecord) => void state.stored.add(messageId);
      const noteUnaddressed = (record: SQSRecord) => {
        noteStored(record);
        state.unaddressed ??= new Set();
        state.unaddressed.add(record.messageId);
      };
      const isStored = ({ messageId }: SQSRecord) => state.stored.has(messageId);
      await after({ ...results, noteStored, noteUnaddressed, isStored }, request);
      rejectNotStored(results, state.stored, place < 0 ? [] : names.slice(0, place), names);

      state.settled = [...settled];
      if (Array.isArray(request.response)) answerItself(request.response, records, state.stored);
      else correctAnswer(request, results, failedBefore, logger);
      if (place === 0) state.isOpen = false;
    },

    onError(request: BatchRequest & { readonly error?: unknown }): void {
      const state = stackStateOf(request);
      if (state.used[0] === used) state.isOpen = false;
      if (isStackError(request.error)) throw request.error;
      answerWhatIsStored(request, state, logger);
    },
  };
  for (const [hook, run] of Object.entries(hooks)) {
    const suffix = `${hook.charAt(0).toUpperCase()}${hook.slice(1)}`;
    Object.defineProperty(run, "name", { value: `${used.name}${suffix}` });
  }
  return hooks;
}

/** By name, because the error may come from another copy of this package, and bundlers rename classes. */
const STACK_ERRORS: readonly string[] = ["NoRecordsError", "MisplacedMiddlewareError"];

function isStackError(error: unknown): boolean {
  return error instanceof Error && STACK_ERRORS.includes(error.name);
}

const isParsed = ({ body }: { readonly body: unknown }): boolean => typeof body !== "string";

function parsedBefore(name: string): string {
  return (
    `bodies are parsed before ${name}: what the parser drops, like a field retryCount that its schema does not have, ` +
    "is lost when a record goes back. Use the parser after the middlewares of request-poller"
  );
}

const warned = new WeakMap<AnyLogger, Set<string>>();

/** Warns once per sandbox and logger, because the stack is the same in each invocation. */
function warnOnce(logger: AnyLogger, message: string): void {
  const before = warned.get(logger) ?? new Set();
  if (before.has(message)) return;
  warned.set(logger, before.add(message));
  tellLogger(logger, { level: "WARN", message });
}
