import { describe, expect, it } from "vitest";
import { presetJson, presetNotes, presetTable } from "../../../infra/cli/presets/preset-text.ts";
import { unstyled } from "../../../infra/cli/terminal/output.ts";
import { widthOf } from "../../../infra/cli/terminal/width.ts";
import { UsageError } from "../../../infra/cli/usage-error.ts";
import { parsePollMessage } from "../../../lib/poll/message/parse.ts";
import { presetCatalogue } from "../../../lib/presets/catalogue.ts";

const names = presetCatalogue().map(({ name }) => name);

describe("the table of presets", () => {
  const [head, ...lines] = presetTable().map(unstyled);

  it("has one line per preset, in the order of the catalogue", () => {
    expect(head).toMatch(/^PRESET +WHAT IT POLLS$/);
    expect(lines.map((line) => line.split(" ")[0])).toEqual(names);
  });

  it("fits 80 columns, and nothing is cut", () => {
    for (const line of lines) {
      expect(widthOf(line)).toBeLessThanOrEqual(80);
      expect(line).not.toContain("…");
    }
  });
});

describe("one preset", () => {
  it.each(presetCatalogue())("$name is printed as the until of a message", ({ name, until }) => {
    const printed: unknown = JSON.parse(presetJson(name));
    expect(printed).toEqual(until ?? "http");
    const message = { request: { url: "https://example.com/" }, until: printed };
    expect(() => parsePollMessage(JSON.stringify(message))).not.toThrow();
    expect(presetNotes(name)).toEqual([expect.any(String), expect.stringMatching(/^https:/)]);
  });

  it.each([
    ["opneai-batch", "Did you mean openai-batch?"],
    ["Replicate", "Did you mean replicate?"],
    ["constructor", 'no preset is named "constructor". "request-poller presets" lists all.'],
  ])("%s is wrong usage", (name, message) => {
    expect(() => presetJson(name)).toThrow(UsageError);
    expect(() => presetJson(name)).toThrow(message);
  });
});
