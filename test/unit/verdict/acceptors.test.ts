import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HttpResponse } from "../../../lib/http/http-request.ts";
import type { UntilExpressions } from "../../../lib/verdict/expressions.ts";
import { judge } from "../../../lib/verdict/judge.ts";
import { compileUntil } from "../../../lib/verdict/until.ts";
import { POLL_FACTS } from "../../support/poll-facts.ts";

type Expressions = UntilExpressions;

const FACTS = { ...POLL_FACTS, retryCount: 3, elapsedSeconds: 12.5 };

function verdictOf(until: Expressions, response: Partial<HttpResponse> = {}) {
  return judge(compileUntil(until), { status: 200, headers: {}, body: null, ...response }, FACTS);
}

const YES = "`true`";
const NO = "`false`";
const BROKEN = "abs('text')";

describe("the order in which acceptors are evaluated", () => {
  it.each([
    { pending: YES, failure: YES, success: YES, kind: "pending" },
    { pending: NO, failure: YES, success: YES, kind: "failure" },
    { pending: NO, failure: NO, success: YES, kind: "success" },
    { pending: NO, failure: NO, success: NO, kind: "pending" },
    { failure: YES, success: YES, kind: "failure" },
    { pending: YES, success: YES, kind: "pending" },
    { success: YES, kind: "success" },
  ])("%j", ({ kind, ...until }) => {
    expect(verdictOf(until).kind).toBe(kind);
  });

  it("a matching acceptor decides, whatever the status", () => {
    expect(verdictOf({ success: YES }, { status: 500 }).kind).toBe("success");
    expect(verdictOf({ success: NO, pending: YES }, { status: 404 }).kind).toBe("pending");
    expect(verdictOf({ success: NO, failure: YES }, { status: 202 }).kind).toBe("failure");
  });
});

describe("when no acceptor matches", () => {
  it.each([
    [200, "pending"],
    [202, "pending"],
    [204, "pending"],
    [299, "pending"],
    [301, "failure"],
    [401, "failure"],
    [404, "failure"],
    [408, "transient"],
    [429, "pending"],
    [500, "transient"],
    [503, "transient"],
  ])("status %s: %s", (status, kind) => {
    expect(verdictOf({ success: NO }, { status }).kind).toBe(kind);
  });

  it("a 503 with Retry-After is pending", () => {
    const response = { status: 503, headers: { "retry-after": "9" } };
    expect(verdictOf({ success: NO }, response)).toEqual({ kind: "pending" });
  });
});

describe("whether a value matches", () => {
  const NOTHING = [0, -0, "", [], {}, null, false];
  const SOMETHING = [1, -1, 0.5, "0", "false", [0], [null], { a: null }, true];
  it.each(NOTHING.map((found) => ({ found })))("$found does not match", ({ found }) => {
    expect(verdictOf({ success: "body.found" }, { body: { found } }).kind).toBe("pending");
  });
  it.each(SOMETHING.map((found) => ({ found })))("$found matches", ({ found }) => {
    expect(verdictOf({ success: "body.found" }, { body: { found } }).kind).toBe("success");
  });
});

describe("the facts that acceptors can read", () => {
  it.each([
    ["status == `200`", {}],
    ["headers.\"x-state\" == 'done'", { headers: { "x-state": "done" } }],
    ["body.state == 'done'", { body: { state: "done" } }],
    ["body == 'DONE'", { body: "DONE" }],
    ["retryCount == `3`", {}],
    ["elapsedSeconds > `12`", {}],
    ["length(body.items[?state != 'done']) == `0`", { body: { items: [{ state: "done" }] } }],
    ["contains(body.tags, 'ready')", { body: { tags: ["ready"] } }],
  ])("%s", (success, response) => {
    expect(verdictOf({ success }, response).kind).toBe("success");
  });
});

describe("an acceptor that cannot be evaluated on this response", () => {
  it("does not match, and the others are still evaluated", () => {
    expect(verdictOf({ pending: BROKEN, failure: BROKEN, success: YES }).kind).toBe("success");
  });

  it("is named in a pending verdict, so that the outcome can say why the poll never ended", () => {
    expect(verdictOf({ success: BROKEN })).toEqual({
      kind: "pending",
      error: {
        name: "AcceptorError",
        message: expect.stringMatching(
          /^until\.success cannot be evaluated: Invalid type: abs\(\)/,
        ),
      },
    });
  });

  it("leaves a status other than 2xx to the preset", () => {
    expect(verdictOf({ success: BROKEN }, { status: 401 }).kind).toBe("failure");
    expect(verdictOf({ success: BROKEN }, { status: 500 }).kind).toBe("transient");
  });
});

describe("result", () => {
  it.each([
    ["body.url", { body: { url: "u" } }, "u"],
    ["body", { body: { a: [1] } }, { a: [1] }],
    ["body.missing", { body: {} }, null],
    ["{id: body.id, code: status}", { body: { id: 7 } }, { id: 7, code: 200 }],
    ["`0`", {}, 0],
  ])("%s selects the result of the outcome", (result, response, picked) => {
    expect(verdictOf({ success: YES, result }, response)).toEqual({
      kind: "success",
      result: picked,
    });
  });

  it("that cannot be evaluated is null, and the error says why", () => {
    const error = {
      name: "AcceptorError",
      message: expect.stringMatching(/^until\.result cannot be evaluated: Invalid type: abs\(\)/),
    };
    expect(verdictOf({ success: YES, result: BROKEN }, {})).toEqual({
      kind: "success",
      error,
      result: null,
    });
    expect(verdictOf({ success: NO, failure: YES, result: BROKEN }, {})).toEqual({
      kind: "failure",
      error: {
        name: "FailureMatched",
        message: expect.stringMatching(
          /^until\.failure matched; until\.result cannot be evaluated/,
        ),
      },
      result: null,
    });
  });

  it("is evaluated when failure matched, too", () => {
    const until = { success: NO, failure: "body.error", result: "body.error.code" };
    expect(verdictOf(until, { body: { error: { code: 7 } } })).toEqual({
      kind: "failure",
      error: { name: "FailureMatched", message: "until.failure matched" },
      result: 7,
    });
    expect(verdictOf({ ...until, result: BROKEN }, { body: { error: 1 } })).toMatchObject({
      kind: "failure",
      result: null,
    });
  });

  it("when too costly, is named after the error of a failure", () => {
    const result = "body[?contains($.body, @)]";
    const body = Array.from({ length: 5000 }, String);
    expect(verdictOf({ success: NO, failure: YES, result }, { body })).toEqual({
      kind: "failure",
      error: {
        name: "FailureMatched",
        message: expect.stringMatching(/^until.failure matched; until.result takes more than/),
      },
      result: null,
    });
  });

  it("is left out of a pending poll, of one that its status ended, and if the message has no result", () => {
    expect(verdictOf({ success: NO, result: "body" })).toEqual({ kind: "pending" });
    expect(verdictOf({ success: NO, result: "body" }, { status: 404 })).not.toHaveProperty(
      "result",
    );
    expect(verdictOf({ success: YES })).toEqual({ kind: "success" });
  });

  it("returns any JSON body unchanged", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const picked = verdictOf({ success: YES, result: "body" }, { body: JSON.parse(text) });
        expect(picked).toEqual({ kind: "success", result: JSON.parse(text) });
      }),
    );
  });
});

describe("the inherited properties of objects cannot be reached", () => {
  const BODIES = [{ a: 1 }, [1], "text", 5, true, null].map((body) => ({ body }));
  it.each(BODIES)("in $body", ({ body }) => {
    const names = ["constructor", "__proto__", "toString", "hasOwnProperty", "length"];
    for (const name of names) {
      expect(() => compileUntil({ success: name })).toThrow(`must begin with one of status`);
    }
    const paths = names.flatMap((name) => [
      `body.${name}`,
      `body.${name}.name`,
      `headers.${name.toLowerCase()}`,
    ]);
    for (const success of paths) {
      const { kind } = verdictOf({ success, result: success }, { body });
      expect(kind, success).toBe("pending");
    }
  });

  it("but members with these names in a response can be read", () => {
    const body: unknown = JSON.parse('{"constructor":"c","__proto__":{"p":1}}');
    expect(verdictOf({ success: "body.constructor == 'c'" }, { body }).kind).toBe("success");
    expect(verdictOf({ success: "body.__proto__.p == `1`" }, { body }).kind).toBe("success");
    expect("p" in {}).toBe(false);
  });
});
