import * as z from "zod/mini";
import { isGroupKey } from "../groups/group-writes.ts";
import { POLL_STATES } from "../polls/poll-states.ts";
import { timeOf } from "./list-filter.ts";

const text = (what: string) => z.string(`must be ${what}`).check(z.minLength(1, `must be ${what}`));
const awsClient = (name: string) =>
  z.optional(
    z.custom(
      (value) => typeof value === "object" && value !== null && "send" in value,
      `must be ${name}`,
    ),
  );
const callback = z.optional(z.custom((value) => typeof value === "function", "must be a function"));
const signal = z.optional(
  z.custom(
    (value) => typeof value === "object" && value !== null && "aborted" in value,
    "must be an AbortSignal",
  ),
);

/** The options of `createPollClient`. */
export const clientOptions = z.strictObject({
  queueUrl: z
    .string("must be the URL of a queue")
    .check(z.refine((url) => URL.canParse(url), "must be the URL of a queue")),
  tableName: z.optional(text("a table's name")),
  outcomeQueueUrl: z.optional(text("the URL of a queue")),
  deadLetterQueueUrl: z.optional(text("the URL of a queue")),
  functionName: z.optional(text("a function's name or ARN")),
  sqs: awsClient("an SQSClient"),
  dynamodb: awsClient("a DynamoDBClient"),
  lambda: awsClient("a LambdaClient"),
  s3: awsClient("an S3Client"),
  wakeMessage: callback,
  now: callback,
  newId: callback,
});

const state = z.enum(POLL_STATES, `must be of ${POLL_STATES.join(", ")}`);

/** The options of the client's methods. A name that is mistaken would list, wait for, or move more than was meant. */
export const methodOptions = {
  submit: z.strictObject({ signal, onProgress: callback }),
  list: z.strictObject({
    state: z.optional(
      z.union(
        [state, z.array(state)],
        `must be one of ${POLL_STATES.join(", ")}, or a list of them`,
      ),
    ),
    since: z.optional(
      z.custom<Date | string>(
        (value) =>
          (value instanceof Date || typeof value === "string") && !Number.isNaN(timeOf(value)),
        "must be a time",
      ),
    ),
    host: z.optional(text("a host")),
    signal,
  }),
  waitFor: z.strictObject({
    timeoutMs: z.optional(
      z.custom<number>(
        (value) => typeof value === "number" && !Number.isNaN(value),
        "must be a number of milliseconds",
      ),
    ),
    signal,
  }),
  outcomes: z.strictObject({
    waitSeconds: z.optional(
      z.int("must be 0 to 20").check(z.gte(0, "must be 0 to 20"), z.lte(20, "must be 0 to 20")),
    ),
    follow: z.optional(z.boolean("must be true or false")),
    signal,
  }),
  deadLetters: z.strictObject({ signal }),
  redrive: z.strictObject({
    only: z.optional(text("a status, or a part of a reason")),
    ids: z.optional(z.array(z.string(), "must be a list of messageIds")),
    edits: z.optional(z.record(z.string(), z.string(), "must be bodies by their messageIds")),
    onProgress: callback,
    signal,
  }),
};

/** @throws {TypeError} when it can be the id of no poll */
export function checkPollId(method: string, pollId: unknown): void {
  if (typeof pollId === "string" && pollId !== "" && !isGroupKey(pollId)) return;
  throw new TypeError(`${method}: pollId must be the id of a poll`);
}
