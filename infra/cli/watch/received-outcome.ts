import * as z from "zod/mini";
import { readOwnJson } from "../../../lib/json/json.ts";

const outcomeSchema = z.object({
  pollId: z.string(),
  status: z.enum(["succeeded", "failed", "exhausted", "expired", "cancelled"]),
  retryCount: z.number(),
  startedAt: z.string(),
  finishedAt: z.string(),
  response: z.optional(z.object({ status: z.optional(z.number()), body: z.optional(z.unknown()) })),
  result: z.optional(z.unknown()),
  resultUrl: z.optional(z.string()),
  error: z.optional(
    z.object({ name: z.string(), message: z.string(), reason: z.optional(z.unknown()) }),
  ),
});

/** An outcome as a consumer of the outcome queue receives it. */
export type ReceivedOutcome = z.output<typeof outcomeSchema>;

/** @throws when the body of the message is not an outcome. */
export function parseOutcome(body: string): ReceivedOutcome {
  return outcomeSchema.parse(readOwnJson(body));
}

/** Seconds from the poll's first message to its end. */
export function secondsTaken({ startedAt, finishedAt }: ReceivedOutcome): number {
  return (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
}

/** The result of a poll that succeeded: its `result`, or the body of its last response. */
export function resultOf({ result, response }: ReceivedOutcome): unknown {
  return result === undefined ? response?.body : result;
}
