import type { GroupTable } from "../../lib/groups/group-table.ts";
import { memoryGroups } from "../support/memory-groups.ts";
import type { NamedRemoval } from "./removed-safeguards.ts";

/** The safeguards of groups, each removed. The simulation has to detect every removal. */
export const REMOVED_GROUP_SAFEGUARDS: Readonly<Record<string, NamedRemoval>> = {
  "acknowledged although it was not counted": {
    violation: /group#\w is lost/,
    favours: { poll: { group: "a" } },
    groups: (groups) => ({
      ...groups,
      add: (groupId, ...more) => groups.add(groupId, ...more).catch(() => notYet(groupId)),
    }),
  },
};

/** The row of a group in which no poll was counted yet. */
function notYet(groupId: string): ReturnType<GroupTable["add"]> {
  return memoryGroups().add(groupId, [], 1000, 0);
}
