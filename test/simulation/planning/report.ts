import { ASSUMED, type Load, type LoadFigures } from "./load.ts";
import { PRICES, PRICES_OF } from "./prices.ts";

const MILLION = 1_000_000;

/** A price, and how it is made. */
interface Cost {
  readonly name: string;
  readonly dollars: number;
  readonly formula: string;
}

/** Says what a load comes to, here and elsewhere. */
export function reportPlan(load: Load, figures: LoadFigures): string {
  const { requests, days, invocations, mostAtOnce, sqsRequests, tableWrites } = figures;
  const { gbSeconds, logBytes } = figures;
  const lines = [
    `${requests} polls of ${load.jobs} jobs, each every ${load.intervalSeconds} s: ${days.toFixed(1)} days`,
    `  invocations         ${invocations}, ${(requests / invocations).toFixed(1)} polls each, ${mostAtOnce} at once at most`,
    `  SQS requests        ${sqsRequests}`,
    `  table writes        ${tableWrites}`,
    `  GB-seconds          ${gbSeconds.toFixed(0)}`,
    `  log                 ${(logBytes / 1e9).toFixed(2)} GB`,
    "",
    ...costsOf(load, figures).flatMap(({ name, dollars, formula }) => [
      `$${dollars.toFixed(2).padStart(9)}  ${name}`,
      `            ${formula}`,
    ]),
    "",
    `List prices of us-east-1, ${PRICES_OF}, without free tiers and without the API's own cost. Assumed: an SQS call`,
    `takes ${ASSUMED.sqsCallMs} ms, a table call ${ASSUMED.tableCallMs} ms, a record ${ASSUMED.cpuMsPerRecord} ms of CPU at ${ASSUMED.memoryGb * 1024} MB; no retries, no cold starts;`,
    `durable functions make one operation a poll at the rate of the price page's examples.`,
    "",
  ];
  return lines.join("\n");
}

function costsOf(load: Load, figures: LoadFigures): Cost[] {
  const { requests, invocations, sqsRequests, tableWrites, gbSeconds, logBytes } = figures;
  const lambda = (calls: number, gbs: number) =>
    (calls / MILLION) * PRICES.lambdaMillionRequests + gbs * PRICES.lambdaGbSecond;
  const sqs = (calls: number) => (calls / MILLION) * PRICES.sqsMillionRequests;
  const writes = (tableWrites / MILLION) * PRICES.dynamoDbMillionWrites;
  const log = (logBytes / 1e9) * PRICES.logsGb;
  const transitions = (requests / MILLION) * PRICES.stepFunctionsMillionTransitions;
  const operations = (requests / MILLION) * PRICES.durableMillionOperations;
  const oneByOne = ((load.latencyMs + ASSUMED.cpuMsPerRecord) / 1000) * ASSUMED.memoryGb * requests;
  const withSend = oneByOne + (ASSUMED.sqsCallMs / 1000) * ASSUMED.memoryGb * requests;
  return [
    {
      name: `Request Poller${load.isFenced ? ", with the fence" : ", without a table"}`,
      dollars: lambda(invocations, gbSeconds) + sqs(sqsRequests) + writes + log,
      formula:
        "invocations x $0.20/M + GB-s x $0.0000133334 + SQS x $0.40/M + writes x $0.625/M + log x $0.50/GB",
    },
    {
      name: "a naive handler: a message an invocation, a send and a delete each",
      dollars: lambda(requests, withSend) + sqs(3 * requests),
      formula:
        "polls x ($0.20/M + (latency + send) x 0.25 GB x $0.0000133334 + 3 SQS requests x $0.40/M)",
    },
    {
      name: "a loop that waits in a function of 128 MB",
      dollars: lambda(0, requests * (load.intervalSeconds + load.latencyMs / 1000) * 0.125),
      formula:
        "polls x (interval + latency) x 0.125 GB x $0.0000133334, in functions of 15 minutes at most",
    },
    {
      name: "Lambda durable functions, waitForCondition",
      dollars: operations + lambda(requests, oneByOne),
      formula:
        "polls x (1 operation x $8/M + $0.20/M + latency x 0.25 GB x $0.0000133334), data not counted",
    },
    {
      name: "Step Functions, a Standard loop of Wait, Task and Choice",
      dollars: 3 * transitions + lambda(requests, oneByOne),
      formula: "polls x (3 transitions x $25/M + $0.20/M + latency x 0.25 GB x $0.0000133334)",
    },
  ];
}
