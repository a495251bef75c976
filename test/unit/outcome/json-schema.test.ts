import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { outcomeJsonSchema } from "../../../infra/outcome-schema.ts";
import { outcomeOf } from "../../../lib/outcome/outcome.ts";
import { outcomeSchema } from "../../../lib/outcome/outcome-schema.ts";

const project = (path: string) => new URL(`../../../${path}`, import.meta.url);

describe("the JSON Schema of an outcome", () => {
  it("is the published one: after a change run `npm run schema`", async () => {
    const published = await readFile(project("lib/outcome/outcome.schema.json"), "utf8");
    expect(JSON.parse(published)).toEqual(outcomeJsonSchema());
  });

  it("accepts the outcome in the README, and outcomes of a later version", async () => {
    const outcome = JSON.parse(await readFile(project("test/snippets/outcome.json"), "utf8"));
    expect(outcomeSchema.safeParse(outcome).success).toBe(true);
    expect(outcomeSchema.safeParse({ ...outcome, later: 1 }).success).toBe(true);
    expect(outcomeJsonSchema()).not.toHaveProperty("additionalProperties");
  });

  it("accepts an outcome with every field, and refuses an unknown status", () => {
    const poll = { pollId: "p", retryCount: 3, startedAt: 0, context: { order: 7 } };
    const outcome = outcomeOf(
      poll,
      {
        status: "cancelled",
        response: { status: 200, headers: {}, body: "AA==", bodyEncoding: "base64" },
        result: null,
        resultUrl: "https://api.example.com/result",
        error: { name: "E", message: "m", reason: { code: 3 } },
      },
      1000,
    );
    const whole = { ...outcome, stored: { bucket: "b", key: "k" }, truncated: true };
    expect(outcomeSchema.parse(whole)).toEqual(whole);
    expect(outcomeSchema.safeParse({ ...whole, status: "done" }).success).toBe(false);
    expect(outcomeSchema.safeParse({ ...whole, outcomeId: undefined }).success).toBe(false);
  });
});
