import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAddressGuard } from "../../../lib/http/address-guard.ts";
import { createHostLimits } from "../../../lib/http/host-limits.ts";
import { type CountingServer, startCountingServer } from "../../support/counting-server.ts";
import { type HttpClient, httpClient, lookupTo } from "../../support/http-client.ts";

let client: HttpClient;
let target: CountingServer;
/** Requests that the target has not answered yet. */
let waiting: ServerResponse[];
beforeEach(async () => {
  const guard = createAddressGuard({ allowPrivate: true });
  client = httpClient(guard, lookupTo("127.0.0.1"));
  waiting = [];
  target = await startCountingServer((_, response) => waiting.push(response));
});
afterEach(async () => {
  client.agents.destroy();
  await target.close();
});

const redirecting = (location: () => string) =>
  startCountingServer((_, response) => response.writeHead(302, { location: location() }).end());

/** Answers `count` requests, one at a time. @returns the most that were waiting at once */
async function answerAll(count: number): Promise<number> {
  let most = 0;
  for (let n = 0; n < count; n++) {
    await expect.poll(() => waiting.length, { interval: 1 }).toBeGreaterThan(0);
    // Gives requests that are already sent time to arrive.
    await new Promise((resolve) => setImmediate(resolve));
    most = Math.max(most, waiting.length);
    waiting.shift()?.end("ok");
  }
  return most;
}

describe("requests at once to one host", () => {
  it("are limited, including redirects to it and other spellings of its name", async () => {
    const hosts = createHostLimits(2);
    const first = await redirecting(() => `http://TARGET.example.:${target.port}/`);
    const second = await redirecting(() => `http://target.example:${target.port}/`);
    const urls = [
      first.url,
      second.url,
      `http://target.example:${target.port}/`,
      `http://target.example.:${target.port}/`,
    ];
    const all = Promise.all([...urls, ...urls, ...urls].map((url) => client.ask(url, { hosts })));
    expect(await answerAll(12)).toBe(2);
    for (const answer of await all) expect(answer.kind).toBe("response");
    await Promise.all([first.close(), second.close()]);
  });

  it("do not block another host", async () => {
    const hosts = createHostLimits(1);
    const other = await startCountingServer((_, response) => response.end("ok"));
    const held = client.ask(target.url, { hosts });
    await expect.poll(() => waiting.length).toBe(1);
    for (let n = 0; n < 3; n++) {
      expect((await client.ask(other.url, { hosts })).kind).toBe("response");
    }
    await answerAll(1);
    await held;
    await other.close();
  });

  it("never deadlock when two hosts redirect to each other", async () => {
    const hosts = createHostLimits(1);
    const there: CountingServer = await redirecting(() => back.url);
    const back: CountingServer = await redirecting(() => there.url);
    const asked = [there, back, there, back].map(({ url }) => client.ask(url, { hosts }));
    for (const answer of await Promise.all(asked)) {
      expect(answer).toMatchObject({ error: { message: "more than 5 redirects" } });
    }
    await Promise.all([there.close(), back.close()]);
  });

  it.each(["timeout", "signal"])(
    "that wait until their %s are never made, which is not an error",
    async (by) => {
      const hosts = createHostLimits(1);
      const abort = new AbortController();
      const held = client.ask(target.url, { hosts });
      await expect.poll(() => waiting.length).toBe(1);
      const late = client.ask(target.url, {
        hosts,
        ...(by === "timeout" ? { timeoutMs: 100 } : { signal: abort.signal }),
      });
      abort.abort();
      expect(await late).toEqual({ kind: "aborted" });
      const next = client.ask(target.url, { hosts });
      await answerAll(2);
      for (const answer of await Promise.all([held, next])) expect(answer.kind).toBe("response");
      expect(target.requests).toBe(2);
    },
  );

  it("report a redirected request that found no room as unfinished", async () => {
    const hosts = createHostLimits(1);
    const held = client.ask(target.url, { hosts });
    await expect.poll(() => waiting.length).toBe(1);
    const open = await redirecting(() => target.url);
    const answer = await client.ask(open.url, { hosts, timeoutMs: 500 });
    expect(answer).toMatchObject({ kind: "unfinished", error: { name: "HostBusyError" } });
    await answerAll(1);
    await held;
    await open.close();
    expect(target.requests).toBe(1);
  });

  it("free their place when they fail", async () => {
    const hosts = createHostLimits(1);
    const broken = await startCountingServer(({ socket }) => socket.destroy());
    for (let n = 0; n < 3; n++) {
      expect((await client.ask(broken.url, { hosts })).kind).toBe("transient");
    }
    await broken.close();
  });
});
