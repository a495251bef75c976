import { readBody } from "../../lib/batch/record-facts.ts";

/** The id of the poll that a message belongs to. A message without a pollId is the first one, whose id names the poll. */
export function pollIdOf(message: { readonly messageId: string; readonly body: string }): string {
  const said = readBody(message.body).body?.pollId;
  return typeof said === "string" ? said : message.messageId;
}
