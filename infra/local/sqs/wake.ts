import type * as z from "zod/mini";
import { LOCAL_WAKE_PATH, type wokenSchema } from "../../../lib/client/local-stack.ts";
import type { StackPath } from "../http/with-stack-path.ts";
import { isOfPoll } from "../poll-id-of.ts";
import type { QueueService } from "../queue/queue-service.ts";

/**
 * `POST /stack/wake?queue=NAME&pollId=ID`: the poll's messages that wait for the end of their delay become visible now.
 * SQS on AWS has nothing like it. A message stays the same one, and one that was received stays hidden: it may be under
 * way.
 */
export const wakePath = (service: QueueService): StackPath => ({
  method: "POST",
  path: LOCAL_WAKE_PATH,
  answer(query): z.output<typeof wokenSchema> {
    const [queue, pollId] = [query.get("queue") ?? "", query.get("pollId") ?? ""];
    if (!service.queues.all().some(({ name }) => name === queue)) return { woken: 0 };
    return { woken: service.wake(queue, (message) => isOfPoll(message, pollId)) };
  },
});
