import * as z from "zod/mini";
import { POLL_STATES } from "../../../lib/polls/poll-states.ts";
import type { PollStatus } from "../../../lib/polls/poll-status.ts";
import type { ConsoleSource } from "../console-source.ts";
import { curlCommand } from "../messages/curl-command.ts";
import { shownMessageText, shownOutcomeText } from "../messages/shown-text.ts";
import type { DepthWatch } from "../polls/depth-watch.ts";
import { hostFigures } from "../polls/host-figures.ts";
import { pollPage, SORTS } from "../polls/poll-page.ts";
import type { PollWatch } from "../polls/poll-watch.ts";
import { ApiError } from "../server/api-error.ts";
import type { ApiCall, ApiRoutes } from "./api-call.ts";

const DEFAULT_LIMIT = 200;
const MAX_LIMIT = 2000;

const listQuerySchema = z.object({
  state: z._default(
    z.pipe(
      z.pipe(
        z.string(),
        z.transform((text) => text.split(",").filter((state) => state !== "")),
      ),
      z.array(z.enum(POLL_STATES, `must be some of ${POLL_STATES.join(", ")}`)),
    ),
    [],
  ),
  host: z.optional(z.string()),
  text: z.optional(z.string()),
  sort: z._default(z.enum(SORTS, `must be one of ${SORTS.join(", ")}`), "changed"),
  order: z._default(z.enum(["asc", "desc"], "must be asc or desc"), "desc"),
  limit: z._default(
    z.pipe(
      z.string().check(z.regex(/^\d{1,4}$/, "must be a number")),
      z.transform((text) => Math.min(Math.max(Number(text), 1), MAX_LIMIT)),
    ),
    DEFAULT_LIMIT,
  ),
  cursor: z.optional(z.string()),
});

export interface PollRoutesOptions {
  readonly source: ConsoleSource;
  readonly polls: PollWatch;
  readonly depths: DepthWatch;
  readonly now: () => number;
}

/** The routes that show polls and queues, and cancel or nudge a poll. */
export function pollRoutes({ source, polls, depths, now }: PollRoutesOptions): ApiRoutes {
  const { client, lookAtMessage } = source;
  const queuedMessage = async (pollId: string) => {
    const found = await lookAtMessage?.(pollId);
    if (found !== undefined) return found;
    throw new ApiError(404, "NoMessageError", noMessage(lookAtMessage !== undefined));
  };
  const noPoll = (id: string) =>
    new ApiError(
      404,
      "NoPollError",
      `no poll ${id} is in the table: none was asked yet, or its row has been removed`,
    );
  return {
    "GET /api/polls": async ({ query }) => {
      await polls.fresh();
      const { state: states, host, text, sort, order, limit, cursor } = parseQuery(query);
      const request = {
        states,
        sort,
        order,
        limit,
        ...(host && { host }),
        ...(text && { text }),
        ...(cursor && { cursor }),
      };
      const { readAt, isPartial, problem } = polls.state();
      const page = pollPage(polls.snapshot.polls(), request, now());
      return { ...page, readAt, isPartial, problem };
    },
    "GET /api/polls/:id": async ({ id }) => {
      const [status, outcome, message] = await Promise.all([
        client.status(id),
        client.outcomeJson(id),
        lookAtMessage?.(id),
      ]);
      if (status === undefined) throw noPoll(id);
      return {
        status,
        deliveries: deliveriesOf(id, polls.snapshot.polls()),
        ...(outcome !== undefined && { outcome: shownOutcomeText(outcome) }),
        ...(message
          ? { message: { ...message, body: shownMessageText(message.body) } }
          : { messageUnavailable: noMessage(lookAtMessage !== undefined) }),
      };
    },
    "GET /api/polls/:id/message": async ({ id }) => ({ text: (await queuedMessage(id)).body }),
    "GET /api/polls/:id/curl": async ({ id }) => {
      const { body } = await queuedMessage(id);
      return { text: curlCommand(body) };
    },
    "POST /api/polls/:id/cancel": async ({ id, readBody }: ApiCall) => {
      await readBody(z.object({}));
      const result = await client.cancel(id);
      polls.changed([id]);
      return result;
    },
    "POST /api/polls/:id/nudge": async ({ id, readBody }: ApiCall) => {
      await readBody(z.object({}));
      const result = await client.nudge(id);
      if (result === undefined) throw noPoll(id);
      polls.changed([id]);
      return result;
    },
    "GET /api/depths": async () => {
      if (depths.samples().length === 0) await depths.sample();
      return { history: depths.samples() };
    },
    "GET /api/hosts": async () => {
      await polls.fresh();
      return hostFigures(polls.snapshot.polls());
    },
  };
}

function parseQuery(query: URLSearchParams): z.output<typeof listQuerySchema> {
  const parsed = listQuerySchema.safeParse(Object.fromEntries(query));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ApiError(
    400,
    "InvalidRequestError",
    `${issue?.path.map(String).join(".")}: ${issue?.message}`,
  );
}

/** The polls that deliver the outcome of a poll to webhooks. */
function deliveriesOf(pollId: string, polls: Iterable<PollStatus>): PollStatus[] {
  return [...polls]
    .filter(({ delivers }) => delivers === pollId)
    .map((poll) => ({ ...poll, history: [] }));
}

function noMessage(isVisible: boolean): string {
  return isVisible
    ? "no message of this poll is in the queue: it has ended, or is being asked now"
    : "SQS shows a message only to who receives it, and then the poller would not get it";
}
