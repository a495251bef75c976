import type { StoredMessage } from "../../infra/local/queue/message.ts";
import type { PollTable } from "../../lib/fence/poll-table.ts";
import { queueWorldOf } from "../kit/queue-world.ts";
import type { NamedRemoval } from "./removed-safeguards.ts";

/** Such a wait has hops. */
const LONG_WAITS = { delaySeconds: 1000, finally: "pending" } as const;

/** The safeguards of nudges, each removed. The simulation has to detect every removal. */
export const REMOVED_NUDGE_SAFEGUARDS: Readonly<Record<string, NamedRemoval>> = {
  "a nudge that goes on after the next claim": {
    violation: /asked [\d.]+ ms before it was due/,
    favours: { poll: { ...LONG_WAITS, nudgesAfterSeconds: [100] } },
    table: withLastingNudges,
  },
  "a nudge that sends the message once more": {
    violation: /\d+ messages at once after \d+ faults/,
    favours: { wakes: true, poll: { ...LONG_WAITS, nudgesAfterSeconds: [100, 500] } },
    wake({ body }: StoredMessage, { clock }) {
      queueWorldOf(clock).service.sendMessage("polls", { body });
    },
  },
};

function withLastingNudges(table: PollTable): PollTable {
  const nudged = new Set<string>();
  return {
    ...table,
    async find(pollId, options) {
      const row = await table.find(pollId, options);
      if (row?.nudgedClaimId !== undefined) nudged.add(pollId);
      return row && nudged.has(pollId) ? { ...row, nudgedClaimId: row.claimId } : row;
    },
  };
}
