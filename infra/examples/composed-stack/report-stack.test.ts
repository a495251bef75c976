import { createTestQueue, runStack } from "request-poller/testing";
import { describe, expect, it, vi } from "vitest";
import { type AskForReport, reportStack } from "./report-stack.ts";

function startWorld(askForReport: AskForReport) {
  vi.spyOn(console, "error").mockReturnValue();
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const deadLetters = createTestQueue();
  const queue = createTestQueue({ deadLetterQueue: deadLetters });
  const { client, clock } = queue;
  const outcomes = createTestQueue({ clock });
  const pauses = new Map<string, number>();
  const handler = reportStack({
    client,
    queueUrl: queue.url,
    outcomeQueueUrl: outcomes.url,
    deadLetterQueueUrl: deadLetters.url,
    askForReport,
    pausedUntil: (tenant) => pauses.get(tenant),
    clock,
  });
  const bodies = (of: typeof queue) => of.sent.map(({ body }) => JSON.parse(body));
  return { queue, outcomes, deadLetters, pauses, bodies, stack: runStack(handler, { queue }) };
}

const MESSAGE = { reportId: "r-1", tenant: "a" };

describe("a custom stack", () => {
  it("asks every half minute until the report is ready", async () => {
    let asked = 0;
    const { queue, outcomes, bodies, stack } = startWorld(async () =>
      ++asked < 4 ? "in the making" : { url: "https://reports.example/r-1" },
    );
    queue.send(MESSAGE);
    await stack.advance("90s");
    expect(asked).toBe(3);
    await stack.advance("5s");
    expect(bodies(outcomes)).toEqual([{ ...MESSAGE, url: "https://reports.example/r-1" }]);
    expect(queue.messages()).toEqual([]);
  });

  it("gives up after a hundred retries", async () => {
    const { queue, outcomes, bodies, stack } = startWorld(async () => "in the making");
    queue.send(MESSAGE);
    await stack.advance("1h");
    expect(bodies(outcomes)).toMatchObject([{ status: "exhausted", retryCount: 100 }]);
  });

  it("does not ask for a paused tenant, and uses none of its retries", async () => {
    const { queue, pauses, bodies, stack } = startWorld(async () => "in the making");
    pauses.set("a", queue.clock.now() + 2 * 3_600_000);
    queue.send(MESSAGE);
    queue.send({ ...MESSAGE, tenant: "b" });
    await stack.advance("119m");
    const last = (tenant: string) => bodies(queue).findLast((of) => of.tenant === tenant);
    expect(last("a")).not.toHaveProperty("retryCount");
    expect(last("b")).toMatchObject({ retryCount: 100 });
  });

  it("retries within seconds when the service cannot be reached", async () => {
    let asked = 0;
    const { queue, outcomes, stack } = startWorld(async () => {
      if (++asked === 1) throw new Error("the service is down");
      return { url: "https://reports.example/r-1" };
    });
    queue.send(MESSAGE);
    await stack.advance("10s");
    expect(outcomes.sent).toHaveLength(1);
  });

  it("dead-letters invalid messages, and only those", async () => {
    const { queue, outcomes, deadLetters, stack } = startWorld(async () => ({ url: "there" }));
    for (const body of ["not JSON", { reportId: 7 }, MESSAGE]) queue.send(body);
    await stack.advance("5s");
    expect(deadLetters.sent.map(({ messageAttributes }) => messageAttributes.reason)).toEqual([
      { dataType: "String", stringValue: "message body: must be a JSON object" },
      { dataType: "String", stringValue: "reportId: must be a string" },
    ]);
    expect(outcomes.sent).toHaveLength(1);
  });

  it("loses nothing when SQS refuses a requeue and the function crashes", async () => {
    let asked = 0;
    const { queue, outcomes, stack } = startWorld(async () =>
      ++asked < 10 ? "in the making" : { url: "there" },
    );
    queue.send(MESSAGE);
    queue.refuseEntries(1);
    await stack.advance("1m");
    stack.crashAfter(0);
    await stack.advance("1h");
    expect(outcomes.sent).toHaveLength(1);
    expect(queue.messages()).toEqual([]);
  });
});
