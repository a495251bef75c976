import { expect, it } from "vitest";
import { createJudge } from "../../../lib/poll/create-judge.ts";

const url = "https://api.example/v1/jobs";
const answer = { status: 200, headers: {}, url };

it("judges as a preset says", () => {
  const judge = createJudge("replicate");
  expect(judge({ ...answer, body: { status: "starting", urls: { get: "/v1/jobs/7" } } })).toEqual({
    kind: "pending",
    next: { url: "https://api.example/v1/jobs/7" },
  });
  expect(judge({ ...answer, body: { status: "succeeded", output: 7 } })).toEqual({
    kind: "success",
    result: 7,
  });
  expect(judge({ ...answer, body: { status: "failed", error: "no" } })).toEqual({
    kind: "failure",
    error: { name: "FailureMatched", message: "until.failure matched", reason: "no" },
    result: null,
  });
});

it("judges as further presets say, and as expressions beside them", () => {
  const presets = { ours: { success: "body.done", result: "body.value" } };
  const body = { done: true, value: 1, other: 2 };
  expect(createJudge("ours", { presets })({ ...answer, body }).result).toBe(1);
  const until = { preset: "ours", result: "body.other" };
  expect(createJudge(until, { presets })({ ...answer, body }).result).toBe(2);
});

it("tells a start from a poll, and reads headers of either kind", () => {
  const judge = createJudge("http-async");
  const headers = new Headers({ Location: "jobs/7" });
  expect(
    judge({ ...answer, status: 202, method: "POST", step: "start", headers, body: "" }),
  ).toEqual({
    kind: "pending",
    next: { url: "https://api.example/v1/jobs/7" },
  });
  const done = judge({ ...answer, status: 202, method: "POST", step: "start", body: "" });
  expect(done.kind).toBe("success");
});

it("says what to fetch, and picks the result from that answer", () => {
  const judge = createJudge("fal");
  const body = { status: "COMPLETED", response_url: "/result" };
  expect(judge({ ...answer, body })).toEqual({
    kind: "success",
    fetch: { url: "https://api.example/result" },
  });
  expect(judge({ ...answer, step: "result", body: { images: [] } }).result).toEqual({ images: [] });
});

it("counts a server that cannot answer as transient", () => {
  expect(createJudge("fal")({ ...answer, status: 503, body: "" }).kind).toBe("transient");
});

it("fails a job whose server names what must not be requested", () => {
  const judge = createJudge("replicate");
  const pending = { status: "starting", urls: { get: "http://api.example/7" } };
  expect(judge({ ...answer, body: pending }).error?.name).toBe("ForbiddenNextError");
  const done = { status: "COMPLETED", response_url: "ftp://api.example/7" };
  expect(createJudge("fal")({ ...answer, body: done }).error?.name).toBe("ForbiddenNextError");
});

it("refuses an unknown preset and a wrong expression at once", () => {
  expect(() => createJudge("no-such")).toThrow(TypeError);
  expect(() => createJudge({ success: "body.[" })).toThrow("until.success");
});

it.each(["GET", "HEAD"])(
  "polls on where a start by %s names nothing, as the poller does",
  (method) => {
    const start = { ...answer, status: 202, method, step: "start", body: "" } as const;
    expect(createJudge("http")(start).kind).toBe("pending");
    expect(createJudge("http")({ ...start, method: "POST" }).kind).toBe("success");
  },
);
