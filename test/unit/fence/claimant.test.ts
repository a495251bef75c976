import { describe, expect, it } from "vitest";
import { claimantOf } from "../../../lib/fence/claimant.ts";
import { nextPollMessage } from "../../../lib/poll/message/next.ts";
import { sqsRecord } from "../../kit/records.ts";

const claimant = (body: unknown) => claimantOf(sqsRecord({ messageId: "m1", body }));

describe("claimantOf", () => {
  it("reads what the poller wrote", () => {
    const body = { pollId: "p", sequence: 7, copyId: "c", retryCount: 5 };
    expect(claimant({ ...body, expiresAt: "2026-01-01T00:00:00Z" })).toEqual({
      pollId: "p",
      sequence: 7,
      copyId: "c",
      isSubmission: false,
      retryCount: 5,
      delaySeconds: 30,
      dueAt: undefined,
      expiresAt: Date.parse("2026-01-01T00:00:00Z"),
    });
  });

  it.each([
    ["says nothing", {}],
    ["is no JSON", "plain text"],
    ["is no object", "[1]"],
    [
      "has others' fields in these places",
      { pollId: 7, copyId: {}, sequence: -1, expiresAt: "soon", delaySeconds: [] },
    ],
    ["has empty texts", { pollId: "", copyId: "" }],
  ])("takes the messageId where the body %s: a submission", (_name, body) => {
    expect(claimant(body)).toMatchObject({
      pollId: "m1",
      sequence: 0,
      copyId: "m1",
      isSubmission: true,
      retryCount: 0,
      delaySeconds: 30,
    });
  });

  it.each([
    [0, 0],
    [3600, 3600],
    [-1, 0],
    [1e9, 43_200],
    ["5", 30],
  ])("reads the delay %j as %i s", (delaySeconds, seconds) => {
    expect(claimant({ delaySeconds }).delaySeconds).toBe(seconds);
  });

  it("tells each message of a requeued body from the one before, and knows its poll again", () => {
    const record = sqsRecord({ messageId: "m1", body: { job: 1 } });
    const next = nextPollMessage({ newCopyId: () => "c2" })(
      { job: 1 },
      { record, kind: "pending", dueAt: 5 },
    );
    expect(claimantOf(sqsRecord({ messageId: "m2", body: next }))).toMatchObject({
      pollId: "m1",
      sequence: 1,
      copyId: "c2",
      isSubmission: false,
    });
  });
});
