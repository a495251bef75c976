import { describe, expect, it } from "vitest";
import { isCheckpoint } from "../../../lib/fence/checkpoint.ts";
import type { Message, Protocol } from "./checkpoint-world.ts";
import { type Bounds, explore } from "./explore.ts";

const EVERY = 3;

const atCheckpoints = ({ sequence, redeliveries }: Message): boolean =>
  isCheckpoint(
    {
      sequence,
      isRedelivered: redeliveries > 0,
      isUndelivered: false,
      isNudged: false,
      isSubmission: sequence === 0,
      proof: "any",
    },
    EVERY,
  );
const CHECKPOINTS: Protocol = { isCheckpoint: atCheckpoints };

/** A fork asks at most until the next checkpoint, where all but one copy is refused. */
const bounds = (of: Partial<Bounds> = {}): Bounds => ({
  ...{ protocol: CHECKPOINTS, lastSequence: 6, faults: 1, requestsPerFault: EVERY },
  ...of,
});
const brokenIn = (of: Partial<Bounds>) => explore(bounds(of)).counterexample?.broken;

describe("a fence with checkpoints, in every state that a poll can reach", () => {
  it.each([
    ["one fault", {}],
    ["two faults", { faults: 2, lastSequence: 3 }],
    ["a second submission and a fault", { submissions: 1, lastSequence: 3 }],
    ["a cancellation and a fault", { cancels: 1, lastSequence: 3 }],
  ] as [string, Partial<Bounds>][])(
    "loses no poll, decides it once, and lets each fork end at a checkpoint (%s)",
    (_name, of) => {
      const { states, counterexample } = explore(bounds(of));
      expect(counterexample).toBeUndefined();
      expect(states).toBeGreaterThan(1000);
    },
  );

  it("makes no further request for a second submission", () => {
    expect(brokenIn({ submissions: 1, faults: 0 })).toBeUndefined();
  });

  it("makes more requests for a fork than a fence that claims each message", () => {
    expect(brokenIn({ requestsPerFault: EVERY - 1 })).toBe("too many requests");
    const everyMessage = { isCheckpoint: () => true };
    expect(brokenIn({ protocol: everyMessage, requestsPerFault: 1 })).toBeUndefined();
  });

  it("makes no further request for a nudge that sends another copy, as long as each message claims", () => {
    const protocol = { isCheckpoint: () => true, nudgesBy: "another copy" } as const;
    expect(brokenIn({ protocol, nudges: 2, faults: 0, lastSequence: 4 })).toBeUndefined();
  });

  it.each([
    [
      "a nudge sends the very same message, and the one that comes later finds no lease",
      "too many requests",
      { protocol: { isCheckpoint: () => true, nudgesBy: "same copy" }, nudges: 1, faults: 0 },
    ],
    [
      "a nudge sends another copy, and there are messages without a claim",
      "too many requests",
      { protocol: { ...CHECKPOINTS, nudgesBy: "another copy" }, nudges: 1, faults: 0 },
    ],
    [
      "no message after the first ones claims",
      "too many requests",
      { protocol: { isCheckpoint: ({ sequence }: Message) => sequence < 2 } },
    ],
    [
      "the first requeued message does not claim, and the poll is submitted twice",
      "too many requests",
      {
        protocol: { isCheckpoint: (of: Message) => of.sequence !== 1 && atCheckpoints(of) },
        ...{ submissions: 1, faults: 0 },
      },
    ],
    [
      "copies claim at different sequences",
      "too many requests",
      {
        protocol: {
          isCheckpoint: ({ sequence, copyId }: Message) =>
            sequence < 2 || sequence % 2 === Number(copyId.endsWith(".1")),
        },
        requestsPerFault: 2,
      },
    ],
    [
      "a message without a claim decides without the row",
      "two outcomes",
      { protocol: { isCheckpoint: atCheckpoints, decidesBy: "nothing" } },
    ],
  ] as [string, string, Partial<Bounds>][])("fails when %s", (_name, broken, of) => {
    expect(brokenIn(of)).toBe(broken);
  });
});
