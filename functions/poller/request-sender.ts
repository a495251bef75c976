import { createAddressGuard, type GuardOptions } from "../../lib/http/address-guard.ts";
import { type Agents, createGuardedAgents } from "../../lib/http/guarded-agents.ts";
import { createHostLimits } from "../../lib/http/host-limits.ts";
import { sendRequest } from "../../lib/http/send-request.ts";
import { onceLoaded } from "../../lib/once-loaded.ts";
import type { CredentialSenderPorts } from "../../lib/secrets/credential-sender.ts";
import type { OperatorLists } from "./operator-lists.ts";
import type { PollPorts } from "./poll-record.ts";

/** What requests with credentials need. */
type CredentialPorts = Pick<CredentialSenderPorts, "reader" | "signing" | "now">;

/**
 * Makes the sender of poll requests. It uses guarded connections, and adds the credentials that a message names. The
 * code for those is loaded with the first such message, because most polls need none.
 */
function requestSender(ports: CredentialSenderPorts): PollPorts["send"] {
  const withCredentials = onceLoaded(async () => {
    const { createCredentialSender } = await import("../../lib/secrets/credential-sender.ts");
    return createCredentialSender(ports);
  });
  return async (request, bounds) => {
    const options = { ...ports.connections, ...bounds };
    if (request.auth === undefined) return sendRequest(request, options);
    const send = await withCredentials();
    return send(request, request.auth, options);
  };
}

/**
 * Returns a function that makes the sender for the current lists. Changed lists get new connections and tokens, because
 * the old lists allowed the old ones.
 *
 * @param hostConcurrency the most requests at the same time to one host, redirected ones included. `undefined`: no
 *   limit
 */
export function senderByLists(
  guard: Omit<GuardOptions, keyof OperatorLists>,
  credentials: CredentialPorts,
  hostConcurrency: number | undefined,
): (lists: OperatorLists) => PollPorts["send"] {
  const hosts = hostConcurrency === undefined ? undefined : createHostLimits(hostConcurrency);
  let current: { lists: OperatorLists; agents: Agents; send: PollPorts["send"] } | undefined;
  return (lists) => {
    if (current?.lists === lists) return current.send;
    current?.agents.destroy();
    const { allowHosts, denyHosts, allowSecrets, allowSigV4 } = lists;
    const agents = createGuardedAgents(createAddressGuard({ ...guard, allowHosts, denyHosts }));
    const connections = { agents, hosts };
    const send = requestSender({ ...credentials, connections, allowSecrets, allowSigV4 });
    current = { lists, agents, send };
    return send;
  };
}
