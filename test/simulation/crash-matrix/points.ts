/** The points of an invocation where something can happen to it, in the order in which it passes them. */
export const POINTS = [
  "received",
  "parsed",
  "claimed",
  "start claimed",
  "start sent",
  "start read",
  "start answered",
  "next kept",
  "request sent",
  "response read",
  "judged",
  "requeue sent",
  "outcome decided",
  "outcome delivered",
  "outcome put on a bus",
  "dead-lettered",
  "before the response",
] as const;

/** The points that only the record of a cancelled poll passes, whose job is to be stopped. */
export const ABORT_POINTS = ["abort marked", "abort sent"] as const;

/** The points that only a poll passes whose row is written after each answer. */
export const NOTE_POINTS = ["requeued", "wait noted"] as const;

/** The points that only polls of a group pass, when the last one of it has ended. */
export const GROUP_POINTS = [
  "members counted",
  "group decided",
  "group sent",
  "group noted",
] as const;

/** Those, and the points around them that the group's last members pass. */
export const AROUND_GROUP = ["outcome decided", ...GROUP_POINTS, "outcome delivered"] as const;

export type Point =
  | (typeof POINTS)[number]
  | (typeof ABORT_POINTS)[number]
  | (typeof GROUP_POINTS)[number]
  | (typeof NOTE_POINTS)[number];

/** The points that are calls to other services, which can fail. */
export const CALLS = POINTS.filter(
  (point) => point !== "received" && point !== "before the response",
);

/** What happens to the call at a point: it fails before its effect, fails after its effect, or is never answered. */
export type Mishap = "none" | "refused" | "ambiguous" | "hang";

/** Whether nobody may know whether the start was made: its request or its answer was lost at this point. */
export function losesStart(point: Point, mishap: Mishap): boolean {
  if (traveller(point) !== "starting" || mishap === "none") return false;
  return mishap === "hang" || point === "start sent" || point === "start read";
}

/** Called at each point that an invocation passes; returns what happens there. */
export type AtPoint = (point: Point, pollId: string) => Promise<Mishap>;

/** The poll that passes a point. */
export function traveller(point: Point): "pending" | "done" | "poison" | "starting" {
  if (point === "dead-lettered") return "poison";
  if (point.startsWith("start ") || point === "next kept") return "starting";
  return /^(?:outcome|members|group)/.test(point) ? "done" : "pending";
}
