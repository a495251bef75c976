import { describe, expect, it } from "vitest";
import { poisonReason, pollText } from "../../../support/poll-message.ts";

/** Part of every refused expression: no reason may ever repeat it. */
const SECRET = "s3cr3t";
const until = (fields: object) => pollText({ until: { success: "body.done", ...fields } });

describe("an expression that does not parse", () => {
  it.each(
    [
      "body.[",
      `body.token == '${SECRET}' '${SECRET}'`,
      `${SECRET} ${SECRET}`,
      `body == \`{${SECRET}}\``,
      `body == \`"${SECRET}\``,
      `"${SECRET}"(@)`,
      `body["${SECRET}"`,
      `body[?a == '${SECRET}'`,
      `[0:1:2:${SECRET}]`,
      `{a: '${SECRET}', '${SECRET}'}`,
      `#${SECRET}`,
      `!${"!".repeat(200_000)}`,
      `${"(".repeat(200_000)}a${")".repeat(200_000)}`,
      `a${".a".repeat(200_000)}`,
    ].map((expression) => ({ expression, begin: expression.slice(0, 30) })),
  )("$begin", ({ expression }) => {
    for (const name of ["success", "failure", "pending", "result"]) {
      const reason = poisonReason(until({ [name]: expression }));
      expect(reason).toMatch(
        new RegExp(`^until.${name}: must be a JMESPath expression(: | of at most )`),
      );
      expect(reason).not.toContain(SECRET);
      expect(reason?.length).toBeLessThan(200);
    }
  });
});

describe("an unknown function", () => {
  it.each([
    ["no_such", ""],
    ["constructor", ""],
    ["__proto__", ""],
    ["hasOwnProperty", ""],
    ["toString", ": did you mean to_string()?"],
    ["startsWith", ": did you mean starts_with()?"],
  ])("%s()", (name, meant) => {
    expect(poisonReason(until({ success: `body.items[?${name}(@)]` }))).toBe(
      `until.success: must call JMESPath functions, got ${name}()${meant}`,
    );
  });
});
