import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AfterDelivery,
  afterDelivery,
  type DeliveryFacts,
} from "../../../lib/deliveries/after-delivery.ts";
import { DeliveryRefusedError } from "../../../lib/deliveries/delivery.ts";
import type { Destination } from "../../../lib/deliveries/destination.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 10);
const FACTS: DeliveryFacts = {
  json: '{"outcomeId":"a"}',
  isNamed: true,
  isInTable: true,
  receiveCount: 1,
  undelivered: undefined,
  canRequeue: true,
  now: NOW,
  random: () => 0,
};
const FOR_NOW = new DeliveryRefusedError("throttled", { isFinal: false });
const FINAL = new DeliveryRefusedError("gone", { isFinal: true });
const BUS = { eventBus: "orders" };
const TOKEN = { taskToken: "t" };

const fate = (
  refusals: readonly (readonly [Destination, Error | undefined])[],
  facts: Partial<DeliveryFacts> = {},
): AfterDelivery =>
  afterDelivery(
    refusals.map(([destination, refusal]) => ({ destination, refusal })),
    { ...FACTS, ...facts },
  );

describe("afterDelivery", () => {
  it("is done when every destination has the outcome", () => {
    expect(fate([[BUS, undefined]])).toEqual({ kind: "delivered" });
  });

  it("lets a record fail while its row holds the outcome and no destination has it", () => {
    for (const receiveCount of [1, 2]) {
      expect(fate([[BUS, FOR_NOW]], { receiveCount })).toEqual({
        kind: "failed",
        reason: FOR_NOW,
      });
    }
  });

  it("requeues before the queue's redrive policy moves the record", () => {
    expect(fate([[BUS, FOR_NOW]], { receiveCount: 3 })).toMatchObject({ kind: "later" });
  });

  it("requeues with the outcome where no table holds it", () => {
    expect(fate([[BUS, FOR_NOW]], { isInTable: false })).toEqual({
      kind: "later",
      delaySeconds: 2.5,
      remaining: [BUS],
      undelivered: { since: NOW, attempts: 1, outcome: FACTS.json },
      reason: FOR_NOW,
    });
  });

  it("keeps only the destinations that refused", () => {
    expect(
      fate([
        [BUS, undefined],
        [TOKEN, FOR_NOW],
      ]),
    ).toMatchObject({
      kind: "later",
      remaining: [TOKEN],
      undelivered: { since: NOW, attempts: 1 },
    });
  });

  it("waits for those that refused for now before the rest becomes a dead letter", () => {
    const end = fate(
      [
        [BUS, FINAL],
        [TOKEN, FOR_NOW],
      ],
      { receiveCount: 3 },
    );
    expect(end).toMatchObject({ kind: "later", remaining: [BUS, TOKEN] });
    expect(
      fate([
        [BUS, FINAL],
        [TOKEN, undefined],
      ]),
    ).toMatchObject({
      kind: "undeliverable",
      reason: { status: "undelivered", body: FACTS.json },
    });
  });

  it("backs off, up to 15 minutes", () => {
    const delays = [0, 1, 2, 20].map((attempts) => {
      const end = fate([[BUS, FOR_NOW]], { undelivered: { since: NOW, attempts } });
      return end.kind === "later" ? end.delaySeconds : undefined;
    });
    expect(delays).toEqual([2.5, 5, 10, 450]);
  });

  it("gives up after three days, with the reason and the number of attempts", () => {
    const undelivered = { since: NOW - 3 * DAY, attempts: 300 };
    expect(fate([[BUS, FOR_NOW]], { undelivered })).toMatchObject({
      kind: "undeliverable",
      reason: {
        message: "the outcome was not delivered after 301 attempts: deliver.eventBus: throttled",
        logMessage: "the outcome was not delivered after 301 attempts: eventBus",
      },
    });
  });

  it("lets a record fail that cannot be requeued, or whose own outcome queue must be mended", () => {
    expect(fate([[BUS, FOR_NOW]], { isInTable: false, canRequeue: false }).kind).toBe("failed");
    const queue = { queueUrl: "https://sqs.us-east-1.amazonaws.com/1/outcomes" };
    expect(fate([[queue, FINAL]], { isNamed: false, isInTable: false }).kind).toBe("failed");
  });

  it("acknowledges no outcome that a destination lacks, and tells no destination twice", () => {
    const refusal = fc.constantFrom(undefined, FOR_NOW, FINAL);
    fc.assert(
      fc.property(
        fc.array(refusal, { minLength: 1, maxLength: 4 }),
        fc.record({ isInTable: fc.boolean(), canRequeue: fc.boolean(), isNamed: fc.boolean() }),
        fc.integer({ min: 1, max: 5 }),
        (refusals, facts, receiveCount) => {
          const to = refusals.map((of, place) => [{ taskToken: `${place}` }, of] as const);
          const end = fate(to, { ...facts, receiveCount });
          const refused = to.filter(([, of]) => of !== undefined).map(([of]) => of);
          expect(end.kind === "delivered").toBe(refused.length === 0);
          if (end.kind === "later") expect(end.remaining).toEqual(refused);
        },
      ),
    );
  });
});
