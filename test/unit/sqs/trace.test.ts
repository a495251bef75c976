import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  parseTraceHeader,
  spanIdOf,
  traceHeaderOf,
  traceparentOf,
} from "../../../lib/sqs/trace.ts";
import { SENT_AT, sqsRecord } from "../../kit/records.ts";

const ROOT = "Root=1-5759e988-bd862e3fe1be46a994272793";
const PARENT = "Parent=53995c3f42cd8ad8";

const traced = (AWSTraceHeader: string, more: object = {}) =>
  sqsRecord({ messageId: "m", attributes: { AWSTraceHeader, ...more } });
const carried = (header: string) => traceHeaderOf(traced(header));

describe("the trace that a message carries on", () => {
  it("is that of the message it follows from", () => {
    expect(carried(`${ROOT};${PARENT};Sampled=1`)).toBe(`${ROOT};${PARENT};Sampled=1`);
    expect(carried(`Sampled=0;${ROOT}`)).toBe(`${ROOT};Sampled=0`);
    expect(carried(ROOT)).toBe(ROOT);
  });

  it("leaves out Lineage, by which Lambda counts to 16", () => {
    expect(carried(`${ROOT};${PARENT};Sampled=1;Lineage=15:a87bd80c:1`)).toBe(
      `${ROOT};${PARENT};Sampled=1`,
    );
  });

  it("leaves out a parent and a decision that are not valid", () => {
    expect(carried(`${ROOT};Parent=0000000000000000;Sampled=?`)).toBe(ROOT);
    expect(carried(`${ROOT};Parent=x;Self=1-x`)).toBe(ROOT);
  });

  it.each([
    "",
    "Root=",
    "Root=2-5759e988-bd862e3fe1be46a994272793",
    "Root=1-00000000-000000000000000000000000",
  ])("is one of its own after the header %j", (header) => {
    const time = Math.floor(SENT_AT / 1000).toString(16);
    expect(carried(header)).toMatch(new RegExp(`^Root=1-${time}-[0-9a-f]{24}$`));
    expect(carried(header)).toBe(carried(header));
  });

  it("is none when the message has no time either", () => {
    expect(traceHeaderOf(traced("", { SentTimestamp: "soon" }))).toBeUndefined();
    expect(traceparentOf(traced("", { SentTimestamp: "soon" }))).toBeUndefined();
  });

  it("stays the same over any number of messages, whatever the first one had", () => {
    const text = fc.oneof(fc.string(), fc.constantFrom(ROOT, PARENT, "Sampled=1", "Lineage=9:a:1"));
    fc.assert(
      fc.property(fc.array(text), fc.string(), (fields, messageId) => {
        const attributes = { AWSTraceHeader: fields.join(";") };
        const first = traceHeaderOf(sqsRecord({ messageId, attributes }));
        expect(first).not.toContain("Lineage");
        expect(traceHeaderOf(traced(first ?? ""))).toBe(first);
        expect(parseTraceHeader(first)).toBeDefined();
      }),
    );
  });
});

describe("traceparent", () => {
  it("names the trace of the message, a parent-id, and whether it is sampled", () => {
    const id = "5759e988bd862e3fe1be46a994272793";
    expect(traceparentOf(traced(`${ROOT};${PARENT};Sampled=1`))).toMatch(
      new RegExp(`^00-${id}-[0-9a-f]{16}-01$`),
    );
    expect(traceparentOf(traced(`${ROOT};Sampled=0`))).toMatch(/-00$/);
    expect(traceparentOf(traced(ROOT))).toMatch(/-00$/);
  });

  it("has another parent-id for each receive of each message", () => {
    const ids = [
      sqsRecord({ messageId: "a" }),
      sqsRecord({ messageId: "a", attributes: { ApproximateReceiveCount: "2" } }),
      sqsRecord({ messageId: "b" }),
    ].map(spanIdOf);
    expect(new Set(ids).size).toBe(3);
    expect(spanIdOf(sqsRecord({ messageId: "a" }))).toBe(ids[0]);
  });
});
