import * as z from "zod/mini";
import { type AnyLogger, loggerOption } from "../log/logger.ts";
import { functionOption } from "../options/option-schemas.ts";
import type { OutcomeStore } from "../outcome/outcome-store.ts";
import { storeOption } from "../outcome/outcome-store-option.ts";
import type { PollTable } from "./poll-table.ts";

/** Options of `createFence`. */
export interface FenceOptions {
  readonly table: PollTable;
  /**
   * Polls claim at each message whose sequence is a multiple of this, at their first two messages, at each message that
   * SQS delivers again, and at each start. All other messages make no write, and copies of them go on side by side
   * until their next claim. `@default` 1: each message claims
   */
  readonly checkpointEvery?: number;
  /**
   * What the poll's row says of it for people. `claims`: where it is and what became of its last 20 requests, as far as
   * known when it is claimed or ends, without a write more. `answers`: the same, with one more write after each answer
   * and hold, so that it is always current. `false`: nothing. `@default` claims
   */
  readonly history?: "claims" | "answers" | "false";
  /** Stores outcomes that do not fit into the poll's row as a whole. `@default` they are shortened */
  readonly store?: OutcomeStore;
  /** The clock, in epoch ms. `@default` Date.now */
  readonly now?: () => number;
  /** Makes a unique id for a claim. `@default` a random UUID */
  readonly newClaimId?: () => string;
  /** Makes a poll's proof, which must be unguessable. `@default` a random UUID */
  readonly newProof?: () => string;
  /**
   * Logs each record that is dropped, or held because the table refused its claim: nothing else reports it.
   *
   * @default writes a line of JSON
   */
  readonly logger?: AnyLogger;
  /** A number from 0 up to 1, for jitter. `@default` Math.random */
  readonly random?: () => number;
}

/** Checks {@link FenceOptions}. */
export const createFenceOptions = z.strictObject({
  table: z.custom<PollTable>(
    (value) => typeof value === "object" && value !== null && "claim" in value,
    "must be a table of polls, made by dynamoDbTable",
  ),
  checkpointEvery: z.optional(z.int("must be 1 or more").check(z.gte(1, "must be 1 or more"))),
  history: z.optional(z.enum(["claims", "answers", "false"], "must be claims, answers or false")),
  now: functionOption<() => number>(),
  store: storeOption,
  newClaimId: functionOption<() => string>(),
  newProof: functionOption<() => string>(),
  logger: loggerOption,
  random: functionOption<() => number>(),
});
