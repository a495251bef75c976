/** A middleware of this package in a stack. */
export interface UsedMiddleware {
  readonly name: MiddlewareName;
  /** The queue that it sends to. */
  readonly queueUrl?: string | undefined;
}

export type MiddlewareName = (typeof ORDER)[number];

/** In the order of their `use`. Middy runs after-hooks in reverse order. */
const ORDER = [
  "failureBackoff",
  "deadLetterPoison",
  "logPolls",
  "tracePolls",
  "recordMetrics",
  "settleLeases",
  "deliverOutcomes",
  "countGroups",
  "decideOutcomes",
  "requeuePending",
] as const;

/** Pairs in which the first middleware must be used before the second, with the loss that a wrong order causes. */
const LOSSES: readonly (readonly [MiddlewareName, MiddlewareName, string])[] = [
  ["deliverOutcomes", "requeuePending", "the outcomes of exhausted records would not be delivered"],
  ["deliverOutcomes", "decideOutcomes", "outcomes would be delivered before they are decided"],
  ["countGroups", "decideOutcomes", "polls would be counted before their outcomes are decided"],
  ["decideOutcomes", "requeuePending", "the outcomes of exhausted records would not be decided"],
];

/** A middleware is used where it would lose records or send them twice: the handler must not run. */
export class MisplacedMiddlewareError extends Error {
  override readonly name = "MisplacedMiddlewareError";
}

/**
 * Checks a middleware's place in the stack.
 *
 * @param before the middlewares used before it
 * @returns a warning when the place is unusual but loses nothing; `undefined` when it is right
 * @throws {MisplacedMiddlewareError} saying what would be lost, and where to use it
 */
export function checkPlace(
  before: readonly UsedMiddleware[],
  used: UsedMiddleware,
): string | undefined {
  const { name, queueUrl } = used;
  const again = before.some((other) => other.name === name && !mayRepeat(other, queueUrl));
  if (again) {
    throw new MisplacedMiddlewareError(`${name} is used twice in one stack: remove one of them`);
  }
  const loss = LOSSES.find(
    ([first, second]) => first === name && before.some((other) => other.name === second),
  );
  if (loss !== undefined) {
    const [, second, consequence] = loss;
    throw new MisplacedMiddlewareError(
      `${name} is used after ${second}: ${consequence}. ${advice(name, second)}`,
    );
  }
  const place = ORDER.indexOf(name);
  const late = before.find((other) => ORDER.indexOf(other.name) > place);
  return late && `${name} is used after ${late.name}. ${advice(name, late.name)}`;
}

/** A stack may have metrics in two namespaces, and outcomes to two queues. */
function mayRepeat({ name, queueUrl }: UsedMiddleware, otherQueueUrl: string | undefined): boolean {
  return name === "recordMetrics" || (name === "deliverOutcomes" && queueUrl !== otherQueueUrl);
}

function advice(name: MiddlewareName, second: MiddlewareName): string {
  return `Write .use(${name}(...)) before .use(${second}(...)): after-hooks run from the last use to the first`;
}
