import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ClientStack, startClientStack } from "../../support/client-stack.ts";
import { type HttpJobs, startHttpJobs } from "../../support/http-jobs.ts";

let stack: ClientStack;
let jobs: HttpJobs;
beforeAll(async () => {
  jobs = await startHttpJobs({ "/pending": () => ({ status: 202 }) });
  stack = await startClientStack();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await jobs.close();
});

describe("a poll on the local stack", () => {
  it("is found, cancelled, and delivered as cancelled with its context", async () => {
    const { client } = stack;
    const pollId = await client.submit({
      request: { url: `${jobs.url}/pending` },
      until: "http",
      delaySeconds: 1,
      maxRetries: 1000,
      context: { tenant: 7 },
    });
    await expect.poll(() => client.status(pollId)).toMatchObject({ pollId });
    const listed = await Array.fromAsync(client.list({ state: ["waiting", "asking", "held"] }));
    expect(listed.map((each) => each.pollId)).toEqual([pollId]);
    expect(await client.cancel(pollId)).toEqual({ state: "cancelled", cancelled: true });
    expect(await client.status(pollId)).toMatchObject({ state: "cancelled" });
    expect(await client.waitFor(pollId)).toMatchObject({ pollId, status: "cancelled" });
    const stop = new AbortController();
    for await (const each of client.outcomes({ follow: true, signal: stop.signal })) {
      expect(each.outcome).toMatchObject({ pollId, status: "cancelled", context: { tenant: 7 } });
      await each.delete();
      stop.abort();
    }
    expect(await client.depths()).toMatchObject({ outcomes: 0, deadLetters: 0 });
  });

  it("that was cancelled before its first receive asks nothing", async () => {
    const { client } = stack;
    await client.pause();
    const pollId = await client.submit({ request: { url: `${jobs.url}/never` } });
    expect(await client.cancel(pollId)).toMatchObject({ cancelled: true });
    await client.resume();
    const stop = new AbortController();
    for await (const each of client.outcomes({ follow: true, signal: stop.signal })) {
      expect(each.outcome).toMatchObject({ pollId, status: "cancelled" });
      await each.delete();
      stop.abort();
    }
    expect(jobs.requests.filter(({ path }) => path === "/never")).toEqual([]);
  });
});
