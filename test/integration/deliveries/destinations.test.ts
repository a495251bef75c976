import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SNSClient } from "@aws-sdk/client-sns";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Delivery, isFinalRefusal } from "../../../lib/deliveries/delivery.ts";
import { eventBus } from "../../../lib/deliveries/event-bus.ts";
import { queue } from "../../../lib/deliveries/queue.ts";
import { taskToken } from "../../../lib/deliveries/task-token.ts";
import { topic } from "../../../lib/deliveries/topic.ts";
import { webhook } from "../../../lib/deliveries/webhook.ts";
import type { JsonObject } from "../../../lib/json/json.ts";
import { fitOutcome, type WrittenOutcome } from "../../../lib/outcome/outcome-json.ts";
import {
  type AwsDestinations,
  type Mishap,
  startAwsDestinations,
} from "../../support/aws-destinations.ts";
import { type LocalQueues, startLocalQueues } from "../../support/local-queues.ts";

/** A destination of some kind, on this machine. */
interface Place {
  readonly create: () => Delivery;
  /** The outcomes that it has accepted, as JSON. */
  readonly accepted: () => Promise<string[]>;
  /** How many entries each call to it had. */
  readonly callSizes: () => number[];
  /** Makes its calls fail. */
  readonly fail: (mishap: Mishap | undefined) => void;
  /** An error that is not worth a retry. */
  readonly finalCode: string;
  readonly entriesPerCall: number;
}

let services: AwsDestinations;
let queues: LocalQueues;
beforeAll(async () => {
  services = await startAwsDestinations();
  queues = await startLocalQueues();
});
afterAll(async () => {
  await queues.close();
  await services[Symbol.asyncDispose]();
});
beforeEach(async () => {
  services.mishap = () => undefined;
  services.accepted.length = 0;
  services.calls.length = 0;
  queues.fail({});
  await queues.event();
  await queues.receive(queues.outcomeQueueUrl);
});

const TOPIC = "arn:aws:sns:us-east-1:123456789012:outcomes";

const ofServices = (create: () => Delivery, finalCode: string, entriesPerCall: number): Place => ({
  create,
  accepted: async () => services.accepted.map(({ json }) => json),
  callSizes: () => services.calls.map(({ entries }) => entries),
  fail: (mishap) => {
    services.mishap = () => mishap;
  },
  finalCode,
  entriesPerCall,
});

const ofQueues = (
  create: () => Delivery,
  queueUrl: () => string,
  read: (body: string) => string,
): Place => ({
  create,
  accepted: async () =>
    (await queues.receive(queueUrl())).map(({ Body = "" }) => read(Body)).toSorted(),
  callSizes: () => queues.calls.filter((call) => call === "SendMessageBatch").map(() => 10),
  fail: (mishap) => queues.fail(sqsFaults(mishap)),
  finalCode: "QueueDoesNotExist",
  entriesPerCall: 10,
});

function sqsFaults(mishap: Mishap | undefined): Parameters<LocalQueues["fail"]>[0] {
  switch (mishap?.kind) {
    case "entries":
      return { entry: (_action, _queue, id) => sqsCode(mishap.code(Number(id))) };
    case "error":
      return { call: () => ({ code: sqsCode(mishap.code) ?? "InternalError" }) };
    case "lost":
      return { call: () => ({ code: "InternalError", applied: mishap.applied }) };
    case undefined:
      return {};
  }
}

const sqsCode = (code: string | undefined) =>
  code === undefined || code === "QueueDoesNotExist" ? code : "InternalError";

const PLACES: Readonly<Record<string, Place>> = {
  queueUrl: ofQueues(
    () => queue(queues.outcomeQueueUrl, queues.sqs),
    () => queues.outcomeQueueUrl,
    (body) => body,
  ),
  eventBus: ofServices(
    () => eventBus("orders", new EventBridgeClient({ ...services.client, maxAttempts: 1 })),
    "NotAuthorizedForSourceException",
    10,
  ),
  topicArn: ofServices(
    () => topic(TOPIC, new SNSClient({ ...services.client, maxAttempts: 1 })),
    "NotFound",
    10,
  ),
  taskToken: ofServices(
    () => taskToken("token", new SFNClient({ ...services.client, maxAttempts: 1 })),
    "TaskTimedOut",
    1,
  ),
  webhook: ofQueues(
    () =>
      webhook(
        { url: "https://hooks.example.com/" },
        { sqs: queues.sqs, pollQueueUrl: queues.queueUrl, now: queues.now },
      ),
    () => queues.queueUrl,
    (body) => JSON.parse(body).request.body,
  ),
};

const outcome = (place: number, more: JsonObject = {}): WrittenOutcome => {
  const said = { outcomeId: `poll-${place}@2026`, pollId: `poll-${place}`, status: "succeeded" };
  return { outcome: said, json: JSON.stringify({ ...said, ...more }) };
};

const several = (count: number) => Array.from({ length: count }, (_, place) => outcome(place));
const jsonOf = (outcomes: readonly WrittenOutcome[]) => outcomes.map(({ json }) => json).toSorted();
const NO_SIGNAL = { signal: undefined };

describe.each(Object.entries(PLACES))("the destination %s", (kind, place) => {
  const isQueue = kind === "queueUrl" || kind === "webhook";

  it("delivers each outcome byte for byte, in calls as full as the service allows", async () => {
    const outcomes = several(23);
    expect(await place.create().deliver(outcomes, NO_SIGNAL)).toEqual(
      outcomes.map(() => undefined),
    );
    expect((await place.accepted()).toSorted()).toEqual(jsonOf(outcomes));
    expect(place.callSizes()).toHaveLength(Math.ceil(23 / place.entriesPerCall));
  });

  it("takes an outcome of its largest size, and several of them", async () => {
    const delivery = place.create();
    const whole = outcome(1, { result: "x".repeat(2_000_000) });
    const fits = (json: string) => delivery.fits?.(json, whole.outcome) ?? true;
    const cut = fitOutcome(whole.outcome, delivery.maxBytes, whole.json, fits);
    expect(JSON.parse(cut)).toEqual({ ...whole.outcome, truncated: true });

    const room = delivery.maxBytes - Buffer.byteLength(outcome(1, { result: "" }).json);
    const largest = outcome(1, { result: "x".repeat(kind === "webhook" ? room - 4000 : room) });
    expect(fitOutcome(largest.outcome, delivery.maxBytes, largest.json, fits)).toBe(largest.json);
    expect(await delivery.deliver([largest, outcome(2), largest], NO_SIGNAL)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(await place.accepted()).toHaveLength(3);
  });

  it("refuses for now what the service throttles", async () => {
    place.fail({ kind: "error", status: 400, code: "ThrottlingException" });
    const [refusal] = await place.create().deliver([outcome(1)], NO_SIGNAL);
    expect(refusal).toBeInstanceOf(Error);
    expect(isFinalRefusal(refusal)).toBe(false);
    place.fail(undefined);
    expect(await place.accepted()).toEqual([]);
  });

  it.each([true, false])(
    "refuses for now when the connection is lost (effect: %s)",
    async (applied) => {
      place.fail({ kind: "lost", applied });
      const [refusal] = await place.create().deliver([outcome(1)], NO_SIGNAL);
      expect(refusal).toBeInstanceOf(Error);
      expect(isFinalRefusal(refusal)).toBe(false);
      place.fail(undefined);
      expect(await place.accepted()).toHaveLength(applied ? 1 : 0);
    },
  );

  it("says when a refusal will come each time", async () => {
    place.fail({ kind: "error", status: 400, code: place.finalCode });
    const [refusal] = await place.create().deliver([outcome(1)], NO_SIGNAL);
    expect(refusal?.message).toContain(place.finalCode);
    expect(isFinalRefusal(refusal)).toBe(true);
  });

  it.skipIf(kind === "taskToken")("refuses only the entries that the service refused", async () => {
    const codes = [undefined, isQueue ? "InternalError" : "InternalFailure", place.finalCode];
    place.fail({ kind: "entries", code: (entry) => codes[entry] });
    const refusals = await place.create().deliver(several(3), NO_SIGNAL);
    expect(refusals.map((refusal) => refusal && isFinalRefusal(refusal))).toEqual([
      undefined,
      false,
      true,
    ]);
    place.fail(undefined);
    expect(await place.accepted()).toEqual([outcome(0).json]);
  });

  it("refuses for now, without waiting, when its time is up", async () => {
    const refusals = await place.create().deliver(several(12), { signal: AbortSignal.abort() });
    expect(refusals).toHaveLength(12);
    for (const refusal of refusals) expect(isFinalRefusal(refusal)).toBe(false);
    expect(refusals.every((refusal) => refusal !== undefined)).toBe(true);
    expect(await place.accepted()).toEqual([]);
  });

  it("makes no call for no outcome", async () => {
    expect(await place.create().deliver([], NO_SIGNAL)).toEqual([]);
    expect(place.callSizes()).toEqual([]);
  });
});

describe("what a destination says beside the outcome", () => {
  const ended = (status: unknown, more: JsonObject = {}): WrittenOutcome => {
    const outcome = { outcomeId: "p@2026", pollId: "p", status };
    return { outcome, json: JSON.stringify({ ...outcome, ...more }) };
  };

  it.each([
    ["succeeded", "Poll Succeeded"],
    ["failed", "Poll Failed"],
    ["exhausted", "Poll Exhausted"],
    ["expired", "Poll Expired"],
    ["cancelled", "Poll Cancelled"],
    [undefined, "Poll Completed"],
    ["Not a status", "Poll Completed"],
  ])("an event about %s has the detail-type %s", async (status, detailType) => {
    await PLACES.eventBus?.create().deliver([ended(status)], NO_SIGNAL);
    expect(services.accepted).toMatchObject([
      { to: "orders", said: `request-poller: ${detailType}` },
    ]);
  });

  it("a message of a topic has status and pollId as attributes", async () => {
    await PLACES.topicArn?.create().deliver([ended("failed")], NO_SIGNAL);
    expect(services.accepted).toMatchObject([{ to: TOPIC, said: "status=failed pollId=p" }]);
  });

  it("a task fails with the status as error name and the outcome as cause, cut to its size", async () => {
    const delivery = PLACES.taskToken?.create();
    if (delivery === undefined) throw new Error("the destination is gone");
    const { outcome, json: whole } = ended("exhausted", { result: "x".repeat(40_000) });
    const fits = (json: string) => delivery.fits?.(json, outcome) ?? true;
    const json = fitOutcome(outcome, delivery.maxBytes, whole, fits);
    await delivery.deliver([{ outcome, json }], NO_SIGNAL);
    expect(services.calls).toEqual([{ action: "SendTaskFailure", entries: 1 }]);
    expect(services.accepted).toMatchObject([{ to: "token", said: "exhausted", json }]);
    expect(JSON.parse(json)).toEqual({ ...outcome, truncated: true });
  });
});
