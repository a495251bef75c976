import { expect, it, onTestFinished } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { RESPONSES, startHostileServer } from "../http/hostile-server.ts";
import { startPollerWorld } from "./poller-world.ts";

/** How polls without retries end. */
const STATUS = {
  response: "succeeded",
  unreadable: "succeeded",
  refused: "failed",
  transient: "failed",
} as const;

/** Answers that the client reads to their end, or until they prove unreadable. */
const READ: ReadonlySet<string> = new Set(["response", "unreadable"]);

it("a batch of hostile responses gives each record its outcome, and does not affect others", async () => {
  await using world = await startPollerWorld({});
  const server = await startHostileServer();
  onTestFinished(server.close);
  const messageOf = (pollId: string, path: string, timeoutMs: number) =>
    world.message(path, {
      pollId,
      request: { url: `${server.url}${path}`, timeoutMs },
      maxErrors: 0,
    });
  // Readable answers get enough time. Endless ones get a short timeout.
  const harmful = RESPONSES.map(([, ends], index) =>
    messageOf(`harmful-${index}`, `/${index}`, READ.has(ends) ? 60_000 : 2000),
  );
  // A normal poll after every fifth one, so that hostile ones surround each.
  const messages = harmful.flatMap((each, n) =>
    n % 5 === 0 ? [each, messageOf(`neighbour-${n}`, "/neighbour", 60_000)] : [each],
  );
  const event = await world.queues.event(...messages);
  const handler = await world.load();
  expect(await handler(event, lambdaContext(120_000))).toEqual({ batchItemFailures: [] });

  const bodies = await world.bodies(world.queues.outcomeQueueUrl);
  const ended = new Map(bodies.map((body) => JSON.parse(body)).map((of) => [of.pollId, of]));
  expect(ended.size).toBe(messages.length);
  for (const [index, [name, ends]] of RESPONSES.entries()) {
    expect(ended.get(`harmful-${index}`)?.status, name).toBe(STATUS[ends]);
  }
  for (const [pollId, outcome] of ended) {
    if (!pollId.startsWith("neighbour")) continue;
    expect(outcome).toMatchObject({ status: "succeeded", response: { body: "fine" } });
  }
  expect(await world.bodies(world.queues.queueUrl)).toEqual([]);
});
