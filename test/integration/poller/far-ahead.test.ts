import { expect, it } from "vitest";
import { runPoll } from "../../support/poll-course.ts";

it.each([8_640_000_000_000_000, Date.now() * 2])(
  "makes a poll's first request within twelve hours, even with a notBefore of %i",
  async (notBefore) => {
    const { askedAt, ends } = await runPoll({ delaySeconds: 5, first: { notBefore } });
    expect(askedAt[0]).toBeGreaterThanOrEqual(43_200);
    expect(askedAt[0]).toBeLessThan(43_205);
    expect(ends).toEqual(["exhausted"]);
  },
);
