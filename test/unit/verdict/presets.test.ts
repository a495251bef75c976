import { expect, it } from "vitest";
import { PRESETS } from "../../../lib/presets/presets.ts";
import { judge } from "../../../lib/verdict/judge.ts";
import { BUILT_IN_PRESETS, presetListWith } from "../../../lib/verdict/preset-list.ts";
import { compileUntil, UnknownPresetError } from "../../../lib/verdict/until.ts";
import { POLL_FACTS } from "../../support/poll-facts.ts";

const OWN = { success: "body.done", result: "body.value" };

const judged = (until: ReturnType<typeof compileUntil>, status: number, body: unknown = null) =>
  judge(until, { status, headers: {}, body }, POLL_FACTS);

it("has no mistake in any preset", () => {
  for (const name of Object.keys(PRESETS)) compileUntil(name);
});

it("compiles a preset once", () => {
  expect(compileUntil("http-async")).toBe(compileUntil("http-async"));
  const one = compileUntil({ preset: "http-async", result: "body.a" });
  const other = compileUntil({ preset: "http-async", result: "body.b" });
  if (one === "http" || other === "http") throw new Error("not http");
  expect(one.success).toBe(other.success);
  expect(one.result).not.toBe(other.result);
});

it("lets a message replace single expressions of a preset", () => {
  const until = compileUntil({
    preset: "http-async",
    result: "body.a",
    pending: "status == `206`",
  });
  expect(judged(until, 200, { a: 1 })).toMatchObject({ kind: "success", result: 1 });
  expect(judged(until, 206).kind).toBe("pending");
});

it("judges the status as http does, with a message's own result", () => {
  const until = compileUntil({ preset: "http", result: "body.a" });
  expect(judged(until, 200, { a: 1 })).toEqual({ kind: "success", result: 1 });
  expect(judged(until, 202).kind).toBe("pending");
  expect(judged(until, 404).kind).toBe("failure");
});

it("takes further presets, which replace those of the same name", () => {
  const list = presetListWith({ "our-api": OWN, "http-async": OWN });
  expect(judged(compileUntil("our-api", list), 200, { done: true, value: 7 })).toEqual({
    kind: "success",
    result: 7,
  });
  expect(compileUntil("http-async", list)).not.toBe(compileUntil("http-async"));
  expect(list.names).toEqual([...BUILT_IN_PRESETS.names, "our-api"]);
});

it("refuses a further preset that is wrong, at once", () => {
  expect(() => presetListWith({ broken: { success: "body.[" } })).toThrow(
    "presets.broken: until.success: must be a JMESPath expression",
  );
  expect(() => presetListWith({ http: OWN })).toThrow("presets.http: must have another name");
  expect(() => presetListWith({ "Our API": OWN })).toThrow(
    "presets.Our API: must have a name of a-z",
  );
});

it.each([
  [
    { sucess: "body.done" },
    "presets.own.sucess: unknown field, must be left out: did you mean success?",
  ],
  [{ failure: "body.failed" }, "presets.own.success: must be a JMESPath expression, as a string"],
  [{ success: true }, "presets.own.success: must be a JMESPath expression, as a string"],
])("refuses %j, as plain JavaScript may write it", (preset, problem) => {
  expect(() => Reflect.apply(presetListWith, undefined, [{ own: preset }])).toThrow(problem);
});

it.each(["constructor", "__proto__", "no-such"])("does not know %s", (name) => {
  expect(() => compileUntil(name)).toThrow(UnknownPresetError);
});
