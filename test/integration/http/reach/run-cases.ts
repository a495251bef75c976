import type { LookupFunction } from "node:net";
import { PoisonRecordError } from "../../../../lib/batch/record-result.ts";
import { createAddressGuard } from "../../../../lib/http/address-guard.ts";
import { createGuardedAgents } from "../../../../lib/http/guarded-agents.ts";
import { sendRequest } from "../../../../lib/http/send-request.ts";
import { parsePollMessage } from "../../../../lib/poll/message/parse.ts";
import { CASES } from "./cases.ts";
import { LAYERS } from "./layers.ts";
import { type Network, namespaceNetwork, switchedNetwork } from "./network.ts";
import { CLOSED_PORT, INNOCENT, type ReachCase } from "./reach-case.ts";

// A program of its own, for it has to stand in a network of its own: `run-cases.ts namespace | switched LAYER...`.
// It writes what it found as one line of JSON.

/** What came of the cases with one layer of the guard taken away, or with `none`. */
export interface Findings {
  readonly layer: string;
  /** Cases in which what must not be dialled was, or was sent a byte. */
  readonly reached: string[];
  /** Cases in which what must be reached was not. */
  readonly missed: string[];
  readonly cases: number;
}

const [kind, ...layers] = process.argv.slice(2);
const network = await (kind === "namespace" ? namespaceNetwork() : switchedNetwork());
const found: Findings[] = [];
for (const layer of layers) found.push(await findings(layer, network));
process.stdout.write(JSON.stringify(found));
process.exit();

async function findings(layer: string, { dialled, bytesAt, zone, lookup }: Network) {
  const weaken = LAYERS[layer];
  if (weaken === undefined) throw new Error(`there is no layer ${layer}`);
  const reached: string[] = [];
  const missed: string[] = [];
  for (const each of CASES) {
    const host = URL.parse(each.url)?.hostname ?? "";
    zone.set(host, each.answers ?? []);
    dialled.length = 0;
    const guard = weaken(createAddressGuard(each.guard));
    const arrived = await requestsOf(each, guard, lookup);
    if (each.works && !arrived) missed.push(each.name);
    if (!each.works && dialled.some((dial) => !isInnocent(dial))) {
      reached.push(`${each.name}: ${dialled}`);
    }
  }
  if (await isLiedTo(layer, bytesAt)) reached.push("an address that is not what was checked");
  return { layer, reached, missed, cases: CASES.length + 1 };
}

async function requestsOf(
  { url, requests = 1 }: ReachCase,
  guard: ReturnType<typeof createAddressGuard>,
  lookup: LookupFunction | undefined,
): Promise<boolean> {
  const agents = createGuardedAgents(guard, lookup);
  let arrived = true;
  try {
    for (let i = 0; i < requests; i++) {
      const { request } = parsePollMessage(JSON.stringify({ request: { url } }));
      const { signal } = new AbortController();
      const answer = await sendRequest(request, { agents, timeoutMs: 2000, signal });
      // The canaries speak no TLS, and find that out by the client's first bytes.
      const spokeTls = url.startsWith("https:") && JSON.stringify(answer).includes("SSL");
      arrived &&= spokeTls || (answer.kind === "response" && answer.response.status === 200);
    }
  } catch (error) {
    if (!(error instanceof PoisonRecordError)) throw error;
    return false;
  } finally {
    agents.destroy();
  }
  return arrived;
}

/** A lookup whose answer is another one when it is dialled: the peer alone tells. */
async function isLiedTo(layer: string, bytesAt: Network["bytesAt"]): Promise<boolean> {
  const liar = "127.6.6.6";
  bytesAt.delete(liar);
  const guard = LAYERS[layer]?.(createAddressGuard()) ?? createAddressGuard();
  const lying: LookupFunction = (_name, _options, callback) => {
    let reads = 0;
    const entry = {
      get address() {
        return ++reads > 1 ? liar : INNOCENT[0];
      },
      family: 4,
    };
    process.nextTick(callback, null, [entry]);
  };
  await requestsOf({ name: "", url: "http://liar.test/", works: false }, guard, lying);
  return bytesAt.has(liar);
}

function isInnocent(dial: string): boolean {
  const ports = [80, 443, CLOSED_PORT];
  return INNOCENT.some((address) => ports.some((port) => dial === `${address} ${port}`));
}
