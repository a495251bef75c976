import { type PollTable, TableRefusalError } from "../../lib/fence/poll-table.ts";
import type { WorldParts } from "./world.ts";

/**
 * Notes of a table that is far away, with faults. Nothing depends on notes: a fault of one is no fault of its poll. A
 * note can also be written when its caller does not expect it any more, or twice.
 */
export function faultyNotes(
  table: Required<PollTable>,
  parts: WorldParts,
): Required<Pick<PollTable, "writeState" | "writeDelivery">> {
  const { clock, ledger, faults, random, rowStates } = parts;

  /** @param ifMissing called when it is not written, or only later */
  const note = async (write: () => Promise<void>, ifMissing = () => {}): Promise<void> => {
    await clock.sleep(1 + random() * 10);
    const fault = parts.outage("note", clock.now()) ?? faults.next("note");
    const { kind, amount = 0 } = fault ?? {};
    const effect = async () => {
      await write();
      ledger.check();
    };
    if (kind === "crashBefore" || kind === "refused" || kind === "late") ifMissing();
    if (kind === "crashBefore") parts.crash();
    if (kind === "refused") throw new TableRefusalError("the simulated table is throttled");
    if (kind === "late" || kind === "duplicate") clock.startTimer(effect, amount * 1000);
    if (kind === "late") throw new Error("the table did not answer in time");
    await effect();
    if (kind === "crashAfter") parts.crash();
    if (kind === "ambiguous") throw new Error("the table's answer was lost");
    await clock.sleep(kind === "slow" ? amount * 100 : 1 + random() * 5);
  };

  return {
    writeState(...call) {
      const [pollId] = call;
      const run = parts.currentRun();
      const history = ledger.polls.get(pollId);
      if (history) ledger.say(rowStates.checkNote(run, history, call));
      return note(async () => {
        await table.writeState(...call);
        ledger.say(rowStates.check(pollId));
      });
    },
    writeDelivery: (...call) =>
      note(
        () => table.writeDelivery(...call),
        () => rowStates.deliveryNotNoted(call[0]),
      ),
  };
}
