import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { pollMessageJsonSchema } from "../../../../infra/poll-message-schema.ts";

it("publishes the JSON Schema of the zod schema: after a change run `npm run schema`", async () => {
  const file = new URL("../../../../lib/poll/message/poll-message.schema.json", import.meta.url);
  expect(JSON.parse(await readFile(file, "utf8"))).toEqual(pollMessageJsonSchema());
});
