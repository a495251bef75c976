import { describe, expect, it } from "vitest";
import { poisonReason, pollText } from "../../../support/poll-message.ts";

describe("a message", () => {
  const headers = (count: number, length = 1) =>
    pollText({
      request: {
        url: "https://jobs.example/1",
        headers: Object.fromEntries(
          Array.from({ length: count }, (_, n) => [`h${n}`.padEnd(4, "-"), "v".repeat(length)]),
        ),
      },
    });

  it("has at most 256 headers", () => {
    expect(poisonReason(headers(256))).toBeUndefined();
    expect(poisonReason(headers(257))).toBe("request.headers: must be at most 256 headers");
  });

  it("reports too many headers once, however wrong each of them is", () => {
    const wrong = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`no name ${n}`, n]));
    const text = pollText({ request: { url: "https://jobs.example/1", headers: wrong } });
    expect(poisonReason(text)).toBe("request.headers: must be at most 256 headers");
  });

  it("has at most 16 KiB of headers, names and values together", () => {
    expect(poisonReason(headers(16, 1020))).toBeUndefined();
    expect(poisonReason(headers(16, 1021))).toBe(
      "request.headers: must be at most 16384 bytes, names and values together",
    );
  });

  it.each(["request", "context", "until"])("has at most 100,000 JSON values: %s", (field) => {
    const text = pollText({ [field]: Array(100_001).fill({}) });
    expect(poisonReason(text)).toBe("message body: holds more than 100000 JSON values");
  });

  it("may hold the poller's own fields besides", () => {
    const context = Array(99_990).fill(0);
    expect(poisonReason(pollText({ context }))).toBeUndefined();
    const held = {
      pollId: "p",
      dueAt: 1,
      startedAt: 1,
      notBefore: 1,
      delaySeconds: 1,
      maxErrors: 1,
    };
    const more = { maxRetries: 1, errorCount: 1, retryCount: 1, expiresAt: "2026-01-01T00:00:00Z" };
    expect(poisonReason(pollText({ context, ...held, ...more }))).toBeUndefined();
    const { startedAt: _, ...foreign } = held;
    expect(poisonReason(pollText({ context, ...foreign, ...more }))).toContain("100000");
    const sent = { ...foreign, ...more, sequence: 1, copyId: "c", proof: "p" };
    expect(poisonReason(pollText({ context, ...sent }))).toBeUndefined();
  });
});

describe("the size of a message", () => {
  const LARGEST = 1_048_576 - 1024;
  const sized = (bytes: number) => {
    const empty = pollText({ context: "" });
    return pollText({ context: "x".repeat(bytes - empty.length) });
  };

  it("has a limit that leaves room for the poller's own fields and the message attributes", () => {
    expect(poisonReason(sized(LARGEST))).toBeUndefined();
    expect(poisonReason(sized(LARGEST + 1))).toMatch(
      /^message body: must be at most 1047552 bytes/,
    );
    expect(poisonReason(sized(LARGEST), 1)).toMatch(/^message body: must be at most 1047551 bytes/);
    expect(poisonReason(sized(LARGEST - 1), 1)).toBeUndefined();
    expect(poisonReason(sized(1_048_576))).toMatch(/^message body: must be at most/);
  });

  it("is counted in bytes, not characters", () => {
    expect(poisonReason(pollText({ context: "é".repeat(600_000) }))).toMatch(/^message body: must/);
  });
});
