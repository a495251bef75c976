import { Writable } from "node:stream";
import type { WriteStream } from "node:tty";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  escapeControls,
  guardOutput,
  render,
  styled,
  withoutGuard,
} from "../../../infra/cli/terminal/output.ts";
import { widthOf } from "../../../infra/cli/terminal/width.ts";
import { anyText } from "../../support/any-text.ts";

const CONTROLS = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom("\u001b", "\u009b", "\u202e", "\u007f", "\r", "\0", "\\", '"'),
    anyText({ minLength: 1, maxLength: 1 }),
  ),
});
const pipe = new Writable();

describe("what is printed", () => {
  it("has no control character except line feed and tab, whatever the input", () => {
    fc.assert(
      fc.property(text, (written) => {
        expect(render(written, pipe).replace(/[\n\t]/g, "")).not.toMatch(CONTROLS);
      }),
    );
  });

  it("is equal JSON after escaping", () => {
    fc.assert(
      fc.property(text, fc.nat(4), (value, indent) => {
        const json = JSON.stringify({ [value]: value }, undefined, indent);
        expect(JSON.parse(escapeControls(json))).toEqual({ [value]: value });
      }),
    );
  });

  it("is any other text unchanged", () => {
    const plain = "a\tb\n日本 é 😀 שלום \u200d…";
    expect(render(plain, pipe)).toBe(plain);
  });
});

describe("a style", () => {
  const terminal = Object.assign(new Writable(), {
    isTTY: true,
    hasColors: () => true,
    getColorDepth: () => 8,
  });

  it("is shown on a terminal, around a text that is still made safe", () => {
    process.env.FORCE_COLOR = "1";
    try {
      expect(render(`a ${styled("red", "b\u001b[2J")} c`, terminal)).toBe(
        "a \u001b[31mb\\u001b[2J\u001b[39m c",
      );
    } finally {
      delete process.env.FORCE_COLOR;
    }
  });

  it("is left out elsewhere, and adds no width", () => {
    expect(render(styled("red", "b"), pipe)).toBe("b");
    expect(widthOf(styled("red", "b"))).toBe(1);
    expect(widthOf("\u202e")).toBe(6);
  });

  it("cannot be forged by writing its codes into a text", () => {
    const forged = styled("red", "x").replace(/[0-9a-f]{8}/, "00000000");
    expect(render(forged, terminal)).not.toContain("\u001b[");
  });
});

describe("a guarded stream", () => {
  it("makes safe whatever is written to it, until its guard is removed", () => {
    const written: string[] = [];
    const stream = new Writable({
      write(chunk, _, done) {
        written.push(String(chunk));
        done();
      },
    }) as unknown as WriteStream;
    guardOutput(stream);
    stream.write("a\u001b[2J");
    stream.write(Buffer.from("é\u202e"));
    withoutGuard(stream).write("\u001b[1A");
    expect(written).toEqual(["a\\u001b[2J", "é\\u202e", "\u001b[1A"]);
  });
});
