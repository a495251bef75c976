import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ClientWorld, startClientWorld } from "../../support/client-world.ts";

let world: ClientWorld;
beforeAll(async () => {
  world = await startClientWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

/** What a program in JavaScript can give. */
const given = <Value>(value: unknown): Value => value as Value;

describe("a pollId that no poll can have", () => {
  it.each(["", "group#g", undefined, null, 5, {}])(
    "%j is refused, and nothing is written",
    async (said) => {
      const { client, table } = world;
      const pollId = given<string>(said);
      for (const method of ["status", "cancel", "outcome", "outcomeJson", "waitFor"] as const) {
        await expect(client[method](pollId)).rejects.toThrow(/pollId must be the id of a poll/);
      }
      expect(await table.rows()).toEqual([]);
    },
  );
});

describe("options that are mistaken", () => {
  it("refuses to wait until a time that is no number", async () => {
    const { client } = world;
    for (const timeoutMs of [Number.NaN, given<number>("5000")]) {
      await expect(client.waitFor("p", { timeoutMs })).rejects.toThrow(
        "waitFor: timeoutMs must be a number of milliseconds",
      );
    }
    const timeout = given<object>({ timeout: 5000 });
    await expect(client.waitFor("p", timeout)).rejects.toThrow(/unknown option timeout/);
  });

  it("moves no dead letter", async () => {
    const { client, deadLetterQueueUrl, queueUrl } = world;
    await world.put(deadLetterQueueUrl, "a letter", { status: "poison", reason: "because" });
    for (const options of [
      { id: ["m"] },
      { ids: "m" },
      { only: "" },
      { edits: { m: { request: {} } } },
      { signal: "stop" },
    ]) {
      await expect(client.redrive(given(options))).rejects.toThrow(/^redrive: /);
    }
    expect(await world.take(queueUrl)).toEqual([]);
    expect(await world.take(deadLetterQueueUrl)).toHaveLength(1);
  });

  it("lists nothing, and receives nothing", () => {
    const { client } = world;
    expect(() => client.list(given({ state: "gone" }))).toThrow(
      /^list: state must be one of waiting/,
    );
    expect(() => client.list(given({ states: "failed" }))).toThrow(/did you mean state\?/);
    expect(() => client.outcomes({ waitSeconds: 21 })).toThrow(/waitSeconds must be 0 to 20/);
    expect(() => client.deadLetters(given({ only: "poison" }))).toThrow(/unknown option only/);
  });

  it("submits nothing", async () => {
    const { client, queueUrl } = world;
    const message = { request: { url: "https://api.example.com/" } };
    await expect(client.submit(message, given({ abort: 1 }))).rejects.toThrow(/unknown option/);
    expect(await world.take(queueUrl)).toEqual([]);
  });
});

it("throws the reason of a signal from a list, too", async () => {
  const signal = AbortSignal.abort(new Error("mine"));
  await expect(Array.fromAsync(world.client.list({ signal }))).rejects.toThrow("mine");
});
