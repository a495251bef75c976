/** One of our middlewares where it stands in a stack. */
export interface UsedMiddleware {
  readonly name: MiddlewareName;
  /** The queue that it sends to. */
  readonly queueUrl?: string | undefined;
}

export type MiddlewareName = (typeof ORDER)[number];

/** In the order of their `use`; Middy runs after-hooks backwards. */
const ORDER = [
  "failureBackoff",
  "deadLetterPoison",
  "recordMetrics",
  "settleLeases",
  "deliverOutcomes",
  "decideOutcomes",
  "requeuePending",
] as const;

/** What goes wrong when a middleware is used after another that it must be used before. */
const LOSSES: readonly (readonly [MiddlewareName, MiddlewareName, string])[] = [
  ["deliverOutcomes", "requeuePending", "the outcomes of exhausted records would not be delivered"],
  ["deliverOutcomes", "decideOutcomes", "outcomes would be delivered before they are decided"],
  ["decideOutcomes", "requeuePending", "the outcomes of exhausted records would not be decided"],
];

/** A middleware of ours is used where it loses records or sends them twice: nothing may run. */
export class MisplacedMiddlewareError extends Error {
  override readonly name = "MisplacedMiddlewareError";
}

/**
 * Checks where a middleware stands.
 *
 * @param before what was used before it
 * @returns what is odd about its place though nothing is lost; `undefined`: nothing
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

/** Metrics can have two namespaces, and outcomes two queues. */
function mayRepeat({ name, queueUrl }: UsedMiddleware, otherQueueUrl: string | undefined): boolean {
  return name === "recordMetrics" || (name === "deliverOutcomes" && queueUrl !== otherQueueUrl);
}

function advice(name: MiddlewareName, second: MiddlewareName): string {
  return `Write .use(${name}(...)) before .use(${second}(...)): after-hooks run from the last use to the first`;
}
