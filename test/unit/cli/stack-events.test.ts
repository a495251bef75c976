import { describe, expect, it } from "vitest";
import { endedPoll, eventsOf } from "../../../infra/cli/watch/stack-events.ts";
import { outcomeBody, recordOf } from "./outcome-record.ts";

const AT = 1_900_000_000_000;
const asked = recordOf({ pollId: "asked" }, "m-1");
const unnamed = recordOf({ request: {} }, "m-2");
const broken = recordOf("not JSON", "m-3");
const records = [asked, unnamed, broken];
const response = { batchItemFailures: [] };

describe("eventsOf an invocation", () => {
  it("a record that neither failed nor ended counts as requeued", () => {
    expect(eventsOf({ records, response }, new Set(), AT)).toEqual(
      records.map((record) => ({ kind: "requeued", record, at: AT })),
    );
  });

  it("a record reported as failed will come back", () => {
    const reported = { batchItemFailures: [{ itemIdentifier: "m-2" }] };
    expect(
      eventsOf({ records, response: reported }, new Set(), AT).map(({ kind }) => kind),
    ).toEqual(["requeued", "rejected", "requeued"]);
  });

  it("a record whose outcome or dead letter was seen gives no second event", () => {
    const ends = [
      endedPoll({ kind: "outcome", body: outcomeBody({ pollId: "asked" }) }),
      endedPoll({ kind: "outcome", body: outcomeBody({ pollId: "m-2" }) }),
      endedPoll({ kind: "dead letter", body: "not JSON", reason: "" }),
    ];
    expect(eventsOf({ records, response }, new Set(ends.map(String)), AT)).toEqual([]);
  });

  it("an invocation that failed as a whole is one event", () => {
    expect(eventsOf({ records, error: "timed out" }, new Set(), AT)).toEqual([
      { kind: "crashed", error: "timed out" },
    ]);
  });
});
