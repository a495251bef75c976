import { describe, expect, it } from "vitest";
import { held } from "../../../lib/batch/record-result.ts";
import { claimantOf } from "../../../lib/fence/claimant.ts";
import { nextPollMessage } from "../../../lib/poll/message/next.ts";
import { planRequeue } from "../../../lib/poll/requeue.ts";
import { sqsRecord } from "../../kit/records.ts";

const claimant = (body: unknown) => claimantOf(sqsRecord({ messageId: "m1", body }));

describe("claimantOf", () => {
  it("reads what the poller wrote", () => {
    const body = { pollId: "p", sequence: 7, copyId: "c", proof: "x", retryCount: 5 };
    expect(claimant(body)).toEqual({
      pollId: "p",
      sequence: 7,
      copyId: "c",
      isRedelivered: false,
      isUndelivered: false,
      isSubmission: false,
      unaskedClaimIds: [],
      retryCount: 5,
      delaySeconds: 30,
      dueAt: undefined,
      proof: "x",
    });
  });

  it.each([
    ["no copyId", { sequence: 2 ** 53 - 1, proof: "x" }],
    ["a copyId and no sequence", { copyId: "m0", proof: "x" }],
    ["a copyId at sequence 0", { copyId: "m0", sequence: 0, proof: "x" }],
  ])("reads a message that the poller need not have sent as a submission: %s", (_name, forged) => {
    const said = claimant({ pollId: "p", ...forged });
    expect(said).toMatchObject({ sequence: 0, copyId: "m1", isSubmission: true });
    expect(said).not.toHaveProperty("proof");
  });

  it("reads the newest claims during which a message was held, and no other values", () => {
    const named = (unaskedClaimIds: unknown) => claimant({ unaskedClaimIds }).unaskedClaimIds;
    expect(named(["a", "b", 7, "", "c", "d", "e"])).toEqual(["b", "c", "d", "e"]);
    expect(named("a")).toEqual([]);
  });

  it("gives different requests different digests, and the same request the same one however it is written", () => {
    const digest = (request: object, pollId = "p") => claimant({ pollId, request }).digest;
    const request = {
      url: "https://a.example/",
      headers: { a: "1", b: "2" },
      body: { c: [1, {}] },
    };
    const { url, body } = request;
    expect(digest({ body, headers: { b: "2", a: "1" }, url, timeoutMs: 5000 })).toBe(
      digest(request),
    );
    const others = [
      { ...request, url: "https://b.example/" },
      { ...request, headers: { a: "1", b: "3" } },
      { ...request, body: { c: [1] } },
      { ...request, method: "POST" },
      { ...request, auth: { secret: "ssm:/x" } },
    ].map((other) => digest(other));
    expect(new Set([digest(request), digest(request, "q"), ...others]).size).toBe(7);
  });

  it("recognises a submission that was held before its claim, down to the digits of its numbers", () => {
    const body =
      '{"request":{"url":"https://a.example/","body":{"id":12345678901234567890,"at":1.0}}}';
    const first = sqsRecord({ messageId: "m1", body });
    const next = nextPollMessage({ fence: { successorOf: () => undefined } });
    const requeue = planRequeue(first, held(), 5, 5, next);
    const again = requeue.kind === "send" ? requeue.message.body : "";
    const { pollId, digest } = claimantOf(first);
    expect(claimantOf(sqsRecord({ messageId: "m2", body: again }))).toMatchObject({
      pollId,
      digest,
    });
  });

  it.each([
    ["says nothing", {}],
    ["is not JSON", "plain text"],
    ["is not an object", "[1]"],
    [
      "uses these fields in another way",
      { pollId: 7, copyId: {}, sequence: -1, expiresAt: "soon", delaySeconds: [] },
    ],
    ["has empty texts", { pollId: "", copyId: "" }],
  ])("reads a submission named by its messageId when the body %s", (_name, body) => {
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

  it("reads the same poll with another copyId and sequence from a requeued body", () => {
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
