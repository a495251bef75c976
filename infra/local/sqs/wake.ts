import type { IncomingMessage, RequestListener } from "node:http";
import type * as z from "zod/mini";
import { LOCAL_WAKE_PATH, type wokenSchema } from "../../../lib/client/local-stack.ts";
import { messageOf } from "../../../lib/message-of.ts";
import { refusalOf } from "../http/loopback-only.ts";
import { isOfPoll } from "../poll-id-of.ts";
import type { QueueService } from "../queue/queue-service.ts";

/**
 * Answers `POST /stack/wake?queue=NAME&pollId=ID`, and passes all other requests on: the poll's messages that wait for
 * the end of their delay become visible now. SQS on AWS has nothing like it. A message stays the same one, and one that
 * was received stays hidden: it may be under way.
 */
export function withWake(service: QueueService, others: RequestListener): RequestListener {
  return (request, response) => {
    const asked = wakeRequest(request);
    if (asked === undefined) {
      others(request, response);
      return;
    }
    const refusal = refusalOf(request);
    if (refusal !== undefined) {
      response.writeHead(403, { "content-type": "text/plain" }).end(refusal);
      return;
    }
    const { queue, pollId } = asked;
    try {
      const woken = service.queues.all().some(({ name }) => name === queue)
        ? service.wake(queue, (message) => isOfPoll(message, pollId))
        : 0;
      const answer: z.output<typeof wokenSchema> = { woken };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
    } catch (error) {
      // The queues could not be written.
      response.writeHead(500, { "content-type": "text/plain" }).end(messageOf(error));
    }
  };
}

function wakeRequest({ method, url = "" }: IncomingMessage) {
  const parsed = URL.parse(url, "http://127.0.0.1");
  if (method !== "POST" || parsed?.pathname !== LOCAL_WAKE_PATH) return undefined;
  const [queue, pollId] = ["queue", "pollId"].map((name) => parsed.searchParams.get(name) ?? "");
  return { queue: queue ?? "", pollId: pollId ?? "" };
}
