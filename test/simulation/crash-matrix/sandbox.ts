import type { SQSEvent } from "aws-lambda";
import { lambdaContext } from "../../kit/lambda-context.ts";

/** The parent's messages: first a batch, then the order to process it. */
type Order = { readonly event: SQSEvent } | { readonly go: true };

// The function's sandbox is a separate process: only a process can be killed at any moment.
const { handler } = await import(new URL("../../../dist/poller/index.mjs", import.meta.url).href);
let received: SQSEvent | undefined;
process.on("message", async (order: Order) => {
  if ("event" in order) {
    received = order.event;
    process.send?.("received");
  } else {
    await handler(received, lambdaContext());
    process.send?.("before the response");
  }
});
process.send?.("started");
