/** The points of an invocation where something can happen to it, in the order in which it passes them. */
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

/** The points that are calls to other services, which can fail. */
export const CALLS = POINTS.filter(
  (point) => point !== "received" && point !== "before the response",
);

/** What happens to the call at a point: it fails before its effect, fails after its effect, or is never answered. */
export type Mishap = "none" | "refused" | "ambiguous" | "hang";

/** Called at each point that an invocation passes; returns what happens there. */
export type AtPoint = (point: Point, pollId: string) => Promise<Mishap>;

/** The poll that passes a point. */
export function traveller(point: Point): "pending" | "done" | "poison" {
  if (point === "dead-lettered") return "poison";
  return point.startsWith("outcome") ? "done" : "pending";
}
