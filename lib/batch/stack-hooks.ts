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
import { stackStateOf } from "./stack-state.ts";

/** What an after-hook works on. */
export interface HookBatch extends BatchResults {
  isStored(record: SQSRecord): boolean;
  /** Notes that what replaces a record is stored: it is requeued, or its outcome delivered. */
  noteStored(record: SQSRecord): void;
}

interface StackHooks {
  readonly before?: (request: BatchRequest) => void;
  readonly after: (batch: HookBatch, request: BatchRequest) => Promise<void> | void;
  readonly logger: AnyLogger;
}

/**
 * Makes the hooks of one of our middlewares. They keep a stack that is put together wrongly from losing records: each
 * notes its place before the handler runs, and after it what waits, or has an outcome, counts as failed until it is
 * stored.
 *
 * - The before-hook throws when the event has no records, or when the middleware is used where it loses some.
 * - The after-hook throws only when no settled results were ever there: nothing has been sent then.
 * - The on-error hook lets no other middleware answer for such an error: the invocation fails. Where another middleware
 *   threw once records were requeued or delivered, it answers for the batch: reporting those too would fork their polls.
 */
export function stackHooks(used: UsedMiddleware, { before, after, logger }: StackHooks) {
  const hooks = {
    before(request: BatchRequest): void {
      request.event = sqsEventOf(request.event, used.name);
      const state = stackStateOf(request);
      const oddity = checkPlace(state.used, used);
      if (oddity !== undefined) warnOnce(logger, oddity);
      state.used.push(used);
      state.records = request.event.Records;
      before?.(request);
    },

    async after(request: BatchRequest): Promise<void> {
      const state = stackStateOf(request);
      // Another middleware may have filtered the event's records, or put something else in their place.
      if (hasRecords(request.event)) state.records = request.event.Records;
      const { records = [] } = state;
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
      const isStored = ({ messageId }: SQSRecord) => state.stored.has(messageId);
      await after({ ...results, noteStored, isStored }, request);
      if (place >= 0) rejectNotStored(results, state.stored, names.slice(0, place), names);

      state.settled = [...settled];
      if (Array.isArray(request.response)) answerItself(request.response, records, state.stored);
      else correctAnswer(request, results, failedBefore, logger);
    },

    onError(request: BatchRequest & { readonly error?: unknown }): void {
      if (isStackError(request.error)) throw request.error;
      answerWhatIsStored(request, stackStateOf(request), logger);
    },
  };
  for (const [hook, run] of Object.entries(hooks)) {
    const suffix = `${hook.charAt(0).toUpperCase()}${hook.slice(1)}`;
    Object.defineProperty(run, "name", { value: `${used.name}${suffix}` });
  }
  return hooks;
}

/** By name: it can be of another copy of this package, and a bundle's classes have other names than their instances. */
const STACK_ERRORS: readonly string[] = ["NoRecordsError", "MisplacedMiddlewareError"];

function isStackError(error: unknown): boolean {
  return error instanceof Error && STACK_ERRORS.includes(error.name);
}

const warned = new Set<string>();

/** Once per sandbox: the stack is the same in each invocation. */
function warnOnce(logger: AnyLogger, message: string): void {
  if (warned.has(message)) return;
  warned.add(message);
  tellLogger(logger, { level: "WARN", message });
}
