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

// A separate program, because it must run in a separate network: `run-cases.ts namespace | switched LAYER...`.
// It prints its findings as one line of JSON.

/** The results of all cases with the whole guard (`none`), or with one layer removed, until one case detects that. */
export interface Findings {
  readonly layer: string;
  /** Cases in which a forbidden address was dialled or received a byte. */
  readonly reached: string[];
  /** Cases in which an allowed address was not reached. */
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
    if (layer !== "none" && reached.length > 0) break;
  }
  if (reached.length === 0 && (await isLiedTo(layer, bytesAt)))
    reached.push("an address other than the checked one");
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
      const answer = await sendRequest(request, { agents, timeoutMs: 20_000, signal });
      // The canaries do not speak TLS: the client's first bytes arrive, then its handshake fails.
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

/** A lookup whose answer changes between the check and the dial: only the check of the peer detects it. */
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
