import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAddressGuard } from "../../../lib/http/address-guard.ts";
import { createTurns } from "../../../lib/timing/turns.ts";
import { type CountingServer, startCountingServer } from "../../support/counting-server.ts";
import { type HttpClient, httpClient } from "../../support/http-client.ts";

const LARGE = JSON.stringify(Array.from({ length: 20_000 }, (_, n) => n));
const TIMEOUT_MS = 2000;

let client: HttpClient;
let server: CountingServer;
beforeEach(async () => {
  client = httpClient(createAddressGuard({ allowPrivate: true }));
  server = await startCountingServer(({ url }, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(url === "/large" ? LARGE : '"small"');
  });
});
afterEach(async () => {
  client.agents.destroy();
  await server.close();
});

describe("large bodies that have arrived", () => {
  it("are parsed one per round of the event loop, without delaying small bodies or using up time limits", async () => {
    const pauses: PromiseWithResolvers<void>[] = [];
    const turns = createTurns(() => {
      const pause = Promise.withResolvers<void>();
      pauses.push(pause);
      return pause.promise;
    });
    const ask = (path: string) =>
      client.ask(`${server.url}${path}`, { turns, timeoutMs: TIMEOUT_MS });
    let parsed = 0;
    const large = ["/large", "/large", "/large"].map((path) =>
      ask(path).then((answer) => {
        parsed++;
        return answer;
      }),
    );
    await expect.poll(() => pauses.length).toBe(1);
    expect(await ask("/small")).toMatchObject({ response: { body: "small" } });
    // The wait for a turn is not counted against the time limit.
    await new Promise((resolve) => setTimeout(resolve, TIMEOUT_MS));
    expect(parsed).toBe(1);
    for (const done of [2, 3]) {
      pauses.at(-1)?.resolve();
      await expect.poll(() => parsed).toBe(done);
    }
    pauses.at(-1)?.resolve();
    for (const answer of await Promise.all(large)) expect(answer.kind).toBe("response");
  });

  it("are given up when the batch ends meanwhile", async () => {
    const abort = new AbortController();
    const turns = createTurns();
    const answer = client.ask(`${server.url}/large`, {
      turns: { take: (work) => turns.take(work).finally(() => abort.abort()) },
      signal: abort.signal,
    });
    expect(await answer).toEqual({ kind: "aborted" });
  });
});
