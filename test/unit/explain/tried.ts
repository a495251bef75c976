import { type TryPorts, tryMessage } from "../../../lib/explain/try-message.ts";
import type { HttpAnswer } from "../../../lib/http/http-request.ts";

export const NOW = Date.UTC(2026, 0, 1);
export const URL = "https://api.example.com/jobs/1";

type Sent = Parameters<TryPorts["send"]>[0];

/** Tries a message against a server that gives one answer. */
export async function tried(message: object, answer: HttpAnswer, ports: Partial<TryPorts> = {}) {
  const sent: Sent[] = [];
  const send: TryPorts["send"] = async (request) => {
    sent.push(request);
    return answer;
  };
  const all = { send, now: () => NOW, ...ports };
  return { explanation: await tryMessage(JSON.stringify(message), all), sent };
}

export const response = (
  status: number,
  body: unknown = "",
  headers: Record<string, string> = {},
): HttpAnswer => ({ kind: "response", response: { status, headers, body } });

export const UNTIL = {
  pending: "body.s == 'run'",
  failure: "body.s == 'bad'",
  success: "body.s == 'ok'",
};
export const poll = (more: object = {}) => ({ request: { url: URL }, until: UNTIL, ...more });
