import { createServer } from "node:http";
import { closeServer, listenOnLoopback } from "../../local/http/listen.ts";
import { refusalOf } from "../../local/http/loopback-only.ts";
import type { DemoAnswer, DemoJob } from "./jobs.ts";

/** The demonstration's job API: `/jobs/NAME`, and what is below it, returns the state of a job. */
export interface JobApi {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * Starts the job API on loopback. A job starts at its first request.
 *
 * @param onAnswer Called with each answer and the job's name.
 */
export async function startJobApi(
  jobs: readonly DemoJob[],
  onAnswer: (name: string, answer: DemoAnswer) => void,
): Promise<JobApi> {
  const work = new Map<string, { firstAskedAt: number; count: number }>();
  const server = createServer((request, response) => {
    if (refusalOf(request) !== undefined) {
      response.writeHead(403).end();
      return;
    }
    const { method = "GET", url = "" } = request;
    const [, name = "", path = ""] = /^\/jobs\/([^/]+)(.*)$/.exec(url) ?? [];
    const job = jobs.find((candidate) => candidate.name === name);
    if (job === undefined) {
      response.writeHead(404).end();
      return;
    }
    const { firstAskedAt, count } = work.get(name) ?? { firstAskedAt: Date.now(), count: 0 };
    work.set(name, { firstAskedAt, count: count + 1 });
    const answer = job.answer({
      count: count + 1,
      elapsedSeconds: (Date.now() - firstAskedAt) / 1000,
      method,
      path,
    });
    onAnswer(name, answer);
    response
      .writeHead(answer.status, {
        "content-type": "application/json",
        ...(answer.retryAfterSeconds !== undefined && {
          "retry-after": String(answer.retryAfterSeconds),
        }),
        ...(answer.location !== undefined && { location: `/jobs/${name}${answer.location}` }),
      })
      .end(JSON.stringify(answer.body ?? {}));
  });
  return {
    origin: await listenOnLoopback(server, "The job API"),
    close: () => closeServer(server),
  };
}

/** The origin of a loopback address where nothing listens: its port was free a moment ago. */
export async function downOrigin(): Promise<string> {
  const server = createServer();
  const origin = await listenOnLoopback(server, "The address");
  await closeServer(server);
  return origin;
}
