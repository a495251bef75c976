import type { HttpAnswer, HttpRequest } from "../../lib/http/http-request.ts";
import { contentOf } from "../../lib/http/response-content.ts";
import type { Conversation } from "./conversations.ts";
import { messageOf, type PlayedServer, playServer, type SeenRequest } from "./played-server.ts";
import { pollerInMemory } from "./poller-in-memory.ts";

/** How a conversation went. */
export interface Replayed {
  readonly conversation: Conversation;
  /** How it ended, in what its `end` says. `problem`: what the poller asked that it does not say. */
  readonly end: Partial<Conversation["end"]> & { readonly problem?: string };
}

/**
 * Runs conversations through the poller's stack at once, with queues and a table in memory, and a server that answers
 * without HTTP.
 */
export async function replay(conversations: readonly Conversation[]): Promise<Replayed[]> {
  const servers = conversations.map((conversation, n) =>
    playServer(conversation, `https://one-${n}.example`, `https://two-${n}.example`),
  );
  const { polls, outcomes, stack } = pollerInMemory(async (request) => answerOf(servers, request));
  for (const [n, { conversation }] of servers.entries())
    polls.send(messageOf(`${n}`, conversation));
  await stack.advance("1d");

  const sent = new Map(
    outcomes.sent.map(({ body }) => {
      const outcome = JSON.parse(body);
      return [outcome.pollId, outcome] as const;
    }),
  );
  return servers.map(({ conversation, problem }, n) => ({
    conversation,
    end: endOf(conversation, problem(), sent.get(`${n}`)),
  }));
}

/** What an outcome says of what the conversation's `end` says. */
export function endOf(
  { end }: Conversation,
  problem: string | undefined,
  outcome: { status?: string; result?: unknown; error?: { reason?: unknown } } = {},
): Replayed["end"] {
  const { status = "none", result, error } = outcome;
  return {
    status,
    ...("result" in end && { result }),
    ...("error" in end && { error: error?.reason }),
    ...(problem !== undefined && { problem }),
  };
}

/** Follows the redirects of a GET, as the real client does. */
function answerOf(
  servers: readonly PlayedServer[],
  request: SeenRequest & Pick<HttpRequest, "readsTextFiles">,
): HttpAnswer {
  const server = servers[Number(/-(\d+)\.example/.exec(request.url)?.[1])];
  if (server === undefined) throw new Error(`no server for ${request.url}`);
  const { status, headers, body } = server.answer(request);
  const { location } = headers;
  if (status === 303 && location !== undefined && request.method === "GET") {
    const url = new URL(location, request.url).href;
    return answerOf(servers, { ...request, url });
  }
  const bytes = Buffer.from(textOf(body));
  const type = headers["content-type"] ?? "application/json";
  return {
    kind: "response",
    response: { status, headers, ...contentOf(bytes, type, request.readsTextFiles) },
  };
}

/** The text of a body: a string unchanged, other values as JSON. */
export function textOf(body: unknown): string {
  if (body === undefined) return "";
  return typeof body === "string" ? body : JSON.stringify(body);
}
