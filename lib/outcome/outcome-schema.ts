import * as z from "zod/mini";

const text = (description: string) => z.string().check(z.describe(description));
const time = (description: string) => z.iso.datetime().check(z.describe(description));

const response = z.object({
  status: z.exactOptional(z.int()).check(z.describe("The HTTP status.")),
  headers: z
    .exactOptional(z.readonly(z.record(z.string(), z.string())))
    .check(z.describe('Names in lower case; several fields of one name joined by ", ".')),
  body: z
    .exactOptional(z.unknown())
    .check(z.describe("JSON as a value, any other text as a string. Absent when it was not read.")),
  bodyEncoding: z
    .exactOptional(z.literal("base64"))
    .check(z.describe("Set when the body is not text: it is then a string in base64.")),
});

const error = z.object({
  name: text("The kind of error."),
  message: text("What happened. It contains no secret."),
  reason: z
    .exactOptional(z.unknown())
    .check(z.describe("What the API said, as the message's until.error picked it.")),
});

const stored = z.object({ bucket: text("The bucket's name."), key: text("The object's key.") });

/** The end of a poll, as it is delivered: type and JSON Schema are both made from this definition. */
export const outcomeSchema = z.object({
  outcomeId: text(
    "The same in every delivery of the outcome, so that duplicates can be recognised.",
  ),
  pollId: text("The poll's id."),
  status: z
    .enum(["succeeded", "failed", "exhausted", "expired", "cancelled"])
    .check(z.describe("How the poll ended.")),
  retryCount: z
    .int()
    .check(z.gte(0), z.describe("How many times the poll was requeued as pending.")),
  startedAt: time("When the poll's first message was sent."),
  finishedAt: time("When the poll ended."),
  response: z
    .exactOptional(z.readonly(response))
    .check(z.describe("The last response. Absent when there was none.")),
  result: z
    .exactOptional(z.unknown())
    .check(z.describe("The value that the message's until.result picked.")),
  resultUrl: z
    .exactOptional(z.string())
    .check(z.describe("Where the result is, when it was asked for after the poll had succeeded.")),
  error: z
    .exactOptional(z.readonly(error))
    .check(
      z.describe(
        "Why the poll did not succeed; if it succeeded, why its result or its response's body is missing.",
      ),
    ),
  context: z.exactOptional(z.unknown()).check(z.describe("The message's context, unchanged.")),
  stored: z
    .exactOptional(z.readonly(stored))
    .check(z.describe("The S3 object with the whole outcome, when parts were left out here.")),
  truncated: z
    .exactOptional(z.literal(true))
    .check(z.describe("Set when parts were left out because of their size, and are not stored.")),
});
