import { describe, expect, it } from "vitest";
import { type Claim, decideClaim, type PollRow } from "../../../lib/fence/claim-decision.ts";

const NOW = 1_000_000;
const DELAY_MS = 30_000;
const NEXT = Uint8Array.of(4, 5);

/** A row whose last claim was to make a start. */
const started = (more: Partial<PollRow> = {}): PollRow => ({
  seen: 0,
  owner: "first",
  claimId: "claim of the row",
  startClaimId: "claim of the row",
  leaseUntil: 0,
  proof: "proof",
  proofClaimId: "claim of the row",
  digest: "request",
  ...more,
});
const start = (sequence: number, copyId: string, more: Partial<Claim> = {}): Claim => ({
  pollId: "p",
  sequence,
  copyId,
  isSubmission: sequence === 0,
  digest: "request",
  proof: "proof",
  isStart: true,
  delayMs: DELAY_MS,
  claimId: "claim of the record",
  leaseUntil: NOW + 120_000,
  ttl: 0,
  ...more,
});

const CLAIMED = { kind: "claimed", proof: "proof" };
const STARTED = { kind: "started", claimId: "claim of the row", proof: "proof", next: undefined };

describe("decideClaim, for a start that must be made at most once", () => {
  it.each<[string, PollRow | undefined, Claim, object]>([
    ["no row", undefined, start(0, "first"), CLAIMED],
    ["itself, after its lease: it died", started(), start(0, "first"), STARTED],
    [
      "itself, with what came next",
      started({ next: NEXT }),
      start(0, "first"),
      { ...STARTED, next: NEXT },
    ],
    [
      "itself, during its lease",
      started({ leaseUntil: NOW + 1 }),
      start(0, "first"),
      { kind: "leased", owner: "itself", until: NOW + 1 },
    ],
    ["a second submission, after lease and delay", started(), start(0, "second"), STARTED],
    [
      "a second submission before that",
      started({ leaseUntil: NOW - DELAY_MS + 1 }),
      start(0, "second"),
      { kind: "leased", owner: "another", until: NOW + 1 },
    ],
    ["a redrive of a later start", started({ seen: 3, owner: "c" }), start(3, "c"), STARTED],
    [
      "the next start, which says that the one before was not made",
      started(),
      start(1, "c"),
      CLAIMED,
    ],
    [
      "a fork of the next start",
      started({ seen: 1, owner: "c" }),
      start(1, "d"),
      { kind: "superseded", by: "copy" },
    ],
    [
      "an earlier start",
      started({ seen: 1, owner: "c" }),
      start(0, "first"),
      { kind: "superseded", by: "successor" },
    ],
    [
      "a start whose claim was followed by one of the version before",
      started({ seen: 1, owner: "c", claimId: "of the version before" }),
      start(1, "c"),
      CLAIMED,
    ],
    [
      "a start whose poll has ended",
      started({ outcome: NEXT }),
      start(0, "first"),
      { kind: "ended", outcome: NEXT },
    ],
    ["a start with another request", started(), start(0, "x", { digest: "y" }), { kind: "taken" }],
  ])("%s", (_name, row, claim, decision) => {
    expect(decideClaim(row, claim, NOW)).toEqual(decision);
  });

  it("recognises its own claim when the answer to it was lost", () => {
    const own = start(0, "first", { claimId: "claim of the row" });
    expect(decideClaim(started({ leaseUntil: NOW + 1 }), own, NOW)).toEqual(CLAIMED);
  });

  it("goes on after a hold during its claim, but not past what a lease that was given back says", () => {
    const held = start(0, "second", { unaskedClaimIds: ["claim of the row"] });
    expect(decideClaim(started({ leaseUntil: NOW + 1 }), held, NOW)).toEqual(CLAIMED);
    expect(decideClaim(started({ next: NEXT }), held, NOW)).toEqual({ ...STARTED, next: NEXT });
  });

  it("does not keep a poll from being asked again", () => {
    const { isStart: _, ...poll } = start(1, "c");
    expect(decideClaim(started(), poll, NOW)).toEqual(CLAIMED);
    expect(decideClaim(started({ seen: 1, owner: "c", claimId: "z" }), poll, NOW)).toEqual(CLAIMED);
  });
});
