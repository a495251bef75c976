import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createScrub, scrubAnswer } from "../../../lib/secrets/scrub.ts";

const secret = fc
  .array(fc.constantFrom(...'abcXYZ019 "\\/+=&?%#~._-é€😀$^*()[]{}|'), {
    minLength: 8,
    maxLength: 24,
  })
  .map((characters) => characters.join(""));
const around = fc.string({ maxLength: 5 });

const percent = (text: string) =>
  Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");

/** How a server could say it again. */
const SPELLINGS: Readonly<Record<string, (text: string, before: string, after: string) => string>> =
  {
    "as it is": (text, before, after) => before + text + after,
    "URL-encoded": (text, before, after) => before + encodeURIComponent(text) + after,
    "URL-encoded in lower case": (text) =>
      encodeURIComponent(text)
        .toLowerCase()
        .replace(/.*/, () => percent(text)),
    "as a form": (text) => new URLSearchParams({ q: text }).toString(),
    "in JSON": (text, before, after) => JSON.stringify(before + text + after),
    "in base64": (text, before, after) => Buffer.from(before + text + after).toString("base64"),
    "in base64, its slashes escaped": (text, before, after) =>
      Buffer.from(before + text + after)
        .toString("base64")
        .replaceAll("/", "\\/"),
    "in base64, URL-encoded": (text, before, after) =>
      encodeURIComponent(Buffer.from(before + text + after).toString("base64")),
    "in base64, its signs escaped as in JSON": (text, before, after) =>
      Buffer.from(before + text + after)
        .toString("base64")
        .replaceAll("+", "\\u002b")
        .replaceAll("/", "\\u002F"),
    "in base64url": (text, before, after) =>
      Buffer.from(before + text + after).toString("base64url"),
  };

describe("createScrub", () => {
  it.each(Object.keys(SPELLINGS))("takes a secret out, %s", (spelling) => {
    fc.assert(
      fc.property(secret, around, around, (text, before, after) => {
        const spelled = SPELLINGS[spelling]?.(text, before, after) ?? "";
        expect(createScrub([text])(spelled)).toContain("[secret]");
      }),
    );
  });

  it("takes the longest secret out, and is done with a body of 1 MiB that nearly is one", () => {
    const value = Array.from({ length: 4096 }, (_, i) => (i * 7919).toString(36).at(-1)).join("");
    const take = createScrub([value]);
    expect(take(`a ${value} b`)).toBe("a [secret] b");
    const nearly = `${value.slice(0, -1)}!`.repeat(256);
    expect(take(nearly)).toBe(nearly);
  });

  it.each(["12345678901234567890", "98765432109876543210987654321"])(
    "takes the number out that %s is told as",
    (digits) => {
      expect(createScrub([digits])(String(Number(digits)))).toBe("[secret]");
    },
  );

  it("leaves other texts as they are", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(createScrub(["a secret that is in none"])(text)).toBe(text);
      }),
    );
  });

  it("without values changes nothing", () => expect(createScrub([])("a")).toBe("a"));
});

describe("scrubAnswer", () => {
  const scrub = createScrub(["12345678"]);

  it("goes through headers, names, texts and numbers, and keeps what is clean", () => {
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

  it("goes through errors", () => {
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
