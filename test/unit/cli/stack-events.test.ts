import { describe, expect, it } from "vitest";
import { eventsOf } from "../../../infra/cli/watch/stack-events.ts";
import { recordOf } from "./outcome-record.ts";

const asked = recordOf({ pollId: "asked" }, "m-1");
const unnamed = recordOf({ request: {} }, "m-2");
const broken = recordOf("not JSON", "m-3");
const records = [asked, unnamed, broken];
const response = { batchItemFailures: [] };
const queued = (fields: object) => ({
  body: JSON.stringify(fields),
  visibleAt: "2030-01-01T00:00:00.000Z",
});

describe("eventsOf an invocation", () => {
  it("a record whose poll has a message in the queue was requeued, and the event shows that message", () => {
    const next = [queued({ pollId: "asked", retryCount: 1 }), queued({ pollId: "m-2" })];
    expect(eventsOf({ records, response }, [queued({ pollId: "other" }), ...next])).toEqual(
      next.map((message) => ({ kind: "requeued", next: message })),
    );
  });

  it("a record reported as failed will come back", () => {
    const reported = { batchItemFailures: [{ itemIdentifier: "m-2" }] };
    const messages = [queued({ pollId: "asked" }), queued({ pollId: "m-2" })];
    expect(eventsOf({ records, response: reported }, messages).map(({ kind }) => kind)).toEqual([
      "requeued",
      "rejected",
    ]);
  });

  it("a record whose poll has no message in the queue has ended, which is an event of another queue", () => {
    expect(eventsOf({ records, response }, [])).toEqual([]);
  });

  it("an invocation that failed as a whole is one event", () => {
    expect(eventsOf({ records, error: "timed out" }, [])).toEqual([
      { kind: "crashed", error: "timed out" },
    ]);
  });
});
