/** Where an invocation can be when something happens to it, in the order that it comes by them. */
export const POINTS = [
  "received",
  "parsed",
  "claimed",
  "request sent",
  "response read",
  "judged",
  "requeue sent",
  "outcome decided",
  "outcome delivered",
  "dead-lettered",
  "before the response",
] as const;

export type Point = (typeof POINTS)[number];

/** The points that are calls on the world, which can fail there. */
export const CALLS = POINTS.filter(
  (point) => point !== "received" && point !== "before the response",
);

/** What comes of the call at a point: it fails before it had an effect or after, or is never answered. */
export type Mishap = "none" | "refused" | "ambiguous" | "hang";

/** Told of each point that an invocation comes by; what it says happens there. */
export type AtPoint = (point: Point, pollId: string) => Promise<Mishap>;

/** The poll whose way leads by a point. */
export function traveller(point: Point): "pending" | "done" | "poison" {
  if (point === "dead-lettered") return "poison";
  return point.startsWith("outcome") ? "done" : "pending";
}
