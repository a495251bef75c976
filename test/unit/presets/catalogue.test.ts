import { expect, it } from "vitest";
import { parsePollMessage } from "../../../lib/poll/message/parse.ts";
import { presetCatalogue } from "../../../lib/presets/catalogue.ts";
import { BUILT_IN_PRESETS } from "../../../lib/verdict/preset-list.ts";

const request = { url: "https://api.example/1" };

it("describes every preset in one line, with its source", () => {
  expect(presetCatalogue().map(({ name }) => name)).toEqual(BUILT_IN_PRESETS.names);
  for (const { about, source } of presetCatalogue()) {
    expect(about).toMatch(/^[^\n]{10,80}$/);
    expect(source).toMatch(/^https:\/\/\S+$/);
  }
});

it("gives expressions that a message can say", () => {
  for (const { until } of presetCatalogue()) {
    if (until === undefined) continue;
    parsePollMessage(JSON.stringify({ request, until }));
  }
});

it("suggests the preset that was probably meant", () => {
  expect(() => parsePollMessage(JSON.stringify({ request, until: "replicat" }))).toThrow(
    "until: must be the name of a preset: did you mean replicate?",
  );
});
