import { describe, expect, it } from "vitest";
import { planRedrive, reasonsOf } from "../../../infra/console/page/dead-letters/redrive-words.ts";
import { comparedHosts } from "../../../infra/console/page/hosts/compared-hosts.ts";
import { depthPlots } from "../../../infra/console/page/hosts/depth-lines.ts";
import { histogram, hostAxes, statusShares } from "../../../infra/console/page/hosts/host-plots.ts";
import {
  NO_FILTER,
  queryOf,
  sortedBy,
  toggleState,
} from "../../../infra/console/page/polls/poll-filter.ts";
import { rowAfterKey, rowWindow } from "../../../infra/console/page/polls/window.ts";
import {
  FORM_FIELDS,
  fieldValue,
  NEW_MESSAGE,
  presetOf,
  withField,
  withPreset,
} from "../../../infra/console/page/submit/message-fields.ts";
import schema from "../../../lib/poll/message/poll-message.schema.json" with { type: "json" };
import { at, NOW } from "./a-poll.ts";

describe("the list of 10,000 polls", () => {
  it("draws only the rows in view, wherever the reader is", () => {
    expect(rowWindow(10_000, 44, -300, 900)).toEqual({ first: 0, end: 22 });
    const { first, end } = rowWindow(10_000, 44, 220_000, 900);
    expect([first <= 5000, end >= 5021, end - first < 60]).toEqual([true, true, true]);
    expect(rowWindow(3, 44, 0, 900)).toEqual({ first: 0, end: 3 });
    expect(rowWindow(0, 44, 500, 900)).toEqual({ first: 0, end: 0 });
  });

  it("moves by keys, and never beyond its ends", () => {
    const keys = ["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End"];
    expect(keys.map((key) => rowAfterKey(key, 5, 10, 20))).toEqual([6, 4, 9, 0, 0, 9]);
    expect([rowAfterKey("a", 5, 10, 20), rowAfterKey("End", 0, 0, 20)]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it("asks for what is chosen", () => {
    const failed = toggleState(toggleState(NO_FILTER, "failed"), "expired");
    expect(queryOf({ ...failed, host: "https://a.example", text: " x&y " }, 50, "c")).toBe(
      "sort=age&order=asc&limit=50&state=failed%2Cexpired&host=https%3A%2F%2Fa.example&text=x%26y&cursor=c",
    );
    expect(toggleState(failed, "failed").states).toEqual(["expired"]);
  });

  it("turns its order round when a column is chosen again", () => {
    const once = sortedBy(NO_FILTER, "retries");
    expect([once.order, sortedBy(once, "retries").order]).toEqual(["desc", "asc"]);
  });
});

describe("the form of a message", () => {
  const [url] = FORM_FIELDS;
  const success = FORM_FIELDS.find(({ path }) => path.includes("success"));
  const delay = FORM_FIELDS.find(({ isNumber }) => isNumber);
  if (url === undefined || success === undefined || delay === undefined) throw new Error("fields");

  it("changes one field of the text, and takes it out when it is empty", () => {
    const text = withField(
      withField(withField(NEW_MESSAGE, url, "https://a.example"), success, "body.done"),
      delay,
      "20",
    );
    const message = {
      request: { url: "https://a.example" },
      until: { success: "body.done" },
      delaySeconds: 20,
    };
    expect(JSON.parse(text)).toEqual(message);
    expect(fieldValue(text, success.path)).toBe("body.done");
    const { until: _, ...without } = message;
    expect(JSON.parse(withField(text, success, ""))).toEqual(without);
  });

  it("hints at the numbers that hold when a field is empty", () => {
    const hints = FORM_FIELDS.filter(({ isNumber }) => isNumber).map(({ path, hint }) => {
      return [path.join("."), Number(hint)];
    });
    const { delaySeconds, maxRetries } = schema.properties;
    expect(Object.fromEntries(hints)).toEqual({
      delaySeconds: delaySeconds.default,
      maxRetries: maxRetries.default,
    });
  });

  it("keeps the digits of all numbers, and shows them", () => {
    const numbers = { a: "12345678901234567890", b: "1.0", c: "1e400", d: "-0" };
    const body = Object.entries(numbers).map(([name, digits]) => `"${name}":${digits}`);
    const text = `{"request":{"body":{${body.join()}}},"delaySeconds":1.50,"__proto__":{"x":1}}`;
    const changed = withField(text, success, "true").replace(/\s/g, "");
    expect(changed).toBe(`${text.slice(0, -1)},"until":{"success":"true"}}`);
    expect(fieldValue(text, delay.path)).toBe("1.50");
  });

  it("leaves a text alone that is not JSON", () => {
    expect(withField("{", url, "x")).toBe("{");
    expect(fieldValue("{", url.path)).toBeUndefined();
  });

  it("knows the preset of a message", () => {
    const presets = [
      { name: "replicate", until: "replicate" },
      { name: "own", until: { success: "body.ok" } },
    ];
    const text = withPreset(NEW_MESSAGE, { success: "body.ok" });
    expect([presetOf(text, presets), presetOf(NEW_MESSAGE, presets)]).toEqual(["own", ""]);
  });
});

describe("a redrive", () => {
  const letter = (messageId: string, more = {}) => ({
    messageId,
    reason: "maxRetrys: unknown field",
    problems: [{ path: "maxRetrys", message: "unknown field" }],
    sentAt: at(-60),
    receiveCount: 1,
    ...more,
  });
  const letters = [letter("a"), letter("b"), letter("c", { status: "undelivered" })];

  it("says what it will do before it does it", () => {
    const plan = planRedrive(letters, new Set(["a", "b"]), new Map([["a", "{}"]]), new Set());
    expect(plan.ids).toEqual(["a", "b"]);
    expect(plan.sentences.join(" ")).toBe(
      "2 messages go back to the poll queue, 1 of them with your changes. They leave the dead-letter queue, and " +
        "their polls go on at once: requests are made. 1 of them still cannot be polled and will come back here: edit it first.",
    );
  });

  it("leaves outcomes where they are", () => {
    expect(planRedrive(letters, new Set(["c"]), new Map(), new Set()).ids).toEqual([]);
  });

  it("groups by reason", () => {
    expect(reasonsOf(letters)).toEqual([{ reason: "maxRetrys: unknown field", count: 3 }]);
  });
});

describe("the plots", () => {
  const host = (name: string, latency: number, failed = 0) => ({
    host: name,
    polls: 100,
    succeeded: 100 - failed,
    failed,
    latencies: [latency, latency * 1.1, latency * 0.9],
    statuses: { "202": 90, "429": 8, error: 2 },
    outcomeSeconds: [60, 70, 80],
  });

  it("put the host first that differs from the others, and say how", () => {
    const hosts = [host("a", 100), host("b", 90), host("slow", 1000), host("c", 95, 40)];
    expect(comparedHosts(hosts).map(({ host, odd }) => [host.host, ...odd])).toEqual([
      ["slow", "slow: 11 times the others'"],
      ["c", "40 % of its polls failed"],
      ["a"],
      ["b"],
    ]);
  });

  it("read the latencies of each host once, however many hosts there are", () => {
    let reads = 0;
    const hosts = Array.from({ length: 200 }, (_, n) => ({
      ...host(`host-${n}`, 100),
      get latencies() {
        reads++;
        return [100, 101, 102];
      },
    }));
    expect(comparedHosts(hosts)).toHaveLength(200);
    expect(reads).toBe(200);
  });

  it("count every value once, on an axis that all hosts share", () => {
    const hosts = [host("a", 100), host("slow", 5000)];
    const { latency } = hostAxes(hosts);
    const [fast, slow] = hosts.map(({ latencies }) => histogram(latencies, latency).medianX ?? 0);
    expect(fast).toBeLessThan(slow ?? 0);
    expect(latency.ticks.map(({ label }) => label)).toEqual(["10 ms", "100 ms", "1 s", "10 s"]);
    expect(histogram([], latency)).toEqual({ columns: [] });
  });

  it("share the answers of a host, never by colour alone", () => {
    expect(statusShares({ "202": 90, "429": 8, error: 2 })).toEqual([
      { status: "202", count: 90, share: 0.9, look: "good" },
      { status: "429", count: 8, share: 0.08, look: "late" },
      { status: "error", count: 2, share: 0.02, look: "bad" },
    ]);
  });

  it("draw no line over samples that are missing", () => {
    const sample = (seconds: number, waiting: number) => ({
      at: at(seconds),
      waiting,
      inFlight: 0,
      delayed: 0,
      outcomes: 0,
      deadLetters: 0,
      isPaused: false,
    });
    const [due] = depthPlots([sample(-300, 4), sample(-290, 8), sample(-10, 2)], NOW);
    expect(due).toMatchObject({ latest: 2, highest: 8 });
    expect(due?.lines.map((line) => line.length)).toEqual([2, 1]);
    expect(due?.lines[0]?.[1]?.y).toBe(1);
  });
});
