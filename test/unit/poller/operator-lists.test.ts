import { describe, expect, it } from "vitest";
import { createOperatorLists } from "../../../functions/poller/operator-lists.ts";

const NONE = {
  allowHosts: [],
  denyHosts: [],
  allowSecrets: [],
  allowDeliveries: [],
  allowSigV4: [],
};
const SOURCES = { ...NONE, allowHosts: { parameter: "/lists/allow" } };
const MINUTE = 60_000;

function world(sources: Parameters<typeof createOperatorLists>[0] = SOURCES) {
  let now = 0;
  let store: Record<string, string> | Error = { "/lists/allow": "a.example" };
  const reads: (readonly string[])[] = [];
  const warnings: unknown[] = [];
  const current = createOperatorLists(sources, {
    now: () => now,
    logger: (entry) => warnings.push(entry),
    async read(names) {
      reads.push(names);
      if (store instanceof Error) throw store;
      return store;
    },
  });
  return {
    current,
    reads,
    warnings,
    pass: (ms: number) => {
      now += ms;
    },
    put: (text: string) => {
      store = { "/lists/allow": text };
    },
    fail: (message: string) => {
      store = new Error(message);
    },
  };
}

describe("the operator's lists", () => {
  it("are never read from Systems Manager if the environment contains them", async () => {
    const { current, reads } = world({ ...NONE, denyHosts: ["x.example"] });
    expect(await current()).toEqual({ ...NONE, denyHosts: ["x.example"] });
    expect(await current()).toBe(await current());
    expect(reads).toEqual([]);
  });

  it("are read at the first call, then once per minute", async () => {
    const { current, reads, pass, put } = world();
    expect((await current()).allowHosts).toEqual(["a.example"]);
    put("b.example, *.c.example");
    pass(MINUTE - 1);
    expect((await current()).allowHosts).toEqual(["a.example"]);
    pass(1);
    expect((await current()).allowHosts).toEqual(["b.example", "*.c.example"]);
    expect(reads).toEqual([["/lists/allow"], ["/lists/allow"]]);
  });

  it("are the same object until they change", async () => {
    const { current, pass, put } = world();
    const first = await current();
    pass(MINUTE);
    expect(await current()).toBe(first);
    put("b.example");
    pass(MINUTE);
    expect(await current()).not.toBe(first);
  });

  it("read a parameter once when two lists name it", async () => {
    const both = { parameter: "/lists/allow" };
    const { current, reads, put } = world({ ...NONE, allowHosts: both, denyHosts: both });
    put("a.example");
    expect(await current()).toMatchObject({ allowHosts: ["a.example"], denyHosts: ["a.example"] });
    expect(reads).toEqual([["/lists/allow"]]);
  });

  it("fail the first call if they cannot be read: without a list, nothing is allowed", async () => {
    const { current, fail, put } = world();
    fail("throttled");
    await expect(current()).rejects.toThrow("throttled");
    put("a.example");
    expect((await current()).allowHosts).toEqual(["a.example"]);
  });

  it("are used for another hour, with warnings, if a later read fails; then calls fail", async () => {
    const { current, reads, warnings, pass, fail, put } = world();
    await current();
    fail("throttled");
    for (let minute = 0; minute < 60; minute++) {
      pass(MINUTE);
      expect((await current()).allowHosts).toEqual(["a.example"]);
      await current();
    }
    expect(reads).toHaveLength(61);
    expect(warnings).toHaveLength(60);
    expect(warnings[0]).toMatchObject({ level: "WARN", error: "throttled" });
    pass(MINUTE);
    await expect(current()).rejects.toThrow("throttled");
    put("b.example");
    expect((await current()).allowHosts).toEqual(["b.example"]);
  });

  it.each(["", " , ", "http://a.example", "a.example, b.example:80"])(
    "count as unreadable if a parameter is %j",
    async (text) => {
      const { current, pass, put } = world();
      await current();
      put(text);
      pass(MINUTE);
      expect((await current()).allowHosts).toEqual(["a.example"]);
      const fresh = world();
      fresh.put(text);
      await expect(fresh.current()).rejects.toThrow("parameter /lists/allow must be host names");
    },
  );
});
