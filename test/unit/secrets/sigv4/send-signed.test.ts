import { expect, it } from "vitest";
import { sendSigned } from "../../../../lib/secrets/sigv4/send-signed.ts";
import { httpClient } from "../../../support/http-client.ts";

it("asks again when the role's credentials cannot be had, and names no more than the error", async () => {
  const { agents } = httpClient();
  const sha256 = class {
    update() {}
    reset() {}
    async digest() {
      return new Uint8Array();
    }
  };
  const credentials = () => Promise.reject(new TypeError("no such role: arn MARKER"));
  const answer = await sendSigned(
    { url: "http://127.0.0.1/", method: "GET", headers: {} },
    { service: "athena", region: "eu-west-1" },
    { credentials, sha256, allowed: ["athena@127.0.0.1"], now: () => 0 },
    { agents, timeoutMs: 60_000, signal: new AbortController().signal },
  );
  agents.destroy();
  expect(answer).toEqual({
    kind: "transient",
    error: {
      name: "CredentialsUnavailableError",
      message: "no credentials of the function's role: TypeError",
    },
    neverSent: true,
  });
});
