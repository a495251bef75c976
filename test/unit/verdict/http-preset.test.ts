import { describe, expect, it } from "vitest";
import { judgeByHttpPreset } from "../../../lib/verdict/http-preset.ts";

const verdictOf = (status: number, headers: Record<string, string> = {}) =>
  judgeByHttpPreset({ status, headers });

const EVERY_STATUS = Array.from({ length: 500 }, (_, index) => 100 + index);
const statusesOf = (kind: string, headers?: Record<string, string>) =>
  EVERY_STATUS.filter((status) => verdictOf(status, headers).kind === kind);

describe("preset http, every status from 100 to 599", () => {
  it("success", () => {
    expect(statusesOf("success")).toEqual([200, 201, 203, 204, 205, 206]);
  });

  it("pending", () => {
    expect(statusesOf("pending")).toEqual([202, 425, 429]);
  });

  it("pending with a Retry-After", () => {
    expect(statusesOf("pending", { "retry-after": "5" })).toEqual([202, 403, 413, 425, 429, 503]);
  });

  it("transient", () => {
    expect(statusesOf("transient")).toEqual([
      408, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529, 530,
    ]);
    expect(statusesOf("transient", { "retry-after": "5" })).toEqual([
      408, 500, 502, 504, 520, 521, 522, 523, 524, 529, 530,
    ]);
  });

  it("pending for a 403 with a used-up quota", () => {
    const reset = { "x-ratelimit-reset": "1800000000" };
    expect(statusesOf("pending", reset)).toEqual([202, 403, 425, 429]);
    const left = { ...reset, "x-ratelimit-remaining": "4999" };
    expect(verdictOf(403, left).kind).toBe("failure");
  });

  it("failure for all others", () => {
    expect(statusesOf("failure")).toHaveLength(500 - 6 - 3 - 12);
  });

  it("the error names the status", () => {
    const error = { name: "HttpStatusError", message: "the server answered 404" };
    expect(verdictOf(404)).toEqual({ kind: "failure", error });
  });
});
