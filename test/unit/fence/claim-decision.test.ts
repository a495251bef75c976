import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Claim, decideClaim, type PollRow } from "../../../lib/fence/claim-decision.ts";

const NOW = 1_000_000;
const LIVES = NOW + 1;
const PASSED = NOW;
const GIVEN_BACK = 0;
const DELAY_MS = 30_000;
const LONG_PASSED = NOW - DELAY_MS;
const OUTCOME = Uint8Array.of(1, 2, 3);

const row = (seen: number, owner: string, leaseUntil: number, outcome?: Uint8Array): PollRow => {
  const living = { seen, owner, claimId: "claim of the row", leaseUntil };
  return outcome === undefined ? living : { ...living, outcome };
};
const claim = (sequence: number, copyId: string, more: Partial<Claim> = {}): Claim => ({
  pollId: "p",
  sequence,
  copyId,
  isSubmission: false,
  proof: "proof of the record",
  delayMs: DELAY_MS,
  claimId: "claim of the record",
  leaseUntil: NOW + 120_000,
  ttl: 0,
  ...more,
});
const submission = (messageId: string): Claim =>
  claim(0, messageId, { isSubmission: true, digest: "request" });

const CLAIMED = { kind: "claimed", proof: "proof of the record" };
const STALE = { kind: "superseded", by: "successor" };
const OTHER_COPY = { kind: "superseded", by: "copy" };
const ENDED = { kind: "ended", outcome: OUTCOME };

describe("decideClaim", () => {
  it.each([
    ["no row", undefined, claim(0, "a"), CLAIMED],
    ["a newer sequence while the lease is valid", row(4, "a", LIVES), claim(5, "b"), CLAIMED],
    ["a much newer sequence", row(4, "a", PASSED), claim(9, "b"), CLAIMED],
    ["the owner after its lease has passed: it died", row(4, "a", PASSED), claim(4, "a"), CLAIMED],
    ["the owner after it gave its lease back", row(4, "a", GIVEN_BACK), claim(4, "a"), CLAIMED],
    [
      "the owner while its lease is valid",
      row(4, "a", LIVES),
      claim(4, "a"),
      { kind: "leased", owner: "itself", until: LIVES },
    ],
    ["an older sequence", row(4, "a", PASSED), claim(3, "a"), STALE],
    ["an older sequence of another copy", row(4, "a", LIVES), claim(0, "b"), STALE],
    ["a fork while the owner's lease is valid", row(4, "a", LIVES), claim(4, "b"), OTHER_COPY],
    ["a fork after the owner's lease has passed", row(4, "a", PASSED), claim(4, "b"), OTHER_COPY],
    ["a newer sequence of an ended poll", row(4, "a", PASSED, OUTCOME), claim(5, "b"), ENDED],
    ["the owner of an ended poll", row(4, "a", LIVES, OUTCOME), claim(4, "a"), ENDED],
    ["an older sequence of an ended poll", row(4, "a", PASSED, OUTCOME), claim(3, "a"), STALE],
    ["a fork of an ended poll", row(4, "a", PASSED, OUTCOME), claim(4, "b"), OTHER_COPY],
  ] as const)("%s", (_name, of, by, decision) => {
    expect(decideClaim(of, by, NOW)).toEqual(decision);
  });

  it.each([
    ["the first of its poll", undefined, CLAIMED],
    [
      "another is being processed, perhaps itself before a redrive",
      row(0, "first", LIVES),
      { kind: "leased", owner: "another", until: LIVES + DELAY_MS },
    ],
    [
      "the successor of another may still wait",
      row(0, "first", LONG_PASSED + 1),
      { kind: "leased", owner: "another", until: NOW + 1 },
    ],
    ["the successor of another never came: it died", row(0, "first", LONG_PASSED), CLAIMED],
    ["another gave its lease back: it failed", row(0, "first", GIVEN_BACK), CLAIMED],
    ["redelivered after its own lease has passed", row(0, "second", PASSED), CLAIMED],
    ["the successor of another was received", row(1, "b", PASSED), STALE],
    ["the successor of another is being processed", row(1, "b", LIVES), STALE],
    ["the poll ended at its first request", row(0, "first", LIVES, OUTCOME), ENDED],
    ["the poll ended later", row(7, "b", PASSED, OUTCOME), ENDED],
  ] as const)("a submission: %s", (_name, of, decision) => {
    expect(decideClaim(of, submission("second"), NOW)).toEqual(decision);
  });

  it("recognises its own claim when the answer to it was lost", () => {
    const own = claim(4, "a");
    expect(decideClaim({ ...row(4, "a", LIVES), claimId: own.claimId }, own, NOW)).toEqual(CLAIMED);
  });

  describe("for a message that was held during its claim, which the row still has", () => {
    const unaskedClaimIds = ["one before", "claim of the row"];
    const held = { ...submission("second"), unaskedClaimIds };
    const proven = (of: PollRow, more: Partial<PollRow>) => ({
      ...of,
      proofClaimId: of.claimId,
      ...more,
    });
    const ofGroup = proven({ ...row(0, "group", GIVEN_BACK), claimId: "group" }, {});
    const forged = { ...held, unaskedClaimIds: ["group"] };
    it.each([
      ["a submission during the lease", row(0, "first", LIVES), held, CLAIMED],
      ["another copy's lease", { ...row(0, "a", LIVES), claimId: "b" }, held, "leased"],
      ["a later message", row(4, "a", LIVES), claim(4, "a", { unaskedClaimIds }), CLAIMED],
      ["an older sequence", row(5, "b", LIVES), claim(4, "a", { unaskedClaimIds }), STALE],
      ["a poll that has ended", row(0, "first", LIVES, OUTCOME), held, ENDED],
      [
        "another request's poll",
        proven(row(0, "first", LIVES), { digest: "another" }),
        held,
        "taken",
      ],
      [
        "a poll of which it has no proof",
        proven(row(4, "a", LIVES), { proof: "another" }),
        claim(4, "a", { unaskedClaimIds }),
        "leased",
      ],
      ["a group, whose claim everybody knows", ofGroup, forged, "taken"],
    ] as const)("%s", (_name, of, by, decision) => {
      const expected = typeof decision === "string" ? { kind: decision } : decision;
      expect(decideClaim(of, by, NOW)).toMatchObject(expected);
    });
  });

  describe("for a row with a proof", () => {
    const proven = (of: PollRow): PollRow => ({
      ...of,
      proof: "proof of the row",
      proofClaimId: of.claimId,
      digest: "request",
    });
    const ofThePoll = { proof: "proof of the row" };
    const TAKEN = { kind: "taken" };
    const GOES_ON = { kind: "claimed", proof: "proof of the row" };
    const other = (messageId: string) => ({ ...submission(messageId), digest: "another" });

    it.each([
      ["a newer sequence with the proof", row(4, "a", LIVES), claim(5, "b", ofThePoll), GOES_ON],
      ["a newer sequence without the proof", row(4, "a", LIVES), claim(5, "b"), TAKEN],
      ["the highest possible sequence", row(4, "a", LIVES), claim(2 ** 53 - 1, "b"), TAKEN],
      ["the owner, sent before there was a proof", row(4, "a", PASSED), claim(4, "a"), GOES_ON],
      ["an older sequence without the proof", row(4, "a", PASSED), claim(3, "x"), STALE],
      ["ended: a newer one without the proof", row(4, "a", PASSED, OUTCOME), claim(5, "b"), TAKEN],
      ["ended: a newer one with it", row(4, "a", PASSED, OUTCOME), claim(5, "b", ofThePoll), ENDED],
      ["a submission of the same request", row(0, "a", GIVEN_BACK), submission("b"), GOES_ON],
      ["a submission of another request", row(0, "a", GIVEN_BACK), other("b"), TAKEN],
      ["another request while the poll goes on", row(3, "a", LIVES), other("b"), TAKEN],
      ["another request after the poll has ended", row(3, "a", LIVES, OUTCOME), other("b"), TAKEN],
      [
        "the same request after the poll has ended",
        row(3, "a", LIVES, OUTCOME),
        submission("b"),
        ENDED,
      ],
    ] as const)("%s", (_name, of, by, decision) => {
      expect(decideClaim(proven(of), by, NOW)).toEqual(decision);
    });

    it("lets a message of the previous version continue after a claim by that version", () => {
      const claimedSince = { ...proven(row(4, "a", PASSED)), claimId: "of the version before" };
      expect(decideClaim(claimedSince, claim(5, "b"), NOW)).toEqual(GOES_ON);
      const { digest: _, ...noSubmission } = claimedSince;
      expect(decideClaim(noSubmission, submission("b"), NOW)).toEqual(STALE);
    });

    it("does not drop a submission when no submission made the row", () => {
      const { digest: _, ...forged } = proven(row(2 ** 53 - 1, "forged", PASSED));
      expect(decideClaim(forged, submission("b"), NOW)).toEqual(TAKEN);
    });
  });

  const sequences = fc.integer({ min: 0, max: 3 });
  const copies = fc.constantFrom("a", "b");
  const rows = fc
    .tuple(sequences, copies, fc.constantFrom(GIVEN_BACK, PASSED, LIVES), fc.boolean())
    .map(([seen, owner, lease, ended]) => row(seen, owner, lease, ended ? OUTCOME : undefined));
  const claims = fc
    .tuple(sequences, copies, fc.boolean())
    .map(([sequence, copyId, isSubmission]) => claim(sequence, copyId, { isSubmission }));

  it("never grants a claim on an ended poll or for an older sequence", () => {
    fc.assert(
      fc.property(rows, claims, (of, by) => {
        const isOver = of.outcome !== undefined || by.sequence < of.seen;
        if (isOver) expect(decideClaim(of, by, NOW).kind).not.toBe("claimed");
      }),
    );
  });

  it("never drops the owner's own copy: the poll would be lost", () => {
    fc.assert(
      fc.property(rows, (of) => {
        expect(decideClaim(of, claim(of.seen, of.owner), NOW).kind).not.toBe("superseded");
      }),
    );
  });

  it("grants a claim during a lease only to a newer sequence", () => {
    fc.assert(
      fc.property(rows, claims, (of, by) => {
        if (of.leaseUntil > NOW && by.sequence <= of.seen) {
          expect(decideClaim(of, by, NOW).kind).not.toBe("claimed");
        }
      }),
    );
  });
});
