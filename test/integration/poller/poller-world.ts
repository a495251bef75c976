import type { PollMessage } from "../../../middleware/index.ts";
import { type Answer, type HttpJobs, startHttpJobs } from "../../support/http-jobs.ts";
import { type LocalQueues, startLocalQueues } from "../../support/local-queues.ts";
import { loadPoller } from "../../support/poller-bundle.ts";

/** Queues, a job API and the built poller. */
export interface PollerWorld extends AsyncDisposable {
  readonly queues: LocalQueues;
  readonly jobs: HttpJobs;
  /** Loads the poller as in a new sandbox. */
  load(environment?: Readonly<Record<string, string>>): ReturnType<typeof loadPoller>;
  /** The text of a poll message for a path of the job API, which is also its pollId. */
  message(path: string, fields?: Partial<PollMessage>): string;
  /** The bodies of a queue's visible messages, unchanged. */
  bodies(queueUrl: string): Promise<string[]>;
}

export async function startPollerWorld(
  answers: Readonly<Record<string, Answer>>,
): Promise<PollerWorld> {
  const queues = await startLocalQueues();
  const jobs = await startHttpJobs(answers);
  return {
    queues,
    jobs,
    load: (environment) =>
      loadPoller({
        QUEUE_URL: queues.queueUrl,
        OUTCOME_QUEUE_URL: queues.outcomeQueueUrl,
        DEAD_LETTER_QUEUE_URL: queues.deadLetterQueueUrl,
        AWS_ENDPOINT_URL_SQS: new URL(queues.queueUrl).origin,
        POLL_ALLOW_PRIVATE: "true",
        LOG_LEVEL: "SILENT",
        ...environment,
      }),
    message: (path, fields) =>
      JSON.stringify({ pollId: path.slice(1), request: { url: `${jobs.url}${path}` }, ...fields }),
    bodies: async (queueUrl) => (await queues.receive(queueUrl)).map(({ Body = "" }) => Body),
    async [Symbol.asyncDispose]() {
      await queues.close();
      await jobs.close();
    },
  };
}
