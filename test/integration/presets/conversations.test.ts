import { afterAll, beforeAll, expect, it } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { readConversations } from "../../support/conversations.ts";
import { type LocalTable, startLocalTable } from "../../support/local-table.ts";
import { type PlayedHttpServer, startPlayedServer } from "../../support/played-http-server.ts";
import { messageOf } from "../../support/played-server.ts";
import { endOf } from "../../support/replay.ts";
import { type PollerWorld, startPollerWorld } from "../poller/poller-world.ts";

/** Longer than any delay, and than a message is hidden when a call of its batch failed, as on a slow machine. */
const ROUND_MS = 43_201_000;

/** Less than the hook has, so that the conversations without an end are named. */
const MOST_MS = 90_000;

const conversations = readConversations();
const outcomes = new Map<string, Parameters<typeof endOf>[2]>();
let table: LocalTable;
let world: PollerWorld;
let servers: PlayedHttpServer[];

beforeAll(async () => {
  table = await startLocalTable();
  world = await startPollerWorld({});
  servers = await Promise.all(conversations.map(startPlayedServer));
  const { queues } = world;
  const handler = await world.load({
    TABLE_NAME: table.tableName,
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
  });
  const messages = servers.map(({ conversation }, n) =>
    JSON.stringify({ ...messageOf(`${n}`, conversation), delaySeconds: 0 }),
  );
  const endsAt = performance.now() + MOST_MS;
  let { Records } = await queues.event(...messages);
  while (Records.length > 0 && performance.now() < endsAt) {
    for (let first = 0; first < Records.length; first += 100) {
      const event = { Records: Records.slice(first, first + 100) };
      await queues.acknowledge(event, await handler(event, lambdaContext()));
    }
    for (const body of await world.bodies(queues.outcomeQueueUrl)) {
      const outcome = JSON.parse(body);
      outcomes.set(outcome.pollId, outcome);
    }
    queues.advance(ROUND_MS);
    ({ Records } = await queues.event());
  }
});
afterAll(async () => {
  for (const server of servers) await server[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
  await table.close();
});

it.each(conversations.map(({ preset, name }, n) => [preset, name, n] as const))(
  "%s: %s",
  (_preset, _name, n) => {
    const server = servers[n];
    if (server === undefined) throw new Error("no server");
    const { conversation, problem } = server;
    expect(endOf(conversation, problem(), outcomes.get(`${n}`))).toEqual(conversation.end);
  },
);
