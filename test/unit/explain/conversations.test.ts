import { describe, expect, it } from "vitest";
import { type Explanation, explain } from "../../../lib/explain/explanation.ts";
import type { HttpAnswer } from "../../../lib/http/http-request.ts";
import { contentOf } from "../../../lib/http/response-content.ts";
import { createJudge } from "../../../lib/poll/create-judge.ts";
import { parsePollMessage } from "../../../lib/poll/message/parse.ts";
import { requestToSend } from "../../../lib/poll/request-to-send.ts";
import { afterRequest } from "../../../lib/poll/step.ts";
import { urlOf } from "../../../lib/poll/steps/answered.ts";
import {
  type Conversation,
  type Exchange,
  readConversations,
} from "../../support/conversations.ts";
import { messageOf, playServer } from "../../support/played-server.ts";
import { textOf } from "../../support/replay.ts";

const NOW = Date.UTC(2026, 0, 1);
const ONE = "https://one.example";

/** One step of a conversation: its explanation, and what the judge and the engine say without it. */
interface ExplainedStep {
  readonly explanation: Explanation;
  readonly judged: string;
  readonly delaySeconds: number | undefined;
  readonly status: unknown;
  readonly nextUrl: string | undefined;
}

describe("an explanation of each step of real protocols", () => {
  it.each(readConversations().map((of) => [`${of.preset}: ${of.name}`, of] as const))(
    "%s",
    (_name, conversation) => {
      const steps = explainedSteps(conversation);
      for (const { explanation, judged, delaySeconds, status, nextUrl } of steps) {
        expect(explanation.verdict).toBe(judged);
        expect(explanation.outcome?.status).toBe(status);
        expect(explanation.delaySeconds).toBe(delaySeconds);
        const origins = explanation.comesNext.match(/https:\/\/[^\s?]*/)?.[0];
        if (nextUrl !== undefined) expect(origins).toBe(nextUrl.split("?")[0]);
        const [matched] = explanation.matched;
        if (matched !== undefined) {
          expect(explanation.because).toContain(`${matched.field} matched`);
          expect(explanation.evaluated).toContainEqual(
            expect.objectContaining({ field: matched.field, matches: true, value: matched.value }),
          );
        }
        expect(JSON.stringify(explanation)).not.toContain("of-the-sender");
      }
      expect(steps.at(-1)?.explanation.outcome?.status).toBe(conversation.end.status);
    },
  );
});

function explainedSteps(conversation: Conversation): ExplainedStep[] {
  const server = playServer(conversation, ONE, "https://two.example");
  const { preset, until = preset } = server.conversation;
  const judge = createJudge(until);
  const steps: ExplainedStep[] = [];
  let body: object = messageOf("1", server.conversation);
  for (let left = 100; left > 0; left--) {
    const message = parsePollMessage(JSON.stringify(body));
    const poll = { message, pollId: "1", startedAt: NOW };
    const { request } = requestToSend(message);
    const answer = answerTo(server.answer, request);
    const explanation = explain(poll, answer, NOW);
    const result = afterRequest(poll, answer, NOW, () => 0);
    const { retryCount, step } = message;
    const { method } = request;
    const judgement = judge({
      ...answer.response,
      ...{ method, step, retryCount, url: urlOf(poll, answer) },
    });
    const isEnd = result.kind === "completed";
    const next = isEnd ? undefined : Object(result.kind === "pending" && result.body);
    steps.push({
      explanation,
      judged: judgement.kind,
      delaySeconds: isEnd ? undefined : result.delaySeconds,
      status: isEnd ? result.outcome?.status : undefined,
      nextUrl: next && (next.request ?? next.start).url,
    });
    if (isEnd) return steps;
    body = { ...next, retryCount: retryCount + 1, maxRetries: 100 };
  }
  throw new Error("the conversation does not end");
}

type Play = ReturnType<typeof playServer>["answer"];
type Response = Extract<HttpAnswer, { kind: "response" }>;

/** Follows the redirects of a GET, as the real client does. */
function answerTo(play: Play, request: Parameters<Play>[0], redirectedTo?: string): Response {
  const { status, headers, body }: Pick<Exchange, "status" | "headers" | "body"> = play(request);
  const { location } = headers;
  if (status === 303 && location !== undefined && request.method === "GET") {
    const url = new URL(location, request.url).href;
    return answerTo(play, { ...request, url }, url);
  }
  const type = headers["content-type"] ?? "application/json";
  const response = { status, headers, ...contentOf(Buffer.from(textOf(body)), type, true) };
  return { kind: "response", response, ...(redirectedTo !== undefined && { redirectedTo }) };
}
