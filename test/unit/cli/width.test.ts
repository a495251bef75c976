import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { widthOf, wrapped } from "../../../infra/cli/terminal/width.ts";

describe("wrapped", () => {
  it("breaks between words", () => {
    expect(wrapped("one two  three\nfour", 9)).toEqual(["one two", "three", "four"]);
  });

  it("breaks a word only where a line is full, so that it can be put together again", () => {
    expect(wrapped("GET http://127.0.0.1:9/jobs", 9)).toEqual([
      "GET",
      "http://12",
      "7.0.0.1:9",
      "/jobs",
    ]);
    expect(wrapped("日本語日本", 5)).toEqual(["日本", "語日", "本"]);
  });

  it("has no wider line, and loses nothing, whatever the text", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 60 });
    fc.assert(
      fc.property(text, fc.integer({ min: 8, max: 40 }), (words, width) => {
        const lines = wrapped(words, width);
        expect(Math.max(0, ...lines.map(widthOf))).toBeLessThanOrEqual(width);
        const [before = "", after] = [words, lines.join("")].map((of) => of.replace(/\s/g, ""));
        expect(after?.replace(/\\u[0-9a-f]{4}/g, "")).toBe(
          before.replace(/[\p{Cc}\p{Bidi_Control}]/gu, ""),
        );
      }),
    );
  });
});
