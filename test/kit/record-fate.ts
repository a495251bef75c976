import { storedBy } from "../../lib/batch/not-stored.ts";
import type { SettledRecord } from "../../lib/batch/record-result.ts";
import { messageOf } from "../../lib/message-of.ts";

/** What is known of one record after an invocation. */
export interface RecordFacts {
  /** What its handler returned or threw. `undefined`: the stack has no `eachRecord`, or did not come so far. */
  readonly handled: SettledRecord | undefined;
  /** What the middlewares of this package have made of it. `undefined`: none has seen it. */
  readonly settled: SettledRecord | undefined;
  /** Whether a middleware of this package has requeued it, or delivered its outcome. */
  readonly isStored: boolean;
  /** Whether it counts as such, because its outcome goes nowhere. */
  readonly isUnaddressed: boolean;
  /** Whether the invocation reported it as failed, or failed as a whole. */
  readonly isFailed: boolean;
  /** Why the invocation failed as a whole, if it did. */
  readonly problem: string | undefined;
  /** The names of the middlewares of this package in the stack. */
  readonly used: readonly string[];
}

/** Where a record went, and which middleware was missing where it went wrong. */
export function fateOf(facts: RecordFacts): string {
  const { handled, isStored, isFailed, problem } = facts;
  const did = whatItDid(handled);
  if (!isFailed) return `${did}, ${acknowledged(facts)}`;
  if (isStored) {
    const why = problem === undefined ? "it was reported as failed" : "its batch failed after that";
    return `${did}, ${storedAs(facts)}; it comes back as well, because ${why}`;
  }
  const why = problem === undefined ? whyNotStored(facts) : "its batch failed";
  return `${did}; it comes back${why === undefined ? "" : `, because ${why}`}`;
}

function whatItDid(handled: SettledRecord | undefined): string {
  if (handled === undefined) return "no result is known";
  if (handled.status === "rejected") {
    return isNamed(handled.reason, "PoisonRecordError")
      ? `poison (${messageOf(handled.reason)})`
      : `failed (${messageOf(handled.reason)})`;
  }
  const { value } = handled;
  if (value.kind !== "completed") return value.kind;
  return value.outcome === undefined ? "completed" : "completed with an outcome";
}

function acknowledged(facts: RecordFacts): string {
  const { handled, isStored } = facts;
  if (isStored) return storedAs(facts);
  if (handled === undefined) return "acknowledged";
  if (handled.status === "rejected") {
    return isNamed(handled.reason, "PoisonRecordError") && facts.used.includes("deadLetterPoison")
      ? "sent to the dead-letter queue"
      : "but acknowledged, so it is lost: sqsPartialBatchFailure must report it";
  }
  const missing = storerOf(handled);
  if (missing === undefined) return "acknowledged";
  if (isLetter(facts)) return "sent to the dead-letter queue";
  const needed = missing === "requeuePending" ? "nothing requeues it" : "nothing delivers it";
  return `but ${needed}, and it was acknowledged, so it is lost: add .use(${missing}(...))`;
}

/** What had to be stored, and has become a record that is done, was refused on its way, and is a dead letter. */
function isLetter({ settled, used }: RecordFacts): boolean {
  return (
    used.includes("deadLetterPoison") &&
    settled?.status === "fulfilled" &&
    storedBy(settled.value) === undefined
  );
}

/** How a record was stored, by what it has become: an exhausted record was pending before. */
function storedAs({ handled, settled, isUnaddressed }: RecordFacts): string {
  if (isUnaddressed) return "done: its outcome goes nowhere";
  const wasCompleted = handled?.status === "fulfilled" && handled.value.kind === "completed";
  if (settled?.status === "fulfilled" && settled.value.kind === "completed") {
    const { outcome } = settled.value;
    if (wasCompleted) return "delivered";
    return `its outcome delivered${outcome === undefined ? "" : ` (${String(outcome.status)})`}`;
  }
  if (wasCompleted) return "its delivery put off, requeued";
  const value = settled?.status === "fulfilled" ? settled.value : undefined;
  const seconds = value?.kind === "completed" ? undefined : value?.delaySeconds;
  return seconds === undefined ? "requeued" : `requeued, due in ${Math.ceil(seconds)} s`;
}

/** Why a record was not stored: its last rejection says it, if its own is not the reason. */
function whyNotStored({ handled, settled, used }: RecordFacts): string | undefined {
  if (handled?.status === "rejected") {
    if (!isNamed(handled.reason, "PoisonRecordError")) return undefined;
    return used.includes("deadLetterPoison")
      ? "the dead-letter queue refused it"
      : "no deadLetterPoison is in the stack: only the redrive policy of its queue moves it";
  }
  const reason = settled?.status === "rejected" ? settled.reason : undefined;
  if (reason !== undefined)
    return `${messageOf(reason).replace(/^record \S+: it is .*?, but /, "")}`;
  const missing = handled && storerOf(handled);
  if (missing === undefined || used.includes(missing)) return undefined;
  return `no ${missing} is in the stack: add .use(${missing}(...))`;
}

/** The middleware that must store what a record's handler returned; `undefined`: nothing must be stored. */
function storerOf(handled: SettledRecord): ReturnType<typeof storedBy> {
  return handled.status === "rejected" ? undefined : storedBy(handled.value);
}

/** By name, because the error may come from another copy of this package. */
function isNamed(reason: unknown, name: string): boolean {
  return reason instanceof Error && reason.name === name;
}
