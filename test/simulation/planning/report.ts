import { ASSUMED, type Load, type LoadFigures } from "./load.ts";
import { PRICES, PRICES_OF } from "./prices.ts";

const MILLION = 1_000_000;

/** A number in a formula, with its unit or price. */
interface Factor {
  readonly value: number;
  /** Begins with the value, or with `$` and the price that the value is computed from. */
  readonly text: string;
}

/** A cost: the printed sum of products is the one that is computed. */
interface Cost {
  readonly name: string;
  readonly terms: readonly (readonly Factor[])[];
  readonly note?: string;
}

/** Describes what a load costs, here and with other services. */
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
    ...costsOf(load, figures).flatMap(costLines),
    "",
    `List prices of us-east-1, ${PRICES_OF}, without free tiers and without the API's own cost. Assumed: an SQS call`,
    `takes ${ASSUMED.sqsCallMs} ms, a table call ${ASSUMED.tableCallMs} ms, a record ${ASSUMED.cpuMsPerRecord} ms of CPU at ${ASSUMED.memoryGb * 1024} MB and its write`,
    `${ASSUMED.cpuMsPerWrite} ms; no retries, no cold starts;`,
    `durable functions make one operation per poll at the rate of the price page's examples.`,
    "",
  ];
  return lines.join("\n");
}

function costLines({ name, terms, note }: Cost): string[] {
  const products = terms.map((term) => term.reduce((product, { value }) => product * value, 1));
  const dollars = products.reduce((sum, product) => sum + product, 0);
  const formula = terms.map((term) => term.map(({ text }) => text).join(" x "));
  return [
    `$${dollars.toFixed(2).padStart(9)}  ${name}`,
    ...formula.map((term, index) => `            ${index === 0 ? "" : "+ "}${term}`),
    ...(note === undefined ? [] : [`            (${note})`]),
  ];
}

function costsOf(load: Load, figures: LoadFigures): Cost[] {
  const { requests, invocations, sqsRequests, tableWrites, gbSeconds, logBytes } = figures;
  const polls = count(requests, "polls");
  const gigabytes = count(ASSUMED.memoryGb, "GB");
  const latency = seconds(load.latencyMs, "latency");
  const cpu = seconds(ASSUMED.cpuMsPerRecord, "CPU");
  const inLambda = (...parts: readonly Factor[]) => [
    polls,
    sum(parts),
    gigabytes,
    price(PRICES.lambdaGbSecond, "GB-s"),
  ];
  const perRequest = [polls, perMillion(PRICES.lambdaMillionRequests)];
  return [
    {
      name: `Request Poller${load.isFenced ? ", with the fence" : ", without a table"}`,
      terms: [
        [count(invocations, "invocations"), perMillion(PRICES.lambdaMillionRequests)],
        [count(gbSeconds, "GB-s"), price(PRICES.lambdaGbSecond, "GB-s")],
        [count(sqsRequests, "SQS requests"), perMillion(PRICES.sqsMillionRequests)],
        [count(tableWrites, "writes"), perMillion(PRICES.dynamoDbMillionWrites)],
        [count(logBytes / 1e9, "GB of log"), price(PRICES.logsGb, "GB")],
      ],
    },
    {
      name: "a naive handler: one message per invocation, one send and one delete each",
      terms: [
        perRequest,
        inLambda(latency, cpu, seconds(ASSUMED.sqsCallMs, "send")),
        [polls, count(3, "SQS requests"), perMillion(PRICES.sqsMillionRequests)],
      ],
    },
    {
      name: "a loop that waits in a function of 128 MB",
      terms: [
        [
          polls,
          sum([seconds(load.intervalSeconds * 1000, "interval"), latency]),
          count(0.125, "GB"),
          price(PRICES.lambdaGbSecond, "GB-s"),
        ],
      ],
      note: "in functions of 15 minutes at most",
    },
    {
      name: "Lambda durable functions, waitForCondition",
      terms: [
        [polls, perMillion(PRICES.durableMillionOperations)],
        perRequest,
        inLambda(latency, cpu),
      ],
      note: "data not counted",
    },
    {
      name: "Step Functions, a Standard loop of Wait, Task and Choice",
      terms: [
        [polls, count(3, "transitions"), perMillion(PRICES.stepFunctionsMillionTransitions)],
        perRequest,
        inLambda(latency, cpu),
      ],
    },
  ];
}

/** Rounds a value to its printed form before it is computed with. */
function count(value: number, unit: string): Factor {
  const rounded = Number(value.toFixed(6));
  return { value: rounded, text: `${rounded} ${unit}` };
}

function seconds(ms: number, what: string): Factor {
  return count(ms / 1000, `s ${what}`);
}

function sum(parts: readonly Factor[]): Factor {
  return {
    value: parts.reduce((total, { value }) => total + value, 0),
    text: `(${parts.map(({ text }) => text).join(" + ")})`,
  };
}

function price(dollars: number, per: string): Factor {
  return { value: dollars, text: `$${dollars}/${per}` };
}

function perMillion(dollars: number): Factor {
  return { value: dollars / MILLION, text: `$${dollars}/M` };
}
