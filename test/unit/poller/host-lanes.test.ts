import { describe, expect, it } from "vitest";
import { hostLanes } from "../../../functions/poller/host-lanes.ts";
import { sqsRecord } from "../../kit/records.ts";

describe("hostLanes", () => {
  it("is undefined without a limit per host", () => {
    expect(hostLanes(undefined)).toBeUndefined();
  });

  it.each([
    ["https://api.example/jobs/1", "api.example"],
    ["http://api.example:8080/", "api.example:8080"],
    ["not a URL", undefined],
  ])("puts %s into the lane %s", (url, lane) => {
    expect(hostLanes(5)?.of(sqsRecord({ body: { request: { url } } }))).toBe(lane);
  });

  it("puts a start into the lane of its host", () => {
    const start = { url: "https://api.example/jobs" };
    expect(hostLanes(5)?.of(sqsRecord({ body: { start } }))).toBe("api.example");
  });

  it.each(["not json", "[]", {}, { request: "x" }, { request: { url: 7 } }])(
    "puts a body that is not a poll message into no lane: %j",
    (body) => {
      expect(hostLanes(5)?.of(sqsRecord({ body }))).toBeUndefined();
    },
  );
});
