import { NotAskedError, type TryPorts } from "../../../lib/explain/try-message.ts";
import { createAddressGuard } from "../../../lib/http/address-guard.ts";
import { createGuardedAgents } from "../../../lib/http/guarded-agents.ts";
import { sendRequest } from "../../../lib/http/send-request.ts";
import { createTokenSource } from "../../../lib/secrets/oauth2/token-source.ts";
import { createSecretReader } from "../../../lib/secrets/secret-reader.ts";
import { sendWithSecret } from "../../../lib/secrets/send-with-secret.ts";
import type { LocalSecrets } from "../../local/secrets/server.ts";

/** Sends requests from this machine. */
export interface LocalSender {
  readonly send: TryPorts["send"];
  /** Closes its connections. */
  close(): void;
}

/**
 * Makes the sender of one request from this machine, through the guard, as the local stack sends it: it may reach this
 * machine and its private network.
 *
 * @param secrets those that messages can name; a request with any other is refused
 */
export function localSender(secrets: LocalSecrets = {}): LocalSender {
  const agents = createGuardedAgents(createAddressGuard({ allowPrivate: true }));
  const now = Date.now;
  const tokens = createTokenSource({
    send: (request, bounds) => sendRequest(request, { agents, ...bounds }),
    now,
  });
  const reader = createSecretReader({
    read: async ({ store, name }) => secrets[`${store}:${name}`] ?? "",
  });
  const ports = { reader, tokens, allowed: Object.keys(secrets), now };
  return {
    async send(request, bounds) {
      const { auth } = request;
      const options = { agents, ...bounds };
      if (auth === undefined) return sendRequest(request, options);
      const { secret, as } = auth;
      if (secret === undefined) {
        throw new NotAskedError(
          "request.auth: sigv4 signs as the deployed function, which this machine is not",
        );
      }
      const [name = ""] = secret.split("#");
      if (!Object.hasOwn(secrets, name)) {
        throw new NotAskedError(`request.auth: the secret ${name} is not known here`);
      }
      return sendWithSecret(request, { secret, as }, ports, options);
    },
    close: () => agents.destroy(),
  };
}
