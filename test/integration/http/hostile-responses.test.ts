import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { httpClient } from "../../support/http-client.ts";
import { RESPONSES, startHostileServer } from "./hostile-server.ts";

/** Of what never ends: nobody waits for it for long. All else is read, however slow the machine is. */
const TIMEOUT_MS = 400;
const MIB = 1_048_576;
const client = httpClient();
const NUMBERED = RESPONSES.map(([name, ends], index) => [name, ends, `/${index}`] as const);

let server: Awaited<ReturnType<typeof startHostileServer>>;
beforeAll(async () => {
  server = await startHostileServer();
});
afterAll(() => {
  client.agents.destroy();
  server.close();
});

// Memory that is not yet collected counts too, so a measurement may be repeated: real growth shows every time.
describe("a hostile response", { retry: 3 }, () => {
  it.each(NUMBERED)("%s ends as %s, within the limits", async (_name, ends, path) => {
    const before = process.memoryUsage();
    const timeout = ends === "transient" ? { timeoutMs: TIMEOUT_MS } : {};
    const harmful = client.ask(`${server.url}${path}`, timeout);
    const neighbour = client.ask(`${server.url}/neighbour`);
    expect(await neighbour).toMatchObject({ kind: "response", response: { body: "fine" } });
    const { kind } = await harmful;
    const after = process.memoryUsage();

    expect(kind).toBe(ends);
    const grown = after.heapUsed + after.external - before.heapUsed - before.external;
    expect(grown).toBeLessThan(32 * MIB);
    expect("polluted" in {}).toBe(false);
  });
});
