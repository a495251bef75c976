import http from "node:http";
import https from "node:https";
import { performance } from "node:perf_hooks";
import { createAddressGuard } from "../../lib/http/address-guard.ts";
import { type Agents, createGuardedAgents } from "../../lib/http/guarded-agents.ts";
import { sendRequest } from "../../lib/http/send-request.ts";

/** The cost of the guard per request, relative to a request without it: 0.01 is one per cent. */
export interface GuardFigures {
  /** On a kept-alive connection, as for most requests of a poller. */
  readonly keptAlive: number;
  /** On a new connection, with a DNS lookup. */
  readonly newConnection: number;
}

const REQUESTS = 4000;
const WARM_UP = 1000;

/** Runs in a separate process, so that the server's work is not counted. */
async function measure(url: string): Promise<GuardFigures> {
  const guarded = createGuardedAgents(createAddressGuard({ allowPrivate: true }));
  const options = { keepAlive: true, scheduling: "lifo", noDelay: true } as const;
  const agent = new http.Agent(options);
  const plain: Agents = {
    http: agent,
    https: new https.Agent(options),
    agentFor: () => agent,
    destroy: () => agent.destroy(),
  };
  const costOf = async (headers: Record<string, string>) => {
    const without: number[] = [];
    const withGuard: number[] = [];
    // In turns, request by request, so that the machine is the same for both; the first requests warm up.
    for (let n = 0; n < REQUESTS; n++) {
      without.push(await timeOf(url, plain, headers));
      withGuard.push(await timeOf(url, guarded, headers));
    }
    return medianOf(withGuard.slice(WARM_UP)) / medianOf(without.slice(WARM_UP)) - 1;
  };
  const figures = {
    keptAlive: await costOf({}),
    newConnection: await costOf({ connection: "close" }),
  };
  guarded.destroy();
  plain.destroy();
  return figures;
}

async function timeOf(
  url: string,
  agents: Agents,
  headers: Record<string, string>,
): Promise<number> {
  const { signal } = new AbortController();
  const start = performance.now();
  const request = { url, method: "GET", headers } as const;
  const answer = await sendRequest(request, { agents, timeoutMs: 10_000, signal });
  if (answer.kind !== "response") throw new Error(`no response: ${JSON.stringify(answer)}`);
  return performance.now() - start;
}

function medianOf(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

process.once("message", async (url: string) => {
  process.send?.(await measure(url));
  process.disconnect();
});
