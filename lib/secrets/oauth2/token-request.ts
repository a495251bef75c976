import type { HttpRequest } from "../../http/http-request.ts";
import { basicCredentials, type OAuth2Client } from "./client.ts";

/** The request for a token by the client-credentials grant (RFC 6749 section 4.4.2). */
export function tokenRequest(client: OAuth2Client): HttpRequest {
  const { tokenUrl, clientId, clientSecret, scope, audience, style } = client;
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    ...(style === "body" ? { client_id: clientId, client_secret: clientSecret } : {}),
    ...(scope === undefined ? {} : { scope }),
    ...(audience === undefined ? {} : { audience }),
  });
  return {
    url: tokenUrl,
    method: "POST",
    headers: {
      accept: "application/json",
      "content-type": "application/x-www-form-urlencoded",
      ...(style === "basic" ? { authorization: `Basic ${basicCredentials(client)}` } : {}),
    },
    body: form.toString(),
  };
}
