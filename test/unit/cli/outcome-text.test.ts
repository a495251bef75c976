import { describe, expect, it } from "vitest";
import { describeOutcome, describeQueued } from "../../../infra/cli/poll/outcome-text.ts";
import { unstyled } from "../../../infra/cli/terminal/output.ts";
import { parseOutcome } from "../../../infra/cli/watch/received-outcome.ts";
import { outcomeBody } from "./outcome-record.ts";

const textOf = (fields: object) =>
  unstyled(describeOutcome(parseOutcome(outcomeBody(fields))).join("\n"));

describe("describeQueued", () => {
  it("names the poll, and indents what the server said", () => {
    const text = unstyled(describeQueued(outcomeBody({ pollId: "a", result: "1\nb: failed" })));
    expect(text).toMatch(/^a: succeeded after .*\n {2}1\n {2}b: failed$/);
  });

  it.each([
    "",
    "{",
    "[1]",
    '{"groupId":"g"}',
    outcomeBody({}).replace(/"retryCount":\d+/, '"retryCount":1.0'),
  ])("leaves a text as it is that is not the outcome of a poll: %s", (text) => {
    expect(describeQueued(text)).toBe(text);
  });
});

describe("describeOutcome", () => {
  it("says how the poll ended and shows the last response's body", () => {
    const response = { status: 200, headers: {}, body: { url: "u" } };
    expect(textOf({ retryCount: 1, response })).toBe(
      'succeeded after 1 retry, 12 s\nstatus: 200\n{\n  "url": "u"\n}',
    );
  });

  it("shows the result instead, if the message asked for one", () => {
    const response = { status: 200, headers: {}, body: { url: "u" } };
    expect(textOf({ response, result: "u" })).toBe(
      "succeeded after 0 retries, 12 s\nstatus: 200\nu",
    );
  });

  it("shows a result that is text as it is", () => {
    const response = { status: 200, headers: {}, body: 'one "line"\nand another' };
    expect(textOf({ response })).toContain('status: 200\none "line"\nand another');
  });

  it("says why a poll did not succeed", () => {
    const error = { name: "ConnectionError", message: "connection refused" };
    expect(textOf({ status: "failed", retryCount: 3, error })).toBe(
      "failed after 3 retries, 12 s\nreason: connection refused",
    );
  });

  it("says what the API says of a failure, and where the result is", () => {
    const error = { name: "FailureMatched", message: "it failed", reason: { code: 7 } };
    expect(textOf({ status: "failed", error })).toContain('\nthe API says: {"code":7}');
    const resultUrl = "https://example.com/result";
    expect(textOf({ resultUrl, result: 1 })).toBe(
      `succeeded after 0 retries, 12 s\nresult of: ${resultUrl}\n1`,
    );
  });
});
