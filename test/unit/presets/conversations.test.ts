import { expect, it } from "vitest";
import { presetCatalogue } from "../../../lib/presets/catalogue.ts";
import { type Conversation, readConversations } from "../../support/conversations.ts";
import { type Replayed, replay } from "../../support/replay.ts";

const conversations = readConversations();

const named = (replayed: readonly Replayed[]) =>
  replayed.map((of) => [`${of.conversation.preset}: ${of.conversation.name}`, of] as const);

it("has a conversation for every preset", () => {
  const names = new Set(conversations.map(({ preset }) => preset));
  expect(names).toEqual(new Set(presetCatalogue().map(({ name }) => name)));
});

it.each(named(await replay(conversations)))("%s", (_, { conversation, end }) =>
  expect(end).toEqual(conversation.end),
);

it.each(named(await replay(conversations.flatMap(withUnknownWord))))(
  "%s, with an unknown word before its end",
  (_, { conversation, end }) => expect(end).toEqual(conversation.end),
);

/** Before the last word, the server says one that no preset knows. None: the conversation ends at its first answer. */
function withUnknownWord(conversation: Conversation): Conversation[] {
  const { word, exchanges } = conversation;
  if (word === undefined) return [];
  const last = exchanges.findLastIndex(({ body }) => typeof at(word, body) === "string");
  const said = exchanges[last];
  if (said === undefined || (last === 0 && conversation.from === "start")) return [];
  const unknown = { ...said, headers: {}, body: withWord(said.body, word.split(".")) };
  return [{ ...conversation, exchanges: exchanges.toSpliced(last, 0, unknown) }];
}

function at(path: string, value: unknown): unknown {
  return path.split(".").reduce((of, name) => (isObject(of) ? of[name] : undefined), value);
}

function withWord(value: unknown, [name, ...names]: readonly string[]): unknown {
  if (name === undefined) return "a-word-of-next-year";
  return isObject(value) ? { ...value, [name]: withWord(value[name], names) } : value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
