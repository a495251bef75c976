import { once } from "node:events";
import http from "node:http";
import type { SQSEvent } from "aws-lambda";
import { type PollStatus, statusOf } from "../../../lib/polls/poll-status.ts";
import { type AwsDestinations, startAwsDestinations } from "../../support/aws-destinations.ts";
import { pollCanceller } from "../../support/cancel-poll.ts";
import { type LocalQueues, startLocalQueues } from "../../support/local-queues.ts";
import { startLocalTable } from "../../support/local-table.ts";
import { type CallPoints, startAwsProxy } from "./aws-proxy.ts";
import type { AtPoint, Point } from "./points.ts";

/** The embedded SQS and DynamoDB and a job API, which can all fail at any point. */
export interface CrashWorld extends AsyncDisposable {
  readonly queues: LocalQueues;
  /** EventBridge. */
  readonly services: AwsDestinations;
  readonly environment: Readonly<Record<string, string>>;
  /** Called at each point that is passed from now on. */
  atPoint: AtPoint;
  readonly requests: Map<string, number>;
  /**
   * Sends a batch of five polls and a poison message: one starts its job, one is pending once, one fails, two are done,
   * and one of these is delivered to an event bus, too.
   *
   * @param more what the messages say besides. `@default` nothing
   */
  submit(cell: string, more?: MoreSaid): Promise<SQSEvent>;
  /** Cancels a poll, as a client does. @returns whether it had not ended */
  cancel(pollId: string): Promise<boolean>;
  /** Where a poll is, as its row says. */
  status(pollId: string): Promise<PollStatus>;
  /** Sends ten polls of one kind. */
  submitTen(cell: string, kind: PollKind): Promise<SQSEvent>;
}

/** What all messages of a cell can say besides. */
export interface MoreSaid {
  /** How their jobs are stopped. */
  readonly abort?: boolean;
  /** That those which end with the first batch are one group. It is named like one of its members. */
  readonly group?: boolean;
}

/** No fault at any point. */
export const ALL_WELL: AtPoint = async () => "none";

export const POLLS = ["starting", "pending", "failing", "done", "bystander"] as const;

/** The polls that are one group. */
export const MEMBERS: readonly PollKind[] = ["failing", "done", "bystander"];

const isMember = (kind: PollKind): boolean => MEMBERS.includes(kind);

/** The delay between a poll's requests. */
export const DELAY_SECONDS = 30;

/** Exactly the retries that a poll needs: a retry that is counted but was not made would end it as exhausted. */
const FIELDS = {
  starting: { maxRetries: 1, until: "http-async" },
  pending: { maxRetries: 1 },
  failing: { maxRetries: 0 },
  done: { maxRetries: 0 },
  bystander: { maxRetries: 0 },
  poison: { maxRetries: -1 },
};

export type PollKind = keyof typeof FIELDS;

/** @param history when the rows say where their polls are */
export async function startCrashWorld(history: "claims" | "answers"): Promise<CrashWorld> {
  const queues = await startLocalQueues();
  const table = await startLocalTable();
  const services = await startAwsDestinations();
  const requests = new Map<string, number>();
  const at: AtPoint = (point, text) => world.atPoint(point, text);
  const answer: http.RequestListener = async (request, response) => {
    const pollId = (request.url ?? "").slice(1);
    const nth = (requests.get(pollId) ?? 0) + 1;
    requests.set(pollId, nth);
    const isStart = request.method === "POST";
    const sent = await at(pointOf(request.method), pollId);
    if (sent === "refused" || sent === "ambiguous") response.destroy();
    if (sent !== "none") return;
    const location = isStart ? { location: `/${pollId}/job` } : {};
    response.writeHead(httpStatusOf(pollId, nth), {
      "content-type": "application/json",
      ...location,
    });
    // If the response breaks off here or never ends, everything but its end has been read.
    response.write(JSON.stringify({ nth }));
    const isAbort = request.method === "DELETE";
    const mishap = isAbort ? "none" : await at(isStart ? "start read" : "response read", pollId);
    if (mishap === "none") response.end();
    else if (mishap !== "hang") response.destroy();
  };
  const server = http.createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was bound");
  const sqsProxy = await startAwsProxy(new URL(queues.queueUrl).origin, sqsPoints, at);
  const busProxy = await startAwsProxy(services.url, busPoints, at);
  const tableProxy = await startAwsProxy(table.endpoint, tablePoints, at);

  const message = (kind: PollKind, name: string, more: object = {}) =>
    JSON.stringify({
      pollId: `${kind}-${name}`,
      [kind === "starting" ? "start" : "request"]: {
        url: `http://127.0.0.1:${address.port}/${kind}-${name}`,
        timeoutMs: 1000,
      },
      delaySeconds: DELAY_SECONDS,
      ...FIELDS[kind],
      ...more,
    });
  const twice = { deliver: [{ queueUrl: queues.outcomeQueueUrl }, { eventBus: "ended" }] };
  const world: CrashWorld = {
    queues,
    services,
    requests,
    atPoint: ALL_WELL,
    environment: {
      QUEUE_URL: queues.queueUrl,
      OUTCOME_QUEUE_URL: queues.outcomeQueueUrl,
      DEAD_LETTER_QUEUE_URL: queues.deadLetterQueueUrl,
      TABLE_NAME: table.tableName,
      POLL_HISTORY: history,
      AWS_ENDPOINT_URL_SQS: sqsProxy.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: tableProxy.endpoint,
      AWS_ENDPOINT_URL_EVENTBRIDGE: busProxy.endpoint,
      POLL_ALLOW_DELIVERIES: "queue:*,eventBus:ended",
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      POLL_ALLOW_PRIVATE: "true",
      LOG_LEVEL: "SILENT",
    },
    submit(cell, { abort = false, group = false } = {}) {
      const abortOf = (kind: PollKind) => ({
        abort: {
          url: `http://127.0.0.1:${address.port}/stop-${kind}-${cell}`,
          method: "DELETE",
          timeoutMs: 1000,
        },
      });
      const texts = [...POLLS, "poison" as const].map((kind) => {
        return message(kind, cell, {
          ...(abort && abortOf(kind)),
          ...(group && isMember(kind) && { group: { id: `done-${cell}`, size: MEMBERS.length } }),
          ...(kind === "done" ? twice : {}),
        });
      });
      return queues.event(...texts);
    },
    cancel: pollCanceller(table, Date.now),
    status: async (pollId) => statusOf(await table.row(pollId), Date.now()),
    submitTen: (cell, kind) =>
      queues.event(...Array.from({ length: 10 }, (_, nth) => message(kind, `${nth}-${cell}`))),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await Promise.all([sqsProxy.close(), tableProxy.close(), busProxy.close()]);
      await Promise.all([queues.close(), table.close(), services[Symbol.asyncDispose]()]);
    },
  };
  return world;
}

function pointOf(method: string | undefined): Point {
  if (method === "DELETE") return "abort sent";
  return method === "POST" ? "start sent" : "request sent";
}

function httpStatusOf(pollId: string, nth: number): number {
  if (pollId.startsWith("failing")) return 410;
  if (pollId.startsWith("starting")) return pollId.endsWith("/job") ? 200 : 202;
  return pollId.startsWith("pending") && nth === 1 ? 202 : 200;
}

function sqsPoints(action: string, body: string): CallPoints {
  if (action !== "AmazonSQS.SendMessageBatch") return {};
  const { QueueUrl } = JSON.parse(body);
  if (QueueUrl.endsWith("/polls") && body.includes("group#")) return { after: "group sent" };
  if (QueueUrl.endsWith("/polls")) return { before: "judged", after: "requeue sent" };
  return { after: QueueUrl.endsWith("/outcomes") ? "outcome delivered" : "dead-lettered" };
}

function busPoints(): CallPoints {
  return { after: "outcome put on a bus" };
}

function tablePoints(_action: string, body: string): CallPoints {
  if (body.includes(":size")) return { after: "members counted" };
  if (body.includes(":sent")) return { after: "group noted" };
  if (body.includes(":message")) return { after: "group decided" };
  if (body.includes(":next")) return { before: "start answered", after: "next kept" };
  if (body.includes(":abortClaimId")) return { after: "abort marked" };
  if (body.includes("#startClaimId = :claimId")) return { after: "start claimed" };
  if (body.includes(":leaseUntil")) return { before: "parsed", after: "claimed" };
  if (body.includes(":outcome")) return { after: "outcome decided" };
  return body.includes(":state") ? { before: "requeued", after: "wait noted" } : {};
}
