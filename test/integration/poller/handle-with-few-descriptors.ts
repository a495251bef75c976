import { json } from "node:stream/consumers";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { loadPoller } from "../../support/poller-bundle.ts";

// Hands an event to the built poller and prints its answer. Run it with a low limit of file descriptors.
const [environment = "{}"] = process.argv.slice(2);
const handler = await loadPoller(JSON.parse(environment));
const event = await json(process.stdin);
const answer = await handler(event as Parameters<typeof handler>[0], lambdaContext());
process.stdout.write(JSON.stringify(answer), () => process.exit());
