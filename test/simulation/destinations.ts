import * as fc from "fast-check";
import type { Destination } from "../../lib/deliveries/destination.ts";

const KINDS = ["queueUrl", "eventBus", "topicArn", "taskToken", "webhook"] as const;

/** A destination that a poll names, and how it answers. */
export interface DestinationPlan {
  readonly kind: (typeof KINDS)[number];
  /** How many attempts it refuses for now, before its end. A queue refuses none: its calls have faults of their own. */
  readonly refusals: number;
  /** `gone`: it refuses all further attempts for good; `broken`, a webhook only: it refuses them for now, always. */
  readonly end: "accepts" | "gone" | "broken";
}

/** The most destinations of one poll. */
export const MOST_DESTINATIONS = 4;

/** Destinations of one poll: most polls name none. */
export const destinations: fc.Arbitrary<readonly DestinationPlan[]> = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc.array(
      fc
        .record({ kind: fc.nat(KINDS.length - 1), refusals: fc.nat(7), end: fc.nat(199) })
        .map(planOf),
      { minLength: 1, maxLength: MOST_DESTINATIONS },
    ),
  },
);

/** Few webhooks are broken: the three days of each take as long as many scenarios. */
const BROKEN = 20;

function planOf(drawn: Readonly<Record<"kind" | "refusals" | "end", number>>): DestinationPlan {
  const kind = KINDS[drawn.kind] ?? "queueUrl";
  const isBroken = kind === "webhook" && drawn.end === BROKEN;
  const end = isBroken ? "broken" : drawn.end < BROKEN ? "gone" : "accepts";
  return { kind, refusals: drawn.refusals < 4 ? 0 : drawn.refusals - 4, end };
}

/** The first part of the path of a webhook. */
export const HOOK = "hook";

/**
 * The destination as a message names it.
 *
 * @param place in the poll's list: it is part of the name, and so of each call
 * @param queueUrl makes the URL of a queue
 */
export function destinationOf(
  { kind, end }: DestinationPlan,
  pollId: string,
  place: number,
  queueUrl: (name: string) => string,
): Destination {
  switch (kind) {
    case "queueUrl":
      return { queueUrl: queueUrl(end === "gone" ? "gone" : `told-${place}`) };
    case "eventBus":
      return { eventBus: `bus-${place}` };
    case "topicArn":
      return { topicArn: `arn:aws:sns:us-east-1:000000000000:topic-${place}` };
    case "taskToken":
      return { taskToken: `${pollId}-${place}` };
    case "webhook":
      return { webhook: { url: `https://hooks.example/${HOOK}/${pollId}/${place}` } };
  }
}

/** The place that {@link destinationOf} put into a name. */
export function placeIn(name: string): number {
  return Number(/\d+$/.exec(name)?.[0]);
}
