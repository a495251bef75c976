import { createServer, type Server } from "node:http";
import type { DemoAnswer, DemoJob } from "./jobs.ts";

/** The demonstration's job API: `GET /jobs/NAME` tells how a job is getting on. */
export interface JobApi {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * Starts the job API on loopback. A job's work begins when it is first asked for.
 *
 * @param onAnswer Told each answer, by the job's name.
 */
export async function startJobApi(
  jobs: readonly DemoJob[],
  onAnswer: (name: string, answer: DemoAnswer) => void,
): Promise<JobApi> {
  const work = new Map<string, { firstAskedAt: number; count: number }>();
  const server = createServer((request, response) => {
    const name = request.url?.replace(/^\/jobs\//, "") ?? "";
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
    });
    onAnswer(name, answer);
    response
      .writeHead(answer.status, {
        "content-type": "application/json",
        ...(answer.retryAfterSeconds !== undefined && {
          "retry-after": String(answer.retryAfterSeconds),
        }),
      })
      .end(JSON.stringify(answer.body ?? {}));
  });
  await listen(server);
  return {
    origin: originOf(server),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An address on loopback where nothing listens: it was free a moment ago. */
export async function downOrigin(): Promise<string> {
  const server = createServer();
  await listen(server);
  const origin = originOf(server);
  await new Promise((resolve) => server.close(resolve));
  return origin;
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
}

function originOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening on a port");
  return `http://127.0.0.1:${address.port}`;
}
