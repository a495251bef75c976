import { describe, expect, it } from "vitest";
import { REQUESTS, runPoll } from "../../support/poll-course.ts";

describe("a second submission of a running poll", () => {
  it.each([0, 5, 30, 600, 3600])("changes nothing, with a delay of %i s", async (delaySeconds) => {
    const alone = await runPoll({ delaySeconds });
    expect(alone.askedAt).toHaveLength(REQUESTS);
    const times = [1, 2, 10, 60, 120, 240, 480, 700].filter((at) => at < 2 * delaySeconds);
    const again = Object.fromEntries(times.map((at) => [at, {}]));
    expect(await runPoll({ delaySeconds, again })).toMatchObject({
      askedAt: alone.askedAt,
      most: 1,
    });
  });

  it("waits as long as the server asked the first one to wait", async () => {
    const course = { delaySeconds: 5, retryAfterSeconds: 3600 };
    const again = { 2: {}, 70: {}, 600: {}, 1800: {} };
    const { askedAt, most } = await runPoll({ ...course, again });
    expect(askedAt).toEqual((await runPoll(course)).askedAt);
    expect(most).toBe(1);
  });

  it("does not influence how the first one continues or ends", async () => {
    const expiresAt = "2000-01-01T00:00:00.000Z";
    const again = { 2: { maxRetries: 0 }, 3: { expiresAt }, 4: { maxErrors: 0 } };
    const { askedAt, ends } = await runPoll({ delaySeconds: 600, again });
    expect(askedAt).toHaveLength(REQUESTS);
    expect(new Set(ends)).toEqual(new Set(["exhausted"]));
  });

  it("never makes a request at the same time as the first one, even when SQS refuses a requeue", async () => {
    const again = { 2: {}, 50: {}, 100: {} };
    const course = { delaySeconds: 60, latencySeconds: 9, isRefused: true };
    expect((await runPoll({ ...course, again })).most).toBe(1);
  });
});
