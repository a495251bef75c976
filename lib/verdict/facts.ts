import { METHODS } from "../http/http-request.ts";
import { ANYTHING, type KnownValue, NUMBER, TEXT } from "./known-value.ts";

/** What a poll's request is for: to start the job, to ask whether it is done, or to fetch its result. */
export const STEPS = ["start", "poll", "result"] as const;

export type Step = (typeof STEPS)[number];

/** The input of expressions: every name at their root, and what is known of its value. */
export const FACTS: Readonly<Record<string, KnownValue>> = {
  status: { type: "number", isYes: true, mistakenFor: "body.status" },
  headers: { type: "object", eachMember: TEXT, isYes: true },
  body: ANYTHING,
  retryCount: NUMBER,
  elapsedSeconds: NUMBER,
  step: {
    type: "text",
    isYes: true,
    never: (text) => !STEPS.some((step) => step === text) && "step is 'start', 'poll' or 'result'",
  },
  request: {
    type: "object",
    isYes: true,
    members: {
      method: {
        type: "text",
        isYes: true,
        never: (text) =>
          !METHODS.some((method) => method === text) &&
          `request.method is one of ${METHODS.join(", ")}`,
      },
      url: { type: "text", isYes: true },
      path: { type: "text", isYes: true },
    },
  },
};
