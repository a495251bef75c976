import { createAddressGuard, type GuardOptions } from "../../lib/http/address-guard.ts";
import { type Agents, createGuardedAgents } from "../../lib/http/guarded-agents.ts";
import { createHostLimits, type HostLimits } from "../../lib/http/host-limits.ts";
import { sendRequest } from "../../lib/http/send-request.ts";
import { createTokenSource } from "../../lib/secrets/oauth2/token-source.ts";
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
  reader: SecretReader,
  allowed: readonly string[],
  now: () => number,
): PollPorts["send"] {
  const tokens = createTokenSource({
    send: (request, bounds) => sendRequest(request, { agents, hosts, ...bounds }),
    now,
  });
  const secrets: Secrets = { reader, tokens, allowed, now };
  return (request, bounds) => {
    const options: SendWithSecretOptions = { agents, hosts, ...bounds };
    return request.auth
      ? sendWithSecret(request, request.auth, secrets, options)
      : sendRequest(request, options);
  };
}

/**
 * Returns a function that makes the sender for the current lists. Changed lists get new connections and
 * tokens, because the old lists allowed the old ones.
 *
 * @param hostConcurrency the most requests at the same time to one host, redirected ones included. `undefined`: no
 *   limit
 * @param now the clock, in epoch ms. `@default` Date.now
 */
export function senderByLists(
  guard: Omit<GuardOptions, keyof OperatorLists>,
  reader: SecretReader,
  hostConcurrency: number | undefined,
  now: () => number = Date.now,
): (lists: OperatorLists) => PollPorts["send"] {
  const hosts = hostConcurrency === undefined ? undefined : createHostLimits(hostConcurrency);
  let current: { lists: OperatorLists; agents: Agents; send: PollPorts["send"] } | undefined;
  return (lists) => {
    if (current?.lists === lists) return current.send;
    current?.agents.destroy();
    const agents = createGuardedAgents(createAddressGuard({ ...guard, ...lists }));
    const send = requestSender(agents, hosts, reader, lists.allowSecrets, now);
    current = { lists, agents, send };
    return send;
  };
}
