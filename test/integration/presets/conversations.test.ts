import { afterAll, beforeAll, expect, it } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { readConversations } from "../../support/conversations.ts";
import { type LocalTable, startLocalTable } from "../../support/local-table.ts";
import { type PlayedHttpServer, startPlayedServer } from "../../support/played-http-server.ts";
import { messageOf } from "../../support/played-server.ts";
import { endOf } from "../../support/replay.ts";
import { type PollerWorld, startPollerWorld } from "../poller/poller-world.ts";

/** Longer than any conversation: each round asks every poll that has not ended. */
const MOST_ROUNDS = 20;

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
  for (let round = 0; round < MOST_ROUNDS && outcomes.size < servers.length; round++) {
    const { Records } = await queues.event(...(round === 0 ? messages : []));
    for (let first = 0; first < Records.length; first += 100) {
      await handler({ Records: Records.slice(first, first + 100) }, lambdaContext());
    }
    for (const body of await world.bodies(queues.outcomeQueueUrl)) {
      const outcome = JSON.parse(body);
      outcomes.set(outcome.pollId, outcome);
    }
    queues.advance(1000);
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
