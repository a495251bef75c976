import { afterAll, beforeAll, expect, it } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { type PollerWorld, startPollerWorld } from "../poller/poller-world.ts";

let world: PollerWorld;
beforeAll(async () => {
  world = await startPollerWorld({
    "/prints-1": (nth) =>
      nth === 1
        ? { status: 200, headers: { location: "/moved/1" }, body: { state: "printing" } }
        : { status: 410 },
    "/moved/1": () => ({ status: 200, body: { state: "printed", pages: 7 } }),
    "/prints-2": () => ({ status: 200, body: { state: "jammed", reason: "paper" } }),
  });
});
afterAll(() => world[Symbol.asyncDispose]());

it("polls by a preset that a stack adds", async () => {
  const { queues, message } = world;
  await world.load();
  const { handler } = await import("../../snippets/own-preset.ts");
  const fields = { until: "print-shop", delaySeconds: 0 };
  const event = await queues.event(message("/prints-1", fields), message("/prints-2", fields));
  expect(await handler(event, lambdaContext())).toEqual({ batchItemFailures: [] });
  expect(await handler(await queues.event(), lambdaContext())).toEqual({ batchItemFailures: [] });

  const outcomes = (await world.bodies(queues.outcomeQueueUrl)).map((body) => JSON.parse(body));
  expect(outcomes).toMatchObject([
    { pollId: "prints-2", status: "failed", error: { reason: "paper" } },
    { pollId: "prints-1", status: "succeeded", result: 7 },
  ]);
});

it("refuses an option that it does not know", async () => {
  await world.load();
  const { createHandler } = await import("request-poller/poller");
  const options: object = { preset: {} };
  expect(() => createHandler(options)).toThrow(TypeError);
  expect(() => createHandler(options)).toThrow(
    "createHandler: unknown option preset: did you mean presets?",
  );
});
