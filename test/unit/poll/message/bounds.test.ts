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
});
