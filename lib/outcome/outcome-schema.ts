import * as z from "zod/mini";
import { OUTCOME_STATUSES } from "./outcome-status.ts";

const text = (description: string) => z.string().register(z.globalRegistry, { description });
const time = (description: string) => z.iso.datetime().register(z.globalRegistry, { description });

const response = z.object({
  status: z.exactOptional(z.int()).register(z.globalRegistry, { description: "The HTTP status." }),
  headers: z
    .exactOptional(z.readonly(z.record(z.string(), z.string())))
    .register(z.globalRegistry, {
      description: 'Names in lower case; several fields of one name joined by ", ".',
    }),
  body: z.exactOptional(z.unknown()).register(z.globalRegistry, {
    description: "JSON as a value, any other text as a string. Absent when it was not read.",
  }),
  bodyEncoding: z.exactOptional(z.literal("base64")).register(z.globalRegistry, {
    description: "Set when the body is not text: it is then a string in base64.",
  }),
});

const error = z.object({
  name: text("The kind of error."),
  message: text("What happened. It contains no secret."),
  reason: z.exactOptional(z.unknown()).register(z.globalRegistry, {
    description: "What the API said, as the message's until.error picked it.",
  }),
});

const stored = z.object({ bucket: text("The bucket's name."), key: text("The object's key.") });

/** The end of a poll, as it is delivered: type and JSON Schema are both made from this definition. */
export const outcomeSchema = z.object({
  outcomeId: text(
    "The same in every delivery of the outcome, so that duplicates can be recognised.",
  ),
  pollId: text("The poll's id."),
  status: z
    .enum(OUTCOME_STATUSES)
    .register(z.globalRegistry, { description: "How the poll ended." }),
  retryCount: z.int().check(z.gte(0)).register(z.globalRegistry, {
    description: "How many times the poll was requeued as pending.",
  }),
  startedAt: time("When the poll's first message was sent."),
  finishedAt: time("When the poll ended."),
  response: z
    .exactOptional(z.readonly(response))
    .register(z.globalRegistry, { description: "The last response. Absent when there was none." }),
  result: z.exactOptional(z.unknown()).register(z.globalRegistry, {
    description: "The value that the message's until.result picked.",
  }),
  resultUrl: z.exactOptional(z.string()).register(z.globalRegistry, {
    description: "Where the result is, when it was asked for after the poll had succeeded.",
  }),
  error: z.exactOptional(z.readonly(error)).register(z.globalRegistry, {
    description:
      "Why the poll did not succeed; if it succeeded, why its result or its response's body is missing.",
  }),
  context: z
    .exactOptional(z.unknown())
    .register(z.globalRegistry, { description: "The message's context, unchanged." }),
  stored: z.exactOptional(z.readonly(stored)).register(z.globalRegistry, {
    description: "The S3 object with the whole outcome, when parts were left out here.",
  }),
  truncated: z.exactOptional(z.literal(true)).register(z.globalRegistry, {
    description: "Set when parts were left out because of their size, and are not stored.",
  }),
});
