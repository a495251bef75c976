import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unpackOutcome } from "../../../lib/fence/packed-outcome.ts";
import { type CountPorts, countMembers } from "../../../lib/groups/count-members.ts";
import type { EndedMember, GroupTable } from "../../../lib/groups/group-table.ts";
import { OUTCOME_STATUSES } from "../../../lib/outcome/outcome-status.ts";
import { memoryGroups } from "../../support/memory-groups.ts";

const member = (pollId: string, status: EndedMember["status"] = "succeeded") => ({
  pollId,
  status,
});

function startWorld(table: GroupTable = memoryGroups()) {
  const sent: string[] = [];
  let ids = 0;
  let time = 0;
  const ports: CountPorts = {
    table,
    send: async (message) => void sent.push(message),
    now: () => ++time,
    signal: undefined,
    newId: () => `id ${++ids}`,
  };
  return { sent, ports };
}

describe("members of a group", () => {
  it("send one message, when the last one has ended", async () => {
    const { sent, ports } = startWorld();
    for (const id of ["a", "b"]) await countMembers({ id: "g", size: 3 }, [member(id)], ports);
    expect(sent).toEqual([]);
    await countMembers({ id: "g", size: 3, deliver: { eventBus: "b" } }, [member("c")], ports);
    expect(sent).toHaveLength(1);
    expect(JSON.parse(sent[0] ?? "")).toMatchObject({ deliver: { eventBus: "b" } });
  });

  it("are counted once, however often they come", async () => {
    const { sent, ports } = startWorld();
    for (const id of ["a", "a", "a"]) await countMembers({ id: "g", size: 2 }, [member(id)], ports);
    expect(sent).toEqual([]);
  });

  it("are as many as the one with the largest size says", async () => {
    for (const sizes of [
      [1, 3, 2],
      [3, 1, 2],
    ]) {
      const { sent, ports } = startWorld();
      const [first = 0, ...others] = sizes;
      await countMembers({ id: "g", size: Math.max(first, 2) }, [member("a")], ports);
      for (const [place, size] of others.entries()) {
        expect(sent).toEqual([]);
        await countMembers({ id: "g", size }, [member(`b${place}`)], ports);
      }
      expect(sent).toHaveLength(1);
    }
  });

  it("that come after the outcome are told, and change nothing", async () => {
    const { sent, ports } = startWorld();
    await countMembers({ id: "g", size: 1 }, [member("a")], ports);
    const late = await countMembers({ id: "g", size: 1 }, [member("a"), member("b")], ports);
    expect(late).toEqual([member("b")]);
    expect(sent).toHaveLength(1);
  });

  it("of a whole group can come at once, also more than one write holds", async () => {
    const { sent, ports } = startWorld();
    const all = Array.from({ length: 250 }, (_, nth) => member(`p-${nth}`));
    expect(await countMembers({ id: "g", size: 250 }, all, ports)).toEqual([]);
    expect(sent).toHaveLength(1);
  });
});

/** A call fails before it was done, or is done and its answer is lost, as when an invocation dies. */
const mishap = fc.constantFrom("none", "none", "none", "before", "after");

describe("in any order, with any mishaps", () => {
  it("a group of which all members come back until they are counted has one outcome, of all of them", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...OUTCOME_STATUSES), { minLength: 1, maxLength: 6 }),
        fc.array(mishap, { maxLength: 40 }),
        fc.infiniteStream(fc.nat()),
        async (statuses, mishaps, picks) => {
          const groups = memoryGroups();
          const troubles = [...mishaps];
          const shaky = async <T>(call: () => Promise<T>): Promise<T> => {
            const trouble = troubles.shift() ?? "none";
            if (trouble === "before") throw new Error("before");
            const answer = await call();
            if (trouble === "after") throw new Error("after");
            return answer;
          };
          const table: GroupTable = {
            add: (...call) => shaky(() => groups.add(...call)),
            decide: (...call) => shaky(() => groups.decide(...call)),
            noteSent: (...call) => shaky(() => groups.noteSent(...call)),
          };
          const { sent, ports } = startWorld(table);
          const send: CountPorts["send"] = (message) => shaky(() => ports.send(message));
          // Each record is in the queue twice, as SQS may deliver it twice, until it is acknowledged.
          const queue = statuses.flatMap((status, nth) =>
            Array(2).fill(member(`p-${nth}`, status)),
          );
          while (queue.length > 0) {
            const at = (picks.next().value ?? 0) % queue.length;
            const some = queue.slice(at, at + 2);
            const group = { id: "g", size: statuses.length };
            const isDone = await countMembers(group, some, { ...ports, send }).then(
              (late) => late.length === 0,
              () => false,
            );
            if (isDone) queue.splice(at, some.length);
          }
          expect(new Set(sent).size).toBe(1);
          const outcome = JSON.parse(unpackOutcome(groups.outcomes.get("g") ?? Buffer.of()) ?? "");
          expect(outcome.counts).toEqual(
            Object.fromEntries(
              OUTCOME_STATUSES.map((status) => [
                status,
                statuses.filter((of) => of === status).length,
              ]),
            ),
          );
        },
      ),
    );
  });
});
