import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holdUntilDue, nextHop } from "../../../lib/batch/hops.ts";
import { pending } from "../../../lib/batch/record-result.ts";
import { nextPollMessage } from "../../../lib/poll/message/next.ts";
import { parsePollMessage } from "../../../lib/poll/message/parse.ts";
import { planRequeue } from "../../../lib/poll/requeue.ts";
import { sqsRecord } from "../../kit/records.ts";

const NOW = 1_800_000_000_000;
const inMs = (ms: number) => NOW + ms;
const recordDue = (ms: number) => sqsRecord({ body: { notBefore: inMs(ms) } });

describe("nextHop", () => {
  it.each([
    { due: -5000, delaySeconds: 0 },
    { due: 0, delaySeconds: 0 },
    { due: 1, delaySeconds: 1 },
    { due: 1000, delaySeconds: 1 },
    { due: 1000.5, delaySeconds: 2 },
    { due: 899_001, delaySeconds: 900 },
    { due: 900_000, delaySeconds: 900 },
  ])("a record due in $due ms needs one delay of $delaySeconds s", ({ due, delaySeconds }) => {
    expect(nextHop(inMs(due), NOW)).toEqual({ delaySeconds });
  });

  it("a longer wait starts with a delay of 900 s, and its body says when it is due, in whole ms", () => {
    expect(nextHop(inMs(900_001), NOW)).toEqual({ delaySeconds: 900, notBefore: inMs(900_001) });
    expect(nextHop(inMs(900_500.25), NOW)).toEqual({ delaySeconds: 900, notBefore: inMs(900_501) });
  });

  it("the hops of a wait reach its end and never end early; each is a whole number of seconds up to 900", () => {
    const waitMs = fc.double({ min: 0, max: 43_200_000, noNaN: true });
    const latencyMs = fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 49, maxLength: 49 });
    fc.assert(
      fc.property(waitMs, latencyMs, (wait, latencies) => {
        let now = NOW;
        let hop = nextHop(NOW + wait, now);
        for (const latency of latencies) {
          expect(hop.delaySeconds).toSatisfy(Number.isInteger);
          expect(hop.delaySeconds).toBeGreaterThanOrEqual(0);
          expect(hop.delaySeconds).toBeLessThanOrEqual(900);
          now += hop.delaySeconds * 1000 + latency;
          const held = holdUntilDue(sqsRecord({ body: { notBefore: hop.notBefore } }), now);
          if (held === undefined) break;
          hop = nextHop(now + held.delaySeconds * 1000, now);
        }
        expect(now).toBeGreaterThanOrEqual(NOW + wait - 1000);
        expect(now).toBeLessThanOrEqual(NOW + wait + 1000 + latencies.length * 5000);
      }),
    );
  });

  it("leaves a valid poll message, whatever the delay", () => {
    const delay = fc.double({ min: 0, max: 43_200, noNaN: true });
    fc.assert(
      fc.property(delay, fc.nat(), (delaySeconds, sendsAfterMs) => {
        const record = sqsRecord({ body: { request: { url: "https://jobs.example/1" } } });
        const next = nextPollMessage({ newCopyId: () => "copy" });
        const result = pending({ delaySeconds });
        const requeue = planRequeue(record, result, NOW, NOW + (sendsAfterMs % 9000), next);
        if (requeue.kind !== "send") throw new Error("not sent");
        expect(parsePollMessage(requeue.message.body).retryCount).toBe(1);
      }),
    );
  });
});

describe("holdUntilDue", () => {
  it.each([
    { due: 1001, heldSeconds: 1.001 },
    { due: 60_000, heldSeconds: 60 },
    { due: 5_000_000, heldSeconds: 5000 },
  ])("holds a record that is due in $due ms for $heldSeconds s", ({ due, heldSeconds }) => {
    expect(holdUntilDue(recordDue(due), NOW)).toEqual({ kind: "held", delaySeconds: heldSeconds });
  });

  it.each([1000, 1, 0, -60_000])("lets a record through that is due in %s ms", (due) => {
    expect(holdUntilDue(recordDue(due), NOW)).toBeUndefined();
  });

  it.each([
    "{}",
    "",
    "not JSON",
    '"notBefore"',
    '["notBefore"]',
    '{"notBefore":',
    '{"notBefore":"soon"}',
    '{"notBefore":null}',
    '{"deeper":{"notBefore":99999999999999}}',
  ])("lets through a body that does not say when it is due: %s", (body) => {
    expect(holdUntilDue(sqsRecord({ body }), NOW)).toBeUndefined();
  });
});
