import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { expect, vi } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import type { Answer } from "../../support/http-jobs.ts";
import { type LocalTable, startLocalTable } from "../../support/local-table.ts";
import { type PollerWorld, startPollerWorld } from "./poller-world.ts";

/** A world with the fence's table, in which the clock of the queues is the only one. */
export interface FencedWorld extends PollerWorld {
  readonly table: LocalTable;
  later(ms: number): void;
  /** Runs a batch of these messages and of all that are visible, as Lambda does. No record of it may fail. */
  run(handler: Handler, ...messages: string[]): Promise<SQSEvent>;
}

export type Handler = Awaited<ReturnType<PollerWorld["load"]>>;

/** Fakes `Date` until the world is disposed of. */
export async function startFencedWorld(
  answers: Readonly<Record<string, Answer>>,
): Promise<FencedWorld> {
  const table = await startLocalTable();
  const world = await startPollerWorld(answers);
  const { queues } = world;
  vi.useFakeTimers({ toFake: ["Date"], now: queues.now() });
  return {
    ...world,
    table,
    load: (environment) =>
      world.load({
        TABLE_NAME: table.tableName,
        AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
        ...environment,
      }),
    later(ms) {
      queues.advance(ms);
      vi.setSystemTime(queues.now());
    },
    async run(handler, ...messages) {
      const event = await queues.event(...messages);
      if (event.Records.length === 0) return event;
      const answered: SQSBatchResponse = { batchItemFailures: [] };
      expect(await handler(event, lambdaContext())).toEqual(answered);
      await queues.acknowledge(event, answered);
      return event;
    },
    async [Symbol.asyncDispose]() {
      vi.useRealTimers();
      await world[Symbol.asyncDispose]();
      await table.close();
    },
  };
}
