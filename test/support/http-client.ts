import type { LookupFunction } from "node:net";
import { isIP } from "node:net";
import { type AddressGuard, createAddressGuard } from "../../lib/http/address-guard.ts";
import type { FreeSocketLimits } from "../../lib/http/free-sockets.ts";
import { type Agents, createGuardedAgents } from "../../lib/http/guarded-agents.ts";
import type { HttpAnswer, HttpRequest, HttpResponse } from "../../lib/http/http-request.ts";
import type { NameLookup } from "../../lib/http/name-lookup.ts";
import { type SendRequestOptions, sendRequest } from "../../lib/http/send-request.ts";

/** The poller's HTTP client, for tests. */
export interface HttpClient {
  readonly agents: Agents;
  /** Makes a request, a GET by default. */
  ask(url: string, parts?: Partial<HttpRequest & SendRequestOptions>): Promise<HttpAnswer>;
}

/** Creates a client, which may reach loopback by default. */
export function httpClient(
  guard: AddressGuard = createAddressGuard({ allowPrivate: true }),
  lookup?: NameLookup,
  free?: FreeSocketLimits,
  now?: () => number,
): HttpClient {
  const agents = createGuardedAgents(guard, lookup, free, now);
  return {
    agents,
    ask(url, parts = {}) {
      const { timeoutMs = 60_000, signal = new AbortController().signal } = parts;
      const { maxBodyBytes, hosts, turns } = parts;
      const { method = "GET", headers = {}, isSentOnce } = parts;
      const request = {
        url,
        method,
        headers,
        ...("body" in parts ? { body: parts.body } : {}),
        ...(isSentOnce && { isSentOnce }),
      };
      const limit = maxBodyBytes === undefined ? {} : { maxBodyBytes };
      const waiting = turns === undefined ? {} : { turns };
      return sendRequest(request, { agents, hosts, timeoutMs, signal, ...limit, ...waiting });
    },
  };
}

/** The response in an answer. @throws {Error} when the answer is not a response */
export function responseOf(answer: HttpAnswer): HttpResponse {
  if (answer.kind === "response") return answer.response;
  throw new Error(`no response: ${JSON.stringify(answer)}`);
}

/** A lookup that resolves every name to these addresses, without a name server. */
export function lookupTo(...addresses: string[]): LookupFunction {
  return (_name, options, callback) => {
    const found = addresses.map((address) => ({ address, family: isIP(address) }));
    if (options.all === true) callback(null, found);
    else callback(null, found[0]?.address ?? "", found[0]?.family ?? 4);
  };
}
