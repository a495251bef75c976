import { describe, expect, it } from "vitest";
import { deliverEach } from "../../../lib/deliveries/deliver-each.ts";
import type { Delivery } from "../../../lib/deliveries/delivery.ts";
import { deliveryTo } from "../../../lib/deliveries/destinations.ts";
import type { OutcomeStore } from "../../../lib/outcome/outcome-store.ts";

const POLL_QUEUE = "https://sqs.eu-west-1.amazonaws.com/1/polls";
const PLACE = { bucket: "large", key: "p" };
const KIB = 1024;

const outcome = (status: string, resultBytes: number) => ({
  outcomeId: "p@2026-01-01T00:00:00.000Z",
  pollId: "p",
  status,
  result: "x".repeat(resultBytes),
});
const bytesOf = (value: object) => Buffer.byteLength(JSON.stringify(value));

/** Delivers an outcome to one destination, which accepts it. */
async function deliver(
  destination: Parameters<typeof deliveryTo>[0],
  value: ReturnType<typeof outcome>,
  hasStore: boolean,
) {
  const ports = { sqs: undefined, pollQueueUrl: POLL_QUEUE, now: () => 0 };
  const [delivered, stored]: [string[], string[]] = [[], []];
  const store: OutcomeStore = {
    async store(_outcome, json) {
      stored.push(json);
      return PLACE;
    },
  };
  const to = (): Delivery => ({
    ...deliveryTo(destination, ports),
    async deliver(outcomes) {
      delivered.push(...outcomes.map(({ json }) => json));
      return [undefined];
    },
  });
  const of = [{ outcome: value, json: undefined, destinations: [destination] }];
  const options = { signal: undefined, store: hasStore ? store : undefined };
  expect(await deliverEach(of, to, options)).toEqual([[undefined]]);
  return { delivered: delivered.map((json) => JSON.parse(json)), stored };
}

describe.each([
  ["a queue", { queueUrl: "https://sqs.eu-west-1.amazonaws.com/1/q" }, "succeeded", 1024 * KIB],
  ["an event bus", { eventBus: "orders" }, "succeeded", 1_000_000],
  ["a topic", { topicArn: "arn:aws:sns:eu-west-1:1:t" }, "succeeded", 256 * KIB],
  ["a task that succeeds", { taskToken: "t" }, "succeeded", 256 * KIB],
  ["a task that fails", { taskToken: "t" }, "failed", 32 * KIB],
  ["a webhook", { webhook: { url: "https://a.example/hook" } }, "succeeded", 1024 * KIB],
] as const)("an outcome for %s", (_name, destination, status, serviceBytes) => {
  const ports = { sqs: undefined, pollQueueUrl: POLL_QUEUE, now: () => 0 };
  const { maxBytes, fits = () => true } = deliveryTo(destination, ports);
  const isAccepted = (resultBytes: number) => {
    const value = outcome(status, resultBytes);
    return bytesOf(value) <= maxBytes && fits(JSON.stringify(value), value);
  };
  let [room, over] = [0, serviceBytes + 1];
  while (over - room > 1) {
    const middle = Math.floor((room + over) / 2);
    if (isAccepted(middle)) room = middle;
    else over = middle;
  }
  const largest = outcome(status, room);

  it("may be nearly as large as the service accepts", () => {
    expect(bytesOf(largest)).toBeLessThanOrEqual(serviceBytes);
    expect(bytesOf(largest)).toBeGreaterThan(serviceBytes - 4 * KIB);
  });

  it.each([false, true])("is whole at the limit (a bucket: %s)", async (hasStore) => {
    const { delivered, stored } = await deliver(destination, largest, hasStore);
    expect(delivered).toEqual([largest]);
    expect(stored).toEqual([]);
  });

  it.each([false, true])(
    "says that it is not whole one byte above (bucket: %s)",
    async (hasStore) => {
      const larger = outcome(status, room + 1);
      const { delivered, stored } = await deliver(destination, larger, hasStore);
      const { result: _, ...rest } = larger;
      expect(delivered).toEqual([
        { ...rest, ...(hasStore ? { stored: PLACE } : { truncated: true }) },
      ]);
      expect(stored).toEqual(hasStore ? [JSON.stringify(larger)] : []);
    },
  );
});
