import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { outcomeOf } from "../../../lib/outcome/outcome.ts";
import { type ClientWorld, startClientWorld } from "../../support/client-world.ts";

let world: ClientWorld;
beforeEach(async () => {
  world = await startClientWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

const outcome = (pollId: string) =>
  outcomeOf({ pollId, retryCount: 0, startedAt: 0 }, { status: "succeeded" }, 1000);
const deliver = (pollId: string) =>
  world.put(world.outcomeQueueUrl, JSON.stringify(outcome(pollId)));

describe("outcomes", () => {
  it("receives each outcome, and deletes only those that it is told to delete", async () => {
    for (const pollId of ["a", "b", "c"]) await deliver(pollId);
    const seen: unknown[] = [];
    for await (const each of world.client.outcomes()) {
      seen.push(each.outcome);
      expect(JSON.parse(each.body)).toEqual(each.outcome);
      if (each.outcome?.pollId === "b") await each.delete();
    }
    expect(seen).toEqual([outcome("a"), outcome("b"), outcome("c")]);
    const left = (await world.take(world.outcomeQueueUrl)).map(({ Body = "" }) => JSON.parse(Body));
    expect(left.map(({ pollId }) => pollId).toSorted()).toEqual(["a", "c"]);
  });

  it("has the text of a message that is no outcome of a poll", async () => {
    await world.put(world.outcomeQueueUrl, '{"groupId":"g","status":"succeeded"}');
    await world.put(world.outcomeQueueUrl, "no JSON");
    const found = await Array.fromAsync(world.client.outcomes());
    expect(found.map((each) => [each.outcome, each.body])).toEqual([
      [undefined, '{"groupId":"g","status":"succeeded"}'],
      [undefined, "no JSON"],
    ]);
  });

  it("goes on until its signal aborts, when it is told to follow", async () => {
    const stop = new AbortController();
    const seen: (string | undefined)[] = [];
    const following = (async () => {
      for await (const each of world.client.outcomes({ follow: true, signal: stop.signal })) {
        seen.push(each.outcome?.pollId);
        await each.delete();
      }
    })();
    for (const pollId of ["a", "b"]) {
      await deliver(pollId);
      await expect.poll(() => seen, { timeout: 30_000 }).toContain(pollId);
    }
    stop.abort();
    await following;
    expect(seen).toEqual(["a", "b"]);
    expect(await world.take(world.outcomeQueueUrl)).toEqual([]);
  });

  it("needs the queue's URL", () => {
    expect(() => world.with({ outcomeQueueUrl: undefined }).outcomes()).toThrow(
      "outcomes: make the client with outcomeQueueUrl, the stack's output OutcomeQueueUrl",
    );
  });
});

describe("depths", () => {
  it("counts the messages of each queue", async () => {
    await world.put(world.queueUrl, "waits");
    await deliver("a");
    await deliver("b");
    await world.put(world.deadLetterQueueUrl, "dead");
    expect(await world.client.depths()).toEqual({
      waiting: 1,
      inFlight: 0,
      delayed: 0,
      outcomes: 2,
      deadLetters: 1,
    });
  });

  it("counts only the queues that the client knows", async () => {
    const client = world.with({ outcomeQueueUrl: undefined, deadLetterQueueUrl: undefined });
    expect(await client.depths()).toEqual({ waiting: 0, inFlight: 0, delayed: 0 });
  });
});
