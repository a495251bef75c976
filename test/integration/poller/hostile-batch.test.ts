import { expect, it, onTestFinished } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { RESPONSES, startHostileServer } from "../http/hostile-server.ts";
import { startPollerWorld } from "./poller-world.ts";

/** Where nothing is left to be tried again. */
const STATUS = {
  response: "succeeded",
  unreadable: "succeeded",
  refused: "failed",
  transient: "failed",
} as const;

/** What is read to its end, or to what makes it unreadable. */
const READ: ReadonlySet<string> = new Set(["response", "unreadable"]);

it("a batch of nothing but harm ends each record in its outcome, and leaves its neighbours unharmed", async () => {
  await using world = await startPollerWorld({});
  const server = await startHostileServer();
  onTestFinished(server.close);
  const messageOf = (pollId: string, path: string, timeoutMs: number) =>
    world.message(path, {
      pollId,
      request: { url: `${server.url}${path}`, timeoutMs },
      maxErrors: 0,
    });
  // What is to be read has time for it; what never ends is not waited for as long.
  const harmful = RESPONSES.map(([, ends], index) =>
    messageOf(`harmful-${index}`, `/${index}`, READ.has(ends) ? 15_000 : 2000),
  );
  // A neighbour after every fifth, so that each has its share of the harm.
  const messages = harmful.flatMap((each, n) =>
    n % 5 === 0 ? [each, messageOf(`neighbour-${n}`, "/neighbour", 15_000)] : [each],
  );
  const event = await world.queues.event(...messages);
  const handler = await world.load();
  expect(await handler(event, lambdaContext())).toEqual({ batchItemFailures: [] });

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
