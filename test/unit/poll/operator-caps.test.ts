import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HttpAnswer } from "../../../lib/http/http-request.ts";
import { expiredBeforeRequest } from "../../../lib/poll/before-request.ts";
import { cappedPoll, type OperatorCaps } from "../../../lib/poll/operator-caps.ts";
import { afterRequest } from "../../../lib/poll/step.ts";
import { pollMessage } from "../../support/poll-message.ts";

const NOW = Date.UTC(2026, 0, 1);
const STARTED = NOW - 60_000;
const NO_CAPS: OperatorCaps = {
  minDelaySeconds: 0,
  maxRetries: 100_000,
  maxAgeSeconds: undefined,
};

const capped = (fields: object, caps: Partial<OperatorCaps>) =>
  cappedPoll(
    { message: pollMessage(fields), pollId: "p", startedAt: STARTED },
    { ...NO_CAPS, ...caps },
  );
const answered = (status: number, headers = {}): HttpAnswer => ({
  kind: "response",
  response: { status, headers, body: null },
});
const unreachable: HttpAnswer = {
  kind: "transient",
  error: { name: "Error", message: "connect ECONNREFUSED" },
};
const step = (fields: object, caps: Partial<OperatorCaps>, answer = answered(202), random = 0.5) =>
  afterRequest(capped(fields, caps), answer, NOW, () => random);

describe("without caps", () => {
  it("a message's own limits apply", () => {
    const fields = { delaySeconds: 0, maxRetries: 100_000, retryCount: 99_999 };
    expect(step(fields, {})).toMatchObject({ kind: "pending", delaySeconds: 0 });
    expect(expiredBeforeRequest(capped({}, {}), Number.MAX_SAFE_INTEGER)).toBeUndefined();
  });
});

describe("minDelaySeconds", () => {
  it.each([
    { name: "a delay of 0", fields: { delaySeconds: 0 } },
    { name: "a shorter delay", fields: { delaySeconds: 59 } },
    {
      name: "a shorter backoff.maxDelaySeconds",
      fields: { delaySeconds: 5, backoff: { rate: 2, maxDelaySeconds: 10 } },
    },
    {
      name: "full jitter",
      fields: {
        delaySeconds: 60,
        backoff: { rate: 2, maxDelaySeconds: 61, jitter: "full" },
        retryCount: 1,
      },
    },
  ])("lengthens $name", ({ fields }) => {
    for (const answer of [answered(202), answered(429, { "retry-after": "1" }), unreachable]) {
      expect(step(fields, { minDelaySeconds: 60 }, answer, 0)).toMatchObject({
        kind: "pending",
        delaySeconds: 60,
      });
    }
  });

  it("never shortens a delay", () => {
    expect(step({ delaySeconds: 90 }, { minDelaySeconds: 60 })).toMatchObject({ delaySeconds: 90 });
  });

  it("applies to any delay that a message or a server asks for", () => {
    const fields = fc.record({
      delaySeconds: fc.double({ min: 0, max: 43_200, noNaN: true }),
      retryCount: fc.nat(60),
      backoff: fc.record({
        rate: fc.double({ min: 1, max: 10, noNaN: true }),
        jitter: fc.constantFrom("full", "equal", "none"),
      }),
      expiresAt: fc.integer({ min: 1, max: 90_000 }).map((s) => new Date(NOW + s * 1000)),
    });
    fc.assert(
      fc.property(fields, fc.nat(43_200), fc.nat(90_000), (asked, minDelaySeconds, after) => {
        const answer = answered(429, { "retry-after": String(after) });
        const result = step(asked, { minDelaySeconds }, answer, 0);
        if (result.kind === "pending") {
          expect(result.delaySeconds).toBeGreaterThanOrEqual(minDelaySeconds);
        }
      }),
    );
  });

  it("ends a poll when its last request before expiresAt would be too early", () => {
    const fields = { expiresAt: new Date(NOW + 50_000).toISOString() };
    expect(step(fields, {})).toMatchObject({ kind: "pending" });
    expect(step(fields, { minDelaySeconds: 60 })).toMatchObject({ outcome: { status: "expired" } });
  });
});

describe("maxRetries", () => {
  it("limits the retries that a message asks for, and the outcome says so", () => {
    expect(step({ retryCount: 4 }, { maxRetries: 5 }).kind).toBe("pending");
    expect(step({ retryCount: 5 }, { maxRetries: 5 })).toMatchObject({
      outcome: {
        status: "exhausted",
        error: {
          name: "RetriesExhausted",
          message: "still pending after 5 retries: the operator's cap POLL_MAX_RETRIES=5",
        },
      },
    });
  });

  it("is named after the last request's error", () => {
    expect(step({}, { maxRetries: 0 }, unreachable)).toMatchObject({
      outcome: {
        error: {
          name: "Error",
          message: expect.stringMatching(/ECONNREFUSED; .*POLL_MAX_RETRIES/),
        },
      },
    });
  });

  it("gives a poll that already had more retries one last request, and refuses no message", () => {
    const fields = { retryCount: 50 };
    expect(step(fields, { maxRetries: 5 })).toMatchObject({ outcome: { status: "exhausted" } });
    expect(step(fields, { maxRetries: 5 }, answered(200))).toMatchObject({
      outcome: { status: "succeeded" },
    });
  });

  it("does not change a lower maxRetries", () => {
    const result = step({ maxRetries: 3, retryCount: 3 }, { maxRetries: 5 });
    expect(result).toMatchObject({
      outcome: { error: { message: "still pending after 3 retries" } },
    });
  });
});

describe("maxAgeSeconds", () => {
  it("ends a poll as expired, and its outcome names the cap", () => {
    const error = {
      name: "PollExpired",
      message: "the operator's cap POLL_MAX_AGE_SECONDS=60 passed before it was done",
    };
    const expired = { outcome: { status: "expired", error } };
    expect(expiredBeforeRequest(capped({}, { maxAgeSeconds: 60 }), NOW)).toMatchObject(expired);
    expect(expiredBeforeRequest(capped({}, { maxAgeSeconds: 61 }), NOW)).toBeUndefined();
    expect(step({}, { maxAgeSeconds: 61 })).toMatchObject({ outcome: { status: "expired" } });
  });

  it("shortens the last delay, as expiresAt does", () => {
    expect(step({ delaySeconds: 600 }, { maxAgeSeconds: 160 })).toMatchObject({ delaySeconds: 98 });
  });

  it("keeps an earlier expiresAt and its error message", () => {
    const poll = capped(
      { expiresAt: new Date(NOW - 1000).toISOString() },
      { maxAgeSeconds: 90_000 },
    );
    expect(expiredBeforeRequest(poll, NOW)).toMatchObject({
      outcome: { error: { message: "the poll's expiresAt passed before it was done" } },
    });
  });

  it("is named after the last request's error", () => {
    expect(step({}, { maxAgeSeconds: 61 }, unreachable)).toMatchObject({
      outcome: {
        error: { message: expect.stringMatching(/ECONNREFUSED; .*POLL_MAX_AGE_SECONDS/) },
      },
    });
  });
});

it("the next message keeps the sender's own limits, because caps may change", () => {
  const fields = { delaySeconds: 1, maxRetries: 5000 };
  const caps = { minDelaySeconds: 60, maxRetries: 7, maxAgeSeconds: 90_000 };
  expect(step(fields, caps)).toMatchObject({ body: fields });
});
