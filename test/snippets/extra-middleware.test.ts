import { createHmac } from "node:crypto";
import middy from "@middy/core";
import type { SQSEvent } from "aws-lambda";
import { completed, deliverOutcomes, eachRecord, type SettledRecord } from "request-poller";
import { createTestQueue, lambdaContext, sqsEvent, sqsRecord } from "request-poller/testing";
import { expect, it } from "vitest";

/** Signs each outcome before it is delivered: stands after `deliverOutcomes`, so that its hook runs before. */
const signOutcomes = (key: string): middy.MiddlewareObj<SQSEvent, SettledRecord[]> => ({
  after: (request) => {
    request.response = (request.response ?? []).map((settled) => {
      if (settled.status === "rejected" || settled.value.kind !== "completed") return settled;
      const { outcome } = settled.value;
      const signature = createHmac("sha256", key).update(JSON.stringify(outcome)).digest("hex");
      return { ...settled, value: completed({ ...outcome, signature }) };
    });
  },
});

it("signs what is delivered", async () => {
  const outcomes = createTestQueue();
  const handler = middy()
    .use(deliverOutcomes({ queueUrl: outcomes.url, client: outcomes.client }))
    .use(signOutcomes("a key"))
    .handler(eachRecord(() => completed({ job: 7 })));

  await handler(sqsEvent(sqsRecord({ body: {} })), lambdaContext());

  const [outcome] = outcomes.sent;
  expect(outcome?.body).toMatch(/^{"job":7,"signature":"[0-9a-f]{64}"}$/);
});
