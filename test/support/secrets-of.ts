import type { Agents } from "../../lib/http/guarded-agents.ts";
import { sendRequest } from "../../lib/http/send-request.ts";
import { createTokenSource } from "../../lib/secrets/oauth2/token-source.ts";
import type { SecretReader } from "../../lib/secrets/secret-reader.ts";
import type { Secrets } from "../../lib/secrets/send-with-secret.ts";

/** Secrets from a reader, as a poller has them that allows messages to name `secretsmanager:polls/*`. */
export function secretsOf(
  reader: SecretReader,
  agents: Agents,
  now: () => number = Date.now,
): Secrets {
  const tokens = createTokenSource({
    send: (request, bounds) => sendRequest(request, { agents, ...bounds }),
    now,
  });
  return { reader, tokens, allowed: ["secretsmanager:polls/*"], now };
}
