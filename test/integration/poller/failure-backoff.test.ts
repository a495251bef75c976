import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { type PollerWorld, startPollerWorld } from "./poller-world.ts";

let world: PollerWorld;
beforeEach(async () => {
  world = await startPollerWorld({ "/pending": () => ({ status: 202 }) });
});
afterEach(() => world[Symbol.asyncDispose]());

const failAlways = () =>
  world.queues.fail({
    entry: (action) => (action === "SendMessageBatch" ? "InternalError" : undefined),
  });

describe("a record that failed", () => {
  it("comes back after seconds at first, and after a longer time with each receive", async () => {
    const handler = await world.load();
    let event = await world.queues.event(world.message("/pending"));
    failAlways();
    for (const [receive, seconds] of [4, 60, 900, 4200, 4200].entries()) {
      expect(event.Records[0]?.attributes.ApproximateReceiveCount).toBe(String(receive + 1));
      const response = await handler(event, lambdaContext());
      expect(response.batchItemFailures).toHaveLength(1);
      world.queues.advance((seconds * 0.75 - 1) * 1000);
      expect((await world.queues.event()).Records).toEqual([]);
      world.queues.advance((seconds * 0.25 + 1) * 1000);
      event = await world.queues.event();
      expect(event.Records).toHaveLength(1);
    }
  });

  it("is still reported when SQS refuses to change its visibility, and comes back later", async () => {
    const handler = await world.load();
    const event = await world.queues.event(world.message("/pending"));
    world.queues.fail({ entry: () => "InternalError" });
    const response = await handler(event, lambdaContext());
    expect(response.batchItemFailures).toEqual([{ itemIdentifier: event.Records[0]?.messageId }]);
    world.queues.fail({});
    world.queues.advance(10_000);
    expect((await world.queues.event()).Records).toEqual([]);
    world.queues.advance(43_190_000);
    expect((await world.queues.event()).Records).toHaveLength(1);
  });

  it("does not delay the other records when SQS refuses to change its visibility", async () => {
    const handler = await world.load();
    const event = await world.queues.event(
      ...Array.from({ length: 12 }, (_, n) => world.message("/pending", { pollId: `p${n}` })),
    );
    world.queues.fail({
      entry: (action, _queue, id) =>
        action === "SendMessageBatch" || id === "0" ? "InternalError" : undefined,
    });
    const response = await handler(event, lambdaContext());
    expect(response.batchItemFailures).toHaveLength(12);
    world.queues.advance(5000);
    // There were two calls, and the first entry of each was refused.
    expect((await world.queues.event()).Records).toHaveLength(10);
  });
});
