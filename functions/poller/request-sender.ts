import type { Agents } from "../../lib/http/guarded-agents.ts";
import { type SendRequestOptions, sendRequest } from "../../lib/http/send-request.ts";
import { type Secrets, sendWithSecret } from "../../lib/secrets/send-with-secret.ts";
import type { PollPorts } from "./poll-record.ts";

/** Makes what sends the requests of polls: over guarded connections, with a secret where a message names one. */
export function requestSender(agents: Agents, secrets: Secrets): PollPorts["send"] {
  return (request, bounds) => {
    const options: SendRequestOptions = { agents, ...bounds };
    return request.auth
      ? sendWithSecret(request, request.auth, secrets, options)
      : sendRequest(request, options);
  };
}
