import { createAddressGuard, type GuardOptions } from "../../lib/http/address-guard.ts";
import { type Agents, createGuardedAgents } from "../../lib/http/guarded-agents.ts";
import { createHostLimits, type HostLimits } from "../../lib/http/host-limits.ts";
import { sendRequest } from "../../lib/http/send-request.ts";
import type { SecretReader } from "../../lib/secrets/secret-reader.ts";
import {
  type Secrets,
  type SendWithSecretOptions,
  sendWithSecret,
} from "../../lib/secrets/send-with-secret.ts";
import type { OperatorLists } from "./operator-lists.ts";
import type { PollPorts } from "./poll-record.ts";

/** Makes the sender of poll requests. It uses guarded connections, and adds the secret when a message names one. */
function requestSender(
  agents: Agents,
  hosts: HostLimits | undefined,
  secrets: Secrets,
): PollPorts["send"] {
  return (request, bounds) => {
    const options: SendWithSecretOptions = { agents, hosts, ...bounds };
    return request.auth
      ? sendWithSecret(request, request.auth, secrets, options)
      : sendRequest(request, options);
  };
}

/**
 * Returns a function that makes the sender for the current lists. Changed lists get new connections, because an open
 * connection was allowed by the old lists.
 *
 * @param hostConcurrency the most requests at the same time to one host, redirected ones included. `undefined`: no
 *   limit
 */
export function senderByLists(
  guard: Omit<GuardOptions, keyof OperatorLists>,
  reader: SecretReader,
  hostConcurrency: number | undefined,
): (lists: OperatorLists) => PollPorts["send"] {
  const hosts = hostConcurrency === undefined ? undefined : createHostLimits(hostConcurrency);
  let current: { lists: OperatorLists; agents: Agents; send: PollPorts["send"] } | undefined;
  return (lists) => {
    if (current?.lists === lists) return current.send;
    current?.agents.destroy();
    const agents = createGuardedAgents(createAddressGuard({ ...guard, ...lists }));
    const send = requestSender(agents, hosts, { reader, allowed: lists.allowSecrets });
    current = { lists, agents, send };
    return send;
  };
}
