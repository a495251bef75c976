import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJsonExactly } from "../../../lib/json/json.ts";
import { createScrub, scrubAnswer } from "../../../lib/secrets/scrub.ts";
import { averageCpuMicros } from "../../support/cpu-micros.ts";
import { SPELLINGS } from "../../support/spellings.ts";

/** Long enough that it is still found when its first and last characters form an escape with the text around it. */
const secret = fc
  .array(fc.constantFrom(...'abcXYZ019 "\\/+=&?%#~._-é€😀$^*()[]{}|;'), {
    minLength: 24,
    maxLength: 40,
  })
  .map((characters) => characters.join(""));
/** Characters that surround a value in any format, and that cannot begin an escape. */
const around = fc.string({ unit: fc.constantFrom(...` "',:=<>()[]{}\n\t~z`), maxLength: 5 });

describe("createScrub", () => {
  it("removes a secret in every spelling", () => {
    fc.assert(
      fc.property(secret, around, around, (text, before, after) => {
        const scrub = createScrub([text]);
        const left = Object.entries(SPELLINGS)
          .filter(([, spell]) => !scrub(before + spell(text) + after).includes("[secret]"))
          .map(([name]) => name);
        expect(left).toEqual([]);
      }),
    );
  });

  it("removes an unencoded secret, whatever text is around it", () => {
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (text, before, after) => {
        expect(createScrub([text])(before + text + after)).toContain("[secret]");
      }),
    );
  });

  it.each(Object.entries(SPELLINGS))("leaves no part of a token spelled %s", (_, spell) => {
    const token = "sk_live-Zk39/qP+x~T";
    expect(createScrub([token])(`<${spell(token)}>`)).toMatch(/^<\w{0,3}\[secret\][\w=%]{0,8}>$/);
  });

  it("removes every occurrence of every secret, the longest secret first", () => {
    const take = createScrub(["password", "my password is long"]);
    expect(take("a my%20password is long, my Password; password")).toBe(
      "a [secret], my [secret]; [secret]",
    );
  });

  it.each(["", "X", "a:b", "passwor"])(
    "does not remove %j: it is too short to be a secret",
    (value) => {
      const text = "X marks a:b, passwor";
      expect(createScrub([value, "12345678"])(text)).toBe(text);
    },
  );

  it("takes linear time, even for a text that is nearly a secret or an escape", () => {
    const value = Array.from({ length: 4096 }, (_, i) => (i * 7919).toString(36).at(-1)).join("");
    const take = createScrub([value]);
    expect(take(`a ${value} b`)).toBe("a [secret] b");
    const cost = (text: string) => averageCpuMicros(() => expect(take(text)).toBe(text));
    const fill = (part: string, bytes: number) => part.repeat(Math.ceil(bytes / part.length));
    const nearly = `${value.slice(0, -1)} !`;
    for (const part of [nearly, "&amp &#6", ";", "%2%2", "\\u00", "\\u{00000", "=\n", "QUFB\n"]) {
      const growth = cost(fill(part, 2 ** 19)) / cost(fill(part, 2 ** 14));
      expect(growth, part.slice(-20)).toBeLessThan(32 * 12);
    }
  });

  it.each(["12345678901234567890", "98765432109876543210987654321"])(
    "removes the rounded form of the number %s",
    (digits) => {
      expect(createScrub([digits])(String(Number(digits)))).toBe("[secret]");
    },
  );

  it("does not change other texts", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(createScrub(["a secret that is in none"])(text)).toBe(text);
      }),
    );
  });

  it("changes nothing without secrets", () => expect(createScrub([])("a")).toBe("a"));
});

describe("scrubAnswer", () => {
  const scrub = createScrub(["12345678"]);

  it("searches headers, names, texts and numbers, and keeps the rest", () => {
    const response = {
      status: 200,
      headers: { "x-12345678": "a 12345678 b", etag: "1" },
      body: { "12345678": [12345678, 1, true, null, { a: "12345678" }] },
    };
    const redirectedTo = "http://a.example/?t=12345678";
    expect(scrubAnswer({ kind: "response", response, redirectedTo }, scrub)).toEqual({
      kind: "response",
      redirectedTo: "http://a.example/?t=[secret]",
      response: {
        status: 200,
        headers: { "x-[secret]": "a [secret] b", etag: "1" },
        body: { "[secret]": ["[secret]", 1, true, null, { a: "[secret]" }] },
      },
    });
  });

  it("searches numbers that keep their digits", () => {
    const take = createScrub(["12345678901234567890"]);
    const body = parseJsonExactly("[12345678901234567890, 1.10]");
    const answer = { kind: "response", response: { status: 200, headers: {}, body } } as const;
    expect(JSON.stringify(scrubAnswer(answer, take))).toContain('["[secret]",1.10]');
  });

  it("searches errors", () => {
    const error = { name: "Error", message: "no route to 12345678" };
    for (const kind of ["refused", "transient"] as const) {
      expect(scrubAnswer({ kind, error }, scrub)).toEqual({
        kind,
        error: { name: "Error", message: "no route to [secret]" },
      });
    }
    expect(scrubAnswer({ kind: "aborted" }, scrub)).toEqual({ kind: "aborted" });
  });
});
