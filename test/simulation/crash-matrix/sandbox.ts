import type { SQSEvent } from "aws-lambda";
import { lambdaContext } from "../../kit/lambda-context.ts";

/** What the parent sends: a batch, then leave to process it. */
type Order = { readonly event: SQSEvent } | { readonly go: true };

// A process of its own is the function's sandbox: it can be killed as nothing inside a process can be.
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
