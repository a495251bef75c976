import dns from "node:dns";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAddressGuard } from "../../../lib/http/address-guard.ts";
import { createNameLookup } from "../../../lib/http/name-lookup.ts";
import { type CountingServer, startCountingServer } from "../../support/counting-server.ts";
import { httpClient } from "../../support/http-client.ts";
import { createZone, serveZone, type Zone } from "./reach/name-server.ts";

const guard = createAddressGuard({ allowPrivate: true });
const HOSTS_FILE = `
127.0.0.1  router.test Gateway.test # a comment with other.test
::1        router.test
fe80::1%lo zone-id.test
nonsense   unused.test
`;

let zone: Zone;
let web: CountingServer;
let servers: string[];
const silent = new Set<string>();
const asked: string[] = [];
beforeAll(async () => {
  zone = createZone();
  web = await startCountingServer((_, response) => response.end("ok"));
  const port = await serveZone(zone, 0, (name, type) => {
    asked.push(name);
    if (name.endsWith(".silent.test")) silent.add(name);
    return (
      name.endsWith(".silent.test") ||
      (name === "half.test" && type === 28) ||
      (name === "other-half.test" && type === 1)
    );
  });
  servers = [`127.0.0.1:${port}`];
});
afterAll(() => web.close());

const clientOf = (guarded = guard, firstTryMs = 1000) =>
  httpClient(guarded, createNameLookup({ servers, hostsFile: HOSTS_FILE, firstTryMs }));

describe("names", () => {
  it("a hundred names of a silent zone delay no other name, nor the process's own lookups", async () => {
    zone.set("good.test", [["127.0.0.1"]]);
    const client = clientOf();
    const abort = new AbortController();
    const unanswered = Array.from({ length: 100 }, (_, n) =>
      client.ask(`http://n${n}.silent.test:${web.port}/`, { signal: abort.signal }),
    );
    await expect.poll(() => silent.size).toBe(100);
    let ended = 0;
    for (const each of unanswered) void each.then(() => ended++);

    expect(await client.ask(`http://good.test:${web.port}/`)).toMatchObject({ kind: "response" });
    await new Promise((resolve) => dns.lookup("localhost", resolve));
    expect(ended).toBe(0);

    abort.abort();
    for (const answer of await Promise.all(unanswered)) expect(answer).toEqual({ kind: "aborted" });
    await expect.poll(() => Object.values(client.agents.http.sockets).flat()).toEqual([]);
  });

  it("a lookup is cancelled when its connection is no longer needed", async () => {
    const abort = new AbortController();
    const { promise, resolve } = Promise.withResolvers<NodeJS.ErrnoException | null>();
    const lookup = createNameLookup({ servers });
    lookup("late.silent.test", { signal: abort.signal }, resolve);
    await expect.poll(() => silent.has("late.silent.test")).toBe(true);
    abort.abort();
    expect(await promise).toMatchObject({ code: dns.CANCELLED });
  });

  it.each([[["127.0.0.1", "fd00:ec2::254"]], [["127.0.0.1", "::1", "169.254.169.254"]]])(
    "every address of both families is checked: %j",
    async (addresses) => {
      zone.set("mixed.test", [addresses]);
      expect(await clientOf().ask(`http://mixed.test:${web.port}/`)).toMatchObject({
        kind: "refused",
        error: { message: expect.stringContaining("metadata") },
      });
    },
  );

  it("an error names a host that does not exist", async () => {
    expect(await clientOf().ask("http://gone.test/")).toEqual({
      kind: "transient",
      code: "ENODATA",
      error: { name: "Error", message: "queryA ENODATA gone.test" },
      neverSent: true,
    });
  });

  it("an error names a host that no name server could know", async () => {
    expect(await clientOf().ask(`http://${"a".repeat(64)}.test/`)).toMatchObject({
      kind: "transient",
      error: { message: expect.stringContaining("EBADNAME") },
    });
  });

  it("a name with IPv4 addresses is found when nobody answers for IPv6", async () => {
    zone.set("half.test", [["127.0.0.1"]]);
    expect(await clientOf(guard, 20).ask(`http://half.test:${web.port}/`)).toMatchObject({
      kind: "response",
    });
  });

  it.each([
    ["half.test", "IPv6", "127.0.0.1"],
    ["other-half.test", "IPv4", "::1"],
  ])(
    "%s, without an answer for %s, resolves to its other addresses after a moment",
    async (name, _, address) => {
      zone.set(name, [[address]]);
      const started: [callback: () => void, delayMs: number][] = [];
      const stopped: number[] = [];
      const lookup = createNameLookup({
        servers,
        hostsFile: "",
        // Keeps a query without an answer open for the whole test.
        firstTryMs: 60_000,
        startTimer: (callback, delayMs) => {
          started.push([callback, delayMs]);
          return () => stopped.push(delayMs);
        },
      });
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      const { signal } = new AbortController();
      lookup(name, { signal }, (error, found) => (error ? reject(error) : resolve(found)));
      await expect.poll(() => started.length).toBe(1);
      const [[callback, delayMs] = []] = started;
      expect(delayMs).toBe(50);
      callback?.();
      expect(await promise).toEqual([{ address, family: name === "half.test" ? 4 : 6 }]);
      expect(stopped).toEqual([50]);
    },
  );

  it("a name without addresses of one family waits for those of the other, however long", async () => {
    zone.set("only-6.test", [["::1"]]);
    let timers = 0;
    const lookup = createNameLookup({
      servers,
      hostsFile: "",
      startTimer: () => {
        timers++;
        return () => undefined;
      },
    });
    const { promise, resolve } = Promise.withResolvers<unknown>();
    lookup("only-6.test", new AbortController(), (_error, found) => resolve(found));
    expect(await promise).toEqual([{ address: "::1", family: 6 }]);
    expect(timers).toBe(1);
  });

  it.each(["router.test", "gateway.test", "Router.test.", "localhost", "a.localhost"])(
    "names in the hosts file, and localhost, are not sent to a name server: %s",
    async (name) => {
      asked.length = 0;
      expect(await clientOf().ask(`http://${name}:${web.port}/`)).toMatchObject({
        kind: "response",
      });
      expect(asked).toEqual([]);
    },
  );

  it.each([
    ["router.test", "POLL_ALLOW_PRIVATE"],
    ["localhost", "POLL_ALLOW_PRIVATE"],
    ["zone-id.test", "not a plain IP address"],
  ])("addresses from the hosts file are checked like all others: %s", async (name, why) => {
    const answer = await clientOf(createAddressGuard()).ask(`http://${name}:${web.port}/`);
    expect(answer).toMatchObject({
      kind: "refused",
      error: { message: expect.stringContaining(why) },
    });
  });

  it("comments and broken lines of the hosts file are ignored", async () => {
    for (const name of ["other.test", "unused.test"]) {
      asked.length = 0;
      expect((await clientOf().ask(`http://${name}/`)).kind).toBe("transient");
      expect(asked).toContain(name);
    }
  });
});
