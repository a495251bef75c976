import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearestName } from "../../../lib/options/did-you-mean.ts";

const NAMES = ["maxRetries", "maxErrors", "delaySeconds", "timeoutMs", "status", "body", "url"];

describe("the name that was probably meant", () => {
  it.each([
    ["maxRetrys", "maxRetries"],
    ["maxretries", "maxRetries"],
    ["max-retries", "maxRetries"],
    ["retries", "maxRetries"],
    ["maxError", "maxErrors"],
    ["dealySeconds", "delaySeconds"],
    ["delay", "delaySeconds"],
    ["timeout", "timeoutMs"],
    ["stauts", "status"],
    ["bodi", "body"],
    ["uri", "url"],
    // Not close to any candidate.
    ["state", undefined],
    ["x", undefined],
    ["", undefined],
    ["interval", undefined],
  ])("%s: %s", (name, meant) => {
    expect(nearestName(name, NAMES)).toBe(meant);
  });

  it("is always one of the candidates, and the name itself if it is one", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 })), fc.string(), (names, name) => {
        const meant = nearestName(name, names);
        if (meant !== undefined) expect(names).toContain(meant);
        expect(nearestName("retryCount", ["retryCounts", "retryCount", ...names])).toBe(
          "retryCount",
        );
      }),
    );
  });
});
