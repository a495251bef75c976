import { readBody } from "../../lib/batch/record-facts.ts";

interface Message {
  readonly messageId: string;
  readonly body: string;
}

/** The id of the poll that a message belongs to. A message without a pollId is the first one, whose id names the poll. */
export function pollIdOf(message: Message): string {
  const said = readBody(message.body).body?.pollId;
  return typeof said === "string" ? said : message.messageId;
}

/** Whether a message belongs to a poll. Most messages are told apart without parsing them. */
export function isOfPoll(message: Message, pollId: string): boolean {
  const { messageId, body } = message;
  const mayBe = messageId === pollId || body.includes(pollId) || body.includes("\\u");
  return mayBe && pollIdOf(message) === pollId;
}
