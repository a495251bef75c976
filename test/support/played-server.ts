import { isDeepStrictEqual } from "node:util";
import { type Conversation, type Exchange, withOrigins } from "./conversations.ts";

/** A request as a server sees it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: unknown;
}

/** Plays the servers of one conversation, in its order. */
export interface PlayedServer {
  readonly conversation: Conversation;
  /** The answer to the request; 418, when another request was due. */
  answer(request: SeenRequest): Pick<Exchange, "status" | "headers" | "body">;
  /** What was not as the conversation says: the first wrong request, or the ones that did not come. */
  problem(): string | undefined;
}

/** The credential that the message of every conversation carries. */
const AUTHORIZATION = "Bearer of-the-sender";

export function playServer(written: Conversation, origin: string, origin2: string): PlayedServer {
  const conversation = withOrigins(written, origin, origin2);
  const { exchanges, origins } = conversation;
  let next = 0;
  let problem: string | undefined;

  const wrong = ({ method, url, headers, body }: SeenRequest): string | undefined => {
    const due = exchanges[next];
    const asked = `${method} ${url}`;
    if (due === undefined) return `${asked} after the end`;
    if (asked !== `${due.method} ${due.url}`) return `${asked} instead of ${due.method} ${due.url}`;
    if (due.sends && !holds(body, due.sends)) return `${asked} with ${JSON.stringify(body)}`;
    const at = new URL(url).origin;
    const isTold = at === origin || origins.includes(at);
    const expected = isTold ? AUTHORIZATION : undefined;
    return headers.authorization === expected ? undefined : `${asked}: ${headers.authorization}`;
  };
  return {
    conversation,
    answer(request) {
      problem ??= wrong(request);
      const due = exchanges[next++];
      return problem === undefined && due ? due : { status: 418, headers: {}, body: problem };
    },
    problem: () => {
      const left = exchanges[next];
      return problem ?? (left && `no ${left.method} ${left.url}`);
    },
  };
}

/** The message that begins a conversation. */
export function messageOf(pollId: string, conversation: Conversation) {
  const { preset, until = preset, from, origins, exchanges } = conversation;
  const [first] = exchanges;
  if (first === undefined) throw new Error(`${pollId} has no exchange`);
  const { method, url } = first;
  const hasBody = method !== "GET" && method !== "DELETE";
  const request = {
    ...{ method, url, origins, headers: { authorization: AUTHORIZATION } },
    ...(hasBody && { body: {} }),
  };
  return { pollId, [from === "start" ? "start" : "request"]: request, until };
}

function holds(value: unknown, part: unknown): boolean {
  if (typeof part !== "object" || part === null) return isDeepStrictEqual(value, part);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(part).every(([name, member]) =>
    holds((value as Readonly<Record<string, unknown>>)[name], member),
  );
}
