import { isDeepStrictEqual } from "node:util";
import { expect, it } from "vitest";
import { type DescribedPreset, presetCatalogue } from "../../../lib/presets/catalogue.ts";
import { type Conversation, readConversations } from "../../support/conversations.ts";
import { replay } from "../../support/replay.ts";

/** A preset without a part of it. */
interface Mutant {
  readonly preset: string;
  readonly without: string;
  readonly until: Readonly<Record<string, string>>;
}

const conversations = readConversations();

it.each(await noticed(presetCatalogue().flatMap(withoutEachField)))(
  "%s without %s fails a conversation",
  (_preset, _without, isNoticed) => expect(isNoticed).toBe(true),
);

it.each(await noticed(presetCatalogue().flatMap(withoutEachWord)))(
  "%s without %s fails a conversation",
  (_preset, _without, isNoticed) => expect(isNoticed).toBe(true),
);

function withoutEachField({ name, until = {} }: DescribedPreset): Mutant[] {
  return Object.keys(until).map((field) => {
    const { [field]: _, ...rest } = until;
    return { preset: name, without: field, until: rest };
  });
}

/** The words that decide how a job has ended: texts in its verdicts, except those of a closed list. */
function withoutEachWord({ name, until = {} }: DescribedPreset): Mutant[] {
  return ["pending", "failure", "success"].flatMap((field) => {
    const text = until[field] ?? "";
    return [...text.matchAll(/'[^']*'/g)].flatMap(({ 0: word, index }) => {
      const before = text.slice(0, index);
      if (word === "''" || /(?:step|type\(@\)) == $/.test(before)) return [];
      const changed = `${before}'no such'${text.slice(index + word.length)}`;
      return {
        preset: name,
        without: `${word} in ${field}`,
        until: { ...until, [field]: changed },
      };
    });
  });
}

/** Whether a conversation of its preset ends otherwise with the mutant, which the messages say themselves. */
async function noticed(mutants: readonly Mutant[]): Promise<[string, string, boolean][]> {
  const replayed = await replay(
    mutants.flatMap(({ preset, until }): Conversation[] =>
      conversations.filter((of) => of.preset === preset).map((of) => ({ ...of, until })),
    ),
  );
  const failed = new Set(
    replayed
      .filter(({ conversation, end }) => !isDeepStrictEqual(end, conversation.end))
      .map(({ conversation }) => JSON.stringify(conversation.until)),
  );
  return mutants.map(({ preset, without, until }) => [
    preset,
    without,
    failed.has(JSON.stringify(until)),
  ]);
}
