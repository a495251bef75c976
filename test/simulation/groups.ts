import { isGroupKey } from "../../lib/groups/group-writes.ts";
import type { PollHistory } from "./history.ts";
import type { PollPlan } from "./scenario.ts";

/** A group has no requests and no destinations of its own: its outcome goes to the outcome queue. */
export const GROUP_PLAN: PollPlan = {
  ...{ submitAfterSeconds: 0, againAfterSeconds: [], maxRetries: 0, maxErrors: 0, delaySeconds: 0 },
  ...{ rate: 1, expiresAfterSeconds: undefined, answers: [], finally: "done", latencyMs: 0 },
  ...{ isPoison: false, deliver: [] },
};

/** How many of these polls each group has. A poll that can never be processed is never counted. */
export function groupSizes(plans: readonly PollPlan[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const { group, isPoison } of plans) {
    if (group !== undefined && !isPoison) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  }
  return sizes;
}

/** @returns the violation, when a group's outcome counts anything else than how its polls ended */
export function checkGroup(
  group: PollHistory,
  polls: ReadonlyMap<string, PollHistory>,
): string | undefined {
  const [outcome = "{}"] = group.outcomes;
  const { groupId, counts } = JSON.parse(outcome);
  const ended: Record<string, number> = {};
  for (const { plan, pollId, outcomes } of polls.values()) {
    if (isGroupKey(pollId) || plan.isPoison || plan.group !== groupId) continue;
    const [end = "{}"] = outcomes;
    const { status } = JSON.parse(end);
    ended[status] = (ended[status] ?? 0) + 1;
  }
  const counted = Object.entries<number>(counts).filter(([, count]) => count > 0);
  const text = (of: readonly (readonly [string, number])[]) => JSON.stringify(of.toSorted());
  const [said, is] = [text(counted), text(Object.entries(ended))];
  return said === is ? undefined : `${group.pollId}: counts ${said}, and its polls ended as ${is}`;
}
