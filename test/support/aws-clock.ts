import type { SeenCall, ServerAnswer } from "./answering-server.ts";

const DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/** When a call to AWS was signed, by its own words. */
export function signingDateOf({ headers }: SeenCall): Date {
  return new Date(String(headers["x-amz-date"]).replace(DATE, "$1-$2-$3T$4:$5:$6Z"));
}

/** How a client's clock can be wrong: in words, by how many ms it is ahead, and how AWS refuses its calls. */
export const WRONG_CLOCKS = [
  [
    "behind",
    -600_000,
    {
      __type: "com.amazon.coral.service#InvalidSignatureException",
      message:
        "Signature expired: 20261124T200000Z is now earlier than 20261124T200500Z (20261124T201000Z - 5 min.)",
    },
  ],
  [
    "ahead",
    600_000,
    {
      __type: "com.amazon.coral.service#InvalidSignatureException",
      message:
        "Signature not yet current: 20261124T201000Z is still later than 20261124T200500Z (20261124T200000Z + 5 min.)",
    },
  ],
  [
    "behind, in other words of AWS",
    -600_000,
    { __type: "RequestExpired", message: "Request has expired." },
  ],
] as const;

/** Answers as AWS does, which refuses a signature that is five minutes older or newer than its own clock. */
export function answerByClock(aheadMs: number, refusal: object, accepted: { body: string }) {
  return (call: SeenCall): ServerAnswer => {
    const now = Date.now() - aheadMs;
    const headers = { date: new Date(now).toUTCString() };
    return Math.abs(signingDateOf(call).getTime() - now) > 300_000
      ? { status: 400, headers, body: JSON.stringify(refusal) }
      : { status: 200, headers, body: accepted.body };
  };
}
