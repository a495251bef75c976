import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSubmission, startedAtOf } from "../../../../lib/batch/poll-facts.ts";
import { toJson } from "../../../../lib/json/json.ts";
import { nextBody, nextPollMessage } from "../../../../lib/poll/message/next.ts";
import { parsePollMessage } from "../../../../lib/poll/message/parse.ts";
import { SENT_AT, sqsRecord } from "../../../kit/records.ts";
import { anyUrl } from "../../../support/any-text.ts";

const record = sqsRecord({ messageId: "the-first-message" });
const DUE = SENT_AT + 30_000;
const pendingStep = { record, kind: "pending", dueAt: DUE } as const;
const heldStep = { record, kind: "held", dueAt: DUE } as const;

describe("nextBody, for a composer's body", () => {
  it.each([
    [{}, { retryCount: 1 }],
    [
      { retryCount: 4, order: { id: 7 } },
      { retryCount: 5, order: { id: 7 } },
    ],
    [{ retryCount: "4" }, { retryCount: 1 }],
    [{ retryCount: -2 }, { retryCount: 1 }],
    [{ retryCount: 1.5 }, { retryCount: 1 }],
    [{ retryCount: null }, { retryCount: 1 }],
  ])("pending %j becomes %j", (body, next) => {
    expect(nextBody(body, pendingStep)).toEqual(next);
  });

  it("does not change a held body", () => {
    const body = { retryCount: 4, order: 7, dueAt: "soon" };
    expect(nextBody(body, heldStep)).toEqual(body);
    expect(nextBody(body, pendingStep)).toEqual({ ...body, retryCount: 5 });
  });
});

describe("nextPollMessage", () => {
  const next = nextPollMessage({ newCopyId: () => "copy-2" });

  it("writes the pollId and the start into the body, because the messageId changes", () => {
    expect(next({ request: {} }, pendingStep)).toEqual({
      request: {},
      pollId: "the-first-message",
      startedAt: SENT_AT,
      dueAt: DUE,
      retryCount: 1,
      sequence: 1,
      copyId: "copy-2",
    });
  });

  it("writes when the poll is due next; a hold does not change it", () => {
    const due = (body: object, step: typeof pendingStep | typeof heldStep) =>
      next({ ...body }, step).dueAt;
    expect(due({ dueAt: 5, retryCount: 1 }, pendingStep)).toBe(DUE);
    expect(due({ dueAt: 5, notBefore: 9, retryCount: 1 }, heldStep)).toBe(5);
    expect(due({ notBefore: 9 }, heldStep)).toBe(9);
    expect(due({}, heldStep)).toBe(SENT_AT);
    expect(next({ retryCount: 1 }, heldStep)).not.toHaveProperty("dueAt");
  });

  it("keeps the pollId and the start, raises the sequence and sets a new copyId", () => {
    const named = { pollId: "p", startedAt: 5 };
    const body = { ...named, dueAt: 6, retryCount: 7, sequence: 9, copyId: "copy-1" };
    const marks = { sequence: 10, copyId: "copy-2" };
    expect(next(body, pendingStep)).toEqual({ ...named, dueAt: DUE, retryCount: 8, ...marks });
    expect(next(body, heldStep)).toEqual({ ...named, dueAt: 6, retryCount: 7, ...marks });
  });

  it("a record held before its claim stays the same copy, and a submission stays a submission", () => {
    const claimed = sqsRecord();
    const successor = { pollId: "p", sequence: 10, proof: "of p" };
    const fence = {
      successorOf: (of: typeof record) => (of === claimed ? successor : undefined),
    };
    const fenced = nextPollMessage({ newCopyId: () => "copy-2", fence });
    const marked = { pollId: "p", startedAt: 5, retryCount: 7, sequence: 9, copyId: "copy-1" };
    const fresh = { sequence: 10, copyId: "copy-2" };
    expect(fenced(marked, heldStep)).toEqual(marked);
    expect(fenced({ ...marked, dueAt: 6 }, heldStep)).toEqual({ ...marked, dueAt: 6 });
    expect(fenced(marked, { ...heldStep, record: claimed })).toMatchObject({
      ...fresh,
      ...successor,
    });
    expect(fenced({ job: 7 }, { ...pendingStep, record: claimed })).toMatchObject(successor);
    expect(fenced(marked, pendingStep)).toMatchObject(fresh);
    expect(fenced({ request: {} }, heldStep)).toEqual({
      request: {},
      pollId: "the-first-message",
      startedAt: SENT_AT,
      dueAt: SENT_AT,
    });
  });

  it("a record held during its claim stays the same copy and names the claim, until a message has asked", () => {
    const unasked = { sequence: 0, copyId: "the-first-message", unaskedClaimIds: ["claim-1"] };
    const held = nextPollMessage({ fence: { successorOf: () => unasked } })({}, heldStep);
    expect(held).toMatchObject(unasked);
    expect(isSubmission(held)).toBe(true);
    const asked = nextPollMessage({ fence: { successorOf: () => ({ sequence: 1, proof: "x" }) } });
    expect(toJson(asked(held, pendingStep))).not.toContain("unaskedClaimIds");
  });

  it("keeps the largest message valid, however often it is held before its first request", () => {
    const request = { url: "https://a.example/" };
    const least = toJson({ request, context: "" });
    const largest = { request, context: "x".repeat(1_048_576 - 1024 - least.length) };
    const unaskedClaimIds = Array<string>(4).fill(randomUUID());
    const unasked = { sequence: 0, copyId: randomUUID(), unaskedClaimIds };
    const fence = { successorOf: () => unasked };
    const fenced = nextPollMessage({ fence });
    const held = fenced(fenced(largest, heldStep), heldStep);
    parsePollMessage(toJson({ ...held, notBefore: SENT_AT }));
    const asked = nextPollMessage()({ ...held, errorCount: 1000 }, pendingStep);
    parsePollMessage(toJson({ ...asked, notBefore: SENT_AT }));
  });

  it("sets a new copyId each time", () => {
    let copies = 0;
    const counting = nextPollMessage({ newCopyId: () => `copy-${++copies}` });
    const ids = [1, 2].map(() => counting({}, heldStep).copyId);
    expect(ids).toEqual(["copy-1", "copy-2"]);
  });
});

/** Valid poll messages; fields of any JSON have numbers that a double cannot hold. */
const digits = fc.stringMatching(/^-?[1-9]\d{0,30}(\.\d{1,20})?$/);
const anyJson = fc.oneof(
  digits,
  fc.json({ maxDepth: 3 }),
  digits.map((number) => `{"a":[${number}]}`),
);
const written = <T>(value: fc.Arbitrary<T>) => value.map((of) => JSON.stringify(of));
const header = fc.stringMatching(/^x-[a-z]{1,8}$/);
const requestText = fc
  .record(
    {
      url: written(anyUrl),
      method: written(fc.constantFrom("GET", "POST", "DELETE")),
      headers: written(fc.dictionary(header, fc.stringMatching(/^[\x20-\x7e]{0,20}$/))),
      body: anyJson,
      timeoutMs: written(fc.integer({ min: 100, max: 60_000 })),
    },
    { requiredKeys: ["url"] },
  )
  .map(objectText);
const messageText = fc
  .record(
    {
      request: requestText,
      pollId: written(fc.stringMatching(/^[A-Za-z0-9_.:-]{1,128}$/)),
      until: written(fc.constantFrom("http", { success: "body.done", result: "body" })),
      maxRetries: written(fc.integer({ min: 101, max: 100_000 })),
      retryCount: fc.constantFrom("0", "7", "3.0", "1e1", "59"),
      maxErrors: written(fc.nat(1000)),
      errorCount: written(fc.nat(1000)),
      delaySeconds: written(fc.double({ min: 0, max: 43_200, noNaN: true })),
      backoff: written(fc.constantFrom({}, { rate: 2 }, { jitter: "none", maxDelaySeconds: 5 })),
      expiresAt: written(fc.constantFrom("2030-01-01T00:00:00Z", "2030-01-01T00:00:00.5-03:00")),
      context: anyJson,
      startedAt: written(fc.nat()),
      dueAt: written(fc.nat()),
      sequence: fc.constantFrom("0", "41", "8.0"),
      copyId: written(fc.uuid()),
    },
    { requiredKeys: ["request"] },
  )
  .map(objectText);

function objectText(members: object): string {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return `{${entries.map(([name, value]) => `"${name}":${value}`).join(",")}}`;
}

it("a requeue changes only the poller's own fields of a message, and keeps every digit", () => {
  fc.assert(
    fc.property(messageText, fc.constantFrom("pending", "held"), (text, kind) => {
      const before = parsePollMessage(text);
      const nextText = toJson(
        nextPollMessage({ newCopyId: () => "fresh" })(before.body, { record, kind, dueAt: DUE }),
      );
      const after = parsePollMessage(nextText);
      expect(comparable(after)).toEqual({
        ...comparable(before),
        pollId: before.pollId ?? "the-first-message",
        startedAt: startedAtOf(before.body, record),
        ...dueNext(before, kind),
        retryCount: before.retryCount + (kind === "pending" ? 1 : 0),
        sequence: before.sequence + 1,
        copyId: "fresh",
      });
    }),
  );
});

function dueNext({ dueAt, body }: ReturnType<typeof parsePollMessage>, kind: string) {
  if (kind === "pending") return { dueAt: DUE };
  const isFirst = !("retryCount" in body || "sequence" in body);
  return { ...(isFirst && { dueAt: SENT_AT }), ...(dueAt !== undefined && { dueAt }) };
}

/** A comparable form: without acceptors, which are functions, and with numbers as they were written. */
function comparable({ body, until, ...message }: ReturnType<typeof parsePollMessage>) {
  const digitsKept = JSON.stringify([message.context, message.request.body, body.until]);
  return { ...message, context: null, request: { ...message.request, body: null }, digitsKept };
}

it("refuses wrong and unknown options", () => {
  const make = (options: object) => Reflect.apply(nextPollMessage, undefined, [options]);
  expect(() => make({ fance: {} })).toThrow(
    "nextPollMessage: unknown option fance: did you mean fence?",
  );
  expect(() => make({ fence: {} })).toThrow("fence must be a fence, made by createFence");
});
