import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { expect, vi } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import type { loadPoller } from "../../support/poller-bundle.ts";
import type { PollerWorld } from "./poller-world.ts";

/** Runs batches of a world whose clock is faked. */
export interface Batches {
  later(ms: number): void;
  /** Runs a batch of these messages and of all that are visible, as Lambda does. No record of it may fail. */
  run(handler: Awaited<ReturnType<typeof loadPoller>>, ...messages: string[]): Promise<SQSEvent>;
}

export function runBatches(world: PollerWorld): Batches {
  const { queues } = world;
  return {
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
  };
}
