import { expect, it } from "vitest";
import { presetCatalogue } from "../../../lib/presets/catalogue.ts";
import { type Conversation, readConversations } from "../../support/conversations.ts";
import { type Replayed, replay } from "../../support/replay.ts";

// docs/design/presets.md says what follows from this.

/** Of the words that end a job in some preset: those that say less, or something else, in another. */
const UNCLEAR = ["completed", "done", "ready", "terminated"];
const CLEAR = ["succeeded", "successful", "jobcomplete", "job completed", "ended"];

const expressions = new Map(presetCatalogue().map(({ name, until }) => [name, until]));
const conversations = readConversations().filter(({ word }) => word !== undefined);

/** The conversations with each preset's verdict replaced by one list of words for success. */
const replayedBy = (words: readonly string[]): Promise<Replayed[]> =>
  replay(
    conversations.map((of): Conversation => {
      const { pending: _p, failure: _f, ...others } = expressions.get(of.preset) ?? {};
      const list = words.map((word) => `'${word}'`).join(", ");
      const success = `contains([${list}], lower(body.${of.word} || ''))`;
      return { ...of, until: { ...others, success } };
    }),
  );

const presetsOf = (replayed: readonly Replayed[]) =>
  new Set(replayed.map(({ conversation }) => conversation.preset));

it("one list of words for all APIs calls failed jobs succeeded", async () => {
  const wrong = (await replayedBy([...CLEAR, ...UNCLEAR])).filter(
    ({ conversation, end }) => conversation.end.status === "failed" && end.status === "succeeded",
  );
  expect([...presetsOf(wrong)]).toEqual(
    expect.arrayContaining(["bigquery-job", "databricks-run", "gcp-compute", "github-run"]),
  );
});

it("without the words that are unclear, the jobs of half the APIs never end", async () => {
  const right = (await replayedBy(CLEAR)).filter(
    ({ conversation, end }) =>
      conversation.end.status === "succeeded" && end.status === "succeeded" && !end.problem,
  );
  expect(presetsOf(right).size).toBeLessThan(
    new Set(conversations.map((of) => of.preset)).size / 2,
  );
});
